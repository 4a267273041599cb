/**
 * Which items may be shown, which rule keeps the others away, and what multiplies the score of those that stay.
 * Every list passes here, whatever it asks for.
 */
import type { Bench } from './bench.js';
import type { Model } from './model.js';
import { isWithin, type Request } from './request.js';

const { fround } = Math;

/** Rules by their number on the wire. */
export const EXCLUDED = 0;
export const SEED = 1;
export const DISMISSED = 2;
export const KNOWN = 3;
const UNAVAILABLE = 4;
const FILTER = 5;
export const SHOP = 6;
export const SHOWN = 7;
const BURIED = 8;
const ELSEWHERE = 9;
export const SCORE = 10;
export const CATEGORY = 11;

/** Of the mark of an item: it was counted as removed; the request is among it and others; a rule's number plus one. */
const COUNTED = 0x80;
const GIVEN = 0x40;
const RULE = 0x3f;

export class Admission {
  /** How many items each rule kept out. */
  readonly removed: number[] = new Array<number>(12).fill(0);
  /** The category that every item is in that the request's filter lets through. */
  readonly category: number | undefined;
  /** Whether anything multiplies scores. */
  readonly weighs: boolean;
  readonly #marks: Uint8Array;
  readonly #model: Model;
  readonly #request: Request;
  /** For each set of availability, whether its items may be shown here and now. */
  readonly #sets: readonly boolean[];

  constructor(model: Model, request: Request, { marks }: Bench) {
    this.#model = model;
    this.#request = request;
    this.#marks = marks.fill(0);
    this.category = request.filter?.category;
    this.weighs = request.boosts.length + request.shown.size > 0;
    this.#sets = openSets(model, request);
    for (const position of request.among ?? []) marks[position] = GIVEN;
  }

  /** Whether an item may be shown. One that may not is counted, once. */
  lets(position: number): boolean {
    const rule = this.broken(position);
    if (rule < 0) return true;
    this.exclude(position, rule);
    if (this.#marks[position]! < COUNTED) {
      this.#marks[position]! |= COUNTED;
      this.removed[rule]!++;
    }
    return false;
  }

  /** The rule that keeps an item away, or -1. */
  broken(position: number): number {
    const { filter, among } = this.#request;
    const { availability } = this.#model;
    const mark = this.#marks[position]!;
    if (mark & RULE) return (mark & RULE) - 1;
    if (among && !(mark & GIVEN)) return ELSEWHERE;
    if (availability && !availability.of.row(position).some((set) => this.#sets[set]!)) return UNAVAILABLE;
    if (filter && !filter.lets(position)) return FILTER;
    return this.boosts(position).some(([, by]) => by === 0) ? BURIED : -1;
  }

  /** From now on kept away by this rule; the first one stays. */
  exclude(position: number, rule: number): void {
    if (!(this.#marks[position]! & RULE)) this.#marks[position]! |= rule + 1;
  }

  /** An item that was shown lost its place, and may have another one. */
  readmit(position: number): void {
    this.#marks[position]! &= ~RULE;
  }

  /** What the score of an item is multiplied by. */
  weight(position: number): number {
    const boost = this.boosts(position).reduce((weight, [, by]) => (by > 0 ? fround(weight * by) : weight), 1);
    return fround(boost * this.left(position));
  }

  /** Number and strength of the boosts that an item passes. */
  boosts(position: number): (readonly [number, number])[] {
    const { boosts } = this.#request;
    return boosts.length === 0 ? [] : boosts.flatMap(({ lets, by }, number) => (lets(position) ? [[number, by] as const] : []));
  }

  /** What is left of the score of an item that was shown a moment ago. */
  left(position: number): number {
    return this.#request.shown.get(position) ?? 1;
  }
}

function openSets({ availability }: Model, request: Request): boolean[] {
  if (availability === undefined) return [];
  const { channels, catalogs, windows, sets } = availability;
  const is = (asked: string, found: string | undefined): boolean => asked === '' || asked === found;
  const open = (window: number): boolean => {
    const [scope = 0, from = 0, until = 0] = windows.row(window);
    return is(request.channel, channels[scope]) && is(request.catalog, catalogs[scope]) && isWithin(request, from, until);
  };
  return Array.from({ length: sets.count }, (_, set) => sets.row(set).some(open));
}
