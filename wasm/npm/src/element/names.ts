/** The attributes that are part of a shelf's question, by how they are read: texts, numbers, lists, data, a rotation. */
export const ATTRIBUTES: readonly string[] = [
  'kind name seed-image repeats channel catalog cards',
  'limit diversity explore personal min-score per-category',
  'seed exclude among fallback',
  'where boost pins',
  'rotate',
];

/** A change of one asks again. */
export const QUESTION: readonly string[] = ATTRIBUTES.join(' ').split(' ');

/** Of an error about an attribute; told as QUERY_INVALID. */
export const UNREADABLE = 'AttributeError';

/** An attribute that cannot be read. */
export function unreadable(message: string): Error {
  return Object.assign(new Error(message), { name: UNREADABLE });
}
