/**
 * Why an item is in a list, in parts that add up to its score; or which rule keeps it out. The score is taken apart by
 * the same steps that made it; what rounding leaves over goes to the largest part.
 */
import type { Admission } from './admission.js';
import { decode, hasRows } from './engine.js';
import type { Item, List } from './list.js';
import type { Model } from './model.js';
import type { Question } from './question.js';
import { AGAIN, CHOSEN, GIVEN, PICKS } from './wire.js';

/** Where a part of a score comes from, by number on the wire. */
const SEED = 0;
const PROFILE = 1;
const PLACE = 2;
const BOOST = 3;
const ROTATION = 4;

/** Amounts by cause and by the seed, item or boost that it is of. */
interface Part {
  readonly cause: number;
  readonly of: number;
  amount: number;
}

/** `[place or 0, score, list or -1, rule or -1, times it was bought or 0, days between, days since, (cause, of, amount)*]`. */
export function explanationOf({ items, question, admission }: List, id: Uint8Array): number[] {
  const position = positionOf(question.model, id);
  const place = items.findIndex((item) => item.position === position);
  const item = items[place];
  if (item === undefined) return [0, 0, -1, position === undefined ? -1 : admission.broken(position), 0, 0, 0];
  const rhythm = (item.list === AGAIN && question.taste?.rhythmOf(item.position)) || [0, 0, 0];
  const parts = partsOf(question, item, admission).flatMap(({ cause, of, amount }) => [cause, of, amount]);
  return [place + 1, item.score, item.list, -1, ...rhythm, ...parts];
}

/** What is no text is no item. */
function positionOf({ ids }: Model, id: Uint8Array): number | undefined {
  try {
    return ids?.position(decode(id));
  } catch {
    return undefined;
  }
}

function partsOf(question: Question, item: Item, admission: Admission): Part[] {
  const { score, position, list, reason } = item;
  let parts: Part[] = [];
  if (reason === CHOSEN || reason === GIVEN) {
    put(PLACE, 0, score, parts);
    return parts;
  }
  const { wishes } = question.request;
  const plain = score / (admission.weight?.(position) ?? 1);
  if (list === PICKS) parts = likesOf(question, position);
  else {
    // An item may be in several charts: it was taken from the one where it has its score.
    const missing = (parts: Part[]): number => Math.abs(plain - sum(parts));
    for (let part = 0; part < question.parts(list); part++) {
      const found = base(question, item, part);
      if (parts.length === 0 || missing(found) < missing(parts)) parts = found;
    }
  }
  settle(plain, parts);
  // Each boost in the order in which it multiplies, and then the rotation.
  for (const [number, by] of wishes?.boostsOf(position) ?? []) put(BOOST, number, sum(parts) * (by - 1), parts);
  put(ROTATION, 0, sum(parts) * ((wishes?.left(position) ?? 1) - 1), parts);
  // Multiplying rounds too, by next to nothing.
  settle(score, parts);
  return parts;
}

/** Makes the parts add up. */
function settle(score: number, parts: Part[]): void {
  const missing = score - sum(parts);
  const [first] = parts;
  if (first) parts.reduce((a, b) => (Math.abs(b.amount) > Math.abs(a.amount) ? b : a), first).amount += missing;
}

/** What one part of a list itself says of an item, and what the shopper's taste adds. */
function base(question: Question, { list, position }: Item, part: number): Part[] {
  const { bench, model } = question;
  const parts: Part[] = [];
  question.collect(list, part);
  const at = bench.positions.subarray(0, bench.count).indexOf(position);
  if (at < 0) return parts;
  const place = bench.scores[at]!;
  if (hasRows(list)) {
    for (const seed of question.rowSeeds(list)) {
      bench.addUp(model, list, [seed]);
      put(SEED, seed.position, bench.sums[position]!, parts);
    }
  } else if (list === AGAIN && !question.isInOrderOnly(list)) {
    // What was bought speaks for itself.
    put(PROFILE, position, place, parts);
  } else {
    put(PLACE, 0, place, parts);
  }
  const blend = question.taste?.blend(list);
  if (blend === undefined) return parts;
  for (const part of parts) part.amount *= blend.list;
  const likes = likesOf(question, position);
  // A dislike is the same as nothing.
  if (sum(likes) > 0) for (const { cause, of, amount } of likes) put(cause, of, amount * blend.taste, parts);
  return parts;
}

/** What each item of the profile gives to the score of a pick. */
function likesOf({ taste }: Question, position: number): Part[] {
  const likes: Part[] = [];
  for (const [item, amount] of taste?.partsOf(position) ?? []) put(PROFILE, item, amount, likes);
  return likes;
}

/** Adds a part; what has the same cause becomes one. */
function put(cause: number, of: number, amount: number, parts: Part[]): void {
  const part = parts.find((part) => part.cause === cause && part.of === of);
  if (part) part.amount += amount;
  else if (amount !== 0) parts.push({ cause, of, amount });
}

function sum(parts: readonly Part[]): number {
  return parts.reduce((sum, { amount }) => sum + amount, 0);
}
