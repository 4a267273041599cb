import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ListRequest, Query, Recommender } from '../../src/types.js';
import type { Seen } from '../support/fake-engine.js';
import { FakeShop } from '../support/fake-shop.js';
import { NOON, openFake } from '../support/open.js';

const HOUR = 3_600_000;
let shop: FakeShop;
let seen: Seen;
let shelf: Recommender;
let now = NOON;
const last = (): Seen['runs'][number] => seen.runs.at(-1) ?? expect.fail('the engine was not asked');

beforeEach(async () => {
  now = NOON;
  shop = new FakeShop();
  seen = { runs: [], freed: 0, created: 0 };
  ({ shelf } = await openFake(shop, { profile: 'session', now: () => now }, seen));
});
afterEach(() => shelf.dispose());

describe('wishes', () => {
  it.each<[Query, Record<string, unknown>]>([
    [{}, {}],
    [{ boost: [{ where: { category: 'x' }, by: 2.5 }] }, { boosts: [[{ category: 'x' }, 2.5]] }],
    [{ boost: [{ where: {}, by: 0 }] }, { boosts: [[{ all: [] }, 0]] }],
    [{ boost: [] }, { boosts: [] }],
    [{ pins: [{ item: 7, place: 1 }, { item: 'b', place: 300 }] }, { pins: [['7', 1], ['b', 300]] }],
    [{ diversity: 0.5, perCategory: 3, minScore: 0.25, personal: 1 }, { diversity: 0.5, perCategory: 3, minScore: 0.25, personal: 1 }],
    [{ rotate: 0.5 }, { rotation: [0.5, 24, []] }],
    [{ rotate: { rate: 1, halfLifeHours: 200 } }, { rotation: [1, 200, []] }],
    [{ among: ['a', 5] }, { among: ['a', '5'] }],
    [{ among: [] }, { among: [] }],
    [{ explore: 0.25 }, { explore: 0.25 }],
    [{ explore: 0.5, among: ['a'], rotate: 0.5 }, { rotation: [0.5, 24, []], among: ['a'], explore: 0.5 }],
  ])('%j reach the engine', async (query, wishes) => {
    await shelf.similar('i1', query);
    expect(last().wishes).toEqual(wishes);
  });

  it.each<[string, unknown]>([
    ['boost', 'x'],
    ['boost', [{ where: { category: 'x' }, by: 101 }]],
    ['boost', [{ where: { category: 'x' }, by: Number.NaN }]],
    ['boost', Array.from({ length: 65 }, () => ({ where: {}, by: 1 }))],
    ['boost', [{ where: 7, by: 1 }]],
    ['pins', [{ item: 'a', place: 0 }]],
    ['pins', [{ item: '', place: 1 }]],
    ['diversity', 1.5],
    ['diversity', '0.5'],
    ['perCategory', 0.5],
    ['rotate', -1],
    ['rotate', { rate: 0.5, halfLifeHours: 0 }],
    ['minScore', Number.NaN],
    ['personal', 2],
    ['among', 'abc'],
    ['explore', 1.01],
    ['explore', '0.1'],
    ['among', [{}]],
  ])('%s: %j is refused by name', async (name, value) => {
    const failure = shelf.similar('i1', { [name]: value } as Query);
    await expect(failure).rejects.toMatchObject({ code: 'QUERY_INVALID', hint: expect.any(String) });
    expect(seen.runs).toEqual([]);
  });

  it('rotate knows what this page showed, and when', async () => {
    const first = await shelf.similar('i1', { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(['i2', 'i3']);
    now += 5 * HOUR;
    await shelf.similar('i2', { limit: 1, rotate: 0.5 });
    now += HOUR;
    await shelf.similar('i1', { rotate: 0.5 });
    expect(last().wishes['rotation']).toEqual([0.5, 24, [['i3', 1], ['i2', 6]]]);
  });

  it('a list that is put in order stays whole', async () => {
    await shelf.forYou({ among: Array.from({ length: 120 }, (_, at) => `c${at}`) });
    expect(last().limit).toBe(120);
    await shelf.forYou({ among: ['a'], limit: 5 });
    expect(last().limit).toBe(5);
  });

  it('personal brings the profile to a list that is not about it', async () => {
    shelf.profile.observe({ type: 'like', item: 'i4' });
    const { used } = await shelf.similar('i1', { personal: 0.5 });
    expect(last().profile).toEqual([{ item: 'i4', kind: 5, ageHours: 0 }]);
    expect(used.profile).toBe(true);
    await shelf.similar('i1', { personal: 0 });
    expect(last().profile).toEqual([]);
  });

  it('purchased can be excluded', async () => {
    shelf.profile.observe({ type: 'view', item: 'i4' });
    shelf.profile.observe({ type: 'purchase', item: 'i5' });
    await shelf.trending({ exclude: 'purchased' });
    expect(last().exclude).toEqual(['i5']);
  });

  it('dismissed can be excluded, in lists that do not look at the profile, too', async () => {
    shelf.profile.observe({ type: 'view', item: 'i4' });
    shelf.profile.observe({ type: 'dismiss', item: 'i5' });
    await shelf.trending({ exclude: ['dismissed', 'i6'] });
    expect(last()).toMatchObject({ exclude: ['i5', 'i6'], profile: [] });
    shelf.profile.mode = 'off';
    await shelf.trending({ exclude: 'dismissed' });
    expect(last().exclude).toEqual([]);
  });
});

describe('more lists', () => {
  it.each<[string, () => Promise<unknown>, number, string[]]>([
    ['text', () => shelf.text('i1'), 7, ['i1']],
    ['next', () => shelf.next(['i1', 'i2']), 3, ['i1', 'i2']],
    ['next without seeds', () => shelf.next(), 3, []],
    ['again', () => shelf.again(), 9, []],
  ])('%s asks for its list', async (_, ask, list, seeds) => {
    await ask();
    expect(last()).toMatchObject({ list, seeds });
  });

  it('the lists of a page share no item, unless they may', async () => {
    const page: ListRequest[] = [{ kind: 'similar', seeds: 'i1', limit: 2 }, { kind: 'trending', limit: 3, exclude: ['i9'] }];
    const ids = (results: Awaited<ReturnType<Recommender['recommendMany']>>): string[][] => results.map(({ items }) => items.map(({ id }) => id));
    expect(ids(await shelf.recommendMany(page))).toEqual([['i2', 'i3'], ['i0', 'i1', 'i4']]);
    expect(last().exclude).toEqual(['i9', 'i2', 'i3']);
    expect(ids(await shelf.recommendMany(page, { distinct: false }))).toEqual([['i2', 'i3'], ['i0', 'i1', 'i2']]);
  });
});

describe('why', () => {
  it('a result says what was removed', async () => {
    expect((await shelf.similar('i1')).removed).toEqual({});
    expect((await shelf.similar('i1', { exclude: ['a', 'b'] })).removed).toEqual({ excluded: 2 });
  });

  it('an item is explained in parts, the largest first', async () => {
    expect(await shelf.explain('i3', { kind: 'similar', seeds: 'i1' })).toEqual({
      item: 'i3',
      rank: 3,
      list: 'similar',
      score: 0.75,
      parts: [
        { cause: 'boost', boost: 0, amount: 0.5 },
        { cause: 'seed', item: 'i1', amount: 0.25 },
      ],
    });
  });

  it('what is bought again says how often', async () => {
    expect(await shelf.explain('i3', { kind: 'again' })).toMatchObject({ list: 'again', bought: { times: 3, everyDays: 28, daysAgo: 30 } });
  });

  it('an item that is not there has its rule', async () => {
    expect(await shelf.explain('i3', { kind: 'popular', exclude: ['i3'] })).toEqual({ item: 'i3', score: 0, parts: [], keptOutBy: 'excluded' });
    await expect(shelf.explain('', { kind: 'popular' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });
});
