/**
 * The package with the engine in script: for pages where WebAssembly is forbidden. The lists are the same to the bit;
 * no wasm file is fetched or started. The rest is slim.js, which this is a small file beside.
 */
import { createRecommender as open } from './slim.js';
import type { Recommender, RecommenderOptions } from './types.js';

export { RecoError, type RecoErrorCode } from './slim.js';
export type * from './types.js';

/** Opens a recommender. A second call for the same model, channel and catalogue gets the same one. */
export function createRecommender(options: RecommenderOptions): Promise<Recommender> {
  // On its way while the manifest is. Where it cannot be had, slim.js says so.
  import('./script/engine.js').catch(() => {});
  return open({ ...options, run: 'js' });
}
