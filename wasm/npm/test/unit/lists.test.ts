import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Recommender, ListRequest, Kind } from '../../src/types.js';
import { FakeShop } from '../support/fake-shop.js';
import { openFake } from '../support/open.js';
import type { Seen } from '../support/fake-engine.js';

let shop: FakeShop;
let seen: Seen;
let shelf: Recommender;
const last = (): Seen['runs'][number] => {
  const run = seen.runs.at(-1);
  if (run === undefined) throw new Error('the engine was not asked');
  return run;
};

beforeEach(async () => {
  shop = new FakeShop();
  seen = { runs: [], freed: 0, created: 0 };
  ({ shelf } = await openFake(shop, { profile: 'session' }, seen));
});
afterEach(() => shelf.dispose());

describe('questions', () => {
  it.each<[string, () => Promise<unknown>, number, string[]]>([
    ['forYou', () => shelf.forYou(), 0, []],
    ['similar', () => shelf.similar('i1'), 1, ['i1']],
    ['together', () => shelf.together(['i1', 'i2']), 2, ['i1', 'i2']],
    ['trending', () => shelf.trending(), 5, []],
    ['popular', () => shelf.popular(), 4, []],
    ['fresh', () => shelf.fresh(), 6, []],
    ['recent', () => shelf.recent(), 10, []],
    ['look', () => shelf.look('i1'), 8, ['i1']],
    ['list', () => shelf.list('summer'), 11, []],
    ['recommend', () => shelf.recommend({ kind: 'similar', seeds: 3, fallback: ['new'] }), 1, ['3']],
  ])('%s asks for its list', async (_, ask, list, seeds) => {
    await ask();
    expect(last()).toMatchObject({ list, seeds });
  });

  it.each([
    [undefined, 8],
    [3, 3],
    [0, 1],
    [-4, 1],
    [51, 50],
    [Infinity, 50],
    [2.9, 2],
    [Number.NaN, 8],
  ])('a limit of %s becomes %s', async (limit, expected) => {
    await shelf.trending(limit === undefined ? {} : { limit });
    expect(last().limit).toBe(expected);
  });

  it.each<[ListRequest, number[]]>([
    [{ kind: 'similar', seeds: 'i1' }, [5, 4]],
    [{ kind: 'trending' }, [4]],
    [{ kind: 'recent' }, []],
    [{ kind: 'named', name: 'summer' }, []],
    [{ kind: 'picks', fallback: [] }, []],
    [{ kind: 'picks', fallback: ['none'] }, []],
    [{ kind: 'picks', fallback: ['new', 'popular'] }, [6, 4]],
  ])('%j falls back to %j', async (request, expected) => {
    await shelf.recommend(request);
    expect(last().fallback).toEqual(expected);
  });

  it('only lists made from the profile see the profile', async () => {
    shelf.profile.observe({ type: 'like', item: 'i4' });
    await shelf.similar('i1');
    expect(last().profile).toEqual([]);
    await shelf.forYou();
    expect(last().profile).toEqual([{ item: 'i4', kind: 5, ageHours: 0 }]);
  });

  it('exclude mixes ids, cart and seen', async () => {
    shelf.profile.observe({ type: 'view', item: 'i4' });
    shelf.profile.observe({ type: 'addToCart', item: 'i5' });
    await shelf.trending({ exclude: 'cart' });
    expect(last().exclude).toEqual(['i5']);
    await shelf.trending({ exclude: 'seen' });
    expect(last().exclude).toEqual(['i5', 'i4']);
    await shelf.trending({ exclude: ['i9', 'seen', 'cart', 8] });
    expect(last().exclude).toEqual(['i9', 'i5', 'i4', '8']);
  });

  it('the clock, channels, names and images reach the engine', async () => {
    const now = 1_763_000_000_999;
    const other = await openFake(shop, { now: () => now, channel: 'web', catalog: 7 }, seen);
    await other.shelf.list('summer', { fallback: ['popular'] });
    expect(last()).toMatchObject({ moment: 1_763_000_000, channel: 'web', catalog: '7', name: 'summer', fallback: [4] });
    await other.shelf.similar({ image: 'room' }, { channel: 'shop', catalog: '' });
    expect(last()).toMatchObject({ channel: 'shop', catalog: '', seeds: [], scene: 'room', name: '' });
    other.shelf.dispose();
    await shelf.look(['i1', 2], { channel: 0 });
    expect(last()).toMatchObject({ channel: '', catalog: '', seeds: ['i1', '2'], scene: '' });
  });

  it.each([-1, Number.NaN, 1e300])('a clock that says %s breaks nothing', async (now) => {
    const other = await openFake(shop, { now: () => now, channel: String(now) }, seen);
    await other.shelf.trending();
    expect(last().moment).toBeGreaterThanOrEqual(0);
    expect(last().moment).toBeLessThan(2 ** 32);
    other.shelf.dispose();
  });

  it('refuses what is no question', async () => {
    await expect(shelf.list('')).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(shelf.recommend({ kind: 'named' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(shelf.look({ image: '' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(shelf.popular({ channel: {} as string })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(shelf.recommend({ kind: 'best' as Kind })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(shelf.similar('')).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(shelf.trending({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('answers', () => {
  it('carry rank, score and reason', async () => {
    const { items, level, used, resultId } = await shelf.similar('i1', { limit: 2 });
    expect(level).toBe('asked');
    expect(items).toEqual([
      { id: 'i2', score: 1, rank: 1, reason: { kind: 'similar-to', because: 'i1' } },
      { id: 'i3', score: 0.5, rank: 2, reason: { kind: 'similar-to', because: 'i1' } },
    ]);
    expect(used).toEqual({ profile: false, engine: 'wasm', ms: expect.any(Number) });
    expect(resultId).not.toBe((await shelf.similar('i1')).resultId);
  });

  it('an unknown item is a fallback, not an error', async () => {
    const { level, items } = await shelf.similar('nobody-knows-this');
    expect(level).toBe('fallback');
    expect(items[0]?.reason).toEqual({ kind: 'trending' });
    expect((await shelf.similar('nobody-knows-this', { fallback: [] })).level).toBe('empty');
  });

  it('forYou without a history falls back and says so; with one it is personal', async () => {
    const before = await shelf.forYou();
    expect(before).toMatchObject({ level: 'fallback', used: { profile: false } });
    shelf.profile.observe({ type: 'view', item: 'i6' });
    const after = await shelf.forYou();
    expect(after).toMatchObject({ level: 'asked', used: { profile: true } });
    expect(after.items[0]?.reason).toEqual({ kind: 'your-taste', because: 'i6' });
  });

  it('bring cards when asked', async () => {
    expect((await shelf.similar('i1')).items[0]?.card).toBeUndefined();
    const { items } = await shelf.similar('i1', { cards: true, limit: 2 });
    expect(items[0]?.card).toEqual({ id: 'i2', title: 'Item 2', address: '/p/2', image: '' });
    expect(shop.asked().filter((name) => name.startsWith('cards'))).toEqual(['cards0']);
  });
});

describe('events', () => {
  it('are told until unsubscribed', () => {
    const changes: string[] = [];
    const stop = shelf.on('change', ({ what }) => changes.push(what));
    shelf.profile.observe({ type: 'view', item: 'i1' });
    stop();
    shelf.profile.observe({ type: 'view', item: 'i2' });
    expect(changes).toEqual(['profile']);
  });
});

describe('disposal', () => {
  it('frees the engine, once no call uses it', async () => {
    const shard = shop.blobs.get('near0')?.bytes ?? new Uint8Array();
    let freedDuringCall = -1;
    shop.files.set(shop.url('near0'), () => {
      shelf.dispose();
      freedDuringCall = seen.freed;
      return new Response(shard);
    });
    await shelf.similar('i1');
    expect(freedDuringCall).toBe(0);
    expect(seen.freed).toBe(1);
    shelf[Symbol.dispose]();
    expect(seen.freed).toBe(1);
    await expect(shelf.warm()).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});
