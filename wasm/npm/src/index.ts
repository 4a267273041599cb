/**
 * Product recommendations scored in the shopper's browser.
 *
 * ```js
 * import { createRecommender } from 'cookshelf';
 * const shelf = await createRecommender({ model: '/models/manifest.json' });
 * const { items } = await shelf.similar('8214', { limit: 6, cards: true });
 * ```
 */
import { open } from './recommender.js';
import type { Recommender, RecommenderOptions } from './types.js';

export { RecoError, type RecoErrorCode } from './errors.js';
export type * from './types.js';

/** Opens a recommender. A second call for the same model, channel and catalogue gets the same one. */
export function createRecommender(options: RecommenderOptions): Promise<Recommender> {
  const [wasm, worker] = [new URL('./cookshelf.wasm', import.meta.url), new URL('./worker.js', import.meta.url)];
  return open({ ...options, wasm: options.wasm ?? wasm, worker: options.worker ?? worker });
}
