/**
 * From the attributes of a shelf to a question. Knows no element: it is lent a way to read. What it cannot read it
 * refuses by name; whether the values make sense is for the recommender to say, which checks every one of them.
 */
import { unreadable } from './names.js';
import type { Kind, ListRequest } from '../types.js';

/** Reads an attribute. */
export type Attribute = (name: string) => string | null;

/** In the order of ATTRIBUTES. */
const READERS: readonly ((text: string) => unknown)[] = [String, Number, list, (text) => JSON.parse(text), rotation];

/**
 * `names` are ATTRIBUTES, lent by who has them already. An empty attribute is one that is not there: a page template had
 * nothing to put in.
 */
export function requestOf(attribute: Attribute, names: readonly string[]): ListRequest {
  const found: Record<string, unknown> = {};
  for (const [at, read] of READERS.entries()) {
    for (const name of names[at]?.split(' ') ?? []) {
      const text = attribute(name);
      try {
        if (text) found[name.replace(/-(.)/, (_, letter: string) => letter.toUpperCase())] = read(text);
      } catch {
        throw unreadable(`${name}="${text}" cannot be read`);
      }
    }
  }
  const { seed, seedImage, cards, ...rest } = found;
  const kind: Kind = rest['name'] ? 'named' : seed ? 'similar' : 'picks';
  // The word for what is in the cart stands alone.
  const seeds = seedImage ? { image: seedImage } : String(seed) === 'cart' ? 'cart' : seed;
  return { kind, ...rest, ...(seeds !== undefined && { seeds }), cards: cards === 'shown' ? cards : true } as ListRequest;
}

/**
 * A list of all these, whatever else holds: to know their cards, or to keep them out of a later list. It fetches no
 * section of its own: an own list of the shop that no shop has says nothing about them.
 */
export function allOf(ids: readonly string[]): ListRequest {
  return { kind: 'named', name: '-', among: ids, repeats: 'show', fallback: [], channel: '0', catalog: '0' };
}

/** Ids and words, separated by blanks or commas. */
function list(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

/** "0.5", or "0.5 12" with the hours after which half of it is forgotten. */
function rotation(text: string): ListRequest['rotate'] {
  const [rate = NaN, halfLifeHours] = list(text).map(Number);
  return halfLifeHours === undefined ? rate : { rate, halfLifeHours };
}
