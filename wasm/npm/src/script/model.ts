/**
 * A model that grows section by section. Every position in any section is below the number of ids, so that no code
 * behind this door checks again: that is what the `!` after an index means in this folder.
 */
import { must, Reader } from './bytes.js';
import type { Frame } from './frame.js';
import { Ids } from './ids.js';
import { AGAIN_SECTION, ATTRIBUTES, AVAILABILITY, CARD_ITEMS, CARDS, CHARTS, CURATED, FACTORS, IDS, INDEX, keyOf, META, NEAR, nearKey } from './kinds.js';
import { readAgain, readAttributes, readAvailability, readCurated, readFactors, type Again, type Attributes, type Availability, type Curated, type Factors } from './more-sections.js';
import { chartsFit, readCards, readCharts, readIndex, readMeta, readNear, type Cards, type Charts, type Index, type Meta, type Near } from './sections.js';

/** What is there of a model. The ids come before everything but the index. */
export class Model {
  ids: Ids | undefined;
  index: Index | undefined;
  meta: Meta | undefined;
  charts: Charts | undefined;
  factors: Factors | undefined;
  attributes: Attributes | undefined;
  availability: Availability | undefined;
  curated: Curated | undefined;
  again: Again | undefined;
  readonly #near = new Map<number, Near>();
  readonly #cards = new Map<number, Cards>();
  readonly #loaded = new Set<number>();

  get items(): number {
    return this.ids?.count ?? 0;
  }

  /** Whether a section is not loaded although the index says that it exists. */
  lacks(key: number): boolean {
    return !this.#loaded.has(key) && this.index?.has(key) === true;
  }

  /** The shard that holds the neighbours of an item. */
  near(list: number, position: number): Near | undefined {
    return this.#near.get(nearKey(list, position));
  }

  /** Title, price, address and image. */
  card(position: number): string[] | undefined {
    const cards = this.#cards.get(keyOf(CARDS, 0, Math.floor(position / CARD_ITEMS)));
    const texts = cards?.flatMap((texts) => texts[position % CARD_ITEMS] ?? []);
    return texts?.length === 4 ? texts : undefined;
  }

  /** Reads a section; what comes back puts it in its place, or throws when it does not belong to the ids. */
  read({ kind, critical, list, number, body }: Frame): () => void {
    const put = this.#section(kind, new Reader(body), list, number);
    // An optional section of a newer writer is skipped.
    if (put === undefined) must(!critical);
    else must((list === 0 || kind === NEAR) && (number === 0 || kind === NEAR || kind === CARDS));
    return () => {
      put?.(this.items);
      if (put) this.#loaded.add(keyOf(kind, list, number));
    };
  }

  #section(kind: number, reader: Reader, list: number, number: number): ((items: number) => void) | undefined {
    switch (kind) {
      case META: {
        const meta = readMeta(reader);
        return () => (this.meta = meta);
      }
      case IDS: {
        const ids = new Ids(reader);
        return () => (this.ids === undefined ? (this.ids = ids) : must(this.ids.equals(ids)));
      }
      case INDEX: {
        const index = readIndex(reader);
        return () => (this.index = index);
      }
      case CHARTS: {
        const charts = readCharts(reader);
        return (items) => (must(chartsFit(charts, items)), (this.charts = charts));
      }
      case FACTORS: {
        const factors = readFactors(reader);
        return (items) => (must(factors.items === items), (this.factors = factors));
      }
      case NEAR: {
        const near = readNear(reader, list, number);
        return (items) => (must(near.reach <= items), this.#near.set(keyOf(kind, list, number), near));
      }
      case ATTRIBUTES: {
        const attributes = readAttributes(reader);
        return (items) => (must(attributes.of.count === items), (this.attributes = attributes));
      }
      case CARDS: {
        const cards = readCards(reader, number);
        return (items) => (must(number * CARD_ITEMS + cards[0]!.length <= items), this.#cards.set(keyOf(kind, 0, number), cards));
      }
      case AVAILABILITY: {
        const availability = readAvailability(reader);
        return (items) => (must(availability.of.count === items), (this.availability = availability));
      }
      case CURATED: {
        const curated = readCurated(reader);
        return (items) => (must(curated.reach <= items), (this.curated = curated));
      }
      case AGAIN_SECTION: {
        const again = readAgain(reader);
        return (items) => (must(again.items === items), (this.again = again));
      }
      default:
        return undefined;
    }
  }
}
