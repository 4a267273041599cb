/**
 * The one verb: a model and a request give a list, or say which sections are missing. A list that comes out short is
 * filled from the request's fallbacks, and says so. What the page pinned has its place, what the shop put on top stands
 * above what was computed, and new items have the places that the page keeps for them.
 */
import { Admission, CATEGORY, SCORE, SHOWN } from './admission.js';
import type { Bench } from './bench.js';
import { NEW, PICKS } from './kinds.js';
import { Mix } from './mix.js';
import type { Model } from './model.js';
import { firstNeeds, Question } from './question.js';
import type { Request } from './request.js';

/** Reasons by their number on the wire. */
const RECENTLY = 6;
export const CHOSEN = 7;
export const GIVEN = 8;
/** Why an item is in a list that has it from itself, by number of the list kind: similar to, together with, your taste … */
const REASONS = [2, 0, 1, 0, 4, 3, 5, 0, 0, 9, RECENTLY, CHOSEN];

/** How wide the net is cast for items that go well together, in items a place; and at most. */
const CANDIDATES_PER_PLACE = 4;
const MOST_CANDIDATES = 4096;

/** One recommendation. */
export interface Item {
  readonly position: number;
  readonly score: number;
  readonly reason: number;
  readonly list: number;
  readonly because: number;
}

export interface List {
  /** What must be loaded first; the rest is whole when that is nothing. */
  readonly needs: readonly number[];
  /** How much of it is what was asked for: all, the first part, nothing, or there is nothing to show. */
  readonly level: number;
  readonly items: readonly Item[];
  readonly question: Question;
  readonly admission: Admission;
}

export function makeList(model: Model, request: Request, bench: Bench): List {
  const question = new Question(model, request, bench);
  const admission = new Admission(model, request, bench);
  const making = new Making(question, admission, request);
  const list = (needs: readonly number[], level = 0): List => ({ needs, level, items: making.items, question, admission });
  const needs = firstNeeds(model, request);
  if (needs.length > 0) return list(needs);
  question.exclude(admission);
  const pins: (readonly [place: number, position: number])[] = [];
  let asked = 0;
  for (const [at, kind] of [request.list, ...request.fallback].entries()) {
    if (making.room === 0) break;
    const needs = question.needs(kind);
    if (needs.length > 0) return list(needs);
    const top = question.chosen(kind, admission);
    if (at === 0) {
      for (const { position, place } of request.pins) {
        if (position === undefined || place > request.limit || pins.length >= request.limit || !admission.lets(position)) continue;
        admission.exclude(position, SHOWN);
        pins.push([place, position]);
        making.mix.add(position);
      }
      making.room -= pins.length;
    }
    making.putInOrder(top, making.room, kind, CHOSEN);
    for (let part = 0; part < question.parts(kind); part++) making.putBest(kind, part);
    if (at === 0 && !question.isInOrderOnly(kind)) asked = making.items.length;
  }
  if (request.among) making.putGiven(request.list, request.among);
  const [fresh, kept] = making.putNew(asked);
  putPins(request.list, pins, making.items);
  const [wanted, all] = [kept + pins.length, making.items.length - fresh];
  return list([], making.items.length === 0 ? 3 : wanted === 0 ? 2 : wanted === all ? 0 : 1);
}

/** Each stands at its place, or at the end of a list that is too short for that; of several for one place in their order. */
function putPins(list: number, pins: (readonly [place: number, position: number])[], items: Item[]): void {
  let free = 0;
  for (const [place, position] of pins.sort(([a], [b]) => a - b)) {
    const at = Math.min(items.length, Math.max(place - 1, free));
    items.splice(at, 0, { position, score: 1, reason: CHOSEN, list, because: -1 });
    free = at + 1;
  }
}

/** A list being made. */
class Making {
  items: Item[] = [];
  /** How many more items it may have. */
  room: number;
  readonly mix: Mix;
  readonly #question: Question;
  readonly #admission: Admission;
  readonly #bench: Bench;
  /** Of the best score of each part, the share that it takes to be good enough. */
  #minScore: number;

  constructor(question: Question, admission: Admission, request: Request) {
    this.room = request.limit;
    this.mix = new Mix(request, question.model.attributes);
    this.#question = question;
    this.#admission = admission;
    this.#bench = question.bench;
    this.#minScore = request.minScore;
  }

  /** Items that somebody chose, in that order; at most `limit`. */
  putInOrder(order: ReadonlySet<number>, limit: number, kind: number, reason: number): void {
    this.#keepInOrder(order, limit);
    this.#put(kind, reason);
  }

  #keepInOrder(order: ReadonlySet<number>, limit: number): void {
    this.#bench.count = 0;
    this.#bench.pushOrder(order);
    this.#bench.best(limit, this.#admission, false);
  }

  /** The best of one part of a list that go well together. */
  putBest(kind: number, part: number): void {
    const { room, mix } = this;
    const [question, bench, { removed }] = [this.#question, this.#bench, this.#admission];
    for (let wide = mix.isWanted ? room * CANDIDATES_PER_PLACE : room; ; wide *= CANDIDATES_PER_PLACE) {
      question.ask(kind, part, wide, this.#admission);
      const all = bench.kept.length;
      const least = Math.fround((bench.kept[0]?.score ?? 0) * this.#minScore);
      bench.kept = bench.kept.filter(({ score }) => score >= least);
      const good = bench.kept.length;
      let back = 0;
      if (mix.isWanted) [bench.kept, back] = mix.choose(room, bench.kept, kind === PICKS ? question.model.factors : undefined);
      // Too many stood back, and there are more candidates: cast a wider net.
      if (bench.kept.length < room && good === wide && wide < MOST_CANDIDATES) continue;
      removed[SCORE]! += all - good;
      removed[CATEGORY]! += back;
      return this.#put(kind, question.isInOrderOnly(kind) ? RECENTLY : REASONS[kind]!);
    }
  }

  /** What the page named and no list knew, in the page's order. */
  putGiven(kind: number, given: readonly number[]): void {
    this.#keepInOrder(new Set(given), given.length);
    this.mix.inOrder();
    const [kept, back] = this.mix.choose(this.room, this.#bench.kept, undefined);
    this.#bench.kept = kept;
    this.#admission.removed[CATEGORY]! += back;
    this.#put(kind, GIVEN);
  }

  /**
   * Gives new items the places that are kept for them: how many those are, and how much of the rest is from the asked
   * list. The end of the list makes room, and comes back as far as new items leave it places.
   */
  putNew(asked: number): [fresh: number, asked: number] {
    const { mix, items } = this;
    const [question, admission] = [this.#question, this.#admission];
    const [made, all] = [items.length, items.length + this.room];
    // What the shop put on top stays there.
    const first = items.findIndex(({ reason }) => reason !== CHOSEN);
    const chosen = first < 0 ? made : first;
    const kept = Math.min(question.places, all - chosen);
    if (kept === 0) return [0, asked];
    const head = Math.min(made, all - kept);
    const tail = items.splice(head);
    for (const { position } of tail) {
      admission.readmit(position);
      mix.add(position, -1);
    }
    // What the shop keeps out of new items is none of them here either.
    question.chosen(NEW, admission);
    // What nobody knows has a low score, and is as good as any other.
    mix.inOrder();
    this.#minScore = 0;
    this.room = kept;
    for (let part = 0; part < question.parts(NEW); part++) this.putBest(NEW, part);
    const added = items.splice(head);
    let left = Math.min(head, asked);
    tail.forEach((item, at) => {
      if (items.length + added.length >= all || admission.broken(item.position) === SHOWN || !mix.hasRoom(item.position)) return;
      mix.add(item.position);
      items.push(item);
      if (head + at < asked) left++;
    });
    spread(items, added, chosen);
    return [added.length, left];
  }

  /** Adds what was kept to the list; it is not found again. */
  #put(list: number, reason: number): void {
    for (const { position, score, because } of this.#bench.kept) {
      this.#admission.exclude(position, SHOWN);
      this.mix.add(position);
      this.items.push({ position, score, reason, list, because });
    }
    this.room -= this.#bench.kept.length;
  }
}

/** Puts new items among others from `from` on: into the middle of as many equal stretches. */
function spread(items: Item[], fresh: readonly Item[], from: number): void {
  const all = items.length + fresh.length - from;
  fresh.forEach((item, at) => items.splice(from + Math.floor(((2 * at + 1) * all) / (2 * fresh.length)), 0, item));
}
