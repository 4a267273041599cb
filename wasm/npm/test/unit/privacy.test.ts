import 'fake-indexeddb/auto';
import { readFile, readdir } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ProfileMode, Query, Recommender } from '../../src/types.js';
import { FakeCaches } from '../support/fake-caches.js';
import { FakeShop } from '../support/fake-shop.js';
import { openFake, withCaches } from '../support/open.js';

afterEach(() => vi.unstubAllGlobals());

/** The same walk through the shop for everyone: home, two products, cart. */
async function walk(shelf: Recommender, query: Query): Promise<void> {
  await shelf.forYou(query);
  await shelf.trending({ ...query, where: { inStock: true } });
  await shelf.similar('i2', query);
  await shelf.similar('i8', query);
  await shelf.recent(query);
  await shelf.forYou(query);
  await shelf.together(['i2'], query);
  // Whatever is in the cart, and whether anything is.
  await shelf.together('cart', query);
  await shelf.next('cart', query);
  await shelf.similar('cart', { ...query, fallback: ['picks', 'next', 'trending'], personal: 0.2 });
  // What an earlier list shows, or that it shows nothing, decides nothing; nor does a list that is short.
  await shelf.recommendMany([{ kind: 'recent', ...query }, { kind: 'similar', seeds: 'i4', ...query, fallback: ['together'] }, { kind: 'new', ...query }]);
}

const PERSONAS: Record<string, (shelf: Recommender) => void> = {
  nobody: () => {},
  collector: (shelf) => {
    for (let at = 0; at < 9; at += 1) shelf.profile.observe({ type: 'purchase', item: `i${at}` });
  },
  browser: (shelf) => {
    shelf.profile.observe({ type: 'view', item: 'i9' });
    shelf.profile.observe({ type: 'dismiss', item: 'canary-7f3a' });
    shelf.profile.observe({ type: 'addToCart', item: 'i7' });
  },
  cautious: (shelf) => {
    shelf.profile.observe({ type: 'like', item: 'i0' });
    shelf.profile.pause();
    shelf.profile.resume();
  },
};

async function requestsOf(persona: string, mode: ProfileMode, query: Query): Promise<unknown[]> {
  const shop = new FakeShop();
  const { shelf } = await openFake(shop, { profile: mode, cache: 'memory' });
  PERSONAS[persona]?.(shelf);
  await walk(shelf, query);
  shelf.dispose();
  return shop.requests.map(({ url, init }) => ({ url, ...init, signal: undefined }));
}

describe('twin personas', () => {
  const queries: Query[] = [{}, { cards: true }, { exclude: 'seen' }, { exclude: ['cart', 'seen', 'i1'], cards: true, limit: 50 }];
  for (const mode of ['off', 'session'] as const) {
    it.each(queries)(`make identical requests (${mode}, %j)`, async (query) => {
      const reference = await requestsOf('nobody', mode, query);
      expect(reference.length).toBeGreaterThan(3);
      for (const persona of Object.keys(PERSONAS)) {
        expect(await requestsOf(persona, mode, query), persona).toEqual(reference);
      }
    });
  }

  it('this test can fail: cards of shown items only do differ', async () => {
    const one = await requestsOf('nobody', 'session', { cards: 'shown', limit: 1, exclude: 'seen' });
    const other = await requestsOf('collector', 'session', { cards: 'shown', limit: 1, exclude: 'seen' });
    expect(one).not.toEqual(other);
  });
});

describe('canary', () => {
  it('what was observed is in no request', async () => {
    const requests = await requestsOf('browser', 'session', { cards: true, exclude: 'seen' });
    expect(JSON.stringify(requests)).not.toContain('canary-7f3a');
  });
});

describe('storage', () => {
  it('is empty before consent and after erasing', async () => {
    const caches = withCaches(new FakeCaches());
    const shop = new FakeShop();
    const { shelf } = await openFake(shop);
    await walk(shelf, { cards: true });
    expect(caches.stores.size).toBe(0);
    expect(await indexedDB.databases()).toEqual([]);

    shelf.profile.mode = 'device';
    shelf.profile.observe({ type: 'view', item: 'i3' });
    await walk(shelf, {});
    expect(caches.kept().length).toBeGreaterThan(3);
    expect(await indexedDB.databases()).toHaveLength(1);

    await shelf.profile.erase();
    expect(caches.stores.size).toBe(0);
    expect(await indexedDB.databases()).toEqual([]);
    shelf.dispose();
  });

  it('blobs that have not moved to the device when all is erased stay where they are', async () => {
    const caches = withCaches(new FakeCaches());
    const { shelf } = await openFake(new FakeShop());
    await walk(shelf, { cards: true });
    const open = caches.open.bind(caches);
    let opened = 0;
    caches.open = async (name) => {
      opened += 1;
      await new Promise((passed) => setTimeout(passed, 20));
      return open(name);
    };
    shelf.profile.mode = 'device';
    await vi.waitFor(() => expect(opened).toBe(2), { interval: 1 });
    await shelf.profile.erase();
    await new Promise((passed) => setTimeout(passed, 300));
    expect(opened).toBeLessThan(6);
    shelf.dispose();
    await shelf.profile.settled();
  });

  it('lowering the mode deletes the kept blobs as well', async () => {
    const caches = withCaches(new FakeCaches());
    const { shelf } = await openFake(new FakeShop(), { profile: 'device' });
    await shelf.trending();
    expect(caches.kept().length).toBeGreaterThan(0);
    shelf.profile.mode = 'off';
    await shelf.profile.settled();
    await vi.waitFor(() => expect(caches.stores.size).toBe(0));
    expect(await indexedDB.databases()).toEqual([]);
    shelf.dispose();
  });
});

describe('sources', () => {
  const WAYS_OUT = /\bfetch\s*\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeerConnection|WebTransport|new Image\b|\.cookie\b|localStorage|sessionStorage|referrer\b|navigator\b(?!\?\.(?:locks|connection))|importScripts/;

  /** The one line in which each of these files names a way to the network. */
  const NO_REQUESTS = {
    // Asks the browser whether the worker's policy forbids requests; for this address none is made.
    'worker/guest.ts': "await fetch('data:,');",
    // The script of a worker that lies on another origin; the address is the shop's own setting.
    'worker/host.ts': "const own = URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(script)})`], { type: 'text/javascript' }));",
  };

  it('only net.ts can reach the network', async () => {
    const folder = new URL('../../src/', import.meta.url);
    const found: string[] = [];
    for (const name of await sources(folder)) {
      const code = (await readFile(new URL(name, folder), 'utf8')).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      if (WAYS_OUT.test(code)) found.push(name);
    }
    // testing/egress.ts and ways.ts name the ways out to watch them, in the tests of pages; no page loads it.
    expect(found.sort()).toEqual(['load/net.ts', 'testing/egress.ts', 'testing/ways.ts', ...Object.keys(NO_REQUESTS)].sort());
  });

  it.each(Object.entries(NO_REQUESTS))('%s names a way out and does not take it', async (name, allowed) => {
    const code = await readFile(new URL(`../../src/${name}`, import.meta.url), 'utf8');
    const lines = code.split('\n').filter((line) => WAYS_OUT.test(line) && !/^\s*(\*|\/[/*])/.test(line));
    expect(lines.map((line) => line.trim())).toEqual([allowed]);
  });

  it('no file is longer than 400 lines', async () => {
    const folder = new URL('../../src/', import.meta.url);
    for (const name of await sources(folder)) {
      const lines = (await readFile(new URL(name, folder), 'utf8')).split('\n').length;
      expect(lines, name).toBeLessThanOrEqual(400);
    }
  });
});

/** All TypeScript files below a folder, by their path in it. */
async function sources(folder: URL): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((name) => name.endsWith('.ts'));
}
