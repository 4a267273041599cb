/**
 * One model, opened: its engine and the blobs it has been given so far. A session fetches what a
 * question needs, asks the engine, and reads the answer. It does not know about newer models.
 */
import { RecoError, throwIfAborted } from '../errors.js';
import type { Engine, Runtime, Soon } from '../engine/engine.js';
import type { Loader } from './loader.js';
import { parseNeed, type BlobRef, type Manifest } from './manifest.js';
import type { Plan } from '../ask/plan.js';
import { REASONS, RULES } from '../ask/request.js';
import type { Level, Result, ResultItem, Rule } from '../types.js';

const LEVELS: readonly Level[] = ['asked', 'partly-fallback', 'fallback', 'empty'];

/** A question is answered after at most this many rounds of fetching. */
const MAX_ROUNDS = 8;

/** No more prepared questions than this are remembered. */
const MAX_PREPARED = 500;

export interface Answer {
  readonly level: Level;
  readonly items: readonly ResultItem[];
  readonly removed: Result['removed'];
}

export class Session {
  readonly manifest: Manifest;
  /** The index blob: the only place that names all other blobs. */
  readonly index: Uint8Array;
  readonly #engine: Engine;
  readonly #loader: Loader;
  readonly #added = new Map<string, Soon<void>>();
  /** Questions for which everything is there. Blobs are never taken away again. */
  readonly #prepared = new Set<string>();
  /** Ids by position, as far as lists have named them. */
  readonly #names: string[] = [];
  /** Some item of the catalogue, for questions that stand in for any shopper. */
  readonly anyItem: string | undefined;
  readonly #items: number;
  #users = 0;
  #retired = false;

  private constructor(manifest: Manifest, index: Uint8Array, engine: Engine, loader: Loader, items: number, anyItem: string | undefined) {
    this.manifest = manifest;
    this.index = index;
    this.#engine = engine;
    this.#loader = loader;
    this.#items = items;
    this.anyItem = anyItem;
  }

  /** Fetches index and ids (at the same time) and starts an engine on them. */
  static async open(manifest: Manifest, runtime: (items: number) => Promise<Runtime>, loader: Loader, signal?: AbortSignal): Promise<Session> {
    const [index, ids, started] = await Promise.all([
      indexBlob(manifest, loader, signal),
      loader.blob(manifest.blobs, manifest.ids, signal),
      runtime(manifest.items),
    ]);
    const engine = started.create();
    try {
      await engine.add(index);
      await engine.add(ids);
      const items = await engine.items();
      const anyItem = (await engine.ids(upTo(Math.min(64, items)))).find((id) => id !== '');
      return new Session(manifest, index, engine, loader, items, anyItem);
    } catch (error) {
      engine.free();
      throw error;
    }
  }

  /** Keeps the engine alive while `work` runs, even when a newer model takes over meanwhile. */
  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#retired) throw new RecoError('DISPOSED', 'disposed');
    this.#users += 1;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      this.#freeWhenIdle();
    }
  }

  retire(): void {
    if (this.#retired) return;
    this.#retired = true;
    this.#freeWhenIdle();
  }

  /**
   * Fetches what requests need, in as many rounds as the engine asks for. All of them go through a round together: what is asked
   * for first must not depend on which answer was the quickest.
   */
  async prepare(requests: readonly Uint8Array[], signal?: AbortSignal): Promise<void> {
    const news = requests.map((request) => ({ request, key: new TextDecoder('latin1').decode(request) })).filter(({ key }) => !this.#prepared.has(key));
    if (news.length === 0) return;
    await this.#fill(async () => [...new Set((await Promise.all(news.map(({ request }) => this.#engine.needs(request)))).flat())], signal);
    for (const { key } of news) if (this.#prepared.size < MAX_PREPARED) this.#prepared.add(key);
  }

  /** The list, whether the profile took part in it, and how long it took. */
  async answer(plan: Plan, signal?: AbortSignal): Promise<Answer & { profile: boolean; ms: number }> {
    await this.prepare(plan.covers, signal);
    let from = performance.now();
    let raw = await this.#engine.run(plan.request);
    if (raw.length === 0) {
      await this.#fill(() => {
        from = performance.now();
        return this.#engine.needs(plan.request);
      }, signal);
      raw = await this.#engine.run(plan.request);
    }
    throwIfAborted(signal);
    const { level, items, removed } = await this.#read(raw);
    const ms = performance.now() - from;
    return { level, items: plan.cards === false ? items : await this.#withCards(items, raw, plan, signal), removed, profile: plan.usedProfile, ms };
  }

  /** What explanation.ts reads. */
  async explain(plan: Plan, item: Uint8Array, signal?: AbortSignal): Promise<Float64Array> {
    await this.prepare(plan.covers, signal);
    await this.#fill(() => this.#engine.needs(plan.request), signal);
    return this.#engine.explain(plan.request, item);
  }

  /** The ids of all items, by position. */
  everyName(): Promise<readonly string[]> {
    return this.names(upTo(this.#items));
  }

  /** Ids by position; the positions may repeat. */
  async names(positions: Iterable<number>): Promise<readonly string[]> {
    await this.#learn([...positions]);
    return this.#names;
  }

  /** Asks for the ids of positions; one that lists have named before does not cross from the engine again. */
  async #learn(positions: readonly number[]): Promise<void> {
    const news = positions.filter((position) => position >= 0 && this.#names[position] === undefined);
    if (news.length === 0) return;
    for (const [row, id] of (await this.#engine.ids(Uint32Array.from(news))).entries()) this.#names[news[row] ?? 0] = id;
  }

  /** [level, count, then count × (position, score, reason, because), then a count for each rule] as items. */
  async #read(raw: Float64Array): Promise<Answer> {
    const count = raw[1] ?? 0;
    const end = 2 + 4 * count;
    const level = LEVELS[raw[0] ?? -1];
    if (level === undefined || raw.length !== end + RULES.length) throw unknown();
    const named: number[] = [];
    for (let at = 2; at < end; at += 4) named.push(raw[at] ?? 0, raw[at + 3] ?? -1);
    await this.#learn(named);
    const items: ResultItem[] = [];
    for (let at = 2; at < end; at += 4) {
      const kind = REASONS[raw[at + 2] ?? -1];
      if (kind === undefined) throw unknown();
      const cause = raw[at + 3] ?? -1;
      const reason = cause < 0 ? { kind } : { kind, because: this.#names[cause] ?? '' };
      items.push({ id: this.#names[raw[at] ?? 0] ?? '', score: raw[at + 1] ?? 0, rank: items.length + 1, reason });
    }
    const removed: Partial<Record<Rule, number>> = {};
    RULES.forEach((rule, at) => {
      const times = raw[end + at];
      if (times) removed[rule] = times;
    });
    return { level, items, removed };
  }

  async #withCards(items: readonly ResultItem[], raw: Float64Array, { cards: which, personal }: Plan, signal: AbortSignal | undefined): Promise<readonly ResultItem[]> {
    const positions = Uint32Array.from(items, (_, row) => raw[4 * row + 2] ?? 0);
    // What a personal list shows must not decide what is fetched: then all cards are.
    const wanted = personal && which === true ? upTo(this.#items) : positions;
    await this.#fill(() => this.#engine.cardNeeds(wanted), signal);
    const cards = await this.#engine.cards(positions);
    return items.map((item, row) => {
      const card = cards[row];
      return card ? { ...item, card } : item;
    });
  }

  async #fill(needs: () => Soon<string[]>, signal: AbortSignal | undefined): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const missing = await needs();
      if (missing.length === 0) return;
      await Promise.all(missing.map((need) => this.#add(parseNeed(need), signal)));
    }
    throw new RecoError('MODEL_FORMAT', 'too many blobs are needed');
  }

  /** Gives one blob to the engine, once, however many questions wait for it. */
  async #add(ref: BlobRef, signal: AbortSignal | undefined): Promise<void> {
    // An engine in a worker may have got it since it was asked what it lacks.
    if (!this.#added.has(ref.hash)) {
      const bytes = await this.#loader.blob(this.manifest.blobs, ref, signal);
      // Callers that shared the download arrive here one after the other; the first one adds, and the others wait for him.
      if (!this.#added.has(ref.hash)) this.#added.set(ref.hash, this.#engine.add(bytes));
    }
    try {
      await this.#added.get(ref.hash);
    } catch (error) {
      // A part of an engine in script may be there the next time.
      this.#added.delete(ref.hash);
      throw error;
    }
  }

  #freeWhenIdle(): void {
    if (this.#retired && this.#users === 0) this.#engine.free();
  }
}

function unknown(): RecoError {
  return new RecoError('MODEL_FORMAT', 'unknown kind of answer');
}

/** All positions below `count`. */
function upTo(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, position) => position);
}

async function indexBlob(manifest: Manifest, loader: Loader, signal?: AbortSignal): Promise<Uint8Array> {
  const { inline } = manifest.index;
  if (inline === undefined) return loader.blob(manifest.blobs, manifest.index, signal);
  const bytes = fromBase64(inline);
  await loader.check(bytes, manifest.index, 'index.inline');
  return bytes;
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch (cause) {
    throw new RecoError('MODEL_FORMAT', 'not base64', cause);
  }
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
