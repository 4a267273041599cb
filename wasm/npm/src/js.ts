/**
 * The package with the engine in script: for pages where WebAssembly is forbidden. The lists are the same to the bit;
 * no wasm file is fetched or started.
 */
import { open } from './recommender.js';
import * as script from './script/engine.js';
import type { Recommender, RecommenderOptions } from './types.js';

export { RecoError, type RecoErrorCode } from './errors.js';
export type * from './types.js';

/** Opens a recommender. A second call for the same model, channel and catalogue gets the same one. */
export function createRecommender(options: RecommenderOptions): Promise<Recommender> {
  return open({ ...options, run: 'js' }, undefined, async () => script);
}
