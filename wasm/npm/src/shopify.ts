/**
 * A storefront of Shopify's: its events feed the profile, its customer privacy decides what may be kept.
 *
 * ```js
 * import { createRecommender } from 'cookshelf';
 * import { shopifyConsent, shopifyEvents } from 'cookshelf/shopify';
 * const shelf = await createRecommender({ model, consent: shopifyConsent(), events: [shopifyEvents()] });
 * ```
 *
 * The model's item ids must be the product ids, in decimal and without `gid://…`: what Liquid writes as
 * `{{ product.id }}`. For other ids pass `shopifyEvents({ item })`.
 */
export { shopifyConsent } from './shopify/consent.js';
export { shopifyEvents, type ShopifyEventsOptions } from './shopify/events.js';
export { shopifyCard, type ShopifyCard } from './shopify/card.js';
export { inThemeEditor, shopifyRoot } from './shopify/host.js';
export type { ShopifyPage } from './shopify/page.js';
