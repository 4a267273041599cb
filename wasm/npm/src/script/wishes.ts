/**
 * What a page wishes of a list beyond its kind, and of its items: filters, boosts, pins, variety, places for new items …
 * Loaded for the first question with such a wish.
 */
import type { Admission, Door } from './admission.js';
import { readAttributes } from './attributes.js';
import type { Reader } from './bytes.js';
import { knownOf, must, type Making } from './engine.js';
import { readFilter, type Filter } from './filter.js';
import type { Model } from './model.js';
import type { Question } from './question.js';
import type { Put } from './sections.js';
import { AGAIN, ATTRIBUTES, BURIED, ELSEWHERE, FILTER, NEW } from './wire.js';
import { WishedMaking } from './wished.js';

export { readFilter };

const { fround } = Math;

const MAX_PLACE = 1000;
const MAX_BOOSTS = 64;
const MAX_BOOST = 100;

export function read(_: number, reader: Reader): Put {
  const attributes = readAttributes(reader);
  return (model) => (must(attributes.of.count === model.items), (model.attributes = attributes));
}

interface Boost extends Filter {
  /** Scores are multiplied by this; 0 keeps an item out. */
  readonly by: number;
}

/** The question that wishes are of. */
interface Of {
  readonly list: number;
  readonly limit: number;
  readonly filter: Filter | undefined;
}

export class Wishes {
  boosts: readonly Boost[] = [];
  /** Items with a place of their own, in the order in which they were named. */
  pins: readonly { readonly position: number | undefined; readonly place: number }[] = [];
  diversity = 0;
  perCategory = 0;
  /** What is left of the score of items that were shown a moment ago. */
  shown: ReadonlyMap<number, number> = new Map();
  minScore = 0;
  personal = 0;
  among: readonly number[] | undefined;
  explore = 0;
  readonly #of: Of;

  constructor(of: Of) {
    this.#of = of;
  }

  /** Sections that these wishes look at. */
  get sections(): number[] {
    return this.#of.filter || this.boosts.length > 0 || this.diversity > 0 || this.perCategory > 0 ? [ATTRIBUTES] : [];
  }

  /** Places kept for new items; none in lists for which other items would be a lie, or which are all new. */
  get places(): number {
    const { list, limit } = this.#of;
    return list === NEW || list >= AGAIN ? 0 : Math.floor(fround(fround(this.explore * limit) + 0.5));
  }

  /** The category that every item is in that the filter lets through. */
  get category(): number | undefined {
    return this.#of.filter?.category;
  }

  /** The rules that these wishes add before and behind those of the shop. */
  doors(open: readonly Door[]): Door[] {
    const { filter } = this.#of;
    const given = this.among && new Set(this.among);
    const doors: Door[] = given ? [[ELSEWHERE, (position) => given.has(position)], ...open] : [...open];
    if (filter) doors.push([FILTER, filter.lets]);
    if (this.boosts.length > 0) doors.push([BURIED, (position) => this.boostsOf(position).every(([, by]) => by !== 0)]);
    return doors;
  }

  /** What the score of an item is multiplied by, when there is anything that multiplies. */
  get weight(): ((position: number) => number) | undefined {
    if (this.boosts.length + this.shown.size === 0) return undefined;
    return (position) => {
      const boost = this.boostsOf(position).reduce((weight, [, by]) => (by > 0 ? fround(weight * by) : weight), 1);
      return fround(boost * this.left(position));
    };
  }

  /** Number and strength of the boosts that an item passes. */
  boostsOf(position: number): (readonly [number: number, by: number])[] {
    return this.boosts.flatMap(({ lets, by }, number) => (lets(position) ? [[number, by] as const] : []));
  }

  /** What is left of the score of an item. */
  left(position: number): number {
    return this.shown.get(position) ?? 1;
  }

  making(question: Question, admission: Admission): Making {
    return new WishedMaking(question, admission, this);
  }
}

/** Each wish at most once, in the order of their numbers. */
export function readWishes(reader: Reader, count: number, of: Of, { ids, attributes }: Model): Wishes {
  const wishes = new Wishes(of);
  const float = (): number => reader.view(4).getFloat32(0, true);
  const part = (): number => within(float(), 1);
  const item = (): number | undefined => ids!.position(reader.text());
  const boost = (): Boost => ({ ...readFilter(reader, attributes), by: within(float(), MAX_BOOST) });
  const readers = [
    () => must((wishes.boosts = reader.many(boost)).length <= MAX_BOOSTS),
    () => (wishes.pins = reader.many(() => ({ position: item(), place: placeOf(reader.u32()) }))),
    () => (wishes.diversity = part()),
    () => (wishes.perCategory = reader.u32()),
    () => (wishes.shown = rotation(reader, item, part())),
    () => (wishes.minScore = part()),
    () => (wishes.personal = part()),
    () => (wishes.among = knownOf(reader.many(item))),
    () => (wishes.explore = part()),
  ];
  for (let [left, last] = [count, -1]; left > 0; left--) {
    const wish = reader.u8();
    must(wish > last && wish < readers.length);
    readers[wish]!();
    last = wish;
  }
  return wishes;
}

/** What is left of each score: `1 - rate * half / (half + age)`, and never nothing, so that no list gets shorter. */
function rotation(reader: Reader, item: () => number | undefined, rate: number): Map<number, number> {
  const half = fround(Math.max(reader.u32(), 1));
  const shown = new Map<number, number>();
  reader.many(() => {
    const position = item();
    const both = fround(half + fround(reader.u32()));
    const left = Math.max(fround(1 - fround(fround(rate * half) / both)), 1 / 1024);
    if (position !== undefined && rate > 0) shown.set(position, Math.min(shown.get(position) ?? left, left));
  });
  return shown;
}

/** From 0 to `most`, and a number. */
function within(value: number, most: number): number {
  must(value >= 0 && value <= most);
  return value;
}

function placeOf(place: number): number {
  must(place > 0 && place <= MAX_PLACE);
  return place;
}
