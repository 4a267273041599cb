/**
 * Svelte stores. Svelte itself is the page's (4 or newer).
 *
 * ```svelte
 * <script>
 *   import { list } from 'cookshelf/svelte';
 *   const similar = list({ model: '/models/manifest.json' }, { kind: 'similar', seeds: '8214', limit: 6, cards: true });
 * </script>
 * {#each $similar.items as item (item.id)}<a href={item.card.address}>{item.card.title}</a>{/each}
 * ```
 */
export { getRecommender, list, lists, setRecommender, type Readable } from './bindings/svelte.js';
export type { CookShelfAttributes } from './bindings/attributes.js';
export type { RecommenderSource } from './bindings/source.js';
export type { ListOptions, ListsOptions, ListsState, ListState, ShelfRequest, Status, UsedList, UsedLists } from './bindings/watch.js';
