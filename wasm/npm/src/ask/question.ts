/**
 * Loaded for the first question with `where` or with a rare option: what both become in request bytes.
 */
import { filterOf } from './filter.js';
import type { Query } from '../types.js';
import { wishesOf, type Tools, type Wishes } from './wishes.js';

export interface Read {
  readonly filter: readonly number[] | undefined;
  readonly wishes: Wishes;
}

export function read(ask: Query, tools: Tools): Read {
  return { filter: ask.where && filterOf(ask.where), wishes: wishesOf(ask, tools) };
}
