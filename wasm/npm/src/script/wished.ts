/**
 * A list being made as a page wishes it: what the page pinned has its place, the best of a list go well together, and
 * new items have the places that the page keeps for them.
 */
import type { Admission } from './admission.js';
import { Making } from './engine.js';
import type { Item } from './list.js';
import { Mix } from './mix.js';
import type { Question } from './question.js';
import type { Wishes } from './wishes.js';
import { CATEGORY, CHOSEN, GIVEN, NEW, PICKS, SCORE, SHOWN } from './wire.js';

/** How wide the net is cast for items that go well together, in items a place; and at most. */
const CANDIDATES_PER_PLACE = 4;
const MOST_CANDIDATES = 4096;

type Pin = readonly [place: number, position: number];

export class WishedMaking extends Making {
  readonly #wishes: Wishes;
  readonly #mix: Mix;
  readonly #pins: Pin[] = [];
  /** Of the best score of each part, the share that it takes to be good enough. */
  #minScore: number;

  constructor(question: Question, admission: Admission, wishes: Wishes) {
    super(question, admission);
    this.#wishes = wishes;
    this.#mix = new Mix(wishes.diversity, wishes.perCategory, question.model.attributes);
    this.#minScore = wishes.minScore;
  }

  /** Takes the pinned items out of what follows. */
  override begin(): void {
    const [admission, { limit }] = [this.admission, this.question.request];
    for (const { position, place } of this.#wishes.pins) {
      if (position === undefined || place > limit || this.#pins.length >= limit || !admission.lets(position)) continue;
      admission.exclude(position, SHOWN);
      this.#pins.push([place, position]);
      this.#mix.add(position);
    }
    this.room -= this.#pins.length;
  }

  override end(asked: number): readonly [wanted: number, others: number] {
    const { list } = this.question.request;
    if (this.#wishes.among) this.#putGiven(list, this.#wishes.among);
    const [fresh, kept] = this.#putNew(asked);
    putPins(list, this.#pins, this.items);
    return [kept + this.#pins.length, fresh];
  }

  override putBest(kind: number, part: number): void {
    const { room, question, admission } = this;
    const { bench, model } = question;
    const mix = this.#mix;
    for (let wide = mix.isWanted ? room * CANDIDATES_PER_PLACE : room; ; wide *= CANDIDATES_PER_PLACE) {
      question.ask(kind, part, wide, admission);
      const all = bench.kept.length;
      const least = Math.fround((bench.kept[0]?.score ?? 0) * this.#minScore);
      bench.kept = bench.kept.filter(({ score }) => score >= least);
      const good = bench.kept.length;
      let back = 0;
      if (mix.isWanted) [bench.kept, back] = mix.choose(room, bench.kept, kind === PICKS ? model.factors : undefined);
      // Too many stood back, and there are more candidates: cast a wider net.
      if (bench.kept.length < room && good === wide && wide < MOST_CANDIDATES) continue;
      admission.removed[SCORE]! += all - good;
      admission.removed[CATEGORY]! += back;
      return this.putKept(kind);
    }
  }

  override put(list: number, reason: number): void {
    for (const { position } of this.question.bench.kept) this.#mix.add(position);
    super.put(list, reason);
  }

  /** What the page named and no list knew, in the page's order. */
  #putGiven(kind: number, given: readonly number[]): void {
    const { bench } = this.question;
    this.keepInOrder(new Set(given), given.length);
    this.#mix.inOrder();
    const [kept, back] = this.#mix.choose(this.room, bench.kept, undefined);
    bench.kept = kept;
    this.admission.removed[CATEGORY]! += back;
    this.put(kind, GIVEN);
  }

  /**
   * Gives new items the places that are kept for them: how many those are, and how much of the rest is from the asked
   * list. The end of the list makes room, and comes back as far as new items leave it places.
   */
  #putNew(asked: number): [fresh: number, asked: number] {
    const { items, question, admission } = this;
    const mix = this.#mix;
    const [made, all] = [items.length, items.length + this.room];
    // What the shop put on top stays there.
    const first = items.findIndex(({ reason }) => reason !== CHOSEN);
    const chosen = first < 0 ? made : first;
    const kept = Math.min(this.#wishes.places, all - chosen);
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
}

/** Each stands at its place, or at the end of a list that is too short for that; of several for one place in their order. */
function putPins(list: number, pins: Pin[], items: Item[]): void {
  let free = 0;
  for (const [place, position] of pins.sort(([a], [b]) => a - b)) {
    const at = Math.min(items.length, Math.max(place - 1, free));
    items.splice(at, 0, { position, score: 1, reason: CHOSEN, list, because: -1 });
    free = at + 1;
  }
}

/** Puts new items among others from `from` on: into the middle of as many equal stretches. */
function spread(items: Item[], fresh: readonly Item[], from: number): void {
  const all = items.length + fresh.length - from;
  fresh.forEach((item, at) => items.splice(from + Math.floor(((2 * at + 1) * all) / (2 * fresh.length)), 0, item));
}
