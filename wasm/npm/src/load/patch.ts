/**
 * Loaded when a manifest says that its blobs can be made out of those of an earlier model: of what this device still has
 * of that one, only the change is fetched, `<blob>-<earlier blob>`, made by the cook and the same for everyone who asks.
 *
 * Nothing here is believed. What a patch makes is checked by its hash like any blob, and whatever goes wrong, the whole blob
 * is fetched as if there were no patch.
 */
import type { BlobCache } from './cache.js';
import type { Loader } from './loader.js';
import type { Manifest } from './manifest.js';
import type { GetOptions, Network } from './net.js';

type Bytes = Uint8Array<ArrayBuffer>;

/** Index blobs begin with a frame of so many bytes; a name takes so many. */
const FRAME = 24;
const NAME = 16;

/** More earlier models than a cook names are there to make looking slow. */
const MOST_EARLIER = 8;

/** An earlier model: its index, and the name of that. */
export interface Earlier {
  readonly hash: string;
  readonly index: Bytes;
}

/** The network, with patches before whole blobs. */
class Patching implements Pick<Network, 'get' | 'noteCached'> {
  readonly whole: Loader['net'];
  readonly #cache: BlobCache;
  readonly #base: string;
  /** For each blob, what may be here of earlier models in its place; the newest first. */
  readonly #before: ReadonlyMap<string, readonly string[]>;

  constructor(whole: Loader['net'], cache: BlobCache, base: string, before: ReadonlyMap<string, readonly string[]>) {
    this.whole = whole;
    this.#cache = cache;
    this.#base = base;
    this.#before = before;
  }

  async get(url: string, options: GetOptions): Promise<Bytes> {
    // What is asked for once more, past the browser's cache, was wrong the first time.
    const names = options.cache === 'default' && url.startsWith(this.#base) ? this.#before.get(url.slice(this.#base.length)) : undefined;
    for (const name of names ?? []) {
      const old = await this.#cache.get(this.#base + name);
      if (old === undefined) continue;
      try {
        return await patched(await this.whole.get(`${url}-${name}`, options), old, options.limit);
      } catch {
        break;
      }
    }
    return this.whole.get(url, options);
  }

  noteCached(url: string, bytes: number): void {
    this.whole.noteCached(url, bytes);
  }
}

/**
 * From now on blobs of `manifest` are made out of what is here of earlier models. `leaving` is the model that was used until
 * now, whose index is kept from here on. Gives the earlier models that may still be of use.
 */
export async function patchFrom(text: string, manifest: Manifest, leaving: Manifest | undefined, loader: Loader, cache: BlobCache): Promise<readonly Earlier[]> {
  const names = typeof DecompressionStream === 'undefined' ? [] : earlierNames(text, manifest.index.hash);
  if (names.length === 0) return [];
  const { blobs } = manifest;
  if (leaving?.blobs === blobs && leaving.index.inline !== undefined && names.includes(leaving.index.hash)) {
    await cache.put(blobs + leaving.index.hash, fromBase64(leaving.index.inline));
  }
  const found = await Promise.all(names.map(async (hash) => ({ hash, index: await cache.get(blobs + hash) })));
  const earlier = found.filter((one): one is Earlier => one.index !== undefined);
  if (earlier.length === 0) return [];
  const { inline } = manifest.index;
  const places = named(inline === undefined ? await loader.blob(blobs, manifest.index) : fromBase64(inline));
  const before = new Map<string, string[]>();
  for (const { index } of earlier) {
    const old = named(index);
    for (const [place, name] of places) {
      const was = old.get(place);
      if (was !== undefined && was !== name) before.set(name, [...(before.get(name) ?? []), was]);
    }
  }
  loader.net = new Patching(loader.net instanceof Patching ? loader.net.whole : loader.net, cache, blobs, before);
  return earlier;
}

/** What the manifest says of the model with this index. */
function earlierNames(text: string, hash: string): readonly string[] {
  const { models } = JSON.parse((JSON.parse(text) as { payload: string }).payload) as { models: readonly { index?: { hash?: unknown }; patchedFrom?: unknown }[] };
  const names = models.find(({ index }) => index?.hash === hash)?.patchedFrom;
  return Array.isArray(names) ? (names as unknown[]).filter((name) => typeof name === 'string').filter((name) => /^[0-9a-f]{32}$/.test(name)).slice(0, MOST_EARLIER) : [];
}

/** The names in an index by their places. An index that is not whole names nothing that could do harm. */
export function named(index: Uint8Array): Map<string, string> {
  const from = new Reader(index.subarray(FRAME));
  const names = new Map<string, string>();
  for (let groups = from.varint(); groups > 0 && !from.ended; groups -= 1) {
    const group = `${from.varint()}/${from.bytes(1)[0] ?? 0}`;
    from.bytes(from.varint());
    const hashes = from.bytes(from.varint());
    for (let at = 0; at + NAME <= hashes.length; at += NAME) names.set(`${group}/${at}`, hex(hashes.subarray(at, at + NAME)));
  }
  return names;
}

/** The newer bytes: `size` of them. Throws at anything that does not fit. */
export async function patched(patch: Bytes, old: Uint8Array, size: number): Promise<Bytes> {
  // Steps are short numbers; more of them than bytes would be no saving.
  const from = new Reader(await inflated(patch, 4 * size + FRAME));
  const steps = Array.from({ length: Math.min(from.varint(), size) }, () => [from.varint(), from.varint(), from.varint()] as const);
  const sums = new Reader(from.bytes(steps.reduce((all, [add]) => all + add, 0)));
  const made = new Uint8Array(size);
  let [at, to] = [0, 0];
  for (const [add, insert, skip] of steps) {
    if (at < 0 || at + add > old.length) throw new RangeError('beyond the earlier blob');
    sums.bytes(add).forEach((sum, step) => { made[to + step] = sum + (old[at + step] ?? 0); });
    made.set(from.bytes(insert), to + add);
    to += add + insert;
    at += add + (skip % 2 === 0 ? skip / 2 : -(skip + 1) / 2);
  }
  return made;
}

async function inflated(bytes: Bytes, limit: number): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const whole = new Uint8Array(limit);
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return whole.subarray(0, length);
    // Throws beyond the limit.
    try {
      whole.set(value, length);
    } catch (error) {
      reader.cancel().catch(() => {});
      throw error;
    }
    length += value.length;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    for (let [number, unit] = [0, 1]; ; unit *= 128) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || unit > 2 ** 42) throw new RangeError('no number');
      this.#at += 1;
      number += (byte % 128) * unit;
      if (byte < 128) return number;
    }
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError('too short');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
