/**
 * What this device remembers of its shopper: a short ring of events, each an item, a kind and a day.
 * Bounded, expiring, and erased on request. It has no way to the network.
 */
import { asRecoError, RecoError } from './errors.js';
import { idText, type Known } from './plan.js';
import { MAX_EVENTS, readProfile, withinBounds } from './profile-data.js';
import type { ProfileStore } from './profile-store.js';
import type { Tabs } from './tabs.js';
import { EVENT_TYPES } from './request.js';
import type { EventType, Profile, ProfileEvent, ProfileExportV1, ProfileMode, ProfileSummary, StoredEvent } from './types.js';

const DAY_MS = 86_400_000;
const MODES: readonly ProfileMode[] = ['off', 'session', 'device'];

export interface ProfileParts {
  readonly store: ProfileStore;
  readonly tabs: Tabs;
  readonly now: () => number;
  readonly report: (error: RecoError) => void;
  readonly changed: () => void;
  /** Told about every change of mode, also those that come from other tabs. */
  readonly moved: (mode: ProfileMode) => void;
  /** Deletes what else is kept on the device. */
  readonly wipe: () => Promise<void>;
}

export class DeviceProfile implements Profile {
  readonly #parts: ProfileParts;
  #mode: ProfileMode = 'off';
  #paused = false;
  #stored = false;
  /** Newest first. */
  #events: readonly StoredEvent[] = [];
  /** Observed, but not yet in the store; newest first. */
  #pending: readonly StoredEvent[] = [];
  #cart = new Set<string>();
  /** Store work, one after the other. */
  #work: Promise<void> = Promise.resolve();
  /** Counts erasures: work that began before one must not bring anything back. */
  #era = 0;

  constructor(parts: ProfileParts, mode: ProfileMode) {
    this.#parts = parts;
    this.mode = mode;
  }

  get mode(): ProfileMode {
    return this.#mode;
  }

  set mode(mode: ProfileMode) {
    if (!MODES.includes(mode)) throw new RecoError('QUERY_INVALID', `profile mode "${String(mode)}" is not off, session or device`);
    if (mode !== this.#mode) this.#enter(mode, true);
  }

  get cart(): readonly string[] {
    return [...this.#cart];
  }

  set cart(items: readonly string[]) {
    this.#cart = new Set(items.map(idText));
    this.#parts.changed();
  }

  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
    this.#parts.changed();
  }

  resume(): void {
    this.#paused = false;
    this.#parts.changed();
  }

  observe({ type, item }: ProfileEvent): void {
    if (!EVENT_TYPES.includes(type)) throw new RecoError('QUERY_INVALID', `"${String(type)}" is not an event type`);
    const event: StoredEvent = { item: idText(item), type, day: this.#today() };
    followCart(this.#cart, event);
    if (this.#mode !== 'off' && !this.#paused) {
      this.#events = withinBounds([event, ...this.#events], event.day);
      if (this.#mode === 'device') this.#save(event);
    }
    this.#parts.changed();
  }

  explain(): ProfileSummary {
    const today = this.#today();
    const items = new Map<string, { did: Set<EventType>; times: number; daysAgo: number }>();
    for (const { item, type, day } of this.#current()) {
      const known = items.get(item) ?? { did: new Set(), times: 0, daysAgo: Math.max(0, today - day) };
      known.did.add(type);
      known.times += 1;
      items.set(item, known);
    }
    return {
      mode: this.#mode,
      paused: this.#paused,
      stored: this.#stored,
      events: this.#current().length,
      cart: this.cart,
      items: [...items].map(([item, { did, times, daysAgo }]) => ({ item, did: [...did], times, daysAgo })),
    };
  }

  async export(): Promise<ProfileExportV1> {
    await this.settled();
    return { schema: 1, events: this.#current().map((event) => ({ ...event })) };
  }

  async import(data: ProfileExportV1): Promise<void> {
    const events = readProfile(data);
    if (events === undefined) throw new RecoError('QUERY_INVALID', 'this is not an exported profile of schema 1');
    if (this.#mode === 'off') throw new RecoError('QUERY_INVALID', 'the profile is off; set its mode before importing');
    await this.settled();
    this.#adopt(withinBounds(events, this.#today()));
    if (this.#mode === 'device') {
      const kept = this.#events;
      this.#queue(async () => {
        await this.#parts.store.update(() => ({ schema: 1, events: kept }));
        this.#parts.tabs.tell('changed');
      });
    }
    this.#parts.changed();
    await this.settled();
  }

  async erase(): Promise<void> {
    this.#forget();
    this.#parts.tabs.tell('erased');
    this.#queue(async () => {
      await this.#parts.store.erase();
      await this.#parts.wipe();
    });
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.#work;
  }

  /** What lists may use. */
  known(): Known {
    const remembers = this.#mode !== 'off' && !this.#paused;
    const events = remembers ? this.#current() : [];
    const today = this.#today();
    return {
      remembers,
      events: events.map(({ item, type, day }) => ({ item, type, ageHours: 24 * Math.max(0, today - day) })),
      cart: this.cart,
      seen: [...new Set(events.map(({ item }) => item))],
    };
  }

  dispose(): void {
    this.#parts.tabs.leave();
  }

  /** A message of another tab. */
  hear(message: string): void {
    if (message === 'erased') this.#forget();
    if (message === 'changed' && this.#mode === 'device') this.#load();
    if ((message === 'off' || message === 'session') && rank(message) < rank(this.#mode)) this.#enter(message, false);
  }

  #enter(mode: ProfileMode, tellOthers: boolean): void {
    const before = this.#mode;
    this.#mode = mode;
    if (mode === 'device') {
      this.#parts.tabs.join((message) => this.hear(message));
      this.#pending = this.#events;
      this.#load();
    }
    if (mode === 'off') this.#forget();
    if (before === 'device') {
      this.#stored = false;
      this.#pending = [];
      if (tellOthers) this.#parts.tabs.tell(mode);
      this.#parts.tabs.leave();
      if (tellOthers) this.#queue(() => this.#parts.store.erase());
    }
    this.#parts.moved(mode);
    this.#parts.changed();
  }

  #forget(): void {
    this.#era += 1;
    this.#events = [];
    this.#pending = [];
    this.#cart.clear();
    this.#parts.changed();
  }

  /** Takes over what the store holds, adding what this page observed meanwhile. */
  #load(): void {
    const era = this.#era;
    this.#queue(async () => {
      if (this.#mode !== 'device' || era !== this.#era) return;
      const stored = readProfile(await this.#parts.store.read()) ?? [];
      if (era !== this.#era) return;
      this.#stored = true;
      this.#adopt([...this.#pending, ...stored]);
      const unsaved = this.#pending;
      if (unsaved.length > 0) await this.#append(unsaved, era);
      this.#parts.changed();
    });
  }

  #save(event: StoredEvent): void {
    const era = this.#era;
    this.#pending = [event, ...this.#pending].slice(0, MAX_EVENTS);
    this.#queue(async () => {
      if (this.#mode !== 'device' || era !== this.#era || !this.#pending.includes(event)) return;
      await this.#append([event], era);
    });
  }

  async #append(events: readonly StoredEvent[], era: number): Promise<void> {
    const today = this.#today();
    await this.#parts.store.update((old) => {
      const before = readProfile(old) ?? [];
      return { schema: 1, events: withinBounds([...events, ...before], today) };
    });
    if (era !== this.#era) return;
    this.#stored = true;
    this.#pending = this.#pending.filter((event) => !events.includes(event));
    this.#parts.tabs.tell('changed');
  }

  #adopt(events: readonly StoredEvent[]): void {
    this.#events = withinBounds(events, this.#today());
    const cart = new Set<string>();
    for (const event of [...this.#events].reverse()) followCart(cart, event);
    for (const item of cart) this.#cart.add(item);
  }

  #queue(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#stored = false;
      this.#parts.report(asRecoError(error, 'STORAGE_DENIED', 'the profile could not be kept on this device'));
    });
  }

  /** Expiry holds on reading, too: a page may stay open for weeks. */
  #current(): readonly StoredEvent[] {
    return withinBounds(this.#events, this.#today());
  }

  #today(): number {
    return Math.floor(this.#parts.now() / DAY_MS);
  }
}

function followCart(cart: Set<string>, { item, type }: StoredEvent): void {
  if (type === 'addToCart') cart.add(item);
  if (type === 'removeFromCart' || type === 'purchase') cart.delete(item);
}

function rank(mode: ProfileMode): number {
  return MODES.indexOf(mode);
}
