/**
 * The current model of an endpoint and how it is replaced: the manifest is looked at again from time
 * to time, a newer model is made whole beside the current one, and only then takes over.
 */
import type { BlobCache } from './cache.js';
import { asRecoError, RecoError } from './errors.js';
import type { Runtime } from './engine.js';
import type { Loader } from './loader.js';
import { parseManifest, refuseOlder, type Manifest } from './manifest.js';
import { Session } from './session.js';
import type { ModelInfo } from './types.js';

/** While in use, the manifest is looked at again after this long. */
export const REFRESH_MS = 60_000;

/** A failed call looks again at once, but not more often than this. */
const RETRY_MS = 5_000;

export interface ModelParts {
  readonly url: string;
  readonly loader: Loader;
  readonly cache: BlobCache;
  readonly runtime: Promise<Runtime>;
  readonly now: () => number;
  readonly report: (error: RecoError) => void;
  readonly changed: () => void;
}

export class LiveModel {
  readonly #parts: ModelParts;
  #session: Session;
  #text: string;
  #checkedAt: number;
  #refreshing: Promise<void> | undefined;
  #disposed = false;

  private constructor(parts: ModelParts, session: Session, text: string) {
    this.#parts = parts;
    this.#session = session;
    this.#text = text;
    this.#checkedAt = parts.now();
  }

  static async open(parts: ModelParts, signal?: AbortSignal): Promise<LiveModel> {
    const { text, manifest, previous } = await firstManifest(parts, signal);
    const session = await Session.open(manifest, parts.runtime, parts.loader, signal);
    const live = new LiveModel(parts, session, text);
    if (previous !== undefined && previous.index.hash !== manifest.index.hash) live.#prune();
    return live;
  }

  get session(): Session {
    return this.#session;
  }

  get info(): ModelInfo {
    const { manifest } = this.#session;
    return {
      id: manifest.index.hash,
      format: manifest.format.major,
      cookedAt: manifest.cookedAt,
      items: manifest.items,
      bytes: manifest.bytes,
      stale: this.#parts.now() > manifest.notAfter,
    };
  }

  /** Looks for a newer model in the background when the last look is long ago. */
  refreshWhenDue(): void {
    if (this.#parts.now() - this.#checkedAt >= REFRESH_MS) void this.#refresh();
  }

  /**
   * Runs `work` on the current model. When a blob cannot be had, the publisher may have moved on:
   * then the manifest is looked at once more and the work repeated on the newer model.
   */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#session;
    try {
      return await session.use(() => work(session));
    } catch (error) {
      if (!(error instanceof RecoError) || !(error.code === 'MODEL_FETCH' || error.code === 'MODEL_INTEGRITY')) throw error;
      if (this.#parts.now() - this.#checkedAt >= RETRY_MS || this.#refreshing !== undefined) await this.#refresh();
      const newer = this.#session;
      if (newer === session) throw error;
      return newer.use(() => work(newer));
    }
  }

  /** Keeps the manifest on the device as well, once storage is allowed. */
  async keep(): Promise<void> {
    await this.#parts.loader.keepManifest(this.#parts.url, this.#text);
  }

  dispose(): void {
    this.#disposed = true;
    this.#session.retire();
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#look().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #look(): Promise<void> {
    const { loader, url, now, report } = this.#parts;
    this.#checkedAt = now();
    try {
      const text = await loader.manifest(url, 'no-cache');
      if (text === this.#text) return;
      const manifest = parseManifest(text, url);
      refuseOlder(manifest, this.#session.manifest);
      await this.#replace(manifest, text);
    } catch (error) {
      report(asRecoError(error, 'MODEL_FETCH', 'the model could not be refreshed; the previous one stays in use'));
    }
  }

  async #replace(manifest: Manifest, text: string): Promise<void> {
    const { loader, runtime, changed } = this.#parts;
    const next = await Session.open(manifest, runtime, loader);
    try {
      await next.use(() => next.catchUp(this.#session));
    } catch (error) {
      next.retire();
      throw error;
    }
    if (this.#disposed) return next.retire();
    const previous = this.#session;
    this.#session = next;
    this.#text = text;
    previous.retire();
    await this.keep();
    if (previous.manifest.index.hash !== manifest.index.hash) {
      this.#prune();
      changed();
    }
  }

  /** Deletes kept blobs that the current index does not name. */
  #prune(): void {
    const { manifest, index } = this.#session;
    const named = (hash: string): boolean => hash === manifest.index.hash || hash === manifest.ids.hash || names(index, hash);
    this.#parts.cache.prune(manifest.blobs, named).catch((error: unknown) => {
      this.#parts.report(asRecoError(error, 'STORAGE_DENIED', 'old blobs could not be deleted'));
    });
  }
}

interface FirstManifest {
  readonly text: string;
  readonly manifest: Manifest;
  /** The manifest kept by an earlier visit. */
  readonly previous: Manifest | undefined;
}

/** The newest manifest that can be had: from the network, or, without one, as kept on the device. */
async function firstManifest(parts: ModelParts, signal?: AbortSignal): Promise<FirstManifest> {
  const { loader, url, report } = parts;
  const fetching = loader.manifest(url, 'default', signal);
  fetching.catch(() => {});
  const keptText = await loader.keptManifest(url);
  const previous = keptText === undefined ? undefined : readable(keptText, url);
  try {
    const text = await fetching;
    const manifest = parseManifest(text, url);
    refuseOlder(manifest, previous);
    if (text !== keptText) await loader.keepManifest(url, text);
    return { text, manifest, previous };
  } catch (error) {
    const known = asRecoError(error, 'MODEL_FETCH', 'the manifest could not be fetched');
    if (keptText === undefined || previous === undefined || known.code === 'ABORTED') throw known;
    report(known);
    return { text: keptText, manifest: previous, previous };
  }
}

function readable(text: string, url: string): Manifest | undefined {
  try {
    return parseManifest(text, url);
  } catch {
    return undefined; // kept by another version of the package
  }
}

/**
 * Whether the index names this blob. Hashes lie in the index as their 32 bytes, so looking for
 * those bytes answers the question without a second reader of the format.
 */
export function names(index: Uint8Array, hash: string): boolean {
  const bytes = Uint8Array.from({ length: hash.length / 2 }, (_, at) => Number.parseInt(hash.slice(2 * at, 2 * at + 2), 16));
  const [first = 0] = bytes;
  for (let at = index.indexOf(first); at >= 0; at = index.indexOf(first, at + 1)) {
    if (bytes.every((byte, offset) => index[at + offset] === byte)) return true;
  }
  return false;
}
