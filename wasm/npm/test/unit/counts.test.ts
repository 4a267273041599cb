/** What is counted of lists, and that a shadow changes nothing of what is shown. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { counting } from '../../src/counts.js';
import type { Recommender, Result } from '../../src/types.js';
import { fakeBlobs } from '../support/fake-engine.js';
import { openingFakes } from '../support/open.js';
import { SignedShop, type Json } from '../support/signed-shop.js';

const openShop = openingFakes();
let shop: SignedShop;
beforeAll(() => Promise.all([import('../../src/load/refresh.js'), import('../../src/load/trust.js')]));
beforeEach(() => {
  shop = new SignedShop();
});

const modelOf = (version: number): string => fakeBlobs(version).get('index')?.hash ?? '';
const shown = ({ items, level, removed }: Result): unknown => ({ items, level, removed });

function offerShadow(): void {
  shop.release({ version: 2 });
  const entry = (version: number): Json => {
    const blobs = fakeBlobs(version);
    const ref = (name: string): Json => ({ hash: blobs.get(name)?.hash, size: blobs.get(name)?.bytes.length });
    return { name: `m${version}`, cookedAt: '2026-11-21T07:59:00Z', items: 10, format: { major: 1, minor: 0 }, bytes: 1, index: ref('index'), ids: ref('ids') };
  };
  shop.release({ version: 1, sequence: 2, edit: (payload) => Object.assign(payload, { strategy: { kind: 'shadow', model: 1, report: 'counts' }, models: [entry(1), entry(2)] }) });
}

/** All that a page shows of one visit. */
async function page(shelf: Recommender): Promise<unknown> {
  shelf.profile.observe({ type: 'view', item: 'i3' });
  await shelf.profile.settled();
  return [await shelf.similar('i1'), await shelf.forYou(), await shelf.trending({ limit: 3 }), await shelf.similar('i1', { exclude: ['i2'] })].map(shown);
}

describe('counts', () => {
  it('say how lists came out, and who chose, by model, once', async () => {
    const { shelf } = await openShop(shop);
    const counter = counting(shelf);
    const first = await counter.shelf.similar('i1');
    await counter.shelf.forYou();
    await counter.shelf.recent({ fallback: [] });
    shop.online = false;
    await expect(counter.shelf.similar('i7')).rejects.toThrow();
    counter.chosen(first.resultId);
    counter.chosen(first.resultId);
    counter.chosen('another page');
    const filled = first.level === 'asked' ? 1 : 2;
    expect(counter.take()).toEqual([{ model: modelOf(1), counts: { lists: 4, failed: 1, empty: 1, filled, chosen: 1, compared: 0, shared: 0 } }]);
    expect(counter.take()).toEqual([]);
  });

  it('leave the recommender as it is, and send nothing', async () => {
    const { shelf } = await openShop(shop);
    const plain = shown(await shelf.similar('i1'));
    const requests = shop.requests.length;
    const counter = counting(shelf);
    expect(shown(await counter.shelf.similar('i1'))).toEqual(plain);
    expect([counter.shelf.model.id, counter.shelf.profile.mode]).toEqual([modelOf(1), 'off']);
    counter.take();
    expect(shop.requests).toHaveLength(requests);
  });
});

describe('a shadow', () => {
  it('is another model, which nobody gets who does not ask for it', async () => {
    offerShadow();
    const { shelf } = await openShop(shop);
    const { shelf: second } = await openShop(shop, { preview: true });
    expect([shelf.model.id, shelf.model.arm]).toEqual([modelOf(1), undefined]);
    expect([second.model.id, second.model.arm]).toEqual([modelOf(2), 'shadow']);
  });

  it('changes nothing of what is shown, whatever it answers', async () => {
    offerShadow();
    const alone = await openShop(shop, { profile: 'session', channel: 'alone' });
    const expected = await page(alone.shelf);
    const { shelf: other } = await openShop(shop, { preview: true, profile: 'session' });
    const answers: Record<string, () => Promise<Result>> = {
      'as it does': () => other.similar('i7'),
      'with nothing': async () => ({ ...(await other.similar('i7')), items: [], level: 'empty' }),
      'with an error': () => Promise.reject(new Error('broken')),
      never: () => new Promise<Result>(() => {}),
    };
    for (const [how, answer] of Object.entries(answers)) {
      const { shelf } = await openShop(shop, { profile: 'session', channel: how });
      const shadow = new Proxy(other, { get: (target, name) => (name === 'similar' || name === 'forYou' || name === 'trending' ? answer : Reflect.get(target, name, target)) });
      expect(await page(counting(shelf, { shadow }).shelf), how).toEqual(expected);
    }
  });

  it('hears what the page observes, is asked what the page asks, and agrees with its like', async () => {
    offerShadow();
    const { shelf } = await openShop(shop, { profile: 'session' });
    const { shelf: shadow } = await openShop(shop, { preview: true, profile: 'session' });
    const counter = counting(shelf, { shadow });
    await page(counter.shelf);
    await counter.settled();
    expect(shadow.profile.explain().events).toBe(1);
    const [{ counts, model } = { counts: undefined, model: '' }] = counter.take();
    // The fake engine answers alike in both models.
    expect([model, counts?.lists, counts?.shared]).toEqual([modelOf(1), 4, counts?.compared]);
    expect(counts?.compared).toBeGreaterThan(0);
  });
});
