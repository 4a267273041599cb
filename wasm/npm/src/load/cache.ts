/**
 * Where fetched bytes rest: in memory, or, once the shopper agreed to storage, in the Cache API.
 * It never decides whether bytes are right: the loader checks everything that comes out of here.
 */
import { asRecoError, type RecoError } from '../errors.js';

export const CACHE_NAME = 'cookshelf-v1';

/** In memory at most this many bytes are kept; the engine holds its own copy of what it uses. */
const MEMORY_LIMIT = 4 * 1024 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

export class BlobCache {
  readonly memory = new Map<string, Bytes>();
  readonly #report: (error: RecoError) => void;
  #held = 0;
  #onDevice = false;

  constructor(report: (error: RecoError) => void) {
    this.#report = report;
  }

  /** Whether bytes are kept beyond this page. */
  get onDevice(): boolean {
    return this.#onDevice;
  }

  /** Starts keeping bytes on the device, beginning with what is in memory. */
  async useDevice(): Promise<void> {
    if (this.#onDevice || typeof caches === 'undefined') return;
    this.#onDevice = true;
    // Whatever is erased meanwhile is not there any more when its turn comes.
    for (const [url, bytes] of this.memory) {
      this.#release(url);
      await this.put(url, bytes);
      if (!this.#onDevice) return;
    }
  }

  /** Stops using the device and deletes what was kept there. */
  async useMemory(): Promise<void> {
    if (!this.#onDevice) return;
    this.#onDevice = false;
    await this.#attempt(() => caches.delete(CACHE_NAME));
  }

  async get(url: string): Promise<Bytes | undefined> {
    const held = this.memory.get(url);
    if (held !== undefined || !this.#onDevice) return held;
    return this.#attempt(async () => {
      // Not through `open`, which would make the store when there is none.
      const found = await caches.match(url, { cacheName: CACHE_NAME });
      return found && new Uint8Array(await found.arrayBuffer());
    });
  }

  async put(url: string, bytes: Bytes): Promise<void> {
    const stored = await this.onStore(async (cache) => {
      await cache.put(url, new Response(bytes));
      return true;
    });
    if (stored !== true) this.#hold(url, bytes);
  }

  /**
   * Does the work alone among the tabs of this shop, where they share a store: what one fetches, the others find.
   * Where the browser has no locks, each does it for itself.
   */
  async alone<T>(url: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const locks = this.#onDevice ? globalThis.navigator?.locks : undefined;
    return locks ? locks.request(`cookshelf ${url}`, signal ? { signal } : {}, work) : work();
  }

  async drop(url: string): Promise<void> {
    this.#release(url);
    await this.onStore((cache) => cache.delete(url));
  }

  /** Forgets everything, on the device and in memory, or fails; later bytes are kept as before. */
  async clear(): Promise<void> {
    this.memory.clear();
    this.#held = 0;
    if (typeof caches !== 'undefined') await caches.delete(CACHE_NAME);
  }

  /** Does something with the device's store when it is in use. */
  async onStore<T>(work: (cache: Cache) => Promise<T>): Promise<T | undefined> {
    return this.#onDevice ? this.#attempt(async () => work(await caches.open(CACHE_NAME))) : undefined;
  }

  /** When the device's store is refused, memory takes over. */
  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (this.#onDevice) this.#report(asRecoError(error, 'STORAGE_DENIED', 'the browser refused'));
      this.#onDevice = false;
      return undefined;
    }
  }

  #hold(url: string, bytes: Bytes): void {
    this.#release(url);
    this.memory.set(url, bytes);
    this.#held += bytes.length;
    for (const oldest of this.memory.keys()) {
      if (this.#held <= MEMORY_LIMIT) break;
      this.#release(oldest);
    }
  }

  #release(url: string): void {
    this.#held -= this.memory.get(url)?.length ?? 0;
    this.memory.delete(url);
  }
}
