/**
 * The sections that a first list needs, read from their bodies and checked: the index, charts, rows of neighbours,
 * cards and facts. Whoever has one can rely on it; only whether it belongs to the ids is asked elsewhere.
 */
import { must, reachOf, smallFloat, type Reader, type Rows } from './bytes.js';
import { CARD_ITEMS, INDEX, isChart, isScored, keyOf, PICKS, shardItems } from './kinds.js';

/** Bytes of a blob's name. */
const NAME_BYTES = 16;

/** Where sections are. */
export interface Index {
  has(key: number): boolean;
  /** `hash:size` of a section that is there. */
  place(key: number): string;
}

export function readIndex(reader: Reader): Index {
  const sizes = new Map<number, number>();
  const names = new Map<number, Uint8Array>();
  let last = -1;
  reader.many(() => {
    const [kind, list, sizeBytes, nameBytes] = [reader.u32(), reader.u8(), reader.part(), reader.part()];
    // A newer writer may name kinds that nobody here knows.
    if (kind < 1 || kind > 11) return;
    const group = keyOf(kind, list);
    must(nameBytes.left === 0 || (group > last && kind !== INDEX));
    if (nameBytes.left > 0) last = group;
    for (let key = group; nameBytes.left > 0; key++) {
      sizes.set(key, sizeBytes.u32());
      names.set(key, nameBytes.take(NAME_BYTES));
    }
    sizeBytes.end();
  });
  reader.end();
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0');
  return {
    has: (key) => sizes.has(key),
    place: (key) => `${Array.from(names.get(key) ?? [], hex).join('')}:${sizes.get(key)}`,
  };
}

/** Facts about the cook, as far as cards need them. */
export interface Meta {
  readonly currency: string;
  /** With `{id}` where the id goes. */
  readonly address: string;
}

export function readMeta(reader: Reader): Meta {
  const [, , currency, address] = [reader.text(), reader.text(), reader.text(), reader.text()];
  // The newest moment, items to show, the privacy floor, settings.
  reader.wide();
  reader.u32();
  reader.u32();
  reader.many(() => [reader.text(), reader.text()]);
  reader.end();
  return { currency, address };
}

/** Popular, trending and new: places by row, the best first. */
export interface Chart {
  readonly rows: Rows;
  /** Score of each place, 1 to 255. */
  readonly levels: Uint8Array;
}

export interface Charts {
  readonly of: readonly Chart[];
  /** Their rows are the last ones. */
  readonly channels: readonly string[];
}

export function readCharts(reader: Reader): Charts {
  const chart = (): Chart => ({ rows: reader.rows(), levels: reader.bytes() });
  const of = [chart(), chart(), chart()];
  const channels = reader.names();
  reader.end();
  for (const { rows, levels } of of) {
    must(rows.values.length === levels.length && rows.count > channels.length);
    const falls = (_: unknown, row: number): boolean => {
      const scores = levels.subarray(rows.starts[row], rows.starts[row + 1]);
      return scores.every((score, at) => score > 0 && score <= (scores[at - 1] ?? score));
    };
    must(rows.every(falls));
  }
  return { of, channels };
}

/** Whether every item is one of these, and none stands twice in a row. */
export function chartsFit({ of }: Charts, items: number): boolean {
  return of.every(({ rows }) => rows.reach <= items && rows.every((row) => new Set(row).size === row.length));
}

/** Rows of neighbours: for each item of a shard, the items to recommend beside it, ascending. */
export interface Near {
  /** The first item. */
  readonly first: number;
  /** The largest position named or held, plus one. */
  readonly reach: number;
  /** What each seed weighs as a multiple of the next newer one. */
  readonly step: number;
  /** What a seed speaks for itself. */
  readonly own: number;
  readonly starts: Uint32Array;
  readonly positions: Uint32Array;
  readonly weights: Float32Array;
}

export function readNear(reader: Reader, list: number, shard: number): Near {
  const [bits, step, own] = [reader.u8(), smallFloat(reader.u8()), smallFloat(reader.u8())];
  const [counts, scales, gaps, packed] = [reader.bytes(), reader.bytes(), reader.part(), reader.bytes()];
  reader.end();
  const held = shardItems(list);
  const first = shard * held;
  must((list === PICKS || isScored(list)) && !isChart(list) && (bits === 4 || bits === 8) && step <= 1);
  must(counts.length === scales.length && counts.length <= held && first + held <= 0xffffffff);
  const total = counts.reduce((sum, count) => sum + count, 0);
  must(total <= gaps.left);
  const levels = unpack(packed, bits, total);
  const starts = new Uint32Array(counts.length + 1);
  const positions = new Uint32Array(total);
  const weights = new Float32Array(total);
  let at = 0;
  counts.forEach((count, row) => {
    const scale = smallFloat(scales[row] ?? 0);
    let base = 0;
    for (const end = at + count; at < end; at++) {
      const position = base + gaps.u32();
      const level = levels[at] ?? 0;
      must(position < 0xffffffff && position !== first + row && level > 0);
      positions[at] = position;
      weights[at] = level * scale;
      base = position + 1;
    }
    starts[row + 1] = at;
  });
  gaps.end();
  return { first, reach: Math.max(reachOf(positions), first + counts.length), step, own, starts, positions, weights };
}

/** Bytes, or two levels in each, the lower half first. */
export function unpack(packed: Uint8Array, bits: number, count: number): Uint8Array {
  must(packed.length === (bits === 4 ? Math.ceil(count / 2) : count));
  if (bits !== 4) return packed;
  const levels = new Uint8Array(packed.length * 2);
  for (let at = 0; at < levels.length; at++) levels[at] = (packed[at >> 1]! >> (at & 1 && 4)) & 15;
  must(!levels[count]);
  return levels.subarray(0, count);
}

/** What to show for the items of a shard: titles, prices, addresses, images. */
export type Cards = readonly (readonly string[])[];

export function readCards(reader: Reader, shard: number): Cards {
  const cards = [reader.names(), reader.names(), reader.names(), reader.names()];
  reader.end();
  const count = cards[0]?.length ?? 0;
  must(cards.every(({ length }) => length === count) && count <= CARD_ITEMS && shard < Math.floor(0xffffffff / CARD_ITEMS));
  return cards;
}
