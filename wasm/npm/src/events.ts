/**
 * Feeds for the option `events` of `createRecommender`: what tells the profile of views, the cart and purchases where the
 * page has told somebody already. `cookshelf/shopify` has one for Shopify's storefront events.
 *
 * ```js
 * import { createRecommender } from 'cookshelf';
 * import { dataLayerEvents } from 'cookshelf/events';
 * const shelf = await createRecommender({ model: '/models/manifest.json', profile: 'session', events: [dataLayerEvents()] });
 * ```
 */
export { dataLayerEvents, type DataLayerOptions, type LayerItem } from './events/data-layer.js';
export type { EventFeed } from './types.js';
