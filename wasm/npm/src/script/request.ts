/**
 * A question, read from its bytes into the model's positions. Ids that the model does not know are passed over.
 */
import { must, Reader } from './bytes.js';
import { readFilter, type Filter } from './filter.js';
import type { Ids } from './ids.js';
import { NAMED } from './kinds.js';
import type { Model } from './model.js';

const MAX_LIMIT = 1000;
const MAX_BOOSTS = 64;
const MAX_BOOST = 100;
const DISMISS = 6;

export interface Event {
  readonly position: number;
  readonly kind: number;
  readonly age: number;
}

export interface Boost extends Filter {
  /** Scores are multiplied by this; 0 keeps an item out. */
  readonly by: number;
}

/** What is wished of a list beyond its kind. */
export interface Wishes {
  boosts: readonly Boost[];
  /** Items with a place of their own, in the order in which they were named. */
  pins: readonly { readonly position: number | undefined; readonly place: number }[];
  diversity: number;
  perCategory: number;
  /** What is left of the score of items that were shown. */
  shown: Map<number, number>;
  minScore: number;
  personal: number;
  among: readonly number[] | undefined;
  explore: number;
}

export interface Request extends Wishes {
  readonly list: number;
  readonly limit: number;
  readonly seeds: readonly number[];
  /** Whether there were seeds, known or not. */
  readonly seeded: boolean;
  /** What the shopper did, newest first. */
  readonly profile: readonly Event[];
  readonly exclude: readonly number[];
  readonly filter: Filter | undefined;
  readonly fallback: readonly number[];
  /** Unix seconds; 0 when dates are not to be looked at. */
  readonly moment: number;
  /** Empty for the whole shop. */
  readonly channel: string;
  readonly catalog: string;
  readonly name: string;
  readonly scene: string;
  readonly repeats: boolean;
}

export function readRequest(bytes: Uint8Array, ids: Ids, model: Model): Request {
  const reader = new Reader(bytes);
  const known = (): number[] => knownOf(reader.many((one) => ids.position(one.text())));
  const list = listKind(reader);
  const limit = reader.u32();
  must(limit <= MAX_LIMIT);
  const seeds = reader.many((one) => ids.position(one.text()));
  const profile = reader.many(() => ({ position: ids.position(reader.text()), kind: eventKind(reader), age: reader.u32() }));
  const request = {
    list,
    limit,
    seeds: knownOf(seeds),
    seeded: seeds.length > 0,
    profile: profile.flatMap(({ position, ...event }) => (position === undefined ? [] : { position, ...event })),
    exclude: known(),
    filter: reader.flag() ? readFilter(reader, model.attributes) : undefined,
    fallback: reader.many(listKind),
    moment: reader.u32(),
    channel: scope(reader),
    catalog: scope(reader),
    name: reader.text(),
    scene: reader.text(),
    repeats: reader.flag(),
    ...readWishes(reader, ids, model),
  };
  reader.end();
  return request;
}

/** Whether the moment lies in dates: the first and the last second. */
export function isWithin({ moment }: Request, from: number, until: number): boolean {
  return moment === 0 || (moment >= from && moment <= until);
}

/** Each wish at most once, in the order of their numbers. */
function readWishes(reader: Reader, ids: Ids, model: Model): Wishes {
  const wishes: Wishes = { boosts: [], pins: [], diversity: 0, perCategory: 0, shown: new Map(), minScore: 0, personal: 0, among: undefined, explore: 0 };
  const part = (): number => within(reader.f32(), 1);
  const readers = [
    () => (wishes.boosts = boosts(reader, model)),
    () => (wishes.pins = reader.many(() => ({ position: ids.position(reader.text()), place: pinPlace(reader) }))),
    () => (wishes.diversity = part()),
    () => (wishes.perCategory = reader.u32()),
    () => (wishes.shown = rotation(reader, ids, part())),
    () => (wishes.minScore = part()),
    () => (wishes.personal = part()),
    () => (wishes.among = knownOf(reader.many(() => ids.position(reader.text())))),
    () => (wishes.explore = part()),
  ];
  for (let [count, last] = [reader.u32(), -1]; count > 0; count--) {
    const wish = reader.u8();
    must(wish > last && wish < readers.length);
    readers[wish]!();
    last = wish;
  }
  return wishes;
}

function boosts(reader: Reader, { attributes }: Model): Boost[] {
  const boosts = reader.many(() => ({ ...readFilter(reader, attributes), by: within(reader.f32(), MAX_BOOST) }));
  must(boosts.length <= MAX_BOOSTS);
  return boosts;
}

/** What is left of each score: `1 - rate * half / (half + age)`, and never nothing, so that no list gets shorter. */
function rotation(reader: Reader, ids: Ids, rate: number): Map<number, number> {
  const half = Math.fround(Math.max(reader.u32(), 1));
  const shown = new Map<number, number>();
  reader.many(() => {
    const position = ids.position(reader.text());
    const both = Math.fround(half + Math.fround(reader.u32()));
    const left = Math.max(Math.fround(1 - Math.fround(Math.fround(rate * half) / both)), 1 / 1024);
    if (position !== undefined && rate > 0) shown.set(position, Math.min(shown.get(position) ?? left, left));
  });
  return shown;
}

/** From 0 to `most`, and a number. */
function within(value: number, most: number): number {
  must(value >= 0 && value <= most);
  return value;
}

function pinPlace(reader: Reader): number {
  const place = reader.u32();
  must(place > 0 && place <= MAX_LIMIT);
  return place;
}

function listKind(reader: Reader): number {
  const list = reader.u8();
  must(list <= NAMED);
  return list;
}

function eventKind(reader: Reader): number {
  const kind = reader.u8();
  must(kind <= DISMISS);
  return kind;
}

/** The reserved name of the default channel and catalogue means the same as no name. */
function scope(reader: Reader): string {
  const name = reader.text();
  return name === '0' ? '' : name;
}

function knownOf(positions: readonly (number | undefined)[]): number[] {
  return positions.filter((position) => position !== undefined);
}
