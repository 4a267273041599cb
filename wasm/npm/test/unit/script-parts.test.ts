/**
 * The engine in script comes in parts: which of them are loaded follows the page's questions and the sections of its
 * model, never the shopper; what is there answers at once.
 */
import { describe, expect, it } from 'vitest';
import { makePlan, idText, type Known } from '../../src/ask/plan.js';
import { read } from '../../src/ask/question.js';
import type { WireEvent } from '../../src/ask/request.js';
import type { Engine } from '../../src/engine/engine.js';
import { part, RecoError } from '../../src/errors.js';
import { scriptRuntime } from '../../src/script/engine.js';
import type { Kind, ListRequest } from '../../src/types.js';
import { goldenBlobs } from '../support/twins.js';

/** A part is known by what it alone exports. */
const PARTS = { Curated: 'shop', Taste: 'taste', Wishes: 'wishes', explanationOf: 'explain' };
const SECTIONS = { meta: 1, ids: 2, charts: 3, factors: 4, near: 5, attributes: 6, cards: 7, availability: 9, curated: 10, again: 11 };
const PLAIN: readonly (keyof typeof SECTIONS)[] = ['ids', 'meta', 'charts', 'near', 'cards'];
const ITEM = 'no such item';

/** An engine with these sections, and the parts that were loaded, in the order in which they were asked for. */
async function engineWith(sections = PLAIN): Promise<{ engine: Engine; loaded: string[] }> {
  const loaded: string[] = [];
  const note = async <T>(loading: Promise<T>): Promise<T> => {
    const at = loaded.push('…') - 1;
    const module = await loading;
    loaded[at] = Object.entries(PARTS).find(([name]) => name in (module as object))?.[1] ?? 'unknown';
    return module;
  };
  const engine = scriptRuntime(RecoError, note).create();
  const kinds = sections.map((name) => SECTIONS[name]);
  for (const blob of goldenBlobs()) if (kinds.includes(blob[6] ?? 0)) await engine.add(blob);
  return { engine, loaded };
}

const nobody: Known = { remembers: true, events: [], cart: [], seen: [], purchased: [], dismissed: [] };

/** What the client asks of the engine for a question of the page. */
async function ask(engine: Engine, request: ListRequest, { known = nobody, shown = new Map<string, number>() } = {}): Promise<Float64Array> {
  const plan = makePlan(request, known, ITEM, read(request, { shown, now: 0, idText }));
  for (const cover of plan.covers) await engine.needs(cover);
  return engine.run(plan.request);
}

describe('which parts are loaded', () => {
  const plain: ListRequest[] = [
    ...(['popular', 'trending', 'new', 'named'] as const).map((kind) => ({ kind, name: 'x' })),
    ...(['similar', 'together', 'text', 'look'] as const).map((kind) => ({ kind, seeds: ITEM, exclude: [ITEM], cards: true })),
  ];
  it.each(plain)('none for $kind, and the answer is there at once', async (request) => {
    const { engine, loaded } = await engineWith();
    expect(engine.run(makePlan(request, nobody, ITEM).request)).toBeInstanceOf(Float64Array);
    expect(loaded).toEqual([]);
  });

  it('next of a page that names the session needs none for who is not remembered', async () => {
    const { engine, loaded } = await engineWith();
    await ask(engine, { kind: 'next', seeds: ITEM }, { known: { ...nobody, remembers: false } });
    expect(loaded).toEqual([]);
  });

  it.each<[(keyof typeof SECTIONS)[], string[]]>([
    [['ids', 'availability'], ['shop']],
    [['ids', 'curated'], ['shop']],
    [['ids', 'factors', 'again'], ['taste']],
    [['ids', 'attributes'], ['wishes']],
  ])('a section brings the part that reads it: %j', async (sections, parts) => {
    expect(new Set((await engineWith(sections)).loaded)).toEqual(new Set(parts));
  });

  it('explaining loads one, once, and answers at once from then on', async () => {
    const { engine, loaded } = await engineWith();
    const { request } = makePlan({ kind: 'popular' }, nobody, ITEM);
    const explain = (): unknown => engine.explain(request, new TextEncoder().encode(ITEM));
    await explain();
    expect(explain()).toBeInstanceOf(Float64Array);
    expect(loaded).toEqual(['explain']);
  });

  const kinds: Kind[] = ['picks', 'again', 'recent', 'next'];
  const personal: ListRequest[] = [
    ...kinds.map((kind) => ({ kind })),
    ...kinds.map((kind) => ({ kind, where: { inStock: true } })),
    { kind: 'next', seeds: ITEM },
    { kind: 'popular', personal: 0.4 },
    { kind: 'popular', rotate: 0.4 },
    { kind: 'popular', exclude: 'seen', fallback: ['picks'] },
    { kind: 'similar', seeds: ITEM, exclude: ['seen', 'purchased'], explore: 0.2, fallback: ['again', 'new'] },
  ];
  it.each(personal)('the same ones for every shopper, in the same order: %j', async (request) => {
    const events: WireEvent[] = [{ item: '1', type: 'purchase', ageHours: 3 }, { item: '2', type: 'dismiss', ageHours: 4 }];
    const collector: Known = { ...nobody, events, seen: ['1', '2'], purchased: ['1'] };
    const [one, other] = [await engineWith(), await engineWith()];
    await ask(one.engine, request);
    await ask(other.engine, request, { known: collector, shown: new Map([['1', 0]]) });
    expect(one.loaded.length).toBeGreaterThan(0);
    expect(other.loaded).toEqual(one.loaded);
    // What is there answers at once.
    expect(one.engine.run(makePlan(request, collector, ITEM, read(request, { shown: new Map(), now: 0, idText })).request)).toBeInstanceOf(Float64Array);
  });
});

describe('a part that cannot be had', () => {
  it('is a typed error, and is asked for again', async () => {
    let broken = true;
    const unreliable = <T>(loading: Promise<T>): Promise<T> => part(broken ? Promise.reject<T>(new TypeError('404')) : loading);
    const engine = scriptRuntime(RecoError, unreliable).create();
    for (const blob of goldenBlobs()) if (blob[6] === SECTIONS.ids) engine.add(blob);
    const factors = goldenBlobs().find((blob) => blob[6] === SECTIONS.factors) ?? new Uint8Array();
    const { request } = makePlan({ kind: 'picks' }, nobody, ITEM);
    await expect(engine.run(request)).rejects.toMatchObject({ name: 'RecoError', code: 'MODEL_FETCH' });
    await expect(engine.add(factors)).rejects.toMatchObject({ name: 'RecoError', code: 'MODEL_FETCH' });
    broken = false;
    expect(await engine.run(request)).toBeInstanceOf(Float64Array);
    expect(engine.add(factors)).toBeUndefined();
  });
});
