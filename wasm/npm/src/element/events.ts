/**
 * What a shelf tells its page. Types only. All events bubble and cross shadow boundaries.
 */
import type { RecoError } from '../errors.js';
import type { Recommender, Result, ResultItem } from '../types.js';

/** What a shelf shows: boxes, its list, what the page put there, nothing, or nothing because something failed. */
export type ShelfState = 'loading' | 'filled' | 'fallback' | 'empty' | 'error';

export interface CookShelfEvents {
  /** It has a recommender. */
  'cook-shelf:ready': CustomEvent<Recommender>;
  /** It has a list. Prevented, the page shows it itself, in the shelf (state `fallback`) or elsewhere. */
  'cook-shelf:list': CustomEvent<Result>;
  /** An item was chosen. Prevented, the profile is not told. */
  'cook-shelf:select': CustomEvent<ResultItem>;
  /** An item is to go. Prevented, it stays. */
  'cook-shelf:dismiss': CustomEvent<ResultItem>;
  /** The list is empty. */
  'cook-shelf:empty': CustomEvent<Result>;
  /** There is no list. */
  'cook-shelf:error': CustomEvent<RecoError>;
}
