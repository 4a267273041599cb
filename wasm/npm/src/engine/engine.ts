/**
 * What scores, whatever it is made of and wherever it runs: the wasm module in the page or in a worker, or
 * the engine in script. Sections go in as blobs, questions as bytes.
 */
import type { Card } from '../types.js';

/** At once where the engine runs in the page, later where it runs in a worker. */
export type Soon<T> = T | Promise<T>;

/** One model loaded for scoring. */
export interface Engine {
  add(blob: Uint8Array): Soon<void>;
  /** Blobs still missing for this question, each as `<hash>:<size>`. */
  needs(request: Uint8Array): Soon<string[]>;
  /** `[level, count, (position, score, reason, because or -1) × count, removed by each rule]`; empty while blobs are missing. */
  run(request: Uint8Array): Soon<Float64Array>;
  /** As explanation in ask/more.ts reads it; empty while blobs are missing. */
  explain(request: Uint8Array, item: Uint8Array): Soon<Float64Array>;
  ids(positions: Uint32Array): Soon<string[]>;
  cardNeeds(positions: Uint32Array): Soon<string[]>;
  /** In the order of `positions`; `undefined` where a card is not loaded. */
  cards(positions: Uint32Array): Soon<(Card | undefined)[]>;
  /** How many items the model has. */
  items(): Soon<number>;
  free(): void;
}

/** What makes engines. */
export interface Runtime {
  create(): Engine;
  /** Ends what runs beside the page. */
  close?(): void;
}
