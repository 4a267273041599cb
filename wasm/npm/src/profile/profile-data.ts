/**
 * The remembered events as data: how they are read from untrusted places and how they are bounded.
 */
import { EVENT_TYPES } from '../ask/request.js';
import type { EventType, StoredEvent } from '../types.js';

/** No more events than this are kept. */
export const MAX_EVENTS = 200;

/** No event is kept longer than this. */
export const MAX_DAYS = 90;

/** The events in a stored or exported profile; `undefined` when it is anything else. */
export function readProfile(data: unknown): readonly StoredEvent[] | undefined {
  if (!isRecord(data) || data['schema'] !== 1 || !Array.isArray(data['events'])) return undefined;
  const events = data['events'].map(readEvent);
  return events.every((event) => event !== undefined) ? events : undefined;
}

function readEvent(value: unknown): StoredEvent | undefined {
  if (!isRecord(value)) return undefined;
  const { item, type, day } = value;
  if (typeof item !== 'string' || item === '' || !isEventType(type)) return undefined;
  return typeof day === 'number' && Number.isInteger(day) && day >= 0 ? { item, type, day } : undefined;
}

/**
 * At most MAX_EVENTS events of the last MAX_DAYS days, newest first. Looking at an item again on the
 * same day counts once, so that a reload does not weigh more than a visit.
 */
export function withinBounds(events: readonly StoredEvent[], today: number): readonly StoredEvent[] {
  const looks = new Set<string>();
  const kept: StoredEvent[] = [];
  for (const event of events) {
    if (kept.length === MAX_EVENTS) break;
    if (today - event.day > MAX_DAYS) continue;
    if (event.type === 'view' || event.type === 'select') {
      const look = `${event.day} ${event.type} ${event.item}`;
      if (looks.has(look)) continue;
      looks.add(look);
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
