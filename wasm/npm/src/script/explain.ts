/**
 * Why an item is in a list, in parts that add up to its score; or which rule keeps it out. The score is taken apart by
 * the same steps that made it; what rounding leaves over goes to the largest part.
 */
import type { Admission } from './admission.js';
import { rowPart, says } from './bench.js';
import { AGAIN, isChart, isScored, PICKS } from './kinds.js';
import { CHOSEN, GIVEN, type Item, type List } from './list.js';
import type { Question } from './question.js';
import { product, spread, vectorOf, type Shopper } from './shopper.js';
import { interval } from './taste.js';

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
export function explanationOf({ items, question, admission }: List, position: number | undefined): number[] {
  const place = items.findIndex((item) => item.position === position);
  const item = items[place];
  if (item === undefined) return [0, 0, -1, position === undefined ? -1 : admission.broken(position), 0, 0, 0];
  const { again } = question.model;
  const bought = item.list === AGAIN ? question.taste.bought.find((one) => one.position === position) : undefined;
  const rhythm = again && bought ? [bought.times, interval(again, bought), bought.last / 24] : [0, 0, 0];
  const parts = partsOf(question, item, admission).flatMap(({ cause, of, amount }) => [cause, of, amount]);
  return [place + 1, item.score, item.list, -1, ...rhythm, ...parts];
}

function partsOf(question: Question, item: Item, admission: Admission): Part[] {
  const { score, position, list, reason } = item;
  let parts: Part[] = [];
  if (reason === CHOSEN || reason === GIVEN) {
    put(PLACE, 0, score, parts);
    return parts;
  }
  const plain = score / admission.weight(position);
  if (list === PICKS) parts = likesOf(question, question.fold(), position);
  else {
    // An item may be in several charts: it was taken from the one where it has its score.
    const missing = (parts: Part[]): number => Math.abs(plain - sum(parts));
    for (let part = 0; part < question.parts(list); part++) {
      const found = base(question, item, part, admission.category);
      if (parts.length === 0 || missing(found) < missing(parts)) parts = found;
    }
  }
  settle(plain, parts);
  // Each boost in the order in which it multiplies, and then the rotation.
  for (const [number, by] of admission.boosts(position)) put(BOOST, number, sum(parts) * (by - 1), parts);
  put(ROTATION, 0, sum(parts) * (admission.left(position) - 1), parts);
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
function base(question: Question, { list, position }: Item, part: number, category: number | undefined): Part[] {
  const { bench, model } = question;
  const parts: Part[] = [];
  question.collect(list, part, category);
  const at = bench.positions.subarray(0, bench.count).indexOf(position);
  if (at < 0) return parts;
  const place = bench.scores[at]!;
  if (isScored(list) && !isChart(list)) {
    for (const seed of bench.seeds) put(SEED, seed.position, Math.fround(seed.weight * says(model.near(list, seed.position), seed.position, position)), parts);
  } else if (list === AGAIN && !question.isInOrderOnly(list)) {
    // What was bought speaks for itself.
    put(PROFILE, position, place, parts);
  } else {
    put(PLACE, 0, place, parts);
  }
  const blend = isScored(list) ? question.blend(list) : undefined;
  if (blend === undefined) return parts;
  for (const part of parts) part.amount *= blend.list;
  const likes = likesOf(question, question.fold(), position);
  // A dislike is the same as nothing.
  if (sum(likes) > 0) for (const { cause, of, amount } of likes) put(cause, of, amount * blend.taste, parts);
  return parts;
}

/** What each item of the profile gives to the score of a pick. */
function likesOf({ model, bench }: Question, shopper: Shopper | undefined, position: number): Part[] {
  const likes: Part[] = [];
  if (shopper) {
    const own = spread(shopper, position);
    for (const item of bench.profile) {
      const amount = product(vectorOf(shopper.factors, item.position), own) * item.weight * shopper.factors.confidence;
      put(PROFILE, item.position, amount, likes);
    }
  }
  for (const seed of bench.seeds) put(PROFILE, seed.position, rowPart(model, seed, position), likes);
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
