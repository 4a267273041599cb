/** `cookshelf/engine`: the same lists as the package's own engine, as plain objects. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import type { Engine, Question, startEngine } from '../../src/engine.js';
import type { createRecommender as create } from '../../src/index.js';
import type { Kind, Recommender } from '../../src/types.js';
import { builtFile, describeReal, REAL_MANIFEST, realFolder, realShop } from '../support/real-shop.js';

describeReal('the engine alone', () => {
  let engine: Engine;
  let shelf: Recommender;
  /** The most popular items. */
  let popular: readonly string[];
  const blob = (hash: string): Uint8Array => readFileSync(join(realFolder(), 'b/1', hash));

  function listOf(question: Question): ReturnType<Engine['list']> {
    for (let missing = engine.missing(question); missing.length > 0; missing = engine.missing(question)) {
      for (const { hash, size } of missing) {
        const bytes = blob(hash);
        expect(bytes.length).toBe(size);
        engine.add(bytes);
      }
    }
    return engine.list(question);
  }

  beforeAll(async () => {
    const alone = (await import(pathToFileURL(builtFile('engine.js')).href)) as { startEngine: typeof startEngine };
    const { createRecommender } = (await import(pathToFileURL(builtFile('inline.js')).href)) as { createRecommender: typeof create };
    engine = (await alone.startEngine(readFileSync(builtFile('rich.wasm')))).create();
    shelf = await createRecommender({ model: REAL_MANIFEST, fetch: realShop().fetch, profile: 'session', now: () => 0 });
    const { models } = JSON.parse((JSON.parse(readFileSync(join(realFolder(), 'manifest.json'), 'utf8')) as { payload: string }).payload) as { models: { index: { hash: string }; ids: { hash: string } }[] };
    const [model] = models;
    if (model === undefined) throw new Error('the folder has no model');
    engine.add(blob(model.index.hash));
    engine.add(blob(model.ids.hash));
    popular = (await shelf.popular({ limit: 10 })).items.map(({ id }) => id);
  });

  it('knows the items', () => {
    expect(engine.items()).toBe(shelf.model.items);
  });

  it.each<Kind>(['similar', 'together', 'next', 'popular', 'trending', 'new', 'text', 'look'])('%s: the same list', async (kind) => {
    const [seed = ''] = popular;
    const expected = await shelf.recommend({ kind, seeds: seed, limit: 10 });
    const found = listOf({ kind, seeds: [seed], limit: 10, fallback: (['trending', 'popular'] as const).filter((other) => other !== kind) });
    expect(found?.level).toBe(expected.level);
    expect(found?.items.map(({ id, score, reason, because }) => ({ id, score, reason: because === undefined ? { kind: reason } : { kind: reason, because } })))
      .toEqual(expected.items.map(({ id, score, reason }) => ({ id, score, reason })));
    expect(found?.removed).toEqual(expected.removed);
  });

  it('picks follow the profile', async () => {
    const [first = '', second = ''] = popular;
    shelf.profile.observe({ type: 'view', item: first });
    shelf.profile.observe({ type: 'addToCart', item: second });
    const expected = await shelf.forYou({ limit: 10 });
    const profile = [{ item: second, type: 'addToCart' }, { item: first, type: 'view' }] as const;
    const found = listOf({ kind: 'picks', limit: 10, profile, fallback: ['trending', 'popular'] });
    expect(found?.items.map(({ id }) => id)).toEqual(expected.items.map(({ id }) => id));
  });

  it('says what it does not understand', () => {
    expect(() => engine.list({ kind: 'nothing' } as unknown as Question)).toThrow(expect.objectContaining({ code: 'QUERY_INVALID' }));
    expect(() => engine.list({ kind: 'popular', colour: 'red' } as unknown as Question)).toThrow(/colour/);
    expect(() => engine.add(Uint8Array.of(1, 2, 3))).toThrow(expect.objectContaining({ code: 'MODEL_FORMAT' }));
  });
});
