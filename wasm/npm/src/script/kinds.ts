/**
 * What there is by number: which lists are made how, and one number for each section.
 */
import { AGAIN, CARDS, LOOK, NEAR, NEW, NEXT, PICKS, POPULAR, TEXT } from './wire.js';

export function isChart(list: number): boolean {
  return list >= POPULAR && list <= NEW;
}

/** Lists that add up rows of neighbours of their own. */
export function hasRows(list: number): boolean {
  return list > PICKS && list < AGAIN && !isChart(list);
}

/** Items in a shard of neighbour rows. */
export function shardItems(list: number): number {
  if (list === PICKS) return 4096;
  if (list === NEXT) return 96;
  return list === TEXT || list === LOOK ? 192 : 128;
}

export const CARD_ITEMS = 512;

/** One number for a section: kind, list and shard. */
export function keyOf(kind: number, list = 0, shard = 0): number {
  return (kind * 256 + list) * 2 ** 32 + shard;
}

export function kindOf(key: number): number {
  return Math.floor(key / 2 ** 40);
}

/** The key of the shard that holds the neighbours of an item. */
export function nearKey(list: number, position: number): number {
  return keyOf(NEAR, list, Math.floor(position / shardItems(list)));
}

/** The key of the shard that holds the card of an item. */
export function cardKey(position: number): number {
  return keyOf(CARDS, 0, Math.floor(position / CARD_ITEMS));
}
