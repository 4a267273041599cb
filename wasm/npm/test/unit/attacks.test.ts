/**
 * Whatever stands between a shop and its shoppers: it may stop them from getting something newer, and it must not be able
 * to make them use anything that the shop did not sign. The attacks that an updater has to withstand, one by one.
 */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Recommender } from '../../src/types.js';
import { FakeCaches } from '../support/fake-caches.js';
import { fakeBlobs } from '../support/fake-engine.js';
import { BASE, MANIFEST } from '../support/fake-shop.js';
import { NOON, openingFakes, withCaches } from '../support/open.js';
import { signedText, SignedShop, SigningKey, type Json } from '../support/signed-shop.js';

const openShop = openingFakes();
const foreign = new SigningKey('first');
let shop: SignedShop;
let clock = NOON;
const now = (): number => clock;

// Loaded when needed; here beforehand, so that the clock decides and not the disk.
beforeAll(() => Promise.all([import('../../src/load/refresh.js'), import('../../src/load/trust.js'), import('../../src/load/ed25519.js')]));
beforeEach(() => {
  shop = new SignedShop();
  clock = NOON;
});

/** Lets a minute pass, and with it a look for a newer model. */
async function later(shelf: Recommender): Promise<void> {
  clock += 61_000;
  await shelf.trending();
  for (let [quiet, before] = [0, -1]; quiet < 3; before = shop.requests.length) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    quiet = shop.requests.length === before ? quiet + 1 : 0;
  }
}

const modelOf = (version: number): string => fakeBlobs(version).get('index')?.hash ?? '';
const options = () => ({ now, keys: [shop.key.public], endpoint: 'default' });

/** Texts that are not what the shop signed for this endpoint, made from what it signed. */
function forgeries(good: string): [name: string, text: string][] {
  const outer = JSON.parse(good) as Json;
  const [signature] = outer['signatures'] as Json[];
  const payload = outer['payload'] as string;
  const newer = JSON.stringify({ ...(JSON.parse(payload) as Json), sequence: 99 });
  const of = (edits: Json): string => JSON.stringify({ ...outer, ...edits });
  const signed = (text: string, entry: Json): string => of({ payload: text, signatures: [entry] });
  return [
    ['no signature', of({ signatures: [] })],
    ['no list of signatures', of({ signatures: null })],
    ['a signature that is null', of({ signatures: [null] })],
    ['the signature of another payload', of({ payload: newer })],
    ["another's signature", signed(newer, foreign.signature(newer))],
    ["another's signature under our key's name", signed(newer, { ...foreign.signature(newer), key: shop.key.id })],
    ['a signature for something else', signed(newer, shop.key.signature(newer, 'another-thing-v1\0'))],
    ['a signature without a prefix', signed(newer, shop.key.signature(newer, ''))],
    ['another algorithm', signed(payload, { ...signature, algorithm: 'none' })],
    ['no algorithm', signed(payload, { ...signature, algorithm: undefined })],
    ['half a signature', signed(payload, { ...signature, signature: String(signature?.['signature']).slice(0, 44) })],
    ['a signature of zeros', signed(payload, { ...signature, signature: Buffer.alloc(64).toString('base64') })],
    ['a signature that is no base64', signed(payload, { ...signature, signature: '!'.repeat(88) })],
    ['a space more', of({ payload: `${payload} ` })],
    ['a mark of byte order', of({ payload: `\ufeff${payload}` })],
    ['half a character', of({ payload: payload.replace('default', 'default\ud800') })],
    ['another version of the envelope', of({ cookshelf: 2 })],
    ['a payload that is no text', of({ payload: JSON.parse(payload) as Json })],
    ['another endpoint', signedText({ version: 9, edit: (p) => (p['endpoint'] = 'other') }, shop.key)],
    ['too many signatures before the right one', of({ signatures: [...Array.from({ length: 100 }, () => foreign.signature(payload)), signature] })],
    ['not JSON', good.slice(1)],
    ['a page of a portal', '<!doctype html><title>Please log in</title>'],
    ['nothing', ''],
  ];
}

describe('a page that names keys', () => {
  it('uses what is signed by one of them', async () => {
    const { shelf, errors } = await openShop(shop, options());
    expect(shelf.model.id).toBe(modelOf(1));
    shop.release({ version: 2 });
    await later(shelf);
    expect([shelf.model.id, errors]).toEqual([modelOf(2), []]);
  });

  it('never opens with a forged manifest', async () => {
    for (const [name, text] of forgeries(shop.release({ version: 2 }))) {
      shop.put(text);
      await expect(openShop(shop, options()), name).rejects.toMatchObject({ code: expect.stringMatching(/^MODEL_(UNTRUSTED|FORMAT)$/) as string });
    }
  });

  it('keeps the last good model whatever comes after it', async () => {
    const { shelf, errors } = await openShop(shop, options());
    for (const [name, text] of forgeries(signedText({ version: 2 }, shop.key))) {
      shop.put(text);
      clock += 7_200_000;
      await later(shelf);
      expect(shelf.model.id, name).toBe(modelOf(1));
      expect((await shelf.similar('i1')).level, name).toBe('asked');
      expect(errors.splice(0), name).toHaveLength(1);
    }
    shop.release({ version: 2 });
    clock += 7_200_000;
    await later(shelf);
    expect(shelf.model.id).toBe(modelOf(2));
  });

  it('refuses every manifest with a changed letter', async () => {
    const good = shop.release({ version: 2 });
    const { choose } = await import('../../src/load/trust.js');
    const { RecoError } = await import('../../src/errors.js');
    const { BlobCache } = await import('../../src/load/cache.js');
    const parts = { url: `${MANIFEST}?letters`, keys: [shop.key.public], cache: new BlobCache(() => {}) } as unknown as Parameters<typeof choose>[1];
    const tools = { RecoError } as Parameters<typeof choose>[3];
    await expect(choose(good, parts, undefined, tools)).resolves.toEqual({ at: 0 });
    const [from, to] = [good.indexOf('"payload"') + 11, good.indexOf(',"signatures"') - 1];
    let accepted = 0;
    for (let at = from; at < to; at += 1) {
      const changed = good.slice(0, at) + String.fromCharCode(good.charCodeAt(at) ^ 1) + good.slice(at + 1);
      accepted += await choose(changed, parts, undefined, tools).then(() => 1, () => 0);
    }
    for (let length = 0; length < good.length; length += 7) {
      accepted += await choose(good.slice(0, length), parts, undefined, tools).then(() => 1, () => 0);
    }
    expect([to - from > 500, accepted]).toEqual([true, 0]);
  });

  it('reads what the server signs', async () => {
    // The text of a test of server/src/release/sign.rs.
    const text = String.raw`{"cookshelf":1,"payload":"{\"endpoint\":\"größe\",\"sequence\":3}","signatures":[{"key":"first","algorithm":"ed25519","signature":"3WgIc0NrseoRXy3Netb04R9Xq0biUCQ+myA/wcs7zCv1hsXNKfKyyvf7VNWUrVxmqY625q74YFYFBBsaIHBDDg=="}]}`;
    const { choose } = await import('../../src/load/trust.js');
    const { RecoError } = await import('../../src/errors.js');
    const { BlobCache } = await import('../../src/load/cache.js');
    const read = (key: string): Promise<unknown> => {
      const parts = { url: `${MANIFEST}?server`, keys: [key], cache: new BlobCache(() => {}) } as unknown as Parameters<typeof choose>[1];
      return choose(text, parts, undefined, { RecoError } as Parameters<typeof choose>[3]);
    };
    await expect(read('EWsyBrdf4kNhthBoJTIeXTzkv1MbMxe/+9kn85d/3Fs=')).resolves.toEqual({ at: 0 });
    await expect(read(shop.key.public)).rejects.toMatchObject({ code: 'MODEL_UNTRUSTED' });
  });

  it('refuses keys that are none, before anything is believed', async () => {
    for (const keys of [[], ['x'], [`${shop.key.public}=`], [Buffer.alloc(31).toString('base64')]]) {
      await expect(openShop(shop, { ...options(), keys })).rejects.toMatchObject({ code: 'MODEL_UNTRUSTED' });
    }
  });

  it('is not answered by a recommender that believes anything', async () => {
    shop.put(signedText({ version: 1 }, foreign));
    const { shelf } = await openShop(shop, { now });
    expect(shelf.model.id).toBe(modelOf(1));
    await expect(openShop(shop, options())).rejects.toMatchObject({ code: 'MODEL_UNTRUSTED' });
  });

  it('checks in script where the platform cannot', async () => {
    const { vi } = await import('vitest');
    vi.stubGlobal('crypto', { subtle: undefined, getRandomValues: crypto.getRandomValues.bind(crypto) });
    const { shelf } = await openShop(shop, options());
    expect(shelf.model.id).toBe(modelOf(1));
    shop.put(signedText({ version: 2 }, foreign));
    await later(shelf);
    expect(shelf.model.id).toBe(modelOf(1));
  });
});

describe('rolled back', () => {
  it('is refused within a visit, also when it was issued later', async () => {
    shop.release({ version: 5 });
    const { shelf, errors } = await openShop(shop, options());
    shop.release({ version: 4, issuedAt: '2026-11-22T08:00:00Z' });
    await later(shelf);
    expect([shelf.model.id, errors.map(({ code }) => code)]).toEqual([modelOf(5), ['MODEL_INTEGRITY']]);
    // The shop's own return is a new number.
    shop.release({ version: 4, sequence: 6 });
    clock += 7_200_000;
    await later(shelf);
    expect(shelf.model.id).toBe(modelOf(4));
  });

  it('is refused in the next visit and in another tab, and what was kept is used', async () => {
    const caches = withCaches(new FakeCaches());
    shop.release({ version: 5 });
    const first = await openShop(shop, { ...options(), cache: 'device' });
    await first.shelf.similar('i1');
    const other = await openShop(shop, { ...options(), cache: 'device', channel: 'tab' });
    first.shelf.dispose();
    shop.release({ version: 4, issuedAt: '2026-11-22T08:00:00Z' });
    await later(other.shelf);
    expect(other.shelf.model.id).toBe(modelOf(5));
    const next = await openShop(shop, { ...options(), cache: 'device', channel: 'next' });
    expect([next.shelf.model.id, next.errors.map(({ code }) => code)]).toEqual([modelOf(5), ['MODEL_INTEGRITY']]);
    expect(caches.kept()).toContain(`${MANIFEST}.seen`);
  });

  it('is refused when only the number was kept', async () => {
    const caches = withCaches(new FakeCaches());
    shop.release({ version: 5 });
    const first = await openShop(shop, { ...options(), cache: 'device' });
    first.shelf.dispose();
    caches.stores.get('cookshelf-v1')?.delete(MANIFEST);
    shop.release({ version: 4 });
    await expect(openShop(shop, { ...options(), cache: 'device', channel: 'next' })).rejects.toMatchObject({ code: 'MODEL_INTEGRITY' });
  });
});

describe('frozen', () => {
  it('is used on, and said to be stale', async () => {
    const { shelf } = await openShop(shop, options());
    expect(shelf.model.stale).toBe(false);
    clock = Date.parse('2026-12-21T08:00:01Z');
    await later(shelf);
    expect([shelf.model.stale, (await shelf.similar('i1')).level]).toEqual([true, 'asked']);
  });
});

describe('mixed', () => {
  it('never takes over: every swap of blobs between two releases', async () => {
    const { shelf } = await openShop(shop, options());
    await shelf.similar('i1');
    const [old, next] = [fakeBlobs(1), fakeBlobs(2)];
    const names = [...next.keys()].filter((name) => next.get(name)?.hash !== old.get(name)?.hash).slice(0, 6);
    expect(names.length).toBeGreaterThanOrEqual(2);
    for (let swap = 1; swap < 2 ** names.length; swap += 1) {
      shop.release({ version: 2, inline: false });
      for (const [at, name] of names.entries()) {
        const [mine, other] = [next.get(name), old.get(name)];
        if (swap & (2 ** at) && mine && other) shop.files.set(`${BASE}b/1/${mine.hash}`, other.bytes);
      }
      clock += 7_200_000;
      await later(shelf);
      // What the page does not need is not fetched, so it may well be the new one; but never a blob that is not its own.
      const result = await shelf.similar('i1').then(({ level }) => level, ({ code }: { code: string }) => code);
      expect(['asked', 'MODEL_INTEGRITY'], `${swap} ${shelf.model.id}`).toContain(result);
      if (swap === 2 ** names.length - 1) expect(shelf.model.id).toBe(modelOf(1));
      if (shelf.model.id === modelOf(2)) return;
    }
  });
});

describe('endless', () => {
  const endless = (): Response => {
    const chunk = new Uint8Array(16_384).fill(32);
    return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(chunk) }));
  };

  it('manifests and blobs are read to their limit and no further', async () => {
    const { shelf, errors } = await openShop(shop, options());
    shop.put(endless);
    await later(shelf);
    expect(errors.map(({ code }) => code)).toEqual(['MODEL_INTEGRITY']);
    const read = shelf.network.log().filter(({ url }) => url === MANIFEST).at(-1)?.bytes ?? 0;
    expect(read).toBeLessThanOrEqual(2 * 16_384);
    shop.files.set(shop.url('near0'), endless);
    await expect(shelf.similar('i1')).rejects.toMatchObject({ code: 'MODEL_INTEGRITY' });
  });
});

describe('an altered blob', () => {
  it('is never used: ten thousand edits and five hundred cuts', async () => {
    const { Loader, digest, hex } = await import('../../src/load/loader.js');
    const { BlobCache } = await import('../../src/load/cache.js');
    const { Network } = await import('../../src/load/net.js');
    const good = Uint8Array.from({ length: 65_536 }, (_, at) => (at * 7_919) >> 3);
    const ref = { hash: hex(await digest(good)).slice(0, 32), size: good.length };
    let body = good;
    const net = new Network(async () => new Response(body), now);
    const taken = (): Promise<number> => new Loader(net, new BlobCache(() => {}), digest).blob(`${BASE}b/1/`, ref).then(() => 1, () => 0);
    expect(await taken()).toBe(1);
    let accepted = 0;
    let seed = 1;
    const any = (below: number): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0) % below;
    for (let tries = 0; tries < 10_000; tries += 1) {
      body = good.slice();
      // One byte after the other over the first ones, then several anywhere.
      for (let edits = tries < 5_000 ? 1 : 1 + any(4); edits > 0; edits -= 1) body[tries < 5_000 ? tries * 13 : any(body.length)]! ^= 1 + any(255);
      if (tries >= 5_000 && body.every((byte, at) => byte === good[at])) continue;
      accepted += await taken();
    }
    for (let length = 0; length < good.length; length += 131) {
      body = good.slice(0, length);
      accepted += await taken();
    }
    expect(accepted).toBe(0);
  }, 60_000);
});

describe('keys that change', () => {
  const second = new SigningKey('second');
  const third = new SigningKey('third');

  it('are learned from manifests that are believed, across visits', async () => {
    withCaches(new FakeCaches());
    const device = { ...options(), cache: 'device' } as const;
    shop.release({ version: 1, announced: [shop.key, second] });
    (await openShop(shop, device)).shelf.dispose();
    shop.release({ version: 2, by: [second], announced: [second, third] });
    const next = await openShop(shop, { ...device, channel: 'a' });
    expect(next.shelf.model.id).toBe(modelOf(2));
    next.shelf.dispose();
    shop.release({ version: 3, by: [third], announced: [third] });
    expect((await openShop(shop, { ...device, channel: 'b' })).shelf.model.id).toBe(modelOf(3));
  });

  it('are believed no longer once no manifest announces them', async () => {
    shop.release({ version: 1, announced: [shop.key, second] });
    const { shelf } = await openShop(shop, options());
    shop.release({ version: 2, announced: [shop.key] });
    await later(shelf);
    shop.release({ version: 3, by: [second], announced: [second] });
    clock += 7_200_000;
    await later(shelf);
    expect(shelf.model.id).toBe(modelOf(2));
  });

  it('are not learned from a manifest that is not believed', async () => {
    const { shelf } = await openShop(shop, options());
    shop.release({ version: 2, by: [foreign], announced: [foreign] });
    await later(shelf);
    shop.release({ version: 3, by: [foreign], announced: [foreign] });
    clock += 7_200_000;
    await later(shelf);
    expect(shelf.model.id).toBe(modelOf(1));
  });
});
