/**
 * The package without any reference to the wasm file: the caller passes `wasm`, or wants none.
 * Otherwise the same as the default entry.
 */
import { open } from './recommender.js';
import type { Recommender, RecommenderOptions, WasmSource } from './types.js';

export { RecoError, type RecoErrorCode } from './errors.js';
export type * from './types.js';

/** Opens a recommender. A second call for the same model, channel and catalogue gets the same one. */
export function createRecommender(options: RecommenderOptions & ({ wasm: WasmSource } | { run: 'js' })): Promise<Recommender> {
  return open(options);
}
