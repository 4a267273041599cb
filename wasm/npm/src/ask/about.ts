/**
 * Which questions are about the shopper. Said of the question alone, never of its answer: what a list happened to show must
 * not decide what is fetched.
 */
import type { ListRequest } from '../types.js';

/** Lists that are made from the profile, and words that stand for what it holds. */
const OF_SHOPPER: readonly unknown[] = ['picks', 'next', 'again', 'recent', 'cart', 'seen', 'purchased', 'dismissed'];

/** Whether the answer may depend on what this shopper did. */
export function aboutShopper({ kind, seeds, personal = 0, rotate, exclude = [], fallback = [] }: ListRequest): boolean {
  return personal > 0 || rotate !== undefined || seeds === 'cart' || [kind, ...fallback, ...[exclude].flat()].some((word) => OF_SHOPPER.includes(word));
}
