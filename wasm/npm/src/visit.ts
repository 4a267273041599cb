/**
 * What the callers who open the same model share, from the first call until the recommender is disposed of: the profile,
 * whose consent counts for it, what feeds it, and the opening itself. Consent is followed before the model is there and
 * whatever becomes of it: a shopper's no holds on a page whose model cannot be had, too.
 */
import { RecoError, until } from './errors.js';
import { BlobCache } from './load/cache.js';
import { DeviceProfile, MODES, rank } from './profile/profile.js';
import type { ConsentSource, EventFeed, ProfileMode, Recommender, RecommenderEvents, RecommenderOptions } from './types.js';

/** Above every mode: a source that has not said anything yet. */
const UNDECIDED = MODES.length;

export type Listeners = { [K in keyof RecommenderEvents]: Set<(event: RecommenderEvents[K]) => void> };

export class Visit {
  readonly listeners: Listeners = { change: new Set(), error: new Set() };
  readonly cache = new BlobCache((error) => this.report(error));
  readonly profile: DeviceProfile;
  /** Keeps the manifest of the open model on the device as well. */
  keep: (() => Promise<void>) | undefined;
  readonly #forget: () => unknown;
  /** What each source allows. */
  readonly #words = new Map<ConsentSource, number>();
  readonly #feeds = new Set<EventFeed>();
  #stops: (() => void)[] = [];
  /** What the callers named, each the same. */
  #most: ProfileMode | undefined;
  #run: RecommenderOptions['run'];
  #opening: Promise<Recommender> | undefined;
  /** While it opens. */
  #control: AbortController | undefined;
  #waiting = 0;
  /** The most that the mode was since a source last said something new. */
  #peak = 0;

  constructor({ cache: storing = 'auto', now = Date.now }: RecommenderOptions, forget: () => unknown) {
    this.#forget = forget;
    const moved = (mode: ProfileMode): void => {
      this.#peak = Math.max(this.#peak, rank(mode));
      if (storing !== 'device' && (storing !== 'auto' || mode !== 'device')) void this.cache.useMemory();
      // Blobs follow the profile: they are kept on the device only when the shopper agreed to storage.
      else if (!this.cache.onDevice) void this.cache.useDevice().then(() => this.keep?.());
    };
    const changed = (): void => this.tell('profile');
    this.profile = new DeviceProfile({ now, report: (error) => this.report(error), changed, moved, wipe: () => this.cache.clear() }, 'off');
    moved('off');
  }

  tell(what: RecommenderEvents['change']['what']): void {
    this.listeners.change.forEach((listener) => listener({ what }));
  }

  report(error: RecoError): void {
    this.listeners.error.forEach((listener) => listener(error));
  }

  /** One more caller. What he says differently from the others is refused; what he brings besides is followed. */
  join({ profile, run, consent, events = [], onError }: RecommenderOptions): void {
    const open = this.#opening !== undefined;
    if (!open) {
      // A new try after one that failed follows anew, unless it brings no consent: then what counted goes on counting.
      if (consent || this.#words.size === 0) this.#stop();
      this.#most = undefined;
      this.#run = run ?? 'auto';
    }
    const { mode } = this.profile;
    // The page, or another tab, took back what the sources agreed to.
    const isLowered = rank(mode) < this.#peak;
    // A page that changed the mode since may name the new one.
    const contradicts = profile !== undefined && this.#most !== undefined && profile !== this.#most && profile !== mode;
    if (contradicts || this.#run !== (run ?? this.#run)) {
      throw new RecoError('QUERY_INVALID', 'this model is open with another `profile` or `run`: name the same, or none');
    }
    if (onError) this.listeners.error.add(onError);
    if (profile !== undefined && this.#most === undefined) {
      this.#most = profile;
      if (rank(profile) < rank(mode) || (!consent && this.#words.size === 0 && !isLowered)) this.profile.mode = profile;
      this.#decide();
    }
    if (consent && !this.#words.has(consent)) {
      // What a source says first may be older than that.
      let isNews = !isLowered;
      if (isNews && this.#words.size === 0) this.profile.wait();
      this.#words.set(consent, UNDECIDED);
      this.#stops.push(consent.follow((mode) => {
        this.#words.set(consent, rank(mode));
        if (isNews) this.#peak = rank(this.profile.mode);
        isNews = true;
        this.#decide();
      }));
    }
    for (const feed of events) {
      if (this.#feeds.has(feed)) continue;
      this.#feeds.add(feed);
      this.#stops.push(feed.follow(this.profile));
    }
  }

  /** The recommender, opened once for all who wait for it; given up when nobody does any more. */
  async open(signal: AbortSignal | undefined, start: (signal: AbortSignal) => Promise<Recommender>): Promise<Recommender> {
    const opening = (this.#opening ??= this.#start(start));
    this.#waiting += 1;
    try {
      return await until(opening, signal);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && this.#control) {
        this.#control.abort();
        // At once, so that who asks next does not wait for what is given up.
        this.#control = this.#opening = undefined;
        // Nobody waits any more, but a shopper's no holds all the same.
        if (this.#words.size === 0) this.end();
      }
    }
  }

  async #start(start: (signal: AbortSignal) => Promise<Recommender>): Promise<Recommender> {
    const control = (this.#control = new AbortController());
    const { signal } = control;
    try {
      const recommender = await start(signal);
      if (signal.aborted) recommender.dispose();
      return recommender;
    } catch (error) {
      if (this.#control === control) {
        this.#opening = undefined;
        if (this.#words.size === 0) this.end();
      }
      throw error;
    } finally {
      if (this.#control === control) this.#control = undefined;
    }
  }

  end(): void {
    this.#forget();
    this.#stop();
    this.profile.dispose();
    this.listeners.change.clear();
    this.listeners.error.clear();
  }

  #stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#words.clear();
    this.#feeds.clear();
  }

  /** The lowest word counts; to more than there is all must have agreed, and since something was taken back anew. */
  #decide(): void {
    const now = rank(this.profile.mode);
    const ranks = [...this.#words.values()];
    const lowest = Math.min(...ranks);
    const mode = MODES[lowest];
    if (mode === undefined || (ranks.includes(UNDECIDED) && lowest > 0 && lowest >= now) || (now < this.#peak && now < lowest)) return;
    this.profile.allow(mode, this.#most ?? 'device');
  }
}
