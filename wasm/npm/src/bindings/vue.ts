/**
 * Vue: a plugin that brings the recommender of the page, and composables over it. Nothing is asked on a server:
 * questions begin when a component is mounted and end with its scope.
 */
import { inject, onMounted, onScopeDispose, shallowReadonly, shallowRef, toValue, watch, type InjectionKey, type MaybeRefOrGetter, type Plugin, type ShallowRef } from 'vue';
import type { Recommender } from '../types.js';
import { opened, type RecommenderSource } from './source.js';
import { beforeAsking, beforeAskingAll, watchList, watchLists, type ListOptions, type ListsOptions, type Reloadable, type ShelfRequest, type UsedList, type UsedLists } from './watch.js';

/** Where the plugin puts the page's recommender. */
export const COOKSHELF: InjectionKey<RecommenderSource> = Symbol('cookshelf');

/** `app.use(createCookshelf({ model: '/models/manifest.json' }))` */
export function createCookshelf(source: RecommenderSource): Plugin {
  return {
    install(app) {
      app.provide(COOKSHELF, source);
    },
  };
}

interface Own {
  /** Instead of the plugin's. */
  readonly recommender?: RecommenderSource;
}

export interface UseListOptions extends ListOptions, Own {}
export interface UseListsOptions extends ListsOptions, Own {}

/** The page's recommender, once it is open. */
export function useRecommender(): Readonly<ShallowRef<Recommender | undefined>> {
  const source = inject(COOKSHELF, undefined);
  const found = shallowRef<Recommender>();
  onMounted(() => {
    if (source === undefined) throw new Error('app.use(createCookshelf(…)) is missing');
    opened(source).then((recommender) => {
      found.value = recommender;
    }).catch(() => {
      // Lists say it as their own error.
    });
  });
  return found;
}

/** A list. It is asked for when the component is mounted, and anew when the request changes. */
export function useList(request: MaybeRefOrGetter<ShelfRequest>, options: UseListOptions = {}): Readonly<ShallowRef<UsedList>> {
  return useAsked(beforeAsking(options.initialResult), request, options, watchList);
}

/** The lists of a page, in order; none shows what an earlier one shows. */
export function useLists(requests: MaybeRefOrGetter<readonly ShelfRequest[]>, options: UseListsOptions = {}): Readonly<ShallowRef<UsedLists>> {
  return useAsked(beforeAskingAll(options.initialResults), requests, options, watchLists);
}

type Watch<S, Q> = (source: RecommenderSource, asked: Q, live: boolean, change: (next: (before: S) => S) => void) => () => void;

/** Asks when mounted, anew with every other question and when told to, and stops with the scope. */
function useAsked<S, Q>(before: S, question: MaybeRefOrGetter<Q>, { recommender, live = false }: Own & { readonly live?: boolean | undefined }, start: Watch<S, Q>): Readonly<ShallowRef<S & Reloadable>> {
  const turn = shallowRef(0);
  const reload = (): void => {
    turn.value += 1;
  };
  const state = shallowRef({ ...before, reload });
  const source = recommender ?? inject(COOKSHELF, undefined);
  let stop = (): void => {};
  onMounted(() => {
    watch([(): string => JSON.stringify(toValue(question)), (): number => turn.value] as const, ([key]) => {
      stop();
      const asked: Q = JSON.parse(key);
      stop = start(existing(source), asked, live, (next) => {
        state.value = { ...next(state.value), reload };
      });
    }, { immediate: true });
  });
  onScopeDispose(() => stop());
  return shallowReadonly(state);
}

function existing(source: RecommenderSource | undefined): RecommenderSource {
  if (source === undefined) throw new Error('app.use(createCookshelf(…)) is missing, and no recommender was passed');
  return source;
}
