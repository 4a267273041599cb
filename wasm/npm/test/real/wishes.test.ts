import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { createRecommender as create } from '../../src/index.js';
import type { EventType, ListRequest, Query, Recommender, Result } from '../../src/types.js';
import { builtFile, describeReal, REAL_MANIFEST, realShop, type RealShop } from '../support/real-shop.js';

let shop: RealShop;
let shelf: Recommender;
let first: string;

const ids = ({ items }: Result): string[] => items.map(({ id }) => id);

async function openReal(): Promise<Recommender> {
  const { createRecommender } = (await import(pathToFileURL(builtFile('inline.js')).href)) as { createRecommender: typeof create };
  return createRecommender({ model: REAL_MANIFEST, fetch: shop.fetch, profile: 'session' });
}

beforeEach(async () => {
  shop = realShop();
  shelf = await openReal();
  [first = ''] = ids(await shelf.popular({ limit: 1 }));
});
afterEach(() => shelf.dispose());

describeReal('wishes with the real engine', () => {
  it('pins, excluded and unavailable items', async () => {
    const plain = ids(await shelf.similar(first, { limit: 6 }));
    const [gone = '', pinned = ''] = ids(await shelf.fresh({ limit: 20 })).filter((id) => !plain.includes(id) && id !== first);
    const pins = [{ item: pinned, place: 3 }, { item: gone, place: 1 }, { item: 'no such item', place: 2 }, { item: first, place: 2 }];
    const { items, removed } = await shelf.similar(first, { limit: 6, pins, exclude: [gone] });
    expect(items[2]).toMatchObject({ id: pinned, rank: 3, score: 1, reason: { kind: 'chosen' } });
    expect(ids({ items } as Result)).toEqual([...plain.slice(0, 2), pinned, ...plain.slice(2, 5)]);
    expect(removed).toMatchObject({ excluded: 1, seed: 1 });
  });

  it('a boost of 0 empties, and says so', async () => {
    const { level, removed } = await shelf.popular({ boost: [{ where: {}, by: 0 }] });
    expect(level).toBe('empty');
    expect(removed.boost).toBeGreaterThan(0);
  });

  it('boosts move up what they name', async () => {
    const [last = ''] = ids(await shelf.popular({ limit: 50 })).slice(-1);
    const { items } = await shelf.popular({ limit: 50, among: ids(await shelf.popular({ limit: 50 })) });
    expect(ids({ items } as Result)).toContain(last);
    const inStock = await shelf.popular({ limit: 50, boost: [{ where: { inStock: false }, by: 0 }] });
    expect(ids(inStock)).toEqual(ids(await shelf.popular({ limit: 50, where: { inStock: true } })));
  });

  it('minScore cuts, rotate turns, among keeps', async () => {
    const { items } = await shelf.popular({ limit: 20, minScore: 0.5, fallback: [] });
    const best = items[0]?.score ?? 0;
    expect(items.every(({ score }) => score >= best / 2)).toBe(true);
    const again = await shelf.popular({ limit: 1, rotate: 1 });
    expect(ids(again)).not.toEqual([first]);
    const given = ids(await shelf.popular({ limit: 30 })).reverse();
    const ordered = ids(await shelf.forYou({ among: given, fallback: [] }));
    expect(ordered).toEqual(given);
    shelf.profile.observe({ type: 'purchase', item: given[0] ?? '' });
    const taste = ids(await shelf.forYou({ among: given }));
    expect(taste).not.toEqual(given);
    expect([...taste].sort()).toEqual([...given].sort());
  });

  it('explore keeps places for new items, also beside pins and for a taste', async () => {
    const plain = ids(await shelf.popular({ limit: 8 }));
    const fresh = ids(await shelf.fresh({ limit: 50 })).filter((id) => !plain.includes(id));
    const { items, level } = await shelf.popular({ limit: 8, explore: 0.25 });
    expect(level).toBe('asked');
    const places = items.filter(({ reason }) => reason.kind === 'new');
    expect(places.map(({ rank }) => rank)).toEqual([3, 7]);
    expect(places.map(({ id }) => id)).toEqual(fresh.slice(0, 2));
    expect(ids({ items } as Result).filter((id) => !fresh.includes(id))).toEqual(plain.slice(0, 6));
    const [pinned = ''] = plain.slice(-1);
    const beside = await shelf.popular({ limit: 8, explore: 0.25, pins: [{ item: pinned, place: 3 }], exclude: fresh.slice(0, 1) });
    expect(beside.items[2]).toMatchObject({ id: pinned, reason: { kind: 'chosen' } });
    expect(beside.items.filter(({ reason }) => reason.kind === 'new').map(({ id }) => id)).toEqual(fresh.slice(1, 3));
    shelf.profile.observe({ type: 'purchase', item: first });
    const picks: ListRequest = { kind: 'picks', limit: 8, explore: 0.5, fallback: [] };
    const found = (await shelf.recommend(picks)).items.filter(({ reason }) => reason.kind === 'new');
    expect(found).toHaveLength(4);
    for (const { id, score, rank } of found) {
      const why = await shelf.explain(id, picks);
      expect(why).toMatchObject({ rank, list: 'new', score });
      expect(Math.abs(why.parts.reduce((sum, { amount }) => sum + amount, 0) - score)).toBeLessThanOrEqual(1e-6 * score);
    }
  });

  it('diversity and perCategory change a list without changing what may be in it', async () => {
    const wide = ids(await shelf.popular({ limit: 50 }));
    const mixed = await shelf.popular({ limit: 8, diversity: 0.9 });
    expect(mixed.items).toHaveLength(8);
    expect(ids(mixed).every((id) => wide.includes(id))).toBe(true);
    const one = await shelf.popular({ limit: 50, perCategory: 1, fallback: [] });
    expect(one.items.length).toBeLessThan(wide.length);
    expect(one.removed.category).toBeGreaterThan(0);
  });

  it('every list kind has a method and answers', async () => {
    shelf.profile.observe({ type: 'view', item: first });
    for (const ask of [shelf.text(first), shelf.next(first), shelf.next(), shelf.again({ fallback: ['popular'] }), shelf.look(first)]) {
      expect((await ask).level).not.toBe('empty');
    }
  });

  it('buying again asks for what is due, and says how often it was bought', async () => {
    const [one = '', two = '', seen = ''] = ids(await shelf.popular({ limit: 3 }));
    const today = Math.floor(Date.now() / 86_400_000);
    const event = (item: string, type: EventType, ago: number) => ({ item, type, day: today - ago });
    const events = [event(seen, 'view', 0), event(one, 'purchase', 0), event(two, 'purchase', 20), event(two, 'purchase', 41), event(two, 'purchase', 60)];
    await shelf.profile.import({ schema: 1, events });
    const again = await shelf.again();
    expect(again.items.map(({ id, reason }) => [id, reason.kind])).toEqual([[two, 'again'], [one, 'again']]);
    expect(again.level).toBe('asked');
    const why = await shelf.explain(two, { kind: 'again' });
    expect(why.bought).toMatchObject({ times: 3, daysAgo: 20 });
    expect(why.bought?.everyDays).toBeGreaterThan(1);
    expect(why.parts).toEqual([{ cause: 'profile', item: two, amount: again.items[0]?.score }]);
    expect(ids(await shelf.again({ exclude: [two] }))).toEqual([one]);
  });

  it('a page shows no item twice', async () => {
    const requests: ListRequest[] = [{ kind: 'similar', seeds: first }, { kind: 'popular' }, { kind: 'trending' }, { kind: 'picks' }];
    const shown = (await shelf.recommendMany(requests)).flatMap(ids);
    expect(shown.length).toBeGreaterThan(16);
    expect(new Set(shown).size).toBe(shown.length);
  });

  it('explanations add up, also of boosted and personal lists', async () => {
    const [other = ''] = ids(await shelf.popular({ limit: 5 })).slice(-1);
    shelf.profile.observe({ type: 'like', item: other });
    const query: Query = { limit: 5, boost: [{ where: { inStock: true }, by: 1.5 }], personal: 0.4, fallback: [] };
    for (const request of [{ kind: 'similar', seeds: first, ...query }, { kind: 'picks', ...query }, { kind: 'popular', ...query }] as ListRequest[]) {
      const ranks: number[] = [];
      const { items } = await shelf.recommend(request);
      for (const { id, score, rank } of items) {
        const why = await shelf.explain(id, request);
        expect(why).toMatchObject({ item: id, rank, list: request.kind, score });
        const sum = why.parts.reduce((sum, { amount }) => sum + amount, 0);
        expect(Math.abs(sum - score)).toBeLessThanOrEqual(1e-6 * score);
        ranks.push(rank);
      }
      expect(ranks.length).toBeGreaterThan(0);
    }
    // Everything was shown by now: a rotated list is explained as it would be made now.
    const [turned] = ids(await shelf.popular({ limit: 1, rotate: 0.3 }));
    expect((await shelf.explain(turned ?? '', { kind: 'popular', limit: 50, rotate: 0.3 })).parts.map(({ cause }) => cause)).toEqual(['place', 'rotation']);
    expect(await shelf.explain(first, { kind: 'similar', seeds: first })).toMatchObject({ score: 0, keptOutBy: 'seed' });
  });
});

describeReal('twin personas with wishes', () => {
  const PERSONAS: ((shelf: Recommender, items: readonly string[]) => void)[] = [
    () => {},
    (persona, items) => items.forEach((item) => persona.profile.observe({ type: 'purchase', item })),
    (persona, items) => items.slice(2, 4).forEach((item) => persona.profile.observe({ type: 'dismiss', item })),
  ];

  it.each<Query>([
    { personal: 0.7, minScore: 0.9 },
    { rotate: 1, minScore: 0.9 },
    { explore: 0.5 },
    { exclude: 'dismissed', cards: true },
    { exclude: 'purchased', diversity: 0.5, boost: [{ where: { inStock: true }, by: 3 }] },
  ])('same pages, same requests: %j', async (query) => {
    const items = ids(await shelf.popular({ limit: 12 }));
    // One model, one recommender: this one would be shared.
    shelf.dispose();
    const logs: string[][] = [];
    for (const live of PERSONAS) {
      shop = realShop();
      const persona = await openReal();
      live(persona, items);
      await persona.recommendMany([{ kind: 'picks', ...query }, { kind: 'similar', seeds: items[0] ?? '', ...query }, { kind: 'trending', ...query }]);
      await persona.next(undefined, query);
      await persona.again(query);
      await persona.explain(items[1] ?? '', { kind: 'similar', seeds: items[0] ?? '', ...query });
      persona.dispose();
      logs.push(shop.requests.map(({ url, init }) => `${init.method} ${url}`));
    }
    for (const log of logs) expect(log).toEqual(logs[0]);
  });

  it.each<[string, ListRequest]>([
    ['together', { kind: 'together', seeds: 'cart' }],
    ['similar', { kind: 'similar', seeds: 'cart', fallback: ['picks', 'next', 'look'], exclude: 'cart' }],
    ['next', { kind: 'next', seeds: 'cart', cards: true }],
    ['text, a little personal', { kind: 'text', seeds: 'cart', personal: 0.3 }],
  ])('whatever is in the cart, and whether anything is: %s', async (_, request) => {
    const items = ids(await shelf.popular({ limit: 12 }));
    shelf.dispose();
    const [logs, lists]: [string[][], string[]] = [[], []];
    for (const cart of [[], items.slice(0, 1), items.slice(3, 9), ['no such item']]) {
      shop = realShop();
      const persona = await openReal();
      persona.profile.cart = cart;
      lists.push(ids(await persona.recommend(request)).join());
      await persona.recommendMany([{ kind: 'popular' }, request]);
      persona.dispose();
      logs.push(shop.requests.map(({ url, init }) => `${init.method} ${url}`));
    }
    for (const log of logs) expect(log).toEqual(logs[0]);
    expect(new Set(lists).size, 'the lists differ').toBeGreaterThan(2);
    // This test can fail: seeds that the page names choose what is fetched.
    shop = realShop();
    const open = await openReal();
    await open.recommend({ ...request, seeds: items.slice(0, 1) });
    expect(shop.requests.length).toBeLessThan(logs[0]?.length ?? 0);
    open.dispose();
  });
});
