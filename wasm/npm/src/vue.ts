/**
 * Vue composables. Vue itself is the page's (3.3 or newer).
 *
 * ```js
 * import { createCookshelf, useList } from 'cookshelf/vue';
 * app.use(createCookshelf({ model: '/models/manifest.json' }));
 * // in a component:
 * const list = useList(() => ({ kind: 'similar', seeds: props.product, limit: 6, cards: true }));
 * // in its template: <li v-for="item in list.items" :key="item.id">{{ item.card?.title }}</li>
 * ```
 */
import type { HTMLAttributes } from 'vue';
import type { CookShelfAttributes } from './bindings/attributes.js';

export { COOKSHELF, createCookshelf, useList, useLists, useRecommender, type UseListOptions, type UseListsOptions } from './bindings/vue.js';
export type { CookShelfAttributes } from './bindings/attributes.js';
export type { RecommenderSource } from './bindings/source.js';
export type { ListOptions, ListsOptions, ListsState, ListState, ShelfRequest, Status, UsedList, UsedLists } from './bindings/watch.js';

declare module 'vue' {
  interface GlobalComponents {
    'cook-shelf': new () => { $props: CookShelfAttributes & HTMLAttributes };
  }
}
