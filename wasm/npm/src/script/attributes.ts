/**
 * The section that filters look at: categories, and columns of words or numbers.
 */
import type { Reader, Rows } from './bytes.js';
import { must } from './engine.js';

/** A filter column: words or numbers, and for each item the numbers of its values. */
export interface Column {
  readonly name: string;
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
  readonly codes: Rows;
}

export interface Attributes {
  readonly categories: readonly string[];
  /** Number of items of each category. */
  readonly sizes: Uint32Array;
  /** The categories of each item. */
  readonly of: Rows;
  readonly columns: readonly Column[];
  /** A bit per item. */
  readonly soldOut: Uint8Array;
}

export function readAttributes(reader: Reader): Attributes {
  const [categories, of] = [reader.names(), reader.rows()];
  const columns = reader.many((): Column => {
    const [name, texts, bytes] = [reader.text(), reader.names(), reader.part()];
    must(bytes.left === 0 || texts.length === 0);
    const numbers: number[] = [];
    while (bytes.left > 0) numbers.push(bytes.view(8).getFloat64(0, true));
    const codes = reader.rows();
    must(numbers.every(Number.isFinite) && codes.count === of.count && codes.reach <= (numbers.length || texts.length));
    return { name, texts, numbers, codes };
  });
  const soldOut = reader.bytes();
  reader.end();
  must(of.reach <= categories.length && soldOut.length === Math.ceil(of.count / 8));
  const sizes = new Uint32Array(categories.length);
  for (const category of of.values) sizes[category]!++;
  return { categories, sizes, of, columns, soldOut };
}
