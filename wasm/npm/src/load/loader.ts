/**
 * Brings bytes in: the manifest as text, blobs by hash. A blob is believed only when its length and
 * its SHA-256 are the ones that were asked for, wherever it came from.
 */
import type { BlobCache } from './cache.js';
import { part, RecoError, until } from '../errors.js';
import { MANIFEST_LIMIT, type BlobRef } from './manifest.js';
import type { GetOptions, Network } from './net.js';

type Bytes = Uint8Array<ArrayBuffer>;
export type Digest = (bytes: Bytes) => Promise<Uint8Array>;

/** What is wrong with bytes; `undefined` when nothing is. */
export type Check = (bytes: Bytes) => Promise<RecoError | undefined>;

/**
 * The bytes as kept, when they pass the check, or fetched. A wrong answer is asked for once more past
 * the HTTP cache, which may still hold what was there before.
 */
export function fetchChecked(url: string, options: Omit<GetOptions, 'cache'>, net: Pick<Network, 'get' | 'noteCached'>, cache: BlobCache, check: Check): Promise<Bytes> {
  return cache.alone(url, options.signal, () => keptOrFetched(url, options, net, cache, check));
}

async function keptOrFetched(url: string, options: Omit<GetOptions, 'cache'>, net: Pick<Network, 'get' | 'noteCached'>, cache: BlobCache, check: Check): Promise<Bytes> {
  const kept = await cache.get(url);
  if (kept !== undefined) {
    if ((await check(kept)) === undefined) {
      net.noteCached(url, kept.length);
      return kept;
    }
    await cache.drop(url);
  }
  let bytes = await net.get(url, { ...options, cache: 'default' });
  if ((await check(bytes)) !== undefined) {
    bytes = await net.get(url, { ...options, cache: 'reload' });
    const wrong = await check(bytes);
    if (wrong !== undefined) throw wrong;
  }
  await cache.put(url, bytes);
  return bytes;
}

interface Flight {
  readonly bytes: Promise<Bytes>;
  readonly control: AbortController;
  waiting: number;
}

export class Loader {
  /** Where bytes come from; patches come before it once there are some. */
  net: Pick<Network, 'get' | 'noteCached'>;
  readonly #cache: BlobCache;
  readonly #digest: Digest;
  readonly #flights = new Map<string, Flight>();

  constructor(net: Pick<Network, 'get' | 'noteCached'>, cache: BlobCache, digest: Digest) {
    this.net = net;
    this.#cache = cache;
    this.#digest = digest;
  }

  /** The manifest's text from the network. */
  async manifest(url: string, cache: RequestCache, signal?: AbortSignal): Promise<string> {
    return new TextDecoder().decode(await this.net.get(url, { code: 'MODEL_FETCH', limit: MANIFEST_LIMIT, cache, signal }));
  }

  async keepManifest(url: string, text: string): Promise<void> {
    if (this.#cache.onDevice) await this.#cache.put(url, new TextEncoder().encode(text));
  }

  /** The blob at `base` + hash. Callers who ask at the same time share one request. */
  async blob(base: string, ref: BlobRef, signal?: AbortSignal): Promise<Bytes> {
    const flight = this.#flights.get(ref.hash) ?? this.#start(base, ref);
    flight.waiting += 1;
    try {
      return await until(flight.bytes, signal);
    } finally {
      flight.waiting -= 1;
      // What has landed is nobody's to stop: a page's own fetch may still be reading a copy.
      if (flight.waiting === 0 && this.#flights.get(ref.hash) === flight) flight.control.abort();
    }
  }

  /** Checks bytes that came inside the manifest. */
  async check(bytes: Bytes, ref: BlobRef, where: string): Promise<void> {
    const wrong = await this.#mismatch(bytes, ref);
    if (wrong !== undefined) throw new RecoError('MODEL_INTEGRITY', `${where} ${wrong}`);
  }

  #start(base: string, ref: BlobRef): Flight {
    const control = new AbortController();
    const bytes = this.#fetchBlob(base + ref.hash, ref, control.signal);
    const flight = { bytes, control, waiting: 0 };
    this.#flights.set(ref.hash, flight);
    const land = (): void => {
      if (this.#flights.get(ref.hash) === flight) this.#flights.delete(ref.hash);
    };
    bytes.then(land, land);
    control.signal.addEventListener('abort', land, { once: true });
    return flight;
  }

  #fetchBlob(url: string, ref: BlobRef, signal: AbortSignal): Promise<Bytes> {
    return fetchChecked(url, { code: 'MODEL_FETCH', limit: ref.size, signal }, this.net, this.#cache, async (bytes) => {
      const wrong = await this.#mismatch(bytes, ref);
      return wrong === undefined ? undefined : new RecoError('MODEL_INTEGRITY', `${url} ${wrong}`);
    });
  }

  async #mismatch(bytes: Bytes, ref: BlobRef): Promise<string | undefined> {
    if (bytes.length !== ref.size) return `has ${bytes.length} bytes, not ${ref.size}`;
    return hex(await this.#digest(bytes)).startsWith(ref.hash) ? undefined : 'has another SHA-256';
  }
}

export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** SHA-256 by the platform, or in script on pages that have no `crypto.subtle` (plain http). */
export const digest: Digest = async (bytes) => {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  return subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : (await part(import('./digest.js'))).sha256(bytes);
};
