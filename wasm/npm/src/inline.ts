/**
 * The default entry for Node and other servers: the wasm travels inside the script, so no file has
 * to be found at run time. It also works in a browser, should a bundler pick it there.
 */
import packed from 'cookshelf-wasm-base64';
import { open } from './recommender.js';
import { fromBase64 } from './load/session.js';
import type { Recommender, RecommenderOptions } from './types.js';

export { RecoError, type RecoErrorCode } from './errors.js';
export type * from './types.js';

/** Opens a recommender. A second call for the same model, channel and catalogue gets the same one. */
export async function createRecommender(options: RecommenderOptions): Promise<Recommender> {
  return open(options.wasm === undefined ? { ...options, wasm: await inflated() } : options);
}

let module: Promise<ArrayBuffer> | undefined;

/** The module's bytes; compressed they make the script a third shorter. */
function inflated(): Promise<ArrayBuffer> {
  return (module ??= new Response(new Blob([fromBase64(packed)]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer());
}
