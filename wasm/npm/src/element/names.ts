/** The attributes that are part of a shelf's question, by how they are read. */
export const TEXTS = 'kind name seed-image repeats channel catalog cards';
export const NUMBERS = 'limit diversity explore personal min-score per-category';
export const LISTS = 'seed exclude among fallback';
export const DATA = 'where boost pins';
export const ROTATION = 'rotate';

/** A change of one asks again. */
export const QUESTION: readonly string[] = [TEXTS, NUMBERS, LISTS, DATA, ROTATION].join(' ').split(' ');

/** An attribute that cannot be read; told as QUERY_INVALID. Known by its name: the parts of the script have a class each. */
export class AttributeError extends Error {
  override readonly name = 'AttributeError';
}
