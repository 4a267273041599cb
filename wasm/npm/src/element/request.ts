/**
 * From the attributes of a shelf to a question. Knows no element: it is lent a way to read. What it cannot read it
 * refuses by name; whether the values make sense is for the recommender to say, which checks every one of them.
 */
import type { Kind, ListRequest } from '../types.js';

/** Reads an attribute. */
export type Read = (name: string) => string | null;

/** An attribute that cannot be read. The shelf passes it on as QUERY_INVALID. */
export class AttributeError extends Error {}

/** How each attribute is read. */
const READERS: readonly (readonly [names: string, read: (text: string) => unknown])[] = [
  ['kind name seed-image repeats channel catalog cards', String],
  ['limit diversity explore personal min-score per-category', Number],
  ['exclude among fallback', list],
  ['seed', (text) => (text === 'cart' ? text : list(text))],
  ['where boost pins', (text) => JSON.parse(text)],
  ['rotate', rotation],
];

/** Attributes that are part of the question: a change of one asks again. */
export const QUESTION: readonly string[] = READERS.flatMap(([names]) => names.split(' '));

/** An empty attribute is one that is not there: a page template had nothing to put in. */
export function requestOf(attribute: Read): ListRequest {
  const found: Record<string, unknown> = {};
  for (const [names, read] of READERS) {
    for (const name of names.split(' ')) {
      const text = attribute(name);
      try {
        if (text) found[name.replace(/-(.)/, (_, letter: string) => letter.toUpperCase())] = read(text);
      } catch {
        throw new AttributeError(`${name}="${text}" cannot be read`);
      }
    }
  }
  const { seed, seedImage, cards, ...rest } = found;
  const kind: Kind = rest['name'] ? 'named' : seed ? 'similar' : 'picks';
  const seeds = seedImage ? { seeds: { image: seedImage } } : seed ? { seeds: seed } : {};
  return { kind, ...rest, ...seeds, cards: cards === 'shown' ? cards : true } as ListRequest;
}

/** A list of all these, whatever else holds: to know their cards, or to keep them out of a later list. It counts as about the shopper. */
export function allOf(ids: readonly string[]): ListRequest {
  return { kind: 'popular', rotate: 0, among: ids, repeats: 'show', fallback: [], channel: '0', catalog: '0' };
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
