/**
 * The recommender: puts the rooms together and offers them to the page. Holds no rules of its own.
 */
import { BlobCache } from './cache.js';
import { asRecoError, RecoError, throwIfAborted, until } from './errors.js';
import { startRuntime, type Runtime } from './engine.js';
import { digestWith, Loader } from './loader.js';
import { LiveModel } from './model.js';
import { Network } from './net.js';
import { makePlan, warmPlans } from './plan.js';
import { DeviceProfile } from './profile.js';
import type {
  ItemId,
  ListRequest,
  ModelInfo,
  NetworkEntry,
  Profile,
  ProfileMode,
  Query,
  Recommender,
  RecommenderEvents,
  RecommenderOptions,
  Result,
} from './types.js';
import { absolute, readWasm } from './wasm.js';

type Start = (bytes: () => Promise<BufferSource | WebAssembly.Module>) => Promise<Runtime>;
type Listeners = { [K in keyof RecommenderEvents]: Set<(event: RecommenderEvents[K]) => void> };

const opened = new Map<string, Promise<Recommender>>();

/** Opens a recommender; a second call for the same model gets the same one. `start` is for tests. */
export function open(options: RecommenderOptions, start: Start = startRuntime): Promise<Recommender> {
  let url: string;
  try {
    url = absolute(options.model);
  } catch (cause) {
    return Promise.reject(new RecoError('MODEL_FETCH', `"${String(options.model)}" is not an address; outside a page it must be absolute`, cause));
  }
  const known = opened.get(url);
  if (known !== undefined) return until(known, options.signal);
  const forget = (): void => {
    opened.delete(url);
  };
  const opening = ShelfRecommender.open(url, options, start, forget);
  opened.set(url, opening);
  opening.catch(forget);
  return opening;
}

class ShelfRecommender implements Recommender {
  readonly profile: Profile;
  readonly network: { log(): readonly NetworkEntry[] };
  readonly #profile: DeviceProfile;
  readonly #model: LiveModel;
  readonly #listeners: Listeners;
  readonly #forget: () => void;
  #answers = 0;
  #disposed = false;

  private constructor(profile: DeviceProfile, model: LiveModel, net: Network, listeners: Listeners, forget: () => void) {
    this.profile = this.#profile = profile;
    this.#model = model;
    this.network = { log: () => net.log() };
    this.#listeners = listeners;
    this.#forget = forget;
    globalThis.document?.addEventListener('visibilitychange', this.#seen);
  }

  static async open(url: string, options: RecommenderOptions, start: Start, forget: () => void): Promise<Recommender> {
    const listeners: Listeners = { change: new Set(), error: new Set() };
    const report = (error: RecoError): void => {
      options.onError?.(error);
      for (const listener of listeners.error) listener(error);
    };
    const tellChange = (what: 'profile' | 'model'): void => {
      for (const listener of listeners.change) listener({ what });
    };
    throwIfAborted(options.signal);
    const now = options.now ?? Date.now;
    const net = new Network(options.fetch, now);
    const cache = new BlobCache(report);
    const wasm = { net, cache, digest: globalThis.crypto?.subtle === undefined ? undefined : digestWith(noDigest) };
    let model: LiveModel | undefined;
    const profile = new DeviceProfile(
      {
        now,
        report,
        changed: () => tellChange('profile'),
        moved: (mode) => storeBlobs(options.cache ?? 'auto', mode, cache, () => model?.keep()),
        wipe: () => cache.clear(),
      },
      options.profile ?? 'off',
    );
    storeBlobs(options.cache ?? 'auto', profile.mode, cache, () => undefined);
    const runtime = start(async () => {
      if (options.wasm === undefined) throw new RecoError('WASM_FETCH', 'cookshelf/slim needs the wasm option');
      return readWasm(options.wasm, wasm);
    });
    runtime.catch(() => {});
    const loader = new Loader(net, cache, digestWith(async (bytes) => (await runtime).sha256(bytes)));
    try {
      model = await LiveModel.open({ url, loader, cache, runtime, now, report, changed: () => tellChange('model') }, options.signal);
      await profile.settled();
    } catch (error) {
      profile.dispose();
      throw asRecoError(error, 'MODEL_FETCH', 'the model could not be opened');
    }
    return new ShelfRecommender(profile, model, net, listeners, forget);
  }

  forYou(query?: Query): Promise<Result> {
    return this.recommend({ ...query, kind: 'picks' });
  }

  similar(items: ItemId | readonly ItemId[], query?: Query): Promise<Result> {
    return this.recommend({ ...query, kind: 'similar', seeds: items });
  }

  together(items: ItemId | readonly ItemId[], query?: Query): Promise<Result> {
    return this.recommend({ ...query, kind: 'together', seeds: items });
  }

  trending(query?: Query): Promise<Result> {
    return this.recommend({ ...query, kind: 'trending' });
  }

  popular(query?: Query): Promise<Result> {
    return this.recommend({ ...query, kind: 'popular' });
  }

  fresh(query?: Query): Promise<Result> {
    return this.recommend({ ...query, kind: 'new' });
  }

  recent(query?: Query): Promise<Result> {
    return this.recommend({ ...query, kind: 'recent' });
  }

  async recommend(request: ListRequest): Promise<Result> {
    this.#check();
    throwIfAborted(request.signal);
    await until(this.#profile.settled(), request.signal);
    this.#model.refreshWhenDue();
    return this.#model.use(async (session) => {
      const plan = makePlan(request, this.#profile.known(), session.anyItem());
      const { items, level, ms } = await session.answer(plan, request.signal);
      this.#answers += 1;
      return {
        items,
        level,
        used: { profile: plan.usedProfile, engine: 'wasm', ms },
        resultId: `list-${this.#answers}`,
      };
    });
  }

  async warm(what: 'context' | 'personal' | 'all' = 'all'): Promise<void> {
    this.#check();
    await this.#model.use(async (session) => {
      await Promise.all(warmPlans(what, session.anyItem()).map((cover) => session.prepare(cover)));
    });
  }

  get model(): ModelInfo {
    return this.#model.info;
  }

  on<K extends keyof RecommenderEvents>(kind: K, listener: (event: RecommenderEvents[K]) => void): () => void {
    this.#listeners[kind].add(listener);
    return () => {
      this.#listeners[kind].delete(listener);
    };
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#forget();
    globalThis.document?.removeEventListener('visibilitychange', this.#seen);
    this.#profile.dispose();
    this.#model.dispose();
    this.#listeners.change.clear();
    this.#listeners.error.clear();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  readonly #seen = (): void => {
    if (globalThis.document?.visibilityState === 'visible') this.#model.refreshWhenDue();
  };

  #check(): void {
    if (this.#disposed) throw new RecoError('DISPOSED', 'the recommender was disposed');
  }
}

/** Blobs follow the profile: they are kept on the device only when the shopper agreed to storage. */
function storeBlobs(
  choice: NonNullable<RecommenderOptions['cache']>,
  mode: ProfileMode,
  cache: BlobCache,
  started: () => Promise<void> | undefined,
): void {
  if (choice === 'device' || (choice === 'auto' && mode === 'device')) {
    if (!cache.onDevice) void cache.useDevice().then(started);
  } else {
    void cache.useMemory();
  }
}

function noDigest(): Promise<Uint8Array> {
  return Promise.reject(new RecoError('MODEL_INTEGRITY', 'this platform has no SHA-256'));
}
