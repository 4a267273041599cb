/**
 * The sections that only some shops and some lists have: factors, attributes, availability, what the shop chose, buying
 * again. Read and checked as those of sections.ts.
 */
import { must, smallFloat, smallFloats, type Reader, type Rows } from './bytes.js';
import { unpack } from './sections.js';

const MAX_DIMS = 256;
/** The small float 1. */
const ONE = 160;

/** The table that picks are scored with. */
export interface Factors {
  readonly items: number;
  readonly dims: number;
  /** Item by item. */
  readonly levels: Int8Array;
  readonly scales: Float32Array;
  /** All of it, symmetric. */
  readonly gram: Float64Array;
  readonly ridge: number;
  readonly confidence: number;
  readonly step: number;
}

export function readFactors(reader: Reader): Factors {
  const [dims, bits, ridge, confidence, step] = [reader.u32(), reader.u8(), reader.f32(), reader.f32(), smallFloat(reader.u8())];
  const scales = smallFloats(reader.bytes());
  const triangle = reader.part();
  const packed = reader.bytes();
  reader.end();
  must(dims > 0 && dims <= MAX_DIMS && triangle.left === dims * (dims + 1) * 2 && (bits === 4 || bits === 8) && step <= 1);
  const raw = unpack(packed, bits, scales.length * dims);
  const levels = new Int8Array(raw.length);
  const zero = bits === 4 ? 8 : 0;
  for (let at = 0; at < raw.length; at++) levels[at] = raw[at]! - zero;
  const gram = new Float64Array(dims * dims);
  for (let row = 0; row < dims; row++) {
    for (let column = row; column < dims; column++) {
      gram[row * dims + column] = gram[column * dims + row] = triangle.f32();
    }
  }
  must(ridge > 0 && confidence > 0 && [ridge, confidence, ...gram].every(Number.isFinite));
  return { items: scales.length, dims, levels, scales, gram, ridge, confidence, step };
}

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
    while (bytes.left > 0) numbers.push(bytes.f64());
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

/** Windows of time in channels and catalogues. */
export interface Availability {
  readonly channels: readonly string[];
  readonly catalogs: readonly string[];
  /** Rows of scope, first and last second. */
  readonly windows: Rows;
  /** Rows of windows. */
  readonly sets: Rows;
  /** A row per item: its set, or nothing. */
  readonly of: Rows;
}

export function readAvailability(reader: Reader): Availability {
  const [channels, catalogs, windows, sets, of] = [reader.names(), reader.names(), reader.rows(), reader.rows(), reader.rows()];
  reader.end();
  must(catalogs.length === channels.length && sets.reach <= windows.count && of.reach <= sets.count);
  must(windows.every((row) => row.length === 3 && row[0]! < channels.length));
  return { channels, catalogs, windows, sets, of };
}

/** Named lists, overrides of other lists, scenes. */
export interface Curated {
  readonly names: readonly string[];
  readonly scenes: readonly string[];
  /** First and last second of each named list. */
  readonly dates: Rows;
  readonly lists: Rows;
  /** A list kind and a seed plus one, or 0, of each override. */
  readonly keys: Rows;
  readonly includes: Rows;
  readonly excludes: Rows;
  readonly sceneItems: Rows;
  readonly reach: number;
}

export function readCurated(reader: Reader): Curated {
  const [names, titles, scenes, addresses] = [reader.names(), reader.names(), reader.names(), reader.names()];
  const [dates, lists, keys, includes, excludes, sceneItems] = [reader.rows(), reader.rows(), reader.rows(), reader.rows(), reader.rows(), reader.rows()];
  reader.end();
  must([titles.length, dates.count, lists.count].every((count) => count === names.length));
  must(includes.count === keys.count && excludes.count === keys.count);
  must(addresses.length === scenes.length && sceneItems.count === scenes.length);
  must([dates, keys].every((pairs) => pairs.every((row) => row.length === 2)));
  let reach = Math.max(...[lists, includes, excludes, sceneItems].map((rows) => rows.reach));
  keys.every((row) => (reach = Math.max(reach, row[1]!)) >= 0);
  return { names, scenes, dates, lists, keys, includes, excludes, sceneItems, reach };
}

/** How often items are bought again. */
export interface Again {
  readonly items: number;
  readonly start: number;
  readonly fading: number;
  readonly trust: number;
  readonly days: Float32Array;
  readonly shares: Float32Array;
}

export function readAgain(reader: Reader): Again {
  const [start, fading, trust, habits] = [reader.u8(), reader.u8(), reader.u8(), reader.bytes()];
  reader.end();
  const items = habits.length / 2;
  must(start > 0 && start <= ONE && trust > 0 && Number.isInteger(items));
  const [days, shares] = [habits.subarray(0, items), habits.subarray(items)];
  // A share up to 1 and an interval, or neither.
  must(days.every((day, at) => (day > 0 ? shares[at]! > 0 && shares[at]! <= ONE : shares[at] === 0)));
  return { items, start: smallFloat(start), fading: smallFloat(fading), trust: smallFloat(trust), days: smallFloats(days), shares: smallFloats(shares) };
}
