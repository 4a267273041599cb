import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecoError } from '../../src/errors.js';
import { open } from '../../src/recommender.js';
import type { Recommender } from '../../src/types.js';
import { fakeRuntime } from '../support/fake-engine.js';
import { FakeShop, MANIFEST } from '../support/fake-shop.js';
import { NOON, openFake } from '../support/open.js';

let shop: FakeShop;
const clock = { now: NOON };
const now = (): number => clock.now;

beforeEach(() => {
  shop = new FakeShop();
  clock.now = NOON;
});
afterEach(() => vi.unstubAllGlobals());

/** What the page shows, each of it known to be fetched separately: two lists of one kind, cards, the cart, a page of lists. */
async function showAll(shelf: Recommender): Promise<void> {
  await shelf.similar('i1', { cards: true, limit: 2, fallback: [] });
  await shelf.similar('i8', { cards: true, limit: 2, fallback: [] });
  await shelf.forYou({ fallback: [] });
  await shelf.together('cart', { fallback: [] });
  await shelf.recommendMany([{ kind: 'recent', cards: true }, { kind: 'new', limit: 3, cards: true }]);
  await shelf.warm('context');
}

/** Looks for a newer model, and waits until it has taken over. */
async function replace(shelf: Recommender): Promise<void> {
  const changed = new Promise<void>((resolve) => shelf.on('change', ({ what }) => what === 'model' && resolve()));
  clock.now += 61_000;
  await shelf.trending({ fallback: [], exclude: ['looking'] });
  await changed;
}

describe('in a newer model', () => {
  it('whatever the page shows is there before it takes over: what the shopper does fetches nothing', async () => {
    const { shelf } = await openFake(shop, { now, profile: 'session' });
    await showAll(shelf);
    shop.publish(2);
    await replace(shelf);
    const before = shop.asked();
    for (const type of ['view', 'addToCart', 'dismiss'] as const) shelf.profile.observe({ type, item: 'i6' });
    await showAll(shelf);
    expect(shop.asked()).toEqual(before);
    // This test can fail: what nobody asked for was not fetched.
    await shelf.similar('i1', { cards: 'shown', limit: 9, personal: 0.3, exclude: 'seen' });
    expect(shop.asked().filter((name) => name === 'factors' || name === 'cards1').length).toBeGreaterThan(0);
    shelf.dispose();
  });

  it('questions that were given up are made ready as well, and those it cannot be asked do not keep it away', async () => {
    let made = 0;
    const shelf = await open({ model: MANIFEST, fetch: shop.fetch, now, profile: 'session' }, async () => ({
      create: () => {
        const engine = fakeRuntime().create();
        const second = (made += 1) > 1;
        const needs = engine.needs.bind(engine);
        return Object.assign(engine, {
          needs: (request: Uint8Array) => {
            if (second && new TextDecoder().decode(request).includes('i8')) throw new RecoError('QUERY_INVALID', 'unknown');
            return needs(request);
          },
        });
      },
    }));
    const given = new AbortController();
    const asked = shelf.similar('i1', { fallback: [], signal: given.signal });
    await shelf.similar('i8', { fallback: [] });
    given.abort();
    await asked.catch(() => {});
    shop.publish(2);
    await replace(shelf);
    const before = shop.requests.length;
    await shelf.similar('i1', { fallback: [] });
    expect(shop.requests).toHaveLength(before);
    shelf.dispose();
  });

  it('only the last questions are asked again', async () => {
    const seen = { runs: [], freed: 0, created: 0 };
    const { shelf } = await openFake(shop, { now }, seen);
    for (let limit = 0; limit < 150; limit += 1) await shelf.similar('i1', { exclude: [`x${limit}`], fallback: [] });
    shop.publish(2);
    seen.runs.length = 0;
    await replace(shelf);
    expect(seen.runs.length).toBeGreaterThan(50);
    expect(seen.runs.length).toBeLessThan(102);
    shelf.dispose();
  });
});

describe('the device\'s store', () => {
  it('holds up what is scored, and not what is fetched', async () => {
    const { shelf } = await openFake(shop, { profile: 'session' });
    vi.stubGlobal('indexedDB', { open: () => ({}), deleteDatabase: () => ({}) });
    shelf.profile.mode = 'device';
    let answered = false;
    void shelf.forYou({ fallback: [] }).finally(() => (answered = true));
    await vi.waitFor(() => expect(shop.asked()).toContain('factors'));
    expect(answered).toBe(false);
    // A list that is not about the shopper waits for nothing.
    expect((await shelf.similar('i1')).level).toBe('asked');
  });
});
