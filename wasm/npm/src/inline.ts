/**
 * The default entry for Node and other servers: the wasm travels inside the script, so no file has
 * to be found at run time. It also works in a browser, should a bundler pick it there.
 */
import inlined from 'cookshelf-wasm-base64';
import { open } from './recommender.js';
import { fromBase64 } from './load/session.js';
import type { Recommender, RecommenderOptions } from './types.js';

export { RecoError, type RecoErrorCode } from './errors.js';
export type * from './types.js';

/** Opens a recommender. A second call for the same model gets the same one. */
export function createRecommender(options: RecommenderOptions): Promise<Recommender> {
  return open(options.wasm === undefined ? { ...options, wasm: fromBase64(inlined) } : options);
}
