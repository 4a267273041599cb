/**
 * Loaded when a profile is kept on the device: what the profile does with the device's store. The events belong to the
 * profile.
 */
import { eraseDatabase } from './erasure.js';
import { followCart, LeftAlone, readExport, readStored, storedProfile, withinBounds, type StoredProfile } from './profile-data.js';
import { indexedDbStore } from './profile-store.js';
import type { RecoError } from '../errors.js';
import type { Held } from './profile.js';
import type { StoredEvent } from '../types.js';

/** What a keeper needs of its profile. */
export interface Kept {
  readonly held: Held;
  readonly today: () => number;
  /** A word to the other tabs. */
  readonly tell: (word: string) => void;
}

/**
 * Takes over events; and where the page has not said what is in the cart, what today's say of it: another tab may have
 * put something in, or taken out what was put in here.
 */
function adopt(events: readonly StoredEvent[], held: Held, today: number): void {
  held.events = withinBounds(events, today);
  if (held.cartGiven) return;
  for (const event of held.events.filter(({ day }) => day === today).reverse()) followCart(held.cart, event);
}

/** Takes over an exported profile. `Refused` is the page's own class of errors. */
export function replace(data: unknown, held: Held, today: number, Refused: typeof RecoError): void {
  const events = readExport(data);
  if (events === undefined) throw new Refused('QUERY_INVALID', 'not an exported profile of schema 1');
  if (held.mode === 'off') throw new Refused('QUERY_INVALID', 'the profile is off');
  adopt(events, held, today);
}

export class ProfileKeeper {
  readonly #kept: Kept;
  /** The era in which the store was found to be left alone: nothing is tried with it before it is erased. */
  #closed: number | undefined;

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  /** Takes over what the store holds, adding what this page observed meanwhile; false when that is no longer wanted. */
  async load(era: number): Promise<boolean> {
    const { held, today } = this.#kept;
    if (!this.#isOpen(era)) return false;
    const record = await this.#guarded(async () => readStored(await indexedDbStore.read()));
    if (era !== held.era) return false;
    const { events = [], paused = false } = record ?? {};
    // A pause of this page that is not in the store yet holds.
    held.paused = paused || (held.paused && !(held.stored && record));
    held.stored = true;
    adopt([...held.pending, ...events], held, today());
    const old = withinBounds(events, today()).length < events.length;
    if (held.pending.length > 0) await this.#append(held.pending, era);
    else if (old && held.events.length === 0 && !paused) await eraseDatabase();
    else if (old || held.paused !== paused) await this.#update(era, (kept) => storedProfile(held.paused, kept));
    return true;
  }

  async save(event: StoredEvent, era: number): Promise<void> {
    const { held } = this.#kept;
    if (this.#isOpen(era) && held.pending.includes(event)) await this.#append([event], era);
  }

  /** Keeps the shopper's wish that nothing is noted, or that it is again. */
  async pause(paused: boolean, era: number): Promise<void> {
    if (!this.#isOpen(era)) return;
    this.#kept.held.paused = paused;
    await this.#update(era, (events) => storedProfile(paused, events));
  }

  /** Makes `events` all that the store holds. */
  async replace(events: readonly StoredEvent[], era: number): Promise<void> {
    if (this.#isOpen(era)) await this.#update(era, (_, paused) => storedProfile(paused, events));
  }

  async #append(added: readonly StoredEvent[], era: number): Promise<void> {
    const { held } = this.#kept;
    await this.#update(era, (events, paused) => storedProfile(paused, [...added, ...events]));
    if (era === held.era) held.pending = held.pending.filter((event) => !added.includes(event));
  }

  async #update(era: number, change: (events: readonly StoredEvent[], paused: boolean) => StoredProfile): Promise<void> {
    const { held, today } = this.#kept;
    await this.#guarded(() => indexedDbStore.update((old) => {
      const { events, paused } = readStored(old) ?? storedProfile(held.paused, []);
      const next = change(events, paused);
      return { ...next, events: withinBounds(next.events, today()) };
    }));
    if (era !== held.era) return;
    held.stored = true;
    this.#kept.tell('changed');
  }

  #isOpen(era: number): boolean {
    const { held } = this.#kept;
    return held.mode === 'device' && era === held.era && era !== this.#closed;
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    const { era } = this.#kept.held;
    try {
      return await work();
    } catch (error) {
      if (error instanceof LeftAlone) this.#closed = era;
      throw error;
    }
  }
}
