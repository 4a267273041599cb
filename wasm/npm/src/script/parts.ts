/**
 * The engine comes in parts. The first one makes plain lists of a plain model; each further one is loaded when a section
 * arrives that it reads, or a question that it is for, and stays. What it needs of the first part it imports from engine.js.
 *
 * Which parts a question takes is said by the question as the page asked it (its lists, its filter, its wishes), never
 * by what the shopper did or by how a list turned out: `picks` of a newcomer load what those of a collector do, and in the
 * same order, since both are covered by the same question.
 */
import { ATTRIBUTES, AVAILABILITY, CURATED, FACTORS, HABITS } from './wire.js';

/** Waits for a part; what keeps it away becomes a typed error. */
export type Loading = <T>(part: Promise<T>) => Promise<T>;

const PARTS = {
  shop: () => import('./shop.js'),
  taste: () => import('./taste.js'),
  wishes: () => import('./wishes.js'),
  explain: () => import('./explain.js'),
};

export type PartName = keyof typeof PARTS;

export class Parts {
  /** What the shop chose: when and where items may be shown, named lists, what is on top. */
  shop: typeof import('./shop.js') | undefined;
  /** From what the shopper did to lists. */
  taste: typeof import('./taste.js') | undefined;
  /** Filters, boosts, pins and whatever else a page may wish of a list. */
  wishes: typeof import('./wishes.js') | undefined;
  explain: typeof import('./explain.js') | undefined;
  readonly #loading: Loading;

  constructor(loading: Loading) {
    this.#loading = loading;
  }

  async load(names: readonly PartName[]): Promise<void> {
    await Promise.all(names.map(async (name) => Object.assign(this, { [name]: await this.#loading<object>(PARTS[name]()) })));
  }
}

/** The part that reads a kind of section, if the first one does not. */
export function partsFor(kind: number): ('shop' | 'taste' | 'wishes')[] {
  if (kind === AVAILABILITY || kind === CURATED) return ['shop'];
  if (kind === FACTORS || kind === HABITS) return ['taste'];
  return kind === ATTRIBUTES ? ['wishes'] : [];
}
