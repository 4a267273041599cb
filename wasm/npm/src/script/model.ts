/**
 * A model that grows section by section. Every position in any section is below the number of ids, so that no code
 * behind this door checks again: that is what the `!` after an index means in this folder.
 */
import type { Attributes } from './attributes.js';
import { must, Reader } from './bytes.js';
import type { Frame } from './frame.js';
import type { Ids } from './ids.js';
import { keyOf, nearKey, shardItems } from './kinds.js';
import { partsFor, type Parts } from './parts.js';
import { READERS, type Cards, type Charts, type Index, type Meta, type Near } from './sections.js';
import type { Availability, Curated } from './shop.js';
import type { Factors, Habits } from './tables.js';
import { CARDS, NEAR } from './wire.js';

/** What there is of a model. The ids come before everything but the index. */
export class Model {
  readonly parts: Parts;
  ids: Ids | undefined;
  index: Index | undefined;
  meta: Meta | undefined;
  charts: Charts | undefined;
  factors: Factors | undefined;
  attributes: Attributes | undefined;
  availability: Availability | undefined;
  curated: Curated | undefined;
  habits: Habits | undefined;
  /** By key. */
  readonly nears = new Map<number, Near>();
  readonly cards = new Map<number, Cards>();
  readonly #loaded = new Set<number>();

  constructor(parts: Parts) {
    this.parts = parts;
  }

  get items(): number {
    return this.ids?.count ?? 0;
  }

  /** Of these sections those that are not loaded although the index says that they exist, each once. */
  lacking(keys: readonly number[]): number[] {
    return [...new Set(keys)].filter((key) => !this.#loaded.has(key) && this.index?.has(key));
  }

  /** The keys of all shards of a list. */
  shards(list: number): number[] {
    return Array.from({ length: Math.ceil(this.items / shardItems(list)) }, (_, shard) => keyOf(NEAR, list, shard));
  }

  /** The shard that holds the neighbours of an item. */
  near(list: number, position: number): Near | undefined {
    return this.nears.get(nearKey(list, position));
  }

  /** Reads a section, once the part is there that reads its kind; what comes back puts it in its place. */
  read({ kind, critical, list, number, body }: Frame): () => void {
    const [part] = partsFor(kind);
    const reader = new Reader(body);
    const put = part ? this.parts[part]!.read(kind, reader) : READERS[kind]?.(reader, list, number);
    // An optional section of a newer writer is skipped.
    must(put ? kind === NEAR || (list === 0 && (number === 0 || kind === CARDS)) : !critical);
    return () => {
      put?.(this);
      if (put) this.#loaded.add(keyOf(kind, list, number));
    };
  }
}
