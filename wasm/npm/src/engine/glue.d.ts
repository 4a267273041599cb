/** The engine as the wasm module offers it. Answers are copies. */
export class Engine {
  add(blob: Uint8Array): void;
  needs(request: Uint8Array): string;
  run(request: Uint8Array): Float64Array;
  explain(request: Uint8Array, item: Uint8Array): Float64Array;
  ids(positions: Uint32Array): string;
  cardNeeds(positions: Uint32Array): string;
  cards(positions: Uint32Array): Uint8Array;
  items(): number;
  /** What the last call that answered with nothing failed with, as a code and which part; empty when it did not fail. */
  fault(): string;
  free(): void;
}

/** Starts the module; engines can be made afterwards. */
export function start(source: BufferSource | WebAssembly.Module): Promise<void>;
