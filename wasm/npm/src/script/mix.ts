/**
 * Choosing some of many good items so that they are not all alike: next is the best of
 * `(1 - d) * score - d * likeness`, the likeness being that to the nearest item chosen already. Ties go to the better score.
 */
import type { Attributes } from './attributes.js';
import type { Candidate } from './bench.js';
import type { Rows } from './bytes.js';
import type { Factors } from './tables.js';

const { fround } = Math;

export class Mix {
  readonly #perCategory: number;
  readonly #attributes: Attributes | undefined;
  /** How many of each category are in the list. */
  readonly #there: Uint32Array;
  #diversity: number;

  constructor(diversity: number, perCategory: number, attributes: Attributes | undefined) {
    this.#diversity = diversity;
    this.#perCategory = perCategory;
    this.#attributes = attributes;
    this.#there = new Uint32Array(attributes?.categories.length ?? 0);
  }

  /** Whether the best items may not be the ones to choose. */
  get isWanted(): boolean {
    return this.#diversity > 0 || this.#perCategory > 0;
  }

  /** From here on nothing is preferred for being unlike. */
  inOrder(): void {
    this.#diversity = 0;
  }

  /** `room` candidates in the order in which they were chosen, and how many stood back for their category. */
  choose(room: number, candidates: readonly Candidate[], factors: Factors | undefined): [Candidate[], number] {
    const diversity = this.#diversity;
    const chosen = this.#there.slice();
    const order: Candidate[] = [];
    const likeness = new Float32Array(candidates.length);
    const scale = candidates[0] ? fround(fround(1 - diversity) / candidates[0].score) : 0;
    let back = 0;
    while (order.length < room) {
      let most = -Infinity;
      let next = -1;
      for (let at = 0; at < candidates.length; at++) {
        const value = fround(fround(candidates[at]!.score * scale) - fround(diversity * likeness[at]!));
        // What was chosen has an endless likeness.
        if (value > most && likeness[at]! < Infinity) {
          most = value;
          next = at;
        }
      }
      const candidate = candidates[next];
      if (candidate === undefined) break;
      likeness[next] = Infinity;
      if (!this.#admits(candidate.position, chosen)) {
        back++;
        continue;
      }
      this.add(candidate.position, 1, chosen);
      order.push(candidate);
      if (diversity > 0) {
        candidates.forEach(({ position }, at) => (likeness[at] = Math.max(likeness[at]!, this.#likeness(candidate.position, position, factors))));
      }
    }
    return [order, back];
  }

  /** An item is in the list now; or is not any more, when `by` is -1. */
  add(position: number, by = 1, counts = this.#there): void {
    const main = this.#main(position);
    if (main !== undefined) counts[main]! += by;
  }

  /** Whether the list has room for an item of this one's category. */
  hasRoom(position: number): boolean {
    return this.#admits(position, this.#there);
  }

  #admits(position: number, counts: Uint32Array): boolean {
    const main = this.#perCategory === 0 ? undefined : this.#main(position);
    return main === undefined || counts[main]! < this.#perCategory;
  }

  /** The category that an item counts in: its smallest one, the first of several. */
  #main(position: number): number | undefined {
    if (this.#attributes === undefined) return undefined;
    const { of, sizes } = this.#attributes;
    let main: number | undefined;
    for (const category of of.row(position)) if (main === undefined || sizes[category]! < sizes[main]!) main = category;
    return main;
  }

  /** 0 for items with nothing in common, 1 for twins. */
  #likeness(a: number, b: number, factors: Factors | undefined): number {
    const shared = this.#attributes && sharedPart(this.#attributes.of, a, b);
    const direction = factors && sameDirection(factors, a, b);
    if (shared === undefined || direction === undefined) return shared ?? direction ?? 0;
    return fround(fround(shared + direction) * 0.5);
  }
}

/** Asked of every two items: without arrays of its own. */
function sharedPart({ starts, values }: Rows, a: number, b: number): number | undefined {
  const fromA = starts[a]!;
  const toA = starts[a + 1]!;
  const fromB = starts[b]!;
  const toB = starts[b + 1]!;
  let both = 0;
  for (let at = fromA; at < toA; at++) {
    for (let other = fromB; other < toB; other++) {
      if (values[at] !== values[other]) continue;
      both++;
      break;
    }
  }
  return toA > fromA && toB > fromB ? fround(both / (toA - fromA + toB - fromB - both)) : undefined;
}

function sameDirection({ dims, levels }: Factors, a: number, b: number): number {
  const dot = (a: number, b: number): number => {
    let sum = 0;
    for (let dim = 0; dim < dims; dim++) sum += levels[a * dims + dim]! * levels[b * dims + dim]!;
    return fround(sum);
  };
  const lengths = fround(Math.sqrt(fround(dot(a, a) * dot(b, b))));
  return lengths > 0 ? Math.max(fround(dot(a, b) / lengths), 0) : 0;
}
