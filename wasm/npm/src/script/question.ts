/**
 * One question in the model's terms: what it needs, and where the items of its lists come from. What may be shown is
 * not decided here, but in admission.ts; what the shopper's taste does is in taste.ts.
 */
import type { Admission } from './admission.js';
import { aged, type Bench, type Weighted } from './bench.js';
import { hasRows, isChart, keyOf, nearKey } from './kinds.js';
import type { Model } from './model.js';
import type { Request } from './request.js';
import type { Chart } from './sections.js';
import type { Taste } from './taste.js';
import { AGAIN, AVAILABILITY, CHARTS, CURATED, DISMISSED, EXCLUDED, KNOWN, NAMED, NEXT, PICKS, POPULAR, RECENT, SEED } from './wire.js';

const { fround } = Math;

/** The newest items of a session: what is older says next to nothing about what comes next. */
const SESSION_SEEDS = 20;

export class Question {
  readonly model: Model;
  readonly request: Request;
  readonly bench: Bench;
  /** Where the shopper has a say. */
  readonly taste: Taste | undefined;
  /** What the list is about, each once. */
  readonly #seeds: readonly number[];

  constructor(model: Model, request: Request, bench: Bench) {
    this.model = model;
    this.request = request;
    this.bench = bench;
    this.taste = request.ofTaste ? new model.parts.taste!.Taste(model, request, bench) : undefined;
    this.#seeds = [...new Set([...request.seeds, ...(model.curated?.scene(request.scene) ?? [])])];
  }

  /** What is needed before anything can be admitted: what wishes look at, availability, and what the shop chose. */
  firstNeeds(): number[] {
    return this.model.lacking([...(this.request.wishes?.sections ?? []), AVAILABILITY, CURATED].map((kind) => keyOf(kind)));
  }

  /** Marks what is in no list of this question. */
  exclude(admission: Admission): void {
    const { list, exclude, repeats, wishes } = this.request;
    const all = (positions: readonly number[] = [], rule: number): void => positions.forEach((position) => admission.exclude(position, rule));
    all(exclude, EXCLUDED);
    all(this.taste?.dismissed, DISMISSED);
    if (repeats || list === RECENT || list === AGAIN) return;
    // A page that puts its own items in order wants them all.
    if (list === PICKS && !wishes?.among) all(this.taste?.known, KNOWN);
    if (list === NEXT) all(this.#session(), SEED);
    all(this.#seeds, SEED);
  }

  /** What the shopper did last, newest first and each time again: the seeds, or the profile when there are none. */
  #session(): number[] {
    const { seeds, seeded } = this.request;
    return (seeded ? [...seeds].reverse() : this.taste?.known ?? []).slice(0, SESSION_SEEDS);
  }

  /** What the shop put on top of a list. What it keeps out stays out from here on. */
  chosen(list: number, admission: Admission): ReadonlySet<number> {
    return this.model.curated?.chosen(list, this.#seeds, admission) ?? new Set();
  }

  /** Sections that exist, are not loaded, and that this list needs. */
  needs(list: number): number[] {
    const { model, taste, request } = this;
    const keys = taste?.needs(list) ?? [];
    if (isChart(list) || (list === request.list && request.wishes?.places)) keys.push(keyOf(CHARTS));
    // A session that only the profile tells.
    if (list === NEXT && !request.seeded) keys.push(...(taste?.known.length ? model.shards(list) : []));
    else if (hasRows(list)) keys.push(...(list === NEXT ? this.#session() : this.#seeds).map((seed) => nearKey(list, seed)));
    return model.lacking(keys);
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
    if (list === PICKS) return this.taste?.pick(limit, admission);
    this.collect(list, part);
    this.taste?.blend(list);
    this.bench.best(limit, admission, true);
  }

  /** Puts the candidates of one part of a list into the pool. */
  collect(list: number, part: number): void {
    const { bench, model, request } = this;
    bench.count = 0;
    if (isChart(list)) this.#collectChart(list, part);
    else if (hasRows(list)) {
      bench.addUp(model, list, this.rowSeeds(list));
      bench.pushSums();
    } else if (list === NAMED) bench.pushOrder(new Set(model.curated?.named(request)));
    else this.taste?.collect(list);
  }

  /** The chart of the channel, that of the category that all items must be in, and the overall one. */
  #collectChart(list: number, part: number): void {
    const { charts } = this.model;
    const { channel, wishes } = this.request;
    const chart = this.#chart(list);
    if (!charts || !chart) return;
    const { rows, levels } = chart;
    const at = charts.channels.indexOf(channel);
    const row = [at < 0 ? -1 : rows.count - charts.channels.length + at, (wishes?.category ?? -2) + 1, 0][part]!;
    const from = rows.starts[row] ?? 0;
    rows.row(row).forEach((position, at) => this.bench.push(position, fround(levels[from + at]! * fround(1 / 255))));
  }

  /** The seeds of a list's rows: those of the request, or for `next` the session, what is newer weighing more. */
  rowSeeds(list: number): Weighted[] {
    const weighted = (position: number): Weighted => ({ position, weight: 1 });
    if (list !== NEXT) return this.#seeds.map(weighted);
    const session = this.#session();
    const told = session.map((seed) => this.model.near(list, seed)).find((near) => near);
    return aged(session.map(weighted), told?.step ?? 1);
  }

  /** What a list is made of when the model does not know how often things are bought again: their order alone. */
  isInOrderOnly(list: number): boolean {
    return list === AGAIN && !this.model.habits;
  }
}
