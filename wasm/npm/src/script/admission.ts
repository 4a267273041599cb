/**
 * Which items may be shown, which rule keeps the others away, and what multiplies the score of those that stay.
 * Every list passes here, whatever it asks for.
 */
import type { Bench } from './bench.js';
import type { Model } from './model.js';
import type { Request } from './request.js';
import { UNAVAILABLE } from './wire.js';

/** A rule and whether it lets an item through. */
export type Door = readonly [rule: number, lets: (position: number) => boolean];

/** Of the mark of an item: it was counted as removed; a rule's number plus one. */
const COUNTED = 0x80;
const RULE = 0x3f;

export class Admission {
  /** How many items each rule kept out. */
  readonly removed: number[] = new Array<number>(12).fill(0);
  /** What the score of an item is multiplied by, when there is anything that multiplies. */
  readonly weight: ((position: number) => number) | undefined;
  readonly #marks: Uint8Array;
  /** One behind the other. */
  readonly #doors: readonly Door[];

  constructor({ availability }: Model, request: Request, { marks }: Bench) {
    const { wishes } = request;
    const open: Door[] = availability ? [[UNAVAILABLE, availability.openFor(request)]] : [];
    this.#doors = wishes ? wishes.doors(open) : open;
    this.weight = wishes?.weight;
    this.#marks = marks.fill(0);
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
    const mark = this.#marks[position]! & RULE;
    if (mark) return mark - 1;
    for (const [rule, lets] of this.#doors) if (!lets(position)) return rule;
    return -1;
  }

  /** From now on kept away by this rule; the first one stays. */
  exclude(position: number, rule: number): void {
    if (!(this.#marks[position]! & RULE)) this.#marks[position]! |= rule + 1;
  }

  /** An item that was shown lost its place, and may have another one. */
  readmit(position: number): void {
    this.#marks[position]! &= ~RULE;
  }
}
