/** The testing entry as it is shipped: a real recommender on the fixture's model, in Node. */
import { describe, expect, it } from 'vitest';
import type * as entry from '../../src/index.js';
import type * as testing from '../../src/testing.js';
import { builtFile } from '../support/real-shop.js';

describe('the fixture model', async () => {
  const { createRecommender } = (await import(builtFile('inline.js'))) as typeof entry;
  const { assertNoEgress, FIXTURE_ITEMS, fixtureModel } = (await import(builtFile('testing.js'))) as typeof testing;
  const all: string[] = Object.values(FIXTURE_ITEMS).flat();

  it('answers every kind of list that a small shop has, and nothing leaves', async () => {
    const { model, fetch } = fixtureModel();
    await assertNoEgress(async (guard) => {
      using shelf = await createRecommender({ model, fetch: guard(fetch), profile: 'session' });
      expect(shelf.model).toMatchObject({ items: 12, stale: false });
      for (const kind of ['similar', 'together', 'next', 'text', 'popular', 'new'] as const) {
        const { items, level } = await shelf.recommend({ kind, seeds: '101', limit: 3, cards: true });
        expect([kind, level, items.length]).toEqual([kind, 'asked', 3]);
        for (const { id, card } of items) {
          expect(all).toContain(id);
          expect(card?.address).toBe(`/products/${id}`);
        }
      }
      for (const item of ['301', '302']) shelf.profile.observe({ type: 'view', item });
      expect((await shelf.forYou({ limit: 4 })).used.profile).toBe(true);
      expect((await shelf.recent()).items.map(({ id }) => id)).toEqual(['302', '301']);
    });
  });

  it('each one is a recommender of its own', async () => {
    const [one, two] = await Promise.all([createRecommender(fixtureModel()), createRecommender(fixtureModel())]);
    one.profile.cart = ['101'];
    expect(two.profile.cart).toEqual([]);
    one.dispose();
    two.dispose();
  });
});
