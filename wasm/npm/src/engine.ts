/**
 * The only file that touches the generated glue. It starts the wasm module once per page and turns
 * everything the engine throws into typed errors. What comes back is believed: the file that it comes
 * from has the SHA-256 of this build.
 */
import { Engine as RawEngine, start } from '../pkg/glue.js';
import { asRecoError, messageOf, RecoError } from './errors.js';
import type { Card } from './types.js';

/** One model loaded for scoring. Sections go in as blobs, questions as bytes. */
export interface Engine {
  add(blob: Uint8Array): void;
  /** Blobs still missing for this question, each as `<hash>:<size>`. */
  needs(request: Uint8Array): string[];
  /** Empty while blobs are missing. */
  run(request: Uint8Array): Float64Array;
  /** Empty while blobs are missing. */
  explain(request: Uint8Array, item: Uint8Array): Float64Array;
  ids(positions: Uint32Array): string[];
  cardNeeds(positions: Uint32Array): string[];
  /** In the order of `positions`; `undefined` where a card is not loaded. */
  cards(positions: Uint32Array): (Card | undefined)[];
  /** How many items the model has. */
  items(): number;
  free(): void;
}

/** The started module. */
export interface Runtime {
  create(): Engine;
}

let started: Promise<Runtime> | undefined;

/** Starts the module; every later call gets the same one, whatever it passes. */
export function startRuntime(bytes: () => Promise<BufferSource | WebAssembly.Module>): Promise<Runtime> {
  started ??= bytes().then(instantiate);
  started.catch(() => {
    started = undefined;
  });
  return started;
}

async function instantiate(source: BufferSource | WebAssembly.Module): Promise<Runtime> {
  try {
    await start(source);
  } catch (error) {
    throw /content security policy|\bCSP\b|unsafe-eval/i.test(messageOf(error))
      ? new RecoError('WASM_BLOCKED_BY_CSP', 'WebAssembly is forbidden here', error)
      : asRecoError(error, 'WASM_VERSION', 'wasm and script do not fit');
  }
  return { create: () => guarded(guard(() => new RawEngine())) };
}

function guarded(raw: RawEngine): Engine {
  return {
    add: (blob) => guard(() => raw.add(blob)),
    needs: (request) => guard(() => lines(raw.needs(request))),
    run: (request) => guard(() => raw.run(request)),
    explain: (request, item) => guard(() => raw.explain(request, item)),
    ids: (positions) => (positions.length === 0 ? [] : guard(() => raw.ids(positions).split('\n'))),
    cardNeeds: (positions) => guard(() => lines(raw.cardNeeds(positions))),
    cards: (positions) => guard(() => raw.cards(positions) as (Card | undefined)[]),
    items: () => guard(() => raw.items()),
    free: () => guard(() => raw.free()),
  };
}

function lines(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

/** Set when the module has trapped: its memory can no longer be trusted. */
let trapped: RecoError | undefined;

function guard<T>(call: () => T): T {
  if (trapped !== undefined) throw trapped;
  try {
    return call();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
      throw (trapped = asRecoError(error, 'WASM_TRAP', 'the engine stopped'));
    }
    throw asRecoError(error, 'MODEL_FORMAT', 'the engine refused');
  }
}
