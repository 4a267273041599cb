/**
 * The sections that a first list needs, read from their bodies and checked: the index, the ids, charts, rows of neighbours,
 * cards and facts. What comes back puts them in their place, or throws when they do not belong to the ids.
 */
import { must, smallFloat, type Reader, type Rows } from './bytes.js';
import { Ids } from './ids.js';
import { CARD_ITEMS, hasRows, keyOf, shardItems } from './kinds.js';
import type { Model } from './model.js';
import { CARDS, CHARTS, IDS, INDEX, META, NEAR, PICKS } from './wire.js';

/** Puts a section in its place in the model, or throws when it does not belong to the ids. */
export type Put = (model: Model) => void;

/** By number of the kind. */
export const READERS: Readonly<Record<number, (reader: Reader, list: number, shard: number) => Put>> = {
  [META]: readMeta,
  [IDS]: readIds,
  [CHARTS]: readCharts,
  [NEAR]: readNear,
  [CARDS]: readCards,
  [INDEX]: readIndex,
};

/** Bytes of a blob's name. */
const NAME_BYTES = 16;

/** Name and size of the blob of each section that there is, by key. */
export type Index = ReadonlyMap<number, readonly [name: Uint8Array, size: number]>;

function readIndex(reader: Reader): Put {
  const index = new Map<number, readonly [Uint8Array, number]>();
  let last = -1;
  reader.many(() => {
    const [kind, list, sizes, names] = [reader.u32(), reader.u8(), reader.part(), reader.part()];
    // A newer writer may name kinds that nobody here knows.
    if (kind < 1 || kind > 11) return;
    const group = keyOf(kind, list);
    must(names.left === 0 || (group > last && kind !== INDEX));
    if (names.left > 0) last = group;
    for (let key = group; names.left > 0; key++) index.set(key, [names.take(NAME_BYTES), sizes.u32()]);
    sizes.end();
  });
  reader.end();
  return (model) => (model.index = index);
}

function readIds(reader: Reader): Put {
  const ids = new Ids(reader);
  return (model) => must((model.ids ??= ids) === ids || model.ids.equals(ids));
}

/** Facts about the cook, as far as cards need them. */
export interface Meta {
  readonly currency: string;
  /** With `{id}` where the id goes. */
  readonly address: string;
}

function readMeta(reader: Reader): Put {
  const [, , currency, address] = [reader.text(), reader.text(), reader.text(), reader.text()];
  // The newest moment, items to show, the privacy floor, settings.
  reader.wide();
  reader.u32();
  reader.u32();
  reader.many(() => [reader.text(), reader.text()]);
  reader.end();
  return (model) => (model.meta = { currency, address });
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

function readCharts(reader: Reader): Put {
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
  return (model) => {
    // None stands twice in a row.
    must(of.every(({ rows }) => rows.reach <= model.items && rows.every((row) => new Set(row).size === row.length)));
    model.charts = { of, channels };
  };
}

/** Rows of neighbours: for each item of a shard, the items to recommend beside it, ascending. */
export interface Near {
  /** The first item. */
  readonly first: number;
  /** What each seed weighs as a multiple of the next newer one. */
  readonly step: number;
  /** What a seed speaks for itself. */
  readonly own: number;
  readonly starts: Uint32Array;
  readonly positions: Uint32Array;
  readonly weights: Float32Array;
}

function readNear(reader: Reader, list: number, shard: number): Put {
  const [bits, step, own] = [reader.u8(), smallFloat(reader.u8()), smallFloat(reader.u8())];
  const [counts, scales, gaps, packed] = [reader.bytes(), reader.bytes(), reader.part(), reader.bytes()];
  reader.end();
  const held = shardItems(list);
  const first = shard * held;
  must((list === PICKS || hasRows(list)) && step <= 1 && first + held <= 0xffffffff);
  must(counts.length === scales.length && counts.length <= held);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const levels = unpack(packed, bits, total);
  const starts = new Uint32Array(counts.length + 1);
  const positions = new Uint32Array(total);
  const weights = new Float32Array(total);
  let at = 0;
  let reach = first + counts.length;
  counts.forEach((count, row) => {
    const scale = smallFloat(scales[row]!);
    let next = 0;
    for (const end = at + count; at < end; at++) {
      positions[at] = next += gaps.u32();
      weights[at] = levels[at]! * scale;
      must(next++ !== first + row && next <= 0xffffffff && levels[at]! > 0);
      reach = Math.max(reach, next);
    }
    starts[row + 1] = at;
  });
  gaps.end();
  return ({ items, nears }) => {
    must(reach <= items);
    nears.set(keyOf(NEAR, list, shard), { first, step, own, starts, positions, weights });
  };
}

/** Bytes, or two levels in each, the lower half first. */
export function unpack(packed: Uint8Array, bits: number, count: number): Uint8Array {
  must((bits === 4 || bits === 8) && packed.length === Math.ceil((count * bits) / 8));
  if (bits !== 4) return packed;
  const levels = new Uint8Array(packed.length * 2);
  for (let at = 0; at < levels.length; at++) levels[at] = (packed[at >> 1]! >> (at & 1 && 4)) & 15;
  must(!levels[count]);
  return levels.subarray(0, count);
}

/** What to show for the items of a shard: titles, prices, addresses, images. */
export type Cards = readonly (readonly string[])[];

function readCards(reader: Reader, _: number, shard: number): Put {
  const cards = [reader.names(), reader.names(), reader.names(), reader.names()];
  reader.end();
  const count = cards[0]?.length ?? 0;
  must(cards.every(({ length }) => length === count) && count <= CARD_ITEMS && shard < Math.floor(0xffffffff / CARD_ITEMS));
  return (model) => {
    must(shard * CARD_ITEMS + count <= model.items);
    model.cards.set(keyOf(CARDS, 0, shard), cards);
  };
}
