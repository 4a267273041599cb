/**
 * The only file that touches the generated glue. It starts the wasm module once per page, turns
 * everything the engine throws into typed errors, and checks what comes back before passing it on.
 */
import { Engine as RawEngine, start } from '../pkg/glue.js';
import { asRecoError, messageOf, RecoError } from './errors.js';
import type { Card } from './types.js';

/** One model loaded for scoring. Sections go in as blobs, questions as bytes. */
export interface Engine {
  add(blob: Uint8Array): void;
  /** Blobs still missing for this question, each as `<hash>:<size>`. */
  needs(request: Uint8Array): string[];
  run(request: Uint8Array): Float64Array;
  ids(positions: Uint32Array): string[];
  cardNeeds(positions: Uint32Array): string[];
  cards(positions: Uint32Array): Card[];
  /** How many items the model has. */
  items(): number;
  free(): void;
}

/** The started module. */
export interface Runtime {
  create(): Engine;
  sha256(bytes: Uint8Array): Uint8Array;
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
      ? new RecoError('WASM_BLOCKED_BY_CSP', 'the content security policy of this page forbids WebAssembly', error)
      : asRecoError(error, 'WASM_VERSION', 'the wasm file does not fit this script');
  }
  return {
    create: () => guarded(guard(() => new RawEngine())),
    sha256: (bytes) => guard(() => RawEngine.sha256(bytes)),
  };
}

function guarded(raw: RawEngine): Engine {
  return {
    add: (blob) => guard(() => raw.add(blob)),
    needs: (request) => guard(() => raw.needs(request)),
    run: (request) => guard(() => raw.run(request)),
    ids: (positions) => guard(() => raw.ids(positions)),
    cardNeeds: (positions) => guard(() => raw.cardNeeds(positions)),
    cards: (positions) => Array.from(guard((): Iterable<unknown> => raw.cards(positions)), readCard),
    items: () => guard(() => raw.items()),
    free: () => guard(() => raw.free()),
  };
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

/** A card that is not loaded comes as `undefined` and has no id. */
function readCard(value: unknown): Card {
  const { id, title, price, currency, address, image } = Object(value) as Record<string, unknown>;
  return {
    id: text(id),
    title: text(title),
    ...(typeof price === 'string' && { price }),
    ...(typeof currency === 'string' && { currency }),
    address: text(address),
    image: text(image),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
