/**
 * Brings bytes in: the manifest as text, blobs by hash. A blob is believed only when its length and
 * its SHA-256 are the ones that were asked for, wherever it came from.
 */
import type { BlobCache } from './cache.js';
import { RecoError, until } from './errors.js';
import { MANIFEST_LIMIT, type BlobRef } from './manifest.js';
import type { Network } from './net.js';

export type Digest = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

interface Flight {
  readonly bytes: Promise<Uint8Array<ArrayBuffer>>;
  readonly control: AbortController;
  waiting: number;
}

export class Loader {
  readonly #net: Network;
  readonly #cache: BlobCache;
  readonly #digest: Digest;
  readonly #flights = new Map<string, Flight>();

  constructor(net: Network, cache: BlobCache, digest: Digest) {
    this.#net = net;
    this.#cache = cache;
    this.#digest = digest;
  }

  /** The manifest's text from the network. */
  async manifest(url: string, cache: RequestCache, signal?: AbortSignal): Promise<string> {
    return new TextDecoder().decode(await this.#net.get(url, { code: 'MODEL_FETCH', limit: MANIFEST_LIMIT, cache, signal }));
  }

  async keepManifest(url: string, text: string): Promise<void> {
    if (this.#cache.onDevice) await this.#cache.put(url, new TextEncoder().encode(text));
  }

  /** The blob at `base` + hash. Callers who ask at the same time share one request. */
  async blob(base: string, ref: BlobRef, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const flight = this.#flights.get(ref.hash) ?? this.#start(base, ref);
    flight.waiting += 1;
    try {
      return await until(flight.bytes, signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.control.abort();
    }
  }

  /** Checks bytes that came inside the manifest. */
  async check(bytes: Uint8Array<ArrayBuffer>, ref: BlobRef, where: string): Promise<void> {
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

  async #fetchBlob(url: string, ref: BlobRef, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const kept = await this.#cache.get(url);
    if (kept !== undefined) {
      if ((await this.#mismatch(kept, ref)) === undefined) {
        this.#net.noteCached(url, kept.length);
        return kept;
      }
      await this.#cache.drop(url);
    }
    const bytes = await this.#download(url, ref, signal);
    await this.#cache.put(url, bytes);
    return bytes;
  }

  /** Fetches and checks; a wrong answer is asked for once more past the HTTP cache. */
  async #download(url: string, ref: BlobRef, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const get = (cache: RequestCache): Promise<Uint8Array<ArrayBuffer>> =>
      this.#net.get(url, { code: 'MODEL_FETCH', limit: ref.size, cache, signal });
    const first = await get('default');
    if ((await this.#mismatch(first, ref)) === undefined) return first;
    const second = await get('reload');
    await this.check(second, ref, url);
    return second;
  }

  async #mismatch(bytes: Uint8Array<ArrayBuffer>, ref: BlobRef): Promise<string | undefined> {
    if (bytes.length !== ref.size) return `has ${bytes.length} bytes instead of ${ref.size}`;
    return hex(await this.#digest(bytes)) === ref.hash ? undefined : 'has another SHA-256 than its name says';
  }
}

export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** SHA-256 by the platform, or by `own` on pages that have no `crypto.subtle` (plain http). */
export function digestWith(own: (bytes: Uint8Array) => Promise<Uint8Array>): Digest {
  return async (bytes) => {
    const subtle = globalThis.crypto?.subtle;
    return subtle === undefined ? own(bytes) : new Uint8Array(await subtle.digest('SHA-256', bytes));
  };
}
