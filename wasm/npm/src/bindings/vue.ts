/**
 * Vue: a plugin that brings the recommender of the page, and composables over it. Nothing is asked on a server:
 * questions begin when a component is mounted and end with its scope.
 */
import { inject, onMounted, onScopeDispose, shallowReadonly, shallowRef, toValue, watch, type InjectionKey, type MaybeRefOrGetter, type Plugin, type ShallowRef } from 'vue';
import type { Recommender } from '../types.js';
import { opened, type RecommenderSource } from './source.js';
import { beforeAsking, watchList, watchLists, type ListOptions, type ListsState, type ListState, type ShelfRequest } from './watch.js';

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

export interface UseListOptions extends ListOptions {
  /** Instead of the plugin's. */
  readonly recommender?: RecommenderSource;
}

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
export function useList(request: MaybeRefOrGetter<ShelfRequest>, options: UseListOptions = {}): Readonly<ShallowRef<ListState>> {
  const state = shallowRef(beforeAsking(options.initialResult));
  const source = options.recommender ?? inject(COOKSHELF, undefined);
  const { live = false } = options;
  whileMounted(() => JSON.stringify(toValue(request)), (key) => {
    const asked: ShelfRequest = JSON.parse(key);
    return watchList(existing(source), asked, live, (next) => {
      state.value = next(state.value);
    });
  });
  return shallowReadonly(state);
}

/** The lists of a page, in order; none shows what an earlier one shows. */
export function useLists(requests: MaybeRefOrGetter<readonly ShelfRequest[]>, options: Omit<UseListOptions, 'initialResult'> = {}): Readonly<ShallowRef<ListsState>> {
  const state = shallowRef<ListsState>({ status: 'waiting', results: [], error: undefined });
  const source = options.recommender ?? inject(COOKSHELF, undefined);
  const { live = false } = options;
  whileMounted(() => JSON.stringify(toValue(requests)), (key) => {
    const asked: readonly ShelfRequest[] = JSON.parse(key);
    return watchLists(existing(source), asked, live, (next) => {
      state.value = next(state.value);
    });
  });
  return shallowReadonly(state);
}

/** Starts when mounted, starts anew with every other key, stops with the scope. */
function whileMounted(key: () => string, start: (key: string) => () => void): void {
  let stop = (): void => {};
  onMounted(() => {
    watch(key, (next) => {
      stop();
      stop = start(next);
    }, { immediate: true });
  });
  onScopeDispose(() => stop());
}

function existing(source: RecommenderSource | undefined): RecommenderSource {
  if (source === undefined) throw new Error('app.use(createCookshelf(…)) is missing, and no recommender was passed');
  return source;
}
