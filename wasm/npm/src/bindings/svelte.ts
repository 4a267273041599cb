/**
 * Svelte: lists as stores. A store asks while somebody looks at it and gives up when nobody does; on a server it only
 * holds what it is given. Components with runes read it as `$list`, or by `fromStore`.
 */
import { getContext, setContext } from 'svelte';
import type { Result } from '../types.js';
import type { RecommenderSource } from './source.js';
import { beforeAsking, watchList, watchLists, type ListOptions, type ListsState, type ListState, type ShelfRequest } from './watch.js';

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
export function list(source: RecommenderSource, request: ShelfRequest | Readable<ShelfRequest>, options: ListOptions = {}): Readable<ListState> {
  return store(beforeAsking(options.initialResult), request, (asked, change) => watchList(source, asked, options.live ?? false, change));
}

/** The lists of a page as a store; none shows what an earlier one shows. */
export function lists(
  source: RecommenderSource,
  requests: readonly ShelfRequest[] | Readable<readonly ShelfRequest[]>,
  options: Omit<ListOptions, 'initialResult'> & { readonly initialResults?: readonly Result[] } = {},
): Readable<ListsState> {
  const { initialResults = [], live = false } = options;
  const before: ListsState = { status: initialResults.length > 0 ? 'ready' : 'waiting', results: initialResults, error: undefined };
  return store(before, requests, (asked, change) => watchLists(source, asked, live, change));
}

function store<S, Q>(first: S, question: Q | Readable<Q>, start: (asked: Q, change: (next: (before: S) => S) => void) => () => void): Readable<S> {
  const lookers = new Set<(value: S) => void>();
  let state = first;
  let stop = (): void => {};
  let unfollow = (): void => {};
  let key: string | undefined;
  const ask = (asked: Q): void => {
    const next = JSON.stringify(asked);
    if (next === key) return;
    key = next;
    stop();
    stop = start(asked, (change) => {
      state = change(state);
      for (const look of [...lookers]) look(state);
    });
  };
  const begin = (): void => {
    // On a server a component looks once and is gone.
    if (typeof document === 'undefined') return;
    if (isReadable(question)) unfollow = question.subscribe(ask);
    else ask(question);
  };
  return {
    subscribe(run) {
      const look = (value: S): void => run(value);
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
