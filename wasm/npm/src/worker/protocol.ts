/**
 * What page and worker say to each other: calls of engine methods and their answers. Bytes, typed arrays and
 * plain values only.
 */
import type { Engine } from '../engine/engine.js';
import type { RecoErrorCode } from '../errors.js';

/** Methods of an engine that the worker answers. */
export type Method = 'add' | 'needs' | 'run' | 'explain' | 'ids' | 'cardNeeds' | 'cards' | 'items';

export type Call =
  /** Starts the module; answered with whether this worker can reach the network. */
  | { readonly do: 'start'; readonly id: number; readonly wasm: BufferSource | WebAssembly.Module }
  | { readonly do: 'create'; readonly id: number; readonly engine: number }
  | { readonly do: 'free'; readonly id: number; readonly engine: number }
  | { readonly do: 'ask'; readonly id: number; readonly engine: number; readonly method: Method; readonly args: readonly unknown[] };

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly code: RecoErrorCode | undefined; readonly message: string };

export type Answered<M extends Method> = Awaited<ReturnType<Engine[M]>>;
