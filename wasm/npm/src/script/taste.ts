/**
 * What the shopper's taste does in a question: the lists that are made of it, and its share in the others. Loaded for
 * questions that may be about the shopper, whatever is known of him.
 */
import type { Admission } from './admission.js';
import type { Bench, Weighted } from './bench.js';
import type { Reader } from './bytes.js';
import { aged, keyOf, must } from './engine.js';
import { due, interval, readHistory, type History } from './history.js';
import type { Model } from './model.js';
import type { Request } from './request.js';
import type { Put } from './sections.js';
import { foldIn, nameReasons, product, pushAll, rowPart, spread, vectorOf, type Shopper } from './shopper.js';
import { readFactors, readHabits } from './tables.js';
import { AGAIN, FACTORS, HABITS, NEW, PICKS, RECENT } from './wire.js';

const { fround } = Math;

/** How much of the order of new items is the taste, where the list is about it. */
const EXPLORED = 255 / 256;

export function read(kind: number, reader: Reader): Put {
  if (kind === FACTORS) {
    const factors = readFactors(reader);
    return (model) => (must(factors.items === model.items), (model.factors = factors));
  }
  const habits = readHabits(reader);
  return (model) => (must(habits.items === model.items), (model.habits = habits));
}

/** How a list's score and the shopper's taste become one score: what each is multiplied by. */
export interface Blend {
  readonly list: number;
  readonly taste: number;
}

/** The profile made ready: as seeds of rows, and folded into the factors, if it says something in them. */
interface Ready {
  readonly seeds: readonly Weighted[];
  readonly shopper: Shopper | undefined;
}

export class Taste {
  readonly #model: Model;
  readonly #request: Request;
  readonly #bench: Bench;
  readonly #history: History;
  #ready: Ready | undefined;

  constructor(model: Model, request: Request, bench: Bench) {
    this.#model = model;
    this.#request = request;
    this.#bench = bench;
    this.#history = readHistory(request);
  }

  /** What the shopper likes, newest first. */
  get known(): number[] {
    return this.#history.items.map(({ position }) => position);
  }

  get dismissed(): readonly number[] {
    return this.#history.dismissed;
  }

  /** What is needed of a profile is all there is, whatever it holds: a request says nothing about the shopper. */
  needs(list: number): number[] {
    if (this.#history.items.length === 0) return [];
    if (list === AGAIN) return [keyOf(HABITS)];
    const has = list === PICKS || (list < AGAIN && (this.#request.wishes?.personal ?? 0) > 0);
    return has ? [keyOf(FACTORS), ...this.#model.shards(PICKS)] : [];
  }

  /** Keeps the best picks. Factors say what a taste is like, rows what goes with what; their scores add up. */
  pick(limit: number, admission: Admission): void {
    const [bench, model, { seeds, shopper }] = [this.#bench, this.#model, this.#fold()];
    bench.addUp(model, PICKS, seeds);
    bench.count = 0;
    if (shopper === undefined) bench.pushSums();
    else {
      pushAll(bench, shopper);
      for (const position of bench.touched) {
        bench.scores[position]! += bench.sums[position]!;
        bench.because[position] = bench.from[position]!;
      }
    }
    bench.best(limit, admission, true);
    if (shopper) nameReasons(model, bench, shopper, seeds);
  }

  /** Puts what the shopper looked at, or bought, into the pool. */
  collect(list: number): void {
    const { habits } = this.#model;
    const { bought } = this.#history;
    if (list === RECENT) this.#bench.pushOrder(new Set(this.known));
    else if (habits) for (const one of bought) this.#bench.push(one.position, due(habits, one));
    else this.#bench.pushOrder(new Set(bought.map(({ position }) => position)));
  }

  /** Mixes the taste into the scores of the pool; says how, when it did. */
  blend(list: number): Blend | undefined {
    const bench = this.#bench;
    const share = list < AGAIN ? this.#share(list) : 0;
    if (!(share > 0)) return undefined;
    const { seeds, shopper } = this.#fold();
    // The rows of the list itself are in the pool already.
    bench.addUp(this.#model, PICKS, seeds);
    let [best, favourite] = [0, 0];
    for (let at = 0; at < bench.count; at++) {
      best = Math.max(best, bench.scores[at]!);
      favourite = Math.max(favourite, this.#likes(bench.positions[at]!, shopper));
    }
    if (!(best > 0 && favourite > 0)) return undefined;
    const blend = { list: (1 - share) / best, taste: share / favourite };
    for (let at = 0; at < bench.count; at++) {
      bench.scores[at] = bench.scores[at]! * blend.list + this.#likes(bench.positions[at]!, shopper) * blend.taste;
    }
    return blend;
  }

  /** How much of a score is the taste. New items among picks are there for it. */
  #share(list: number): number {
    const { list: asked, wishes, fallback } = this.#request;
    if (wishes === undefined) return 0;
    // Where new items also fill the list up, they are that list, as it always is.
    if (list !== NEW || wishes.places === 0 || fallback.includes(NEW)) return wishes.personal;
    return asked === PICKS ? EXPLORED : Math.min(wishes.personal, EXPLORED);
  }

  /** How much the shopper would like an item; a dislike is the same as nothing. */
  #likes(position: number, shopper: Shopper | undefined): number {
    const likes = (shopper ? product(vectorOf(shopper.factors, position), shopper.point) : 0) + this.#bench.sums[position]!;
    return likes > 0 ? likes : 0;
  }

  #fold(): Ready {
    return (this.#ready ??= fold(this.#model, this.#history));
  }

  /** What each item of the profile gives to the score of a pick. */
  partsOf(position: number): (readonly [item: number, amount: number])[] {
    const { seeds, shopper } = this.#fold();
    const rows = seeds.map((seed) => [seed.position, rowPart(this.#model, seed, position)] as const);
    if (shopper === undefined) return rows;
    const { factors, profile } = shopper;
    const own = spread(shopper, position);
    const parts = profile.map((item) => [item.position, product(vectorOf(factors, item.position), own) * item.weight * factors.confidence] as const);
    return [...parts, ...rows];
  }

  /** How often an item was bought, the days between, and the days since. */
  rhythmOf(position: number): readonly number[] | undefined {
    const { habits } = this.#model;
    const bought = this.#history.bought.find((one) => one.position === position);
    return habits && bought && [bought.times, interval(habits, bought), bought.last / 24];
  }
}

function fold(model: Model, { items }: History): Ready {
  // Relative to the heaviest item, because rows were fitted to whole choices.
  const heaviest = items.reduce((most, { weight }) => Math.max(most, weight), 0);
  const relative = items.map(({ position, weight }) => ({ position, weight: fround(weight / heaviest) }));
  const seeds = aged(relative, model.near(PICKS, 0)?.step ?? 1);
  const { factors } = model;
  return { seeds, shopper: factors && foldIn(factors, aged(items, factors.step)) };
}
