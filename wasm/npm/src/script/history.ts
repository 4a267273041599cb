/**
 * From what a shopper did to weights on items: newer counts more, a purchase more than a look. All numbers are rounded
 * to 32 bits after each step, as the Rust core computes them.
 */
import type { Weighted } from './bench.js';
import type { Request } from './request.js';
import type { Habits } from './tables.js';

const { fround } = Math;

/** After a week an event counts half. */
const HALF_HOURS = 168;
/** Purchases closer than this are one. */
const DAY_HOURS = 24;
/** However often an item was looked at, it does not drown the rest. */
const MOST = 8;
/** By number of the event kind; what is dismissed is not weighed. */
const WEIGHTS = [1, 1, 3, -3, 4, 4];
const PURCHASE = 4;
const DISMISS = 6;

/** An item that the shopper bought. */
export interface Bought {
  readonly position: number;
  /** Purchases a day or more apart. */
  times: number;
  /** How long ago the first and the last of them were, in hours. */
  first: number;
  readonly last: number;
}

/** What the shopper did, item by item. */
export interface History {
  /** Each item once, newest first; weights above zero. */
  readonly items: readonly Weighted[];
  /** Each item once, the last purchase first. */
  readonly bought: readonly Bought[];
  readonly dismissed: readonly number[];
}

export function readHistory({ profile }: Request): History {
  const items: Weighted[] = [];
  const bought: Bought[] = [];
  const dismissed: number[] = [];
  for (const { position, kind, age } of profile) {
    if (position === undefined) continue;
    if (kind === DISMISS) {
      dismissed.push(position);
      continue;
    }
    const same = (one: { readonly position: number }): boolean => one.position === position;
    if (kind === PURCHASE) {
      const one = bought.find(same);
      if (one === undefined) bought.push({ position, times: 1, first: age, last: age });
      else if (age >= Math.min(one.first + DAY_HOURS, 0xffffffff)) {
        one.times++;
        one.first = age;
      }
    }
    const weight = fround(WEIGHTS[kind]! * fround(HALF_HOURS / fround(HALF_HOURS + fround(age))));
    const item = items.find(same);
    if (item === undefined) items.push({ position, weight });
    else item.weight = Math.min(fround(item.weight + weight), MOST);
  }
  return { items: items.filter(({ position, weight }) => weight > 0 && !dismissed.includes(position)), bought, dismissed };
}

/** Days from one purchase to the next, as far as the shopper's own gaps tell. */
export function interval({ days, trust }: Habits, { position, times, first, last }: Bought): number {
  const own = fround(fround(first - last) / DAY_HOURS);
  return fround(fround(fround(days[position]! * trust) + own) / fround(trust + fround(times - 1)));
}

/** How much speaks for buying it now: who comes back for it, how often this shopper did, and how due it is. */
export function due(habits: Habits, bought: Bought): number {
  const { start, fading } = habits;
  const share = habits.shares[bought.position]!;
  if (share === 0) return 0;
  const part = fround(fround(fround(bought.last) / DAY_HOURS) / interval(habits, bought));
  const due = part < 1 ? fround(start + fround(fround(1 - start) * part)) : fround(1 / fround(1 + fround(fading * fround(part - 1))));
  return fround(fround(share * fround(bought.times)) * due);
}
