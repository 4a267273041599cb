/**
 * Loaded when a profile is kept on the device: what the profile does with the device's store and
 * with the other tabs. Holds no state but the tabs' channel; the events belong to the profile.
 */
import { followCart, readProfile, withinBounds } from './profile-data.js';
import { indexedDbStore } from './profile-store.js';
import { BroadcastTabs } from './tabs.js';
import type { RecoError } from '../errors.js';
import type { Held } from './profile.js';
import type { ProfileMode, StoredEvent } from '../types.js';

/** What a keeper needs of its profile. */
export interface Kept {
  readonly held: Held;
  readonly today: () => number;
  readonly hear: (message: string) => void;
}

/** Takes over events, and the cart that follows from them. */
function adopt(events: readonly StoredEvent[], held: Held, today: number): void {
  held.events = withinBounds(events, today);
  const cart = new Set<string>();
  for (const event of [...held.events].reverse()) followCart(cart, event);
  for (const item of cart) held.cart.add(item);
}

/** Takes over an exported profile. `Refused` is the page's own class of errors. */
export function replace(data: unknown, held: Held, today: number, Refused: typeof RecoError): void {
  const events = readProfile(data);
  if (events === undefined) throw new Refused('QUERY_INVALID', 'not an exported profile of schema 1');
  if (held.mode === 'off') throw new Refused('QUERY_INVALID', 'the profile is off');
  adopt(events, held, today);
}

export class ProfileKeeper {
  readonly #kept: Kept;
  readonly #tabs = new BroadcastTabs();

  constructor(kept: Kept) {
    this.#kept = kept;
  }

  join(): void {
    this.#tabs.join(this.#kept.hear);
  }

  /** A word to the other tabs. */
  tell(message: ProfileMode): void {
    this.#tabs.tell(message);
  }

  leave(): void {
    this.#tabs.leave();
  }

  /** Takes over what the store holds, adding what this page observed meanwhile; false when that is no longer wanted. */
  async load(era: number): Promise<boolean> {
    const { held, today } = this.#kept;
    if (held.mode !== 'device' || era !== held.era) return false;
    const stored = readProfile(await indexedDbStore.read()) ?? [];
    if (era !== held.era) return false;
    held.stored = true;
    adopt([...held.pending, ...stored], held, today());
    if (held.pending.length > 0) await this.#append(held.pending, era);
    return true;
  }

  async save(event: StoredEvent, era: number): Promise<void> {
    const { held } = this.#kept;
    if (held.mode === 'device' && era === held.era && held.pending.includes(event)) await this.#append([event], era);
  }

  /** Makes `events` all that the store holds. */
  async replace(events: readonly StoredEvent[]): Promise<void> {
    await indexedDbStore.update(() => ({ schema: 1, events }));
    this.#tabs.tell('changed');
  }

  async #append(events: readonly StoredEvent[], era: number): Promise<void> {
    const { held, today } = this.#kept;
    await indexedDbStore.update((old) => ({ schema: 1, events: withinBounds([...events, ...(readProfile(old) ?? [])], today()) }));
    if (era !== held.era) return;
    held.stored = true;
    held.pending = held.pending.filter((event) => !events.includes(event));
    this.#tabs.tell('changed');
  }
}
