/**
 * A list in the life of a component: asked when it appears, asked again when the question changes, given up when it
 * goes. Knows no framework; a newer question always wins over an older one, whatever answers first.
 */
import type { ListRequest, Recommender, Result, ResultItem } from '../types.js';
import { opened, type RecommenderSource } from './source.js';

/** A question of a component, whose life is the signal. */
export type ShelfRequest = Omit<ListRequest, 'signal'>;

/** `waiting`: nothing is asked yet, as on a server. While a newer answer is `loading`, the older one stays. */
export type Status = 'waiting' | 'loading' | 'ready' | 'error';

export interface ListState {
  readonly status: Status;
  readonly result: Result | undefined;
  /** Those of the result; none while there is none. */
  readonly items: readonly ResultItem[];
  readonly error: Error | undefined;
}

export interface ListsState {
  readonly status: Status;
  /** In the order of the requests; none while there are none. */
  readonly results: readonly Result[];
  readonly error: Error | undefined;
}

/** Asks again. While the newer answer is on its way, the older one stays. */
export interface Reloadable {
  readonly reload: () => void;
}

/** A list that can be asked for again. */
export type UsedList = ListState & Reloadable;

/** The lists of a page, that can be asked for again. */
export type UsedLists = ListsState & Reloadable;

export interface ListOptions extends Live {
  /** What the server made: shown first, and kept until there is an answer. */
  readonly initialResult?: Result | undefined;
}

export interface ListsOptions extends Live {
  /** What the server made, in the order of the requests. */
  readonly initialResults?: readonly Result[] | undefined;
}

interface Live {
  /** Asks again when the profile or the model changes. The list then changes under the shopper's eyes. */
  readonly live?: boolean | undefined;
}

/** What a component shows before anything is asked; the same on the server and in the browser. */
export function beforeAsking(initialResult?: Result): ListState {
  return { status: initialResult === undefined ? 'waiting' : 'ready', result: initialResult, items: initialResult?.items ?? [], error: undefined };
}

/** As `beforeAsking`, for the lists of a page. */
export function beforeAskingAll(initialResults: readonly Result[] = []): ListsState {
  return { status: initialResults.length > 0 ? 'ready' : 'waiting', results: initialResults, error: undefined };
}

/** Asks for one list, and tells what becomes of it. Returns how to give up. */
export function watchList(source: RecommenderSource, request: ShelfRequest, live: boolean, change: (next: (before: ListState) => ListState) => void): () => void {
  return watch(source, live, (shelf, signal) => shelf.recommend({ ...request, signal }), (status, result, error) =>
    change((before) => ({ status, result: result ?? before.result, items: (result ?? before.result)?.items ?? [], error })),
  );
}

/** Asks for the lists of a page, none of which shows what an earlier one shows. */
export function watchLists(source: RecommenderSource, requests: readonly ShelfRequest[], live: boolean, change: (next: (before: ListsState) => ListsState) => void): () => void {
  return watch(source, live, (shelf, signal) => shelf.recommendMany(requests.map((request) => ({ ...request, signal }))), (status, results, error) =>
    change((before) => ({ status, results: results ?? before.results, error })),
  );
}

type Tell<T> = (status: Status, answer: T | undefined, error: Error | undefined) => void;

function watch<T>(source: RecommenderSource, live: boolean, ask: (shelf: Recommender, signal: AbortSignal) => Promise<T>, tell: Tell<T>): () => void {
  const life = new AbortController();
  const { signal } = life;
  let asking = false;
  /** Something changed while a question was under way. */
  let again = false;
  /** What could not be had waits for the page to ask, not for the shopper to do something. */
  let failed = false;
  let unfollow = (): void => {};
  const askOnce = async (): Promise<void> => {
    // What the shopper does stops no request: what is under way goes on first.
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    again = failed = false;
    tell('loading', undefined, undefined);
    try {
      const shelf = await opened(source);
      if (signal.aborted) return;
      const answer = await ask(shelf, signal);
      if (!signal.aborted) tell('ready', answer, undefined);
    } catch (error) {
      failed = true;
      if (!signal.aborted) tell('error', undefined, error instanceof Error ? error : new Error(String(error)));
    }
    asking = false;
    if (again && !failed && !signal.aborted) void askOnce();
  };
  void askOnce();
  if (live) {
    opened(source).then((shelf) => {
      const changed = gathered(() => void (signal.aborted || askOnce()));
      if (!signal.aborted) unfollow = shelf.on('change', ({ what }) => void ((failed && what === 'profile') || changed()));
    }).catch(() => {
      // The question itself tells.
    });
  }
  return () => {
    unfollow();
    life.abort();
  };
}

/** Several changes in a row are one. */
function gathered(work: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      work();
    });
  };
}
