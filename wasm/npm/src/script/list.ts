/**
 * The one verb: a model and a request give a list, or say which sections are missing. A list that comes out short is
 * filled from the request's fallbacks, and says so. What the shop put on top stands above what was computed.
 */
import { Admission } from './admission.js';
import type { Bench } from './bench.js';
import type { Model } from './model.js';
import { Question } from './question.js';
import type { Request } from './request.js';
import { CHOSEN, RECENTLY, SHOWN } from './wire.js';

/** Why an item is in a list that has it from itself, by number of the list kind: similar to, together with, your taste … */
const REASONS = [2, 0, 1, 0, 4, 3, 5, 0, 0, 9, RECENTLY, CHOSEN];

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
  const { list, fallback, wishes } = request;
  const question = new Question(model, request, bench);
  const admission = new Admission(model, request, bench);
  const making = wishes ? wishes.making(question, admission) : new Making(question, admission);
  const done = (needs: readonly number[], level = 0): List => ({ needs, level, items: making.items, question, admission });
  const needs = question.firstNeeds();
  if (needs.length > 0) return done(needs);
  question.exclude(admission);
  let asked = 0;
  for (const [at, kind] of [list, ...fallback].entries()) {
    if (making.room === 0) break;
    const needs = question.needs(kind);
    if (needs.length > 0) return done(needs);
    const top = question.chosen(kind, admission);
    if (at === 0) making.begin();
    making.keepInOrder(top, making.room);
    making.put(kind, CHOSEN);
    for (let part = 0; part < question.parts(kind); part++) making.putBest(kind, part);
    if (at === 0 && !question.isInOrderOnly(kind)) asked = making.items.length;
  }
  const [wanted, others] = making.end(asked);
  const all = making.items.length;
  return done([], all === 0 ? 3 : wanted === 0 ? 2 : wanted === all - others ? 0 : 1);
}

/** A list being made; what a page may wish of it beyond its kind is in wished.ts. */
export class Making {
  items: Item[] = [];
  /** How many more items it may have. */
  room: number;
  readonly question: Question;
  readonly admission: Admission;

  constructor(question: Question, admission: Admission) {
    this.room = question.request.limit;
    this.question = question;
    this.admission = admission;
  }

  /** Before what is computed for the list that was asked for. */
  begin(): void {}

  /** After all lists: how many items are what was asked for, and how many are neither that nor something else. */
  end(asked: number): readonly [wanted: number, others: number] {
    return [asked, 0];
  }

  /** Keeps items that somebody chose, in that order; at most `limit`. */
  keepInOrder(order: ReadonlySet<number>, limit: number): void {
    const { bench } = this.question;
    bench.count = 0;
    bench.pushOrder(order);
    bench.best(limit, this.admission, false);
  }

  /** The best of one part of a list. */
  putBest(kind: number, part: number): void {
    this.question.ask(kind, part, this.room, this.admission);
    this.putKept(kind);
  }

  putKept(kind: number): void {
    this.put(kind, this.question.isInOrderOnly(kind) ? RECENTLY : REASONS[kind]!);
  }

  /** Adds what was kept to the list; it is not found again. */
  put(list: number, reason: number): void {
    const { kept } = this.question.bench;
    for (const { position, score, because } of kept) {
      this.admission.exclude(position, SHOWN);
      this.items.push({ position, score, reason, list, because });
    }
    this.room -= kept.length;
  }
}
