/**
 * React: a provider, hooks and a component over the recommender of the page. No Suspense and no state of their own
 * beyond what is shown; on a server they render what they are given and ask nothing.
 */
import { createContext, createElement, useCallback, useContext, useEffect, useMemo, useState, type ReactElement, type ReactNode } from 'react';
import type { Recommender } from '../types.js';
import { identity, opened, type RecommenderSource } from './source.js';
import { beforeAsking, beforeAskingAll, watchList, watchLists, type ListOptions, type ListsOptions, type ShelfRequest, type UsedList, type UsedLists } from './watch.js';

interface Provided {
  readonly recommender: Recommender | undefined;
  readonly error: Error | undefined;
}

const NOTHING: Provided = { recommender: undefined, error: undefined };
const Context = createContext<Provided>(NOTHING);

export interface CookshelfProviderProps {
  /** The recommender, or the options to open it with once the page is in the browser. */
  readonly recommender: RecommenderSource;
  readonly children?: ReactNode;
}

/** Gives a recommender to the components below. It stays open when the provider goes: it belongs to the page. */
export function CookshelfProvider({ recommender: source, children }: CookshelfProviderProps): ReactElement {
  const [provided, setProvided] = useState<Provided>(() => ('recommend' in source ? { ...NOTHING, recommender: source } : NOTHING));
  const key = identity(source);
  useEffect(() => {
    let gone = false;
    const tell = (next: Provided): void => void (gone || setProvided((before) => (before.recommender !== undefined && before.recommender === next.recommender ? before : next)));
    opened(source).then(
      (recommender) => tell({ recommender, error: undefined }),
      (error: unknown) => tell({ recommender: undefined, error: error instanceof Error ? error : new Error(String(error)) }),
    );
    return () => {
      gone = true;
    };
  }, [key]);
  return createElement(Context.Provider, { value: provided }, children);
}

/** The recommender of the provider; `undefined` on a server, and until it is open. */
export function useRecommender(): Recommender | undefined {
  return useContext(Context).recommender;
}

interface Own {
  /** Instead of the provider's. */
  readonly recommender?: Recommender;
}

export interface UseListOptions extends ListOptions, Own {}
export interface UseListsOptions extends ListsOptions, Own {}

/** A list. It is asked for in the browser, anew when the request has other values, and given up when the component goes. */
export function useList(request: ShelfRequest, options: UseListOptions = {}): UsedList {
  const { shelf, error } = useShelf(options.recommender);
  const { initialResult, live = false } = options;
  const [state, setState] = useState(() => beforeAsking(initialResult));
  const [turn, reload] = useTurn();
  const key = JSON.stringify(request);
  useEffect(() => {
    if (shelf === undefined) return undefined;
    const asked: ShelfRequest = JSON.parse(key);
    return watchList(shelf, asked, live, setState);
  }, [shelf, key, live, turn]);
  return useMemo(() => ({ ...state, ...(error && { status: 'error' as const, error }), reload }), [state, error, reload]);
}

/** The lists of a page, in order; none shows what an earlier one shows. */
export function useLists(requests: readonly ShelfRequest[], options: UseListsOptions = {}): UsedLists {
  const { shelf, error } = useShelf(options.recommender);
  const { initialResults, live = false } = options;
  const [state, setState] = useState(() => beforeAskingAll(initialResults));
  const [turn, reload] = useTurn();
  const key = JSON.stringify(requests);
  useEffect(() => {
    if (shelf === undefined) return undefined;
    const asked: readonly ShelfRequest[] = JSON.parse(key);
    return watchLists(shelf, asked, live, setState);
  }, [shelf, key, live, turn]);
  return useMemo(() => ({ ...state, ...(error && { status: 'error' as const, error }), reload }), [state, error, reload]);
}

export interface ShelfProps extends UseListOptions {
  readonly request: ShelfRequest;
  /** Shown until there are items, and when there are none. Of the same size, it keeps the page still. */
  readonly fallback?: ReactNode;
  /** Shows the items. */
  readonly children: (list: UsedList) => ReactNode;
}

/** A list that the page draws itself. */
export function Shelf({ request, fallback, children, ...options }: ShelfProps): ReactNode {
  const list = useList(request, options);
  return list.items.length > 0 ? children(list) : fallback;
}

function useShelf(own: Recommender | undefined): { readonly shelf: Recommender | undefined; readonly error: Error | undefined } {
  const { recommender, error } = useContext(Context);
  return own === undefined ? { shelf: recommender, error } : { shelf: own, error: undefined };
}

function useTurn(): readonly [number, () => void] {
  const [turn, setTurn] = useState(0);
  return [turn, useCallback(() => setTurn((before) => before + 1), [])];
}
