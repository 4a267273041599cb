/**
 * Svelte: lists as stores. A store asks while somebody looks at it and gives up when nobody does; on a server it only
 * holds what it is given. Components with runes read it as `$list`, or by `fromStore`.
 */
import { getContext, setContext } from 'svelte';
import type { RecommenderSource } from './source.js';
import { beforeAsking, beforeAskingAll, watchList, watchLists, type ListOptions, type ListsOptions, type Reloadable, type ShelfRequest, type UsedList, type UsedLists } from './watch.js';

const KEY = Symbol.for('cookshelf');

/** What `$store` needs; Svelte's own stores are such. */
export interface Readable<T> {
  subscribe(run: (value: T) => void): () => void;
}

/** Gives a recommender to the components below; call it while a component starts. */
export function setRecommender(source: RecommenderSource): RecommenderSource {
  return setContext(KEY, source);
}

/** The recommender of a component above. */
export function getRecommender(): RecommenderSource {
  const source = getContext<RecommenderSource | undefined>(KEY);
  if (source === undefined) throw new Error('no component above calls setRecommender(…)');
  return source;
}

/** A list as a store. `request` may be a store too: the list follows it. */
export function list(source: RecommenderSource, request: ShelfRequest | Readable<ShelfRequest>, options: ListOptions = {}): Readable<UsedList> {
  return store(beforeAsking(options.initialResult), request, (asked, change) => watchList(source, asked, options.live ?? false, change));
}

/** The lists of a page as a store; none shows what an earlier one shows. */
export function lists(source: RecommenderSource, requests: readonly ShelfRequest[] | Readable<readonly ShelfRequest[]>, options: ListsOptions = {}): Readable<UsedLists> {
  return store(beforeAskingAll(options.initialResults), requests, (asked, change) => watchLists(source, asked, options.live ?? false, change));
}

function store<S, Q>(first: S, question: Q | Readable<Q>, start: (asked: Q, change: (next: (before: S) => S) => void) => () => void): Readable<S & Reloadable> {
  const lookers = new Set<(value: S & Reloadable) => void>();
  let stop = (): void => {};
  let unfollow = (): void => {};
  let key: string | undefined;
  const again = (asked: Q): void => {
    stop();
    stop = start(asked, (change) => {
      state = { ...change(state), reload };
      for (const look of [...lookers]) look(state);
    });
  };
  const ask = (asked: Q): void => {
    const next = JSON.stringify(asked);
    if (next === key) return;
    key = next;
    again(asked);
  };
  /** Nothing to do while nobody looks: who looks first asks anyway. */
  const reload = (): void => {
    if (key !== undefined) again(JSON.parse(key));
  };
  let state: S & Reloadable = { ...first, reload };
  const begin = (): void => {
    // On a server a component looks once and is gone.
    if (typeof document === 'undefined') return;
    if (isReadable(question)) unfollow = question.subscribe(ask);
    else ask(question);
  };
  return {
    subscribe(run) {
      const look = (value: S & Reloadable): void => run(value);
      look(state);
      lookers.add(look);
      if (lookers.size === 1) begin();
      return () => {
        lookers.delete(look);
        if (lookers.size > 0) return;
        unfollow();
        stop();
        key = undefined;
      };
    },
  };
}

function isReadable<Q>(question: Q | Readable<Q>): question is Readable<Q> {
  return typeof question === 'object' && question !== null && 'subscribe' in question;
}
