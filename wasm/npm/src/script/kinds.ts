/** List kinds and section keys by their numbers on the wire. */

export const PICKS = 0;
export const NEXT = 3;
export const POPULAR = 4;
export const NEW = 6;
export const AGAIN = 9;
export const RECENT = 10;
export const NAMED = 11;

export const META = 1;
export const IDS = 2;
export const CHARTS = 3;
export const FACTORS = 4;
export const NEAR = 5;
export const ATTRIBUTES = 6;
export const CARDS = 7;
export const INDEX = 8;
export const AVAILABILITY = 9;
export const CURATED = 10;
export const AGAIN_SECTION = 11;

/** Kinds that have scores of their own beside an order. */
export function isScored(list: number): boolean {
  return list > PICKS && list < AGAIN;
}

export function isChart(list: number): boolean {
  return list >= POPULAR && list <= NEW;
}

/** Items in a shard of neighbour rows. */
export function shardItems(list: number): number {
  return list === PICKS ? 4096 : 128;
}

export const CARD_ITEMS = 512;

/** One number for a section: kind, list and shard. */
export function keyOf(kind: number, list = 0, shard = 0): number {
  return (kind * 256 + list) * 2 ** 32 + shard;
}

/** The key of the shard that holds the neighbours of an item. */
export function nearKey(list: number, position: number): number {
  return keyOf(NEAR, list, Math.floor(position / shardItems(list)));
}
