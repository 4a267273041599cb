/**
 * One question in the model's terms: what it needs, and where the items of its lists come from. What may be shown is
 * not decided here, but in admission.ts.
 */
import { DISMISSED, EXCLUDED, KNOWN, SEED, SHOP, type Admission } from './admission.js';
import { foldIn, nameReasons, product, pushAll, vectorOf, type Shopper } from './shopper.js';
import type { Bench } from './bench.js';
import { AGAIN, AGAIN_SECTION, ATTRIBUTES, AVAILABILITY, CHARTS, CURATED, FACTORS, isChart, isScored, keyOf, NAMED, NEAR, nearKey, NEW, NEXT, PICKS, POPULAR, RECENT, shardItems } from './kinds.js';
import type { Model } from './model.js';
import { isWithin, type Request } from './request.js';
import type { Chart } from './sections.js';
import { aged, due, readTaste, type Taste, type Weighted } from './taste.js';

const { fround } = Math;

/** The newest items of a session: what is older says next to nothing about what comes next. */
const SESSION_SEEDS = 20;
/** Items of a scene that become seeds. */
const SCENE_SEEDS = 100;
/** How much of the order of new items is the taste, where the list is about it. */
const EXPLORED = 255 / 256;

/** What is needed before anything can be admitted: what filters look at, availability, and what the shop chose. */
export function firstNeeds(model: Model, { filter, boosts, diversity, perCategory }: Request): number[] {
  const plain = filter === undefined && boosts.length === 0 && !(diversity > 0 || perCategory > 0);
  const kinds = [...(plain ? [] : [ATTRIBUTES]), AVAILABILITY, CURATED];
  return kinds.map((kind) => keyOf(kind)).filter((key) => model.lacks(key));
}

/** How a list's score and the shopper's taste become one score: what each is multiplied by. */
export interface Blend {
  readonly list: number;
  readonly taste: number;
}

export class Question {
  readonly model: Model;
  readonly bench: Bench;
  readonly taste: Taste;
  /** Places kept for new items. */
  readonly places: number;
  readonly #request: Request;
  /** What the list is about, each once. */
  readonly #seeds: readonly number[];

  constructor(model: Model, request: Request, bench: Bench) {
    const { list, seeds, scene, explore, limit } = request;
    const at = model.curated?.scenes.indexOf(scene) ?? -1;
    this.model = model;
    this.bench = bench;
    this.taste = readTaste(request);
    // None in lists for which other items would be a lie, or which are all new.
    const kept = list === NEW || list >= AGAIN ? 0 : fround(fround(explore * limit) + 0.5);
    this.places = Math.floor(kept);
    this.#request = request;
    this.#seeds = [...new Set([...seeds, ...(model.curated?.sceneItems.row(at).subarray(0, SCENE_SEEDS) ?? [])])];
  }

  /** Marks what is in no list of this question. */
  exclude(admission: Admission): void {
    const { list, exclude, repeats, among } = this.#request;
    const all = (positions: readonly number[], rule: number): void => positions.forEach((position) => admission.exclude(position, rule));
    all(exclude, EXCLUDED);
    all(this.taste.dismissed, DISMISSED);
    if (repeats || list === RECENT || list === AGAIN) return;
    // A page that puts its own items in order wants them all.
    if (list === PICKS && among === undefined) all(this.#known(), KNOWN);
    if (list === NEXT) all(this.#session(), SEED);
    all(this.#seeds, SEED);
  }

  #known(): number[] {
    return this.taste.items.map(({ position }) => position);
  }

  /** What the shopper did last, newest first and each time again: the seeds, or the profile when there are none. */
  #session(): number[] {
    const { seeds, seeded } = this.#request;
    return (seeded ? [...seeds].reverse() : this.#known()).slice(0, SESSION_SEEDS);
  }

  /** What the shop put on top of a list, for all seeds one after the other. What it keeps out stays out from here on. */
  chosen(list: number, admission: Admission): Set<number> {
    const chosen = new Set<number>();
    const { curated } = this.model;
    // After the last seed comes what holds for all.
    for (const seed of curated ? [...this.#seeds, -1] : []) {
      curated?.keys.every((key, at) => {
        if (key[0] !== list || key[1] !== seed + 1) return true;
        curated.includes.row(at).forEach((position) => chosen.add(position));
        curated.excludes.row(at).forEach((position) => admission.exclude(position, SHOP));
        return true;
      });
    }
    return chosen;
  }

  /** Sections that exist, are not loaded, and that this list needs. */
  needs(list: number): number[] {
    const { model, taste } = this;
    const keys: number[] = [];
    const need = (key: number): void => {
      if (model.lacks(key) && !keys.includes(key)) keys.push(key);
    };
    // What is needed of a profile is all there is, whatever it holds: a request says nothing about the shopper.
    const every = (list: number): void => {
      for (let shard = 0; shard * shardItems(list) < model.items; shard++) need(keyOf(NEAR, list, shard));
    };
    const known = taste.items.length > 0;
    if (known && (list === PICKS || (this.#request.personal > 0 && isScored(list)))) {
      need(keyOf(FACTORS));
      every(PICKS);
    }
    if (isChart(list) || (list === this.#request.list && this.places > 0)) need(keyOf(CHARTS));
    if (list === AGAIN && known) need(keyOf(AGAIN_SECTION));
    if (isChart(list) || !isScored(list)) return keys;
    if (list !== NEXT) this.#seeds.forEach((seed) => need(nearKey(list, seed)));
    else if (this.#request.seeded) this.#session().forEach((seed) => need(nearKey(list, seed)));
    // A session that only the profile tells.
    else if (known) every(list);
    return keys;
  }

  /**
   * How many parts a list has, the one behind the other: the charts of the channel and the category may be short, and
   * the overall one reaches deeper into them.
   */
  parts(list: number): number {
    return this.#chart(list) ? 3 : 1;
  }

  #chart(list: number): Chart | undefined {
    return this.model.charts?.of[list - POPULAR];
  }

  /** Keeps the best `limit` items of one part of a list. */
  ask(list: number, part: number, limit: number, admission: Admission): void {
    const { bench, model } = this;
    if (list !== PICKS) {
      this.collect(list, part, admission.category);
      if (isScored(list)) this.blend(list);
      return bench.best(limit, admission, true);
    }
    // Factors say what a taste is like, rows what goes with what; both score in parts of one choice, and add up.
    const shopper = this.fold();
    bench.addUp(model, PICKS, bench.seeds);
    bench.count = 0;
    if (shopper === undefined) bench.pushSums();
    else {
      pushAll(bench, shopper);
      bench.joinSums();
    }
    bench.best(limit, admission, true);
    if (shopper) nameReasons(model, bench, shopper);
  }

  /** Puts the candidates of one part of a list into the pool. All of them must be in the category, if there is one. */
  collect(list: number, part: number, category: number | undefined): void {
    const { bench, model, taste } = this;
    const { again, charts } = model;
    const chart = this.#chart(list);
    bench.count = 0;
    if (list === RECENT) bench.pushOrder(new Set(this.#known()));
    else if (list === AGAIN && again) for (const bought of taste.bought) bench.push(bought.position, due(again, bought));
    else if (list === AGAIN) bench.pushOrder(new Set(taste.bought.map(({ position }) => position)));
    else if (list === NAMED) bench.pushOrder(new Set(this.#named()));
    else if (isChart(list)) {
      if (!charts || !chart) return;
      const channel = charts.channels.indexOf(this.#request.channel);
      const rows = [channel < 0 ? -1 : chart.rows.count - charts.channels.length + channel, (category ?? -2) + 1, 0];
      const from = chart.rows.starts[rows[part]!] ?? 0;
      chart.rows.row(rows[part]!).forEach((position, at) => bench.push(position, fround(chart.levels[from + at]! * fround(1 / 255))));
    } else {
      bench.seeds = this.#rowSeeds(list);
      bench.addUp(model, list, bench.seeds);
      bench.pushSums();
    }
  }

  /** The items of the list with the request's name, when the moment is within its dates. */
  #named(): Uint32Array | undefined {
    const { curated } = this.model;
    const plain = (name: string): string => name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    const at = curated?.names.map(plain).indexOf(plain(this.#request.name)) ?? -1;
    const [from = 0, until = 0] = curated?.dates.row(at) ?? [];
    return isWithin(this.#request, from, until) ? curated?.lists.row(at) : undefined;
  }

  /** The seeds of a list's rows: those of the request, or for `next` the session, what is newer weighing more. */
  #rowSeeds(list: number): Weighted[] {
    const weighted = (position: number): Weighted => ({ position, weight: 1 });
    if (list !== NEXT) return this.#seeds.map(weighted);
    const session = this.#session();
    const told = session.find((seed) => this.model.near(list, seed));
    return aged(session.map(weighted), told === undefined ? 1 : this.model.near(list, told)!.step);
  }

  /** What a list is made of when the model does not know how often things are bought again: their order alone. */
  isInOrderOnly(list: number): boolean {
    return list === AGAIN && this.model.again === undefined;
  }

  /** Mixes the shopper's taste into the scores of the pool; says how, when it did. */
  blend(list: number): Blend | undefined {
    const { bench } = this;
    const share = this.#tasteShare(list);
    if (!(share > 0)) return undefined;
    const shopper = this.fold();
    // The rows of the list itself are in the pool already.
    bench.addUp(this.model, PICKS, bench.seeds);
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

  /** How much the shopper would like an item; a dislike is the same as nothing. */
  #likes(position: number, shopper: Shopper | undefined): number {
    const likes = (shopper ? product(vectorOf(shopper.factors, position), shopper.point) : 0) + this.bench.sums[position]!;
    return likes > 0 ? likes : 0;
  }

  /** How much of a score is the shopper's taste. New items among picks are there for it. */
  #tasteShare(list: number): number {
    const { personal, fallback } = this.#request;
    // Where new items also fill the list up, they are that list, as it always is.
    if (list !== NEW || this.places === 0 || fallback.includes(NEW)) return personal;
    return this.#request.list === PICKS ? EXPLORED : Math.min(personal, EXPLORED);
  }

  /** Makes the profile ready: as seeds of rows, and folded into the factors, if it says something in them. */
  fold(): Shopper | undefined {
    const { bench, model, taste } = this;
    const { factors } = model;
    // Relative to the heaviest item, because rows were fitted to whole choices.
    const heaviest = taste.items.reduce((most, { weight }) => Math.max(most, weight), 0);
    const relative = taste.items.map(({ position, weight }) => ({ position, weight: fround(weight / heaviest) }));
    bench.seeds = aged(relative, model.near(PICKS, 0)?.step ?? 1);
    if (factors === undefined) return undefined;
    bench.profile = aged(taste.items, factors.step);
    return foldIn(factors, bench.profile);
  }
}
