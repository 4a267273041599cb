/**
 * Turns boosts, pins and the like into the bytes of a request. What cannot be understood is refused here, so that the message names it.
 */
import { filterOf } from './filter.js';
import { list, text, varint } from './request.js';
import type { ItemId, Query } from '../types.js';

const MAX_BOOSTS = 64;
const MAX_BOOST = 100;
const HALF_LIFE_HOURS = 24;

/** No more items than this count as shown, the latest. */
const MAX_SHOWN = 500;

/** What was shown in this page, and when: milliseconds. */
export type Shown = ReadonlyMap<string, number>;

export interface Wishes {
  readonly all: readonly number[];
  /** Without what was shown: for questions that decide what is fetched. */
  readonly cover: readonly number[];
}

/** What the page's script lends. */
export interface Tools {
  readonly shown: Shown;
  /** Milliseconds. */
  readonly now: number;
  readonly idText: (id: ItemId) => string;
}

/** Something in a query is not a wish. Passed on as QUERY_INVALID. */
export class WishError extends Error {}

/** The wishes of a query as bytes. */
export function wishesOf(ask: Query, { shown, now, idText }: Tools): Wishes {
  const before: number[][] = [];
  const after: number[][] = [];
  const { boost, pins, diversity, perCategory, rotate, minScore, personal, among, explore } = ask;
  if (boost !== undefined) before.push([0, ...boosts(boost)]);
  if (pins !== undefined) before.push([1, ...list(array('pins', pins), ({ item, place }) => [...text(idText(item)), ...varint(whole('pins.place', place, 1, 1000))])]);
  if (diversity !== undefined) before.push([2, ...share('diversity', diversity)]);
  if (perCategory !== undefined) before.push([3, ...varint(whole('perCategory', perCategory, 1, 1000))]);
  if (minScore !== undefined) after.push([5, ...share('minScore', minScore)]);
  if (personal !== undefined) after.push([6, ...share('personal', personal)]);
  if (among !== undefined) after.push([7, ...list(array('among', among), (item) => text(idText(item)))]);
  if (explore !== undefined) after.push([8, ...share('explore', explore)]);
  const rotation = rotate === undefined ? [] : [[4, ...rotationOf(rotate, shown, now)]];
  const wire = (wishes: number[][]): number[] => [...varint(wishes.length), ...wishes.flat()];
  return { all: wire([...before, ...rotation, ...after]), cover: wire([...before, ...after]) };
}

function boosts(boost: NonNullable<Query['boost']>): number[] {
  if (array('boost', boost).length > MAX_BOOSTS) throw new WishError(`boost has more than ${MAX_BOOSTS} parts`);
  // Without conditions it means every item: all of no filters.
  return list(boost, ({ where, by }) => [...(filterOf(where) ?? [4, 0]), ...float32(within('boost.by', by, 0, MAX_BOOST))]);
}

function rotationOf(rotate: NonNullable<Query['rotate']>, shown: Shown, now: number): number[] {
  const { rate, halfLifeHours = HALF_LIFE_HOURS } = typeof rotate === 'number' ? { rate: rotate } : rotate;
  const hours = (at: number): number => Math.max(0, Math.floor((now - at) / 3_600_000));
  return [
    ...share('rotate.rate', rate),
    ...varint(whole('rotate.halfLifeHours', halfLifeHours, 1, 1_000_000)),
    ...list([...shown].sort(([, a], [, b]) => b - a).slice(0, MAX_SHOWN), ([item, at]) => [...text(item), ...varint(hours(at))]),
  ];
}

function share(name: string, value: unknown): number[] {
  return float32(within(name, value, 0, 1));
}

function whole(name: string, value: unknown, least: number, most: number): number {
  if (!Number.isInteger(value)) throw new WishError(`${name} must be a whole number`);
  return within(name, value, least, most);
}

function within(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most)) throw new WishError(`${name} must be a number from ${least} to ${most}`);
  return value;
}

function array<T>(name: string, value: readonly T[]): readonly T[] {
  if (!Array.isArray(value)) throw new WishError(`${name} must be a list`);
  return value;
}

/** Little-endian on every machine. */
function float32(value: number): number[] {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return [...new Uint8Array(view.buffer)];
}
