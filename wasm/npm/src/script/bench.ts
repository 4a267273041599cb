/**
 * Room to make lists in, as long as the model: candidates, rows of neighbours being added up, and the best of them.
 * Used again by every question; nothing in it outlives one.
 */
import type { Admission } from './admission.js';
import type { Model } from './model.js';

const { fround } = Math;

/** An item and how much it says. */
export interface Weighted {
  readonly position: number;
  weight: number;
}

/** An item that could be shown. */
export interface Candidate {
  readonly position: number;
  readonly score: number;
  /** The item of the seeds or the profile that gave most of the score, or -1. */
  because: number;
}

export class Bench {
  /** The pool: the first `count` candidates. */
  count = 0;
  readonly positions: Uint32Array;
  readonly scores: Float32Array;
  readonly because: Int32Array;
  /** By position: what the seeds' rows say of an item, the largest part of it and the seed it is from, or -1. */
  readonly sums: Float32Array;
  readonly from: Int32Array;
  readonly #most: Float32Array;
  readonly #touched: Uint32Array;
  #touches = 0;
  /** The best candidates found, best first. */
  kept: Candidate[] = [];
  readonly marks: Uint8Array;

  constructor(items: number) {
    this.positions = new Uint32Array(items);
    this.scores = new Float32Array(items);
    this.because = new Int32Array(items);
    this.sums = new Float32Array(items);
    this.from = new Int32Array(items).fill(-1);
    this.#most = new Float32Array(items);
    this.#touched = new Uint32Array(items);
    this.marks = new Uint8Array(items);
  }

  push(position: number, score: number, because = -1): void {
    this.positions[this.count] = position;
    this.scores[this.count] = score;
    this.because[this.count++] = because;
  }

  /** Items that stand in an order already: scores only say the order. */
  pushOrder(order: ReadonlySet<number>): void {
    const all = fround(order.size);
    let at = 0;
    for (const position of order) this.push(position, fround(fround(all - at++) / all));
  }

  /** What the seeds' rows name, each once. */
  get touched(): Uint32Array {
    return this.#touched.subarray(0, this.#touches);
  }

  /** Adds up the neighbour rows of the seeds, in their order. */
  addUp(model: Model, list: number, seeds: readonly Weighted[]): void {
    for (const position of this.touched) {
      this.from[position] = -1;
      this.sums[position] = 0;
    }
    this.#touches = 0;
    for (const { position, weight } of seeds) {
      const near = model.near(list, position);
      if (near === undefined) continue;
      const { starts, positions, weights, own, first } = near;
      const end = starts[position - first + 1] ?? 0;
      for (let at = starts[position - first] ?? 0; at < end; at++) this.#add(positions[at]!, fround(weight * weights[at]!), position);
      if (own > 0) this.#add(position, fround(weight * own), position);
    }
  }

  #add(position: number, part: number, seed: number): void {
    const known = this.from[position]! >= 0;
    if (!known) this.#touched[this.#touches++] = position;
    this.sums[position] = part + this.sums[position]!;
    if (known && part <= this.#most[position]!) return;
    this.#most[position] = part;
    this.from[position] = seed;
  }

  /** Puts what was added up into the pool, by position. */
  pushSums(): void {
    for (const position of this.touched.sort()) this.push(position, this.sums[position]!, this.from[position]);
  }

  /** Keeps the `limit` best of the pool that may be shown: the highest score first, then the lowest position. */
  best(limit: number, admission: Admission, weighed: boolean): void {
    const kept: Candidate[] = (this.kept = []);
    if (limit === 0) return;
    const weight = weighed ? admission.weight : undefined;
    for (let at = 0; at < this.count; at++) {
      const position = this.positions[at]!;
      const score = weight ? fround(this.scores[at]! * weight(position)) : this.scores[at]!;
      if (!(score > 0)) continue;
      const last = kept[limit - 1];
      if (last && (last.score > score || (last.score === score && last.position < position))) continue;
      // The cheap question came first: most candidates never reach the filter.
      if (!admission.lets(position)) continue;
      const worse = (other: Candidate): boolean => other.score < score || (other.score === score && other.position > position);
      const place = firstWhere(kept.length, (at) => worse(kept[at]!));
      if (last) kept.pop();
      kept.splice(place, 0, { position, score, because: this.because[at]! });
    }
  }
}

/** Items newest first, each weighing `step` times as much as if it were one place newer. */
export function aged(items: readonly Weighted[], step: number): Weighted[] {
  let age = 1;
  return items.map(({ position, weight }) => {
    const item = { position, weight: fround(weight * age) };
    age = fround(age * step);
    return item;
  });
}

/** The first place from which on something holds; `length` when it holds nowhere. */
function firstWhere(length: number, holds: (at: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
