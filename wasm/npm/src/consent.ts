/**
 * Sources of consent for the option `consent` of `createRecommender`. Each listens to what the page's own consent
 * banner says; none asks the shopper, stores a decision, or reaches the network. Until the shopper has decided a source
 * says nothing, and the profile stays `off`.
 *
 * ```js
 * import { createRecommender } from 'cookshelf';
 * import { manual } from 'cookshelf/consent';
 * const consent = manual();
 * const shelf = await createRecommender({ model: '/models/manifest.json', consent });
 * consent.set('device');   // the shopper agreed; set('off') takes it back and deletes everything
 * ```
 */
export { manual, type ManualConsent } from './consent/manual.js';
export { googleConsent, type GoogleConsentOptions, type GoogleState } from './consent/google.js';
export { tcf, type TcfOptions } from './consent/tcf.js';
export type { ConsentSource, ProfileMode } from './types.js';
