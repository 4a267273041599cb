/**
 * The remembered events as data: how they are read from untrusted places and how they are bounded.
 */
import { EVENT_TYPES } from '../ask/request.js';
import type { EventType, StoredEvent } from '../types.js';

/** No more events than this are kept. */
export const MAX_EVENTS = 200;

/** No event is kept longer than this. */
export const MAX_DAYS = 90;

/** The schema of what the store holds. */
const SCHEMA = 2;

/** What an exported profile says; older and newer builds read it alike. */
const EXPORT_SCHEMA = 1;

/** All that the store holds. */
export interface StoredProfile {
  readonly schema: typeof SCHEMA;
  /** The shopper's wish holds from page to page. */
  readonly paused: boolean;
  /** Newest first. */
  readonly events: readonly StoredEvent[];
}

/** What this device keeps is of a later version of this script, or held by somebody else: it is left alone. */
export class LeftAlone extends Error {}

/** How what an older build stored becomes what the next one stores, by the older schema. */
const MIGRATIONS: Readonly<Record<number, (record: object) => object>> = {
  // Events all counted the same, and a pause ended with the page.
  1: (record) => ({ ...record, schema: 2, paused: false }),
};

/** A record of the store, whatever build wrote it; `undefined` where there is none, or none that can be read. */
export function readStored(data: unknown): StoredProfile | undefined {
  let record = data;
  while (isRecord(record) && typeof record['schema'] === 'number' && record['schema'] !== SCHEMA) {
    const { schema } = record;
    if (schema > SCHEMA) throw new LeftAlone(`the profile on this device has schema ${schema}, this script knows ${SCHEMA}; it is left alone`);
    record = MIGRATIONS[schema]?.(record);
  }
  if (!isRecord(record) || record['schema'] !== SCHEMA || typeof record['paused'] !== 'boolean') return undefined;
  const events = readEvents(record['events']);
  return events && storedProfile(record['paused'], events);
}

export function storedProfile(paused: boolean, events: readonly StoredEvent[]): StoredProfile {
  return { schema: SCHEMA, paused, events };
}

/** The events of an exported profile; `undefined` when it is anything else. */
export function readExport(data: unknown): readonly StoredEvent[] | undefined {
  return isRecord(data) && data['schema'] === EXPORT_SCHEMA ? readEvents(data['events']) : undefined;
}

function readEvents(value: unknown): readonly StoredEvent[] | undefined {
  const events = Array.isArray(value) ? value.map(readEvent) : [undefined];
  return events.every((event) => event !== undefined) ? events : undefined;
}

function readEvent(value: unknown): StoredEvent | undefined {
  if (!isRecord(value)) return undefined;
  const { item, type, day, weight = 1 } = value;
  if (typeof item !== 'string' || item === '' || !isEventType(type) || !isWeight(weight)) return undefined;
  return typeof day === 'number' && Number.isInteger(day) && day >= 0 ? storedEvent(item, type, day, weight) : undefined;
}

/** Most events weigh 1 and do not say so. */
export function storedEvent(item: string, type: EventType, day: number, weight: number): StoredEvent {
  return { item, type, day, ...(weight > 1 && { weight }) };
}

/** Whole, because a weight is how often an event counts; more than this the engine does not count an item. */
export function isWeight(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 8;
}

/**
 * At most MAX_EVENTS events of the last MAX_DAYS days, newest first. Looking at an item again on the
 * same day counts once, as the heaviest look, so that a reload does not weigh more than a visit.
 */
export function withinBounds(events: readonly StoredEvent[], today: number): readonly StoredEvent[] {
  const looks = new Map<string, number>();
  const kept: StoredEvent[] = [];
  for (const event of events) {
    if (kept.length === MAX_EVENTS) break;
    if (today - event.day > MAX_DAYS) continue;
    if (event.type === 'view' || event.type === 'select') {
      const look = `${event.day} ${event.type} ${event.item}`;
      const at = looks.get(look) ?? -1;
      const newer = kept[at];
      if (newer) {
        if ((event.weight ?? 1) > (newer.weight ?? 1)) kept[at] = event;
        continue;
      }
      looks.set(look, kept.length);
    }
    kept.push(event);
  }
  return kept;
}

/** What an event does to the cart. */
export function followCart(cart: Set<string>, { item, type }: StoredEvent): void {
  if (type === 'addToCart') cart.add(item);
  if (type === 'removeFromCart' || type === 'purchase') cart.delete(item);
}

function isEventType(value: unknown): value is EventType {
  return EVENT_TYPES.some((type) => type === value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
