/** Which model a device gets of a canary, a comparison or a blue-green release, and that nobody hears of it. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bucket } from '../../src/load/bucket.js';
import { FakeCaches } from '../support/fake-caches.js';
import { fakeBlobs } from '../support/fake-engine.js';
import { BASE } from '../support/fake-shop.js';
import { openingFakes, withCaches } from '../support/open.js';
import { SignedShop, type Json } from '../support/signed-shop.js';

const openShop = openingFakes();
const DEVICE = 'https://shop.example/cookshelf-device';
let shop: SignedShop;
beforeAll(() => Promise.all([import('../../src/load/refresh.js'), import('../../src/load/trust.js')]));
beforeEach(() => {
  shop = new SignedShop();
});

const modelOf = (version: number): string => fakeBlobs(version).get('index')?.hash ?? '';

/** A manifest with the models 1 and 2 and this strategy. */
function offer(strategy: Json): void {
  shop.release({ version: 2 });
  const entry = (version: number): Json => {
    const blobs = fakeBlobs(version);
    const ref = (name: string): Json => ({ hash: blobs.get(name)?.hash, size: blobs.get(name)?.bytes.length });
    return { name: `m${version}`, cookedAt: '2026-11-21T07:59:00Z', items: 10, format: { major: 1, minor: 0 }, bytes: 1, index: ref('index'), ids: ref('ids') };
  };
  shop.release({ version: 1, sequence: 2, edit: (payload) => Object.assign(payload, { strategy, models: [entry(1), entry(2)] }) });
}

/** The device's random number, as if it had been here before. */
async function asDevice(id: string): Promise<FakeCaches> {
  const caches = withCaches(new FakeCaches());
  caches.stores.set('cookshelf-v1', new Map([[DEVICE, new TextEncoder().encode(id)]]));
  return caches;
}

/** A number of a device whose bucket for the seed is one of these. */
function deviceIn(seed: string, from: number, to: number): string {
  for (let n = 1; ; n += 1) {
    const id = n.toString(16).padStart(32, '0');
    const own = bucket(seed, id);
    if (own >= from && own < to) return id;
  }
}

const canary = (percent: number): Json => ({
  kind: 'canary',
  salt: 'web#2',
  coverage: 10_000,
  arms: [
    { name: 'next', weight: percent * 100, model: 1 },
    { name: 'current', weight: 10_000 - percent * 100, model: 0 },
  ],
});
const device = { profile: 'device' } as const;

describe('a device', () => {
  it('is in the arm that its bucket says, visit after visit, and stays in one that grows', async () => {
    for (const [from, to, arm, version] of [[0, 500, 'next', 2], [500, 10_000, 'current', 1]] as const) {
      await asDevice(deviceIn('web#2', from, to));
      for (const channel of ['a', 'b']) {
        offer(canary(5));
        const { shelf } = await openShop(shop, { ...device, channel });
        expect([shelf.model.id, shelf.model.arm]).toEqual([modelOf(version), arm]);
        shelf.dispose();
      }
      offer(canary(50));
      const { shelf } = await openShop(shop, { ...device, channel: 'c' });
      if (arm === 'next') expect(shelf.model.arm).toBe('next');
      shelf.dispose();
    }
  });

  it('makes up a number that is kept with consent only, and sends it to nobody', async () => {
    const caches = withCaches(new FakeCaches());
    offer(canary(50));
    const memory = await openShop(shop, { cache: 'memory' });
    expect(memory.shelf.model.arm).toMatch(/^(next|current)$/);
    expect(caches.kept()).toEqual([]);
    memory.shelf.dispose();
    // A model that may rest on the device is no consent to a number of the device.
    const model = await openShop(shop, { cache: 'device', channel: 'model' });
    await model.shelf.similar('i1');
    expect([model.shelf.model.arm, caches.kept().length > 0, caches.kept().includes(DEVICE)]).toEqual([memory.shelf.model.arm, true, false]);
    model.shelf.dispose();
    const first = await openShop(shop, { ...device, channel: 'kept' });
    const id = new TextDecoder().decode(caches.stores.get('cookshelf-v1')?.get(DEVICE));
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    await first.shelf.similar('i1');
    // Not by address, not by header; and the number's own address is never asked for.
    for (const { url, init } of shop.requests) {
      expect([url.includes(id), url === DEVICE, init.headers, init.body], url).toEqual([false, false, undefined, undefined]);
    }
    expect(JSON.stringify(first.shelf.network.log())).not.toContain(id);
  });

  it('gets the same model for the arm of another as everybody did, outside of the coverage and of the layer', async () => {
    const ab = (more: Json): Json => ({ kind: 'ab', salt: 's', coverage: 9_000, arms: [{ name: 'one', weight: 5_000, model: 0 }, { name: 'two', weight: 5_000, model: 1 }], ...more });
    for (const [strategy, seed, from, to, arm] of [
      [ab({}), 's', 0, 4_500, 'one'],
      [ab({}), 's', 4_500, 5_000, undefined],
      [ab({}), 's', 5_000, 9_500, 'two'],
      [ab({}), 's', 9_500, 10_000, undefined],
      [ab({ coverage: 10_000, layer: { salt: 'l', from: 0, to: 5_000 } }), 'l', 5_000, 10_000, undefined],
    ] as const) {
      await asDevice(deviceIn(seed, from, to));
      offer(strategy);
      const { shelf } = await openShop(shop, { ...device, channel: `${seed}${from}` });
      expect([shelf.model.arm, shelf.model.id], `${seed} ${from}`).toEqual([arm, modelOf(arm === 'two' ? 2 : 1)]);
      shelf.dispose();
    }
  });

  it('gets what is offered for a look only when the page asks for it', async () => {
    offer({ kind: 'blueGreen', preview: 1 });
    const plain = await openShop(shop);
    expect(plain.shelf.model.id).toBe(modelOf(1));
    plain.shelf.dispose();
    const look = await openShop(shop, { preview: true });
    expect([look.shelf.model.id, look.shelf.model.arm]).toEqual([modelOf(2), 'preview']);
    look.shelf.dispose();
    offer({ kind: 'blueGreen' });
    expect((await openShop(shop, { preview: true })).shelf.model.id).toBe(modelOf(1));
  });

  it('gets the first model of whatever it cannot read, and of a shadow', async () => {
    const arms = [{ name: 'x', weight: 10_000, model: 1 }];
    for (const [n, strategy] of [
      { kind: 'shadow', model: 1, report: 'off' },
      { kind: 'canary', salt: 's', coverage: 10_000, arms: 'arms' },
      { kind: 'canary', salt: 7, coverage: 10_000, arms },
      { kind: 'ab', salt: 's', coverage: '1', arms },
      { kind: 'ab', salt: 's', coverage: 10_000, arms: [null, 1] },
      { kind: 'ab', salt: 's', coverage: 10_000, arms: [{ ...arms[0], model: 2 }] },
      { kind: 'ab', salt: 's', coverage: 10_000, arms: [{ ...arms[0], model: -1 }] },
      { kind: 'ab', salt: 's', coverage: 10_000, arms: [{ ...arms[0], model: 'constructor' }] },
      { kind: 'ab', salt: 's', coverage: 10_000, layer: {}, arms },
      { kind: 'later', arms },
    ].entries()) {
      offer(strategy);
      const { shelf } = await openShop(shop, { channel: String(n) });
      expect(shelf.model.id, JSON.stringify(strategy)).toBe(modelOf(1));
      expect(shelf.model.arm, JSON.stringify(strategy)).toBeUndefined();
      shelf.dispose();
    }
  });

  it('in whose arm nobody meddled: a signed division is believed like the rest', async () => {
    await asDevice(deviceIn('web#2', 0, 500));
    offer(canary(5));
    const { shelf } = await openShop(shop, { ...device, keys: [shop.key.public], endpoint: 'default' });
    expect([shelf.model.id, shop.requests.some(({ url }) => url.startsWith(`${BASE}b/1/${modelOf(1)}`))]).toEqual([modelOf(2), false]);
  });
});
