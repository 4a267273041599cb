/**
 * The current model of an endpoint and how it is opened and used. How it is replaced by a newer one is
 * in refresh.ts, and is loaded when that is due.
 */
import type { BlobCache } from './cache.js';
import { asRecoError, part, RecoError } from '../errors.js';
import type { Runtime } from '../engine/engine.js';
import type { Loader } from './loader.js';
import { parseManifest, type Manifest } from './manifest.js';
import { Session } from './session.js';
import type { ModelInfo, Profile, RecommenderOptions } from '../types.js';

/** While in use, the manifest is looked at again after this long; after failures later and later, up to an hour. */
export const REFRESH_MS = 60_000;
const MOST_DOUBLINGS = 6;

/** A failed call looks again at once, but not more often than this. */
const RETRY_MS = 5_000;

/** A question is asked again at most so often: of a newer model, of a fresh engine, of the one in script. */
const MAX_TRIES = 3;

/** What makes engines, for a catalogue of so many items, and again after a trap. */
export interface Engines {
  runtime(items: number): Promise<Runtime>;
  renew(why: RecoError): Promise<Runtime>;
}

/** The last questions of the page, and how to ask each of them of another model. */
export type Asked = Map<string, (session: Session) => Promise<unknown>>;

/** Where the text of a manifest was, when not on the network. */
export type Source = 'device' | undefined;

export interface ModelParts extends Pick<RecommenderOptions, 'keys' | 'endpoint' | 'preview'> {
  readonly url: string;
  readonly loader: Loader;
  readonly cache: BlobCache;
  readonly profile: Pick<Profile, 'mode'>;
  readonly engines: Engines;
  readonly asked: Asked;
  readonly now: () => number;
  readonly report: (error: RecoError) => void;
  readonly changed: () => void;
}

/** The model that answers, and its manifest. */
export interface Current {
  session: Session;
  text: string;
  disposed: boolean;
}

/** What refresh.ts gets from here, since it must not hold a second copy of it. */
const TOOLS = { asRecoError, RecoError, readManifest, openSession };
export type Tools = typeof TOOLS;

export class LiveModel {
  readonly #parts: ModelParts;
  readonly #current: Current;
  #checkedAt: number;
  /** Looks in a row that failed. */
  #failures = 0;
  #refreshing: Promise<void> | undefined;
  #reviving: Promise<void> | undefined;

  private constructor(parts: ModelParts, current: Current) {
    this.#parts = parts;
    this.#current = current;
    this.#checkedAt = parts.now();
  }

  static async open(parts: ModelParts, signal?: AbortSignal): Promise<LiveModel> {
    const { url, loader, cache, engines, report } = parts;
    const fetching = loader.manifest(url, 'default', signal);
    fetching.catch(() => {});
    // Only who keeps blobs on the device may have an older manifest, or one for when there is no network.
    const later = cache.onDevice ? await refresh().catch(report) : undefined;
    const { text, manifest, previous, newer } = later === undefined
      ? await alone(fetching, parts)
      : await later.firstManifest(fetching, parts, TOOLS);
    const session = await openSession(manifest, (items) => engines.runtime(items), parts, signal);
    if (previous !== undefined && previous.index.hash !== manifest.index.hash) later?.prune(session, parts, TOOLS);
    const model = new LiveModel(parts, { session, text, disposed: false });
    if (newer) void model.#refresh(newer);
    return model;
  }

  get info(): ModelInfo {
    const { index, format, cookedAt, items, bytes, notAfter, arm } = this.#current.session.manifest;
    return { id: index.hash, format: format.major, cookedAt, items, bytes, stale: this.#parts.now() > notAfter, arm };
  }

  /** Looks for a newer model in the background when the last look is long ago. */
  refreshWhenDue(): void {
    if (this.#parts.now() - this.#checkedAt >= REFRESH_MS * 2 ** Math.min(this.#failures, MOST_DOUBLINGS)) void this.#refresh();
  }

  /**
   * Runs `work` on the current model. When a blob cannot be had, the publisher may have moved on: then the manifest
   * is looked at once more and the work repeated on the newer model. When the engine broke, it is repeated on another one.
   */
  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const { session } = this.#current;
      try {
        return await session.use(() => work(session));
      } catch (error) {
        if (!(error instanceof RecoError) || tries > MAX_TRIES) throw error;
        await this.#mend(error, session);
        if (this.#current.session === session) throw error;
      }
    }
  }

  /** Puts another session in the place of one that failed, if that may help. */
  async #mend(error: RecoError, session: Session): Promise<void> {
    const { code } = error;
    if (code === 'MODEL_FETCH' || code === 'MODEL_INTEGRITY') {
      if (this.#parts.now() - this.#checkedAt >= RETRY_MS || this.#refreshing !== undefined) await this.#refresh();
    } else if (code === 'WASM_TRAP' && this.#current.session === session) {
      const revive = async (): Promise<void> => (await refresh()).revive(error, this.#current, this.#parts, TOOLS);
      await (this.#reviving ??= revive().finally(() => {
        this.#reviving = undefined;
      }));
    }
  }

  /** Keeps the manifest on the device as well, once storage is allowed. */
  keep(): Promise<void> {
    return this.#parts.loader.keepManifest(this.#parts.url, this.#current.text);
  }

  dispose(): void {
    this.#current.disposed = true;
    this.#current.session.retire();
  }

  #refresh(text?: Promise<string>): Promise<void> {
    return (this.#refreshing ??= this.#look(text).finally(() => {
      this.#refreshing = undefined;
    }));
  }

  async #look(text: Promise<string> | undefined): Promise<void> {
    const { now, report } = this.#parts;
    this.#checkedAt = now();
    try {
      await (await refresh()).look(this.#current, this.#parts, TOOLS, text);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      if (!this.#current.disposed) report(asRecoError(error, 'MODEL_FETCH', 'the model could not be refreshed'));
    }
  }
}

/** A model on an engine that does not break at once; at last on the one in script. */
async function openSession(manifest: Manifest, runtime: (items: number) => Promise<Runtime>, parts: ModelParts, signal?: AbortSignal): Promise<Session> {
  try {
    return await Session.open(manifest, runtime, parts.loader, signal);
  } catch (error) {
    if (!(error instanceof RecoError) || error.code !== 'WASM_TRAP') throw error;
    parts.report(error);
    return openSession(manifest, () => parts.engines.renew(error), parts, signal);
  }
}

function refresh(): Promise<typeof import('./refresh.js')> {
  return part(import('./refresh.js'));
}

/** The manifest in a text: checked, where the page names keys, and with the model that this device gets. */
async function readManifest(text: string, parts: ModelParts, from?: Source): Promise<Manifest> {
  const choice = parts.keys || /preview|arms|shadow/.test(text) ? await (await refresh()).choose(text, parts, from, TOOLS) : undefined;
  return parseManifest(text, parts.url, choice);
}

async function alone(fetching: Promise<string>, parts: ModelParts): Promise<FirstManifest> {
  const text = await fetching;
  return { text, manifest: await readManifest(text, parts) };
}

export interface FirstManifest {
  readonly text: string;
  readonly manifest: Manifest;
  /** The manifest kept by an earlier visit. */
  readonly previous?: Manifest | undefined;
  /** The one of today, where it is still on its way and the kept one serves meanwhile. */
  readonly newer?: Promise<string>;
}
