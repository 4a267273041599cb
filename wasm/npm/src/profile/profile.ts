/**
 * What this device remembers of its shopper: a short ring of events, each an item, a kind and a day.
 * Bounded, expiring, and erased on request. It has no way to the network. What it takes to keep the
 * events on the device is in device.ts, and is loaded when the mode asks for it.
 */
import { asRecoError, part, RecoError } from '../errors.js';
import { idText, type Known } from '../ask/plan.js';
import type { ProfileKeeper } from './device.js';
import { eraseDatabase } from './erasure.js';
import { followCart, isWeight, MAX_EVENTS, storedEvent, withinBounds } from './profile-data.js';
import { EVENT_TYPES, type WireEvent } from '../ask/request.js';
import { openTabs } from './tabs.js';
import type { EventType, Profile, ProfileEvent, ProfileExportV1, ProfileMode, ProfileSummary, StoredEvent } from '../types.js';

const DAY_MS = 86_400_000;
/** From the least to the most. */
export const MODES: readonly ProfileMode[] = ['off', 'session', 'device'];

export interface ProfileParts {
  readonly now: () => number;
  readonly report: (error: RecoError) => void;
  readonly changed: () => void;
  /** Told about every change of mode, also those that come from other tabs. */
  readonly moved: (mode: ProfileMode) => void;
  /** Deletes what else is kept on the device. */
  readonly wipe: () => Promise<void>;
}

/** What a profile shares with its keeper. */
export interface Held {
  mode: ProfileMode;
  stored: boolean;
  /** Newest first. */
  events: readonly StoredEvent[];
  /** Observed, but not yet in the store; newest first. */
  pending: readonly StoredEvent[];
  /** Counts erasures: work that began before one must not bring anything back. */
  era: number;
  cart: Set<string>;
  /** Whether the page itself said what is in the cart: it knows better than any event of another page. */
  cartGiven: boolean;
  paused: boolean;
}

export class DeviceProfile implements Profile {
  readonly #parts: ProfileParts;
  readonly #held: Held = { mode: 'off', stored: false, events: [], pending: [], era: 0, cart: new Set(), cartGiven: false, paused: false };
  /** Nobody has said yet what may be remembered: what happens waits in the memory of this page, and counts for nothing. */
  #undecided = false;
  /** As of a day. */
  #known: (Known & { readonly today: number }) | undefined;
  #keeper: ProfileKeeper | undefined;
  /** In every mode: what one tab takes back is taken back in all. */
  readonly #tabs = openTabs(({ data }) => this.#hear(data));
  /** Store work, one after the other. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: ProfileParts, mode: ProfileMode) {
    this.#parts = parts;
    this.mode = mode;
  }

  get mode(): ProfileMode {
    return this.#held.mode;
  }

  set mode(mode: ProfileMode) {
    if (rank(mode) < 0) throw new RecoError('QUERY_INVALID', `"${String(mode)}" is not a profile mode`);
    this.#go(mode, rank(mode) < rank(this.mode));
  }

  /** From now until the mode is decided, what happens is held: it is passed on with a yes and dropped with a no. */
  wait(): void {
    this.#undecided = this.mode === 'off';
  }

  /** What the shopper agreed to, up to `most`. What may no longer be kept is deleted, also that of earlier visits. */
  allow(agreed: ProfileMode, most: ProfileMode): void {
    const mode = rank(agreed) < rank(most) ? agreed : most;
    this.#go(mode, mode !== 'device');
  }

  /** `takesBack`: also what earlier visits and other tabs have. */
  #go(mode: ProfileMode, takesBack?: boolean): void {
    const held = this.#held;
    this.#undecided = false;
    if (mode === 'off') held.events = [];
    if (mode !== held.mode) {
      held.mode = mode;
      held.stored = false;
      held.pending = held.events;
      this.#load();
      if (mode === 'off') this.#forget();
      this.#parts.moved(mode);
      this.#changed();
    }
    if (!takesBack) return;
    this.#tabs?.postMessage(mode);
    void this.#delete();
  }

  get cart(): readonly string[] {
    return [...this.#held.cart];
  }

  set cart(items: readonly string[]) {
    this.#held.cart = new Set(items.map(idText));
    this.#held.cartGiven = true;
    this.#changed();
  }

  get paused(): boolean {
    return this.#held.paused;
  }

  pause(): void {
    this.#pause(true);
  }

  resume(): void {
    this.#pause(false);
  }

  #pause(paused: boolean): void {
    this.#held.paused = paused;
    this.#keep((keeper, era) => keeper.pause(paused, era));
    this.#changed();
  }

  observe({ type, item, weight = 1 }: ProfileEvent): void {
    if (!EVENT_TYPES.includes(type)) throw new RecoError('QUERY_INVALID', `"${String(type)}" is not an event type`);
    if (!isWeight(weight)) throw new RecoError('QUERY_INVALID', 'weight must be a whole number from 1 to 8');
    const held = this.#held;
    const event = storedEvent(idText(item), type, this.#today(), weight);
    followCart(held.cart, event);
    if ((held.mode !== 'off' || this.#undecided) && !held.paused) {
      held.events = withinBounds([event, ...held.events], event.day);
      held.pending = [event, ...held.pending].slice(0, MAX_EVENTS);
      this.#keep((keeper, era) => keeper.save(event, era));
    }
    this.#changed();
  }

  explain(): ProfileSummary {
    const { mode, paused, stored } = this.#held;
    const today = this.#today();
    const events = this.#current();
    const items = itemsOf(events).map((item) => {
      const own = events.filter((event) => event.item === item);
      return { item, did: [...new Set(own.map(({ type }) => type))], times: own.length, daysAgo: Math.max(0, today - (own[0]?.day ?? 0)) };
    });
    return { mode, paused, stored, events: events.length, cart: this.cart, items };
  }

  async export(): Promise<ProfileExportV1> {
    await this.settled();
    return { schema: 1, events: this.#current().map((event) => ({ ...event })) };
  }

  async import(data: ProfileExportV1): Promise<void> {
    const { replace } = await device();
    await this.settled();
    replace(data, this.#held, this.#today(), RecoError);
    const { events } = this.#held;
    this.#keep((keeper, era) => keeper.replace(events, era));
    this.#changed();
    await this.settled();
  }

  async erase(): Promise<void> {
    this.#forget();
    this.#tabs?.postMessage('erased');
    await this.#delete();
  }

  /** Deletes what the device holds. */
  #delete(): Promise<unknown> {
    return this.#queue(() => Promise.all([eraseDatabase(), this.#parts.wipe()]));
  }

  async settled(): Promise<void> {
    await this.#work;
  }

  /** What lists may use; the same until something changes. Most lists ask for little of it. */
  known(): Known {
    const today = this.#today();
    if (this.#known?.today === today) return this.#known;
    const remembers = this.mode !== 'off' && !this.paused;
    const current = (): readonly StoredEvent[] => (this.paused ? [] : this.#current());
    let events: readonly WireEvent[] | undefined;
    const did = (wanted: EventType): string[] => itemsOf(current().filter(({ type }) => type === wanted));
    this.#known = {
      today,
      remembers,
      cart: this.cart,
      get events() {
        // An event that weighs more is one that happened more often.
        return events ??= current().flatMap(({ item, type, day, weight = 1 }) => Array<WireEvent>(weight).fill({ item, type, ageHours: 24 * Math.max(0, today - day) }));
      },
      get seen() {
        return itemsOf(current());
      },
      get purchased() {
        return did('purchase');
      },
      get dismissed() {
        return did('dismiss');
      },
    };
    return this.#known;
  }

  /** Nothing is heard any more, once all is stored; an erasure is told all the same. */
  dispose(): void {
    void this.#work.then(() => {
      if (this.#tabs) this.#tabs.onmessage = null;
    });
  }

  #changed(): void {
    this.#known = undefined;
    this.#parts.changed();
  }

  /** A word of another tab. */
  #hear(word: unknown): void {
    const { mode } = this;
    if (word === 'changed') return this.#load();
    if (word === 'erased') this.#forget();
    else if (word !== 'off' && word !== 'session') return;
    // A no counts for what waits for a decision, too.
    else if (rank(word) <= rank(mode)) this.#go(word);
    // What this tab was about to store when the other one deleted may have come after.
    if (mode === 'device') void this.#queue(eraseDatabase);
  }

  #forget(): void {
    this.#held.era += 1;
    this.#held.events = this.#held.pending = [];
    this.#held.cart.clear();
    this.#held.cartGiven = false;
    this.#changed();
  }

  #load(): void {
    this.#keep(async (keeper, era) => {
      if (await keeper.load(era)) this.#changed();
    });
  }

  /** Queues work of the keeper, who is sent for when he is needed first: never, while nothing is kept on the device. */
  #keep(work: (keeper: ProfileKeeper, era: number) => Promise<void>): void {
    const { era, mode } = this.#held;
    if (mode !== 'device') return;
    void this.#queue(async () => {
      this.#keeper ??= new (await device()).ProfileKeeper({
        held: this.#held,
        today: () => this.#today(),
        tell: (word) => this.#tabs?.postMessage(word),
      });
      await work(this.#keeper, era);
    });
  }

  /** A failure stops nothing that comes after; who wants to know of it may wait. */
  #queue(work: () => Promise<unknown>): Promise<unknown> {
    const done = this.#work.then(work).catch((error: unknown) => {
      this.#held.stored = false;
      throw asRecoError(error, 'STORAGE_DENIED', 'the browser refused');
    });
    this.#work = done.catch(this.#parts.report);
    return done;
  }

  /** Expiry holds on reading, too: a page may stay open for weeks. */
  #current(): readonly StoredEvent[] {
    return this.mode === 'off' ? [] : withinBounds(this.#held.events, this.#today());
  }

  #today(): number {
    return Math.floor(this.#parts.now() / DAY_MS);
  }
}

function device(): Promise<typeof import('./device.js')> {
  return part(import('./device.js'));
}

function itemsOf(events: readonly StoredEvent[]): string[] {
  return [...new Set(events.map(({ item }) => item))];
}

export function rank(mode: ProfileMode): number {
  return MODES.indexOf(mode);
}
