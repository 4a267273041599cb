/**
 * The only file that touches the generated glue. It starts the wasm module once per page, turns
 * everything the engine throws into typed errors, and checks what comes back before passing it on.
 */
import { Engine as RawEngine, start } from '../pkg/glue.js';
import { asRecoError, RecoError } from './errors.js';
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
    throw startFailure(error);
  }
  return {
    create: () => new Guarded(guard(() => new RawEngine())),
    sha256: (bytes) => guard(() => RawEngine.sha256(bytes)),
  };
}

function startFailure(error: unknown): RecoError {
  const message = error instanceof Error ? error.message : String(error);
  if (/content security policy|\bCSP\b|unsafe-eval/i.test(message)) {
    return new RecoError('WASM_BLOCKED_BY_CSP', 'the content security policy of this page forbids WebAssembly', error);
  }
  return asRecoError(error, 'WASM_VERSION', 'the wasm file does not fit this script');
}

class Guarded implements Engine {
  readonly #raw: RawEngine;

  constructor(raw: RawEngine) {
    this.#raw = raw;
  }

  add(blob: Uint8Array): void {
    guard(() => this.#raw.add(blob));
  }

  needs(request: Uint8Array): string[] {
    return guard(() => this.#raw.needs(request));
  }

  run(request: Uint8Array): Float64Array {
    return guard(() => this.#raw.run(request));
  }

  ids(positions: Uint32Array): string[] {
    return guard(() => this.#raw.ids(positions));
  }

  cardNeeds(positions: Uint32Array): string[] {
    return guard(() => this.#raw.cardNeeds(positions));
  }

  cards(positions: Uint32Array): Card[] {
    const cards: unknown = guard(() => this.#raw.cards(positions));
    if (!Array.isArray(cards)) throw new RecoError('MODEL_FORMAT', 'the engine returned no list of cards');
    return cards.map(readCard);
  }

  items(): number {
    const info: unknown = guard(() => this.#raw.info());
    const items = isRecord(info) ? info['items'] : undefined;
    if (typeof items !== 'number') throw new RecoError('MODEL_FORMAT', 'the engine does not say how many items there are');
    return items;
  }

  free(): void {
    guard(() => this.#raw.free());
  }
}

/** Set when the module has trapped: its memory can no longer be trusted. */
let trapped: RecoError | undefined;

function guard<T>(call: () => T): T {
  if (trapped !== undefined) throw trapped;
  try {
    return call();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
      trapped = asRecoError(error, 'WASM_TRAP', 'the engine stopped');
      throw trapped;
    }
    throw asRecoError(error, 'MODEL_FORMAT', 'the engine refused');
  }
}

function readCard(value: unknown): Card {
  const card = isRecord(value) ? value : {};
  const price = card['price'];
  const currency = card['currency'];
  return {
    id: text(card['id']),
    title: text(card['title']),
    ...(typeof price === 'string' ? { price } : {}),
    ...(typeof currency === 'string' ? { currency } : {}),
    address: text(card['address']),
    image: text(card['image']),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
