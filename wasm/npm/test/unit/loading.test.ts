import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { open } from '../../src/recommender.js';
import { FakeCaches, RefusingCaches } from '../support/fake-caches.js';
import { fakeBlobs, fakeRuntime } from '../support/fake-engine.js';
import { BASE, FakeShop, MANIFEST, manifestText } from '../support/fake-shop.js';
import { NOON, openingFakes, withCaches } from '../support/open.js';

const openShop = openingFakes();
let shop: FakeShop;
beforeEach(() => {
  shop = new FakeShop();
});

describe('what is fetched', () => {
  it('a product page needs the manifest, the ids and one shard', async () => {
    const { shelf } = await openShop(shop);
    const { items, level } = await shelf.similar('i2', { limit: 3 });
    expect(level).toBe('asked');
    expect(items.map(({ id }) => id)).toEqual(['i3', 'i4', 'i5']);
    expect(shop.asked()).toEqual(['manifest.json', 'ids', 'near0']);
  });

  it('fetches the index too when the manifest does not hold it', async () => {
    shop.publish(1, { inline: false });
    await openShop(shop);
    expect(shop.asked().sort()).toEqual(['ids', 'index', 'manifest.json']);
  });

  it('sends nothing but plain GETs', async () => {
    const { shelf } = await openShop(shop, { profile: 'session' });
    shelf.profile.observe({ type: 'view', item: 'i7' });
    await shelf.forYou();
    for (const { url, init } of shop.requests) {
      expect(new URL(url).search).toBe('');
      expect(init).toMatchObject({ method: 'GET', credentials: 'omit', referrerPolicy: 'no-referrer' });
      expect(init.headers).toBeUndefined();
      expect(init.body).toBeUndefined();
    }
  });

  it('asks for a blob once, however many calls wait for it', async () => {
    const { shelf } = await openShop(shop);
    await Promise.all([shelf.similar('i1'), shelf.similar('i2'), shelf.together('i3'), shelf.similar('i1')]);
    expect(shop.asked().filter((name) => name === 'near0')).toHaveLength(1);
  });

  it('what is asked for first does not depend on which answer was the quickest', async () => {
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const fetch: typeof shop.fetch = async (url, init) => {
      const response = await shop.fetch(url, init);
      if (String(url) === shop.url('factors')) await answered;
      return response;
    };
    const { shelf } = await openShop(shop, { fetch, profile: 'session' });
    const list = shelf.similar('i2', { exclude: ['seen', 'a', 'b', 'c', 'd'], fallback: ['picks'] });
    await vi.waitFor(() => expect(shop.asked().slice(2)).toEqual(['near0', 'factors']));
    await new Promise((passed) => setTimeout(passed, 20));
    expect(shop.asked()).not.toContain('charts');
    answer();
    await list;
    expect(shop.asked().slice(2)).toEqual(['near0', 'factors', 'charts']);
  });

  it('takes a blob from where it lies once, also where an engine in a worker says late what it lacks', async () => {
    let tell = (): void => {};
    const told = new Promise<void>((resolve) => (tell = resolve));
    let asked = 0;
    const late = (engine: Engine): Engine =>
      new Proxy(engine, {
        get: (_, name: keyof Engine) =>
          name !== 'needs' ? engine[name].bind(engine) : async (request: Uint8Array) => {
            const missing = await engine.needs(request);
            asked += 1;
            if (asked === 2) await told;
            return missing;
          },
      });
    const shelf = await open({ model: MANIFEST, fetch: shop.fetch }, async () => ({ create: () => late(fakeRuntime().create()) }));
    const [first, second] = [shelf.similar('i1', { personal: 0.1 }), shelf.similar('i2', { personal: 0.1 })];
    await vi.waitFor(() => expect(asked).toBeGreaterThan(2));
    tell();
    await Promise.all([first, second]);
    expect(shelf.network.log().filter(({ url }) => url === shop.url('near0'))).toHaveLength(1);
    shelf.dispose();
  });

  it('one caller giving up does not take the blob from another', async () => {
    const { shelf } = await openShop(shop);
    const control = new AbortController();
    const first = shelf.similar('i1', { signal: control.signal });
    const second = shelf.similar('i1');
    control.abort();
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await second).items.length).toBeGreaterThan(0);
  });

  it('warms the charts, the factors or both', async () => {
    const { shelf } = await openShop(shop);
    await shelf.warm('context');
    expect(shop.asked().slice(2)).toEqual(['charts']);
    await shelf.warm('personal');
    expect(shop.asked().slice(2)).toEqual(['charts', 'factors']);
    await shelf.trending();
    expect(shop.requests).toHaveLength(4);
  });

  it('gives the same recommender for the same model', async () => {
    const [one, two] = await Promise.all([openShop(shop), openShop(shop)]);
    expect(one.shelf).toBe(two.shelf);
    one.shelf.dispose();
    await expect(one.shelf.trending()).rejects.toMatchObject({ code: 'DISPOSED' });
    expect((await openShop(shop)).shelf).not.toBe(one.shelf);
  });
});

describe('bytes that are wrong', () => {
  const bytesOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(shop.blobs.get(name)?.bytes ?? []);

  it.each<[string, () => Uint8Array<ArrayBuffer>]>([
    ['one byte altered', () => bytesOf('near0').map((byte, at) => (at === 40 ? byte ^ 1 : byte))],
    ['truncated', () => bytesOf('near0').slice(0, -1)],
    ['one byte longer', () => new Uint8Array([...bytesOf('near0'), 0])],
    ['an HTML page', () => new TextEncoder().encode('<!doctype html>')],
    ['empty', () => new Uint8Array()],
  ])('%s: MODEL_INTEGRITY', async (_, tampered) => {
    const { shelf } = await openShop(shop);
    shop.files.set(shop.url('near0'), tampered());
    await expect(shelf.similar('i1')).rejects.toMatchObject({ code: 'MODEL_INTEGRITY' });
    shop.files.set(shop.url('near0'), bytesOf('near0'));
    expect((await shelf.similar('i1')).level).toBe('asked');
  });

  it('a wrong body in the HTTP cache is fetched past it', async () => {
    const good = bytesOf('near0');
    const { shelf } = await openShop(shop);
    shop.files.set(shop.url('near0'), () => {
      const fresh = shop.requests.at(-1)?.init.cache === 'reload';
      return new Response(fresh ? good : good.map((byte) => byte ^ 1));
    });
    expect((await shelf.similar('i1')).level).toBe('asked');
    expect(shop.requests.map(({ init }) => init.cache)).toEqual(['default', 'default', 'default', 'reload']);
  });

  it('an endless body is read to the declared size and no further', async () => {
    const { shelf } = await openShop(shop);
    let sent = 0;
    let cancelled = false;
    shop.files.set(shop.url('near0'), () => new Response(new ReadableStream({
      pull(control) {
        sent += 64;
        control.enqueue(new Uint8Array(64));
      },
      cancel() {
        cancelled = true;
      },
    })));
    await expect(shelf.similar('i1')).rejects.toMatchObject({ code: 'MODEL_INTEGRITY' });
    expect(cancelled).toBe(true);
    expect(sent).toBeLessThan(bytesOf('near0').length + 256);
  });

  it('an endless manifest stops at 16 KiB', async () => {
    shop.files.set(MANIFEST, () => new Response(new ReadableStream({ pull: (control) => control.enqueue(new Uint8Array(4096)) })));
    await expect(openShop(shop)).rejects.toMatchObject({ code: 'MODEL_INTEGRITY' });
  });

  it('an inline index that is not the named one', async () => {
    const text = manifestText(fakeBlobs(1)).replace(/inline\\":\\"..../, 'inline\\":\\"AAAA');
    shop.files.set(MANIFEST, new TextEncoder().encode(text));
    await expect(openShop(shop)).rejects.toMatchObject({ code: 'MODEL_INTEGRITY' });
  });

  it('a missing manifest, an HTML manifest, an unreachable server', async () => {
    shop.files.delete(MANIFEST);
    await expect(openShop(shop)).rejects.toMatchObject({ code: 'MODEL_FETCH', message: expect.stringContaining('404') });
    shop.files.set(MANIFEST, new TextEncoder().encode('<html>'));
    await expect(openShop(shop)).rejects.toMatchObject({ code: 'MODEL_FORMAT' });
    shop.online = false;
    await expect(openShop(shop)).rejects.toMatchObject({ code: 'MODEL_FETCH', hint: expect.any(String), docs: expect.stringContaining('model_fetch') });
    await expect(openShop(shop, { model: 'models/manifest.json' })).rejects.toMatchObject({ code: 'MODEL_FETCH' });
  });
});

describe('the device cache', () => {
  it('is not touched unless the profile is on the device', async () => {
    const caches = withCaches(new FakeCaches());
    const { shelf } = await openShop(shop);
    await shelf.similar('i1');
    expect(caches.stores.size).toBe(0);
  });

  it('answers again offline', async () => {
    withCaches(new FakeCaches());
    const first = await openShop(shop, { cache: 'device' });
    const before = await first.shelf.similar('i1');
    first.shelf.dispose();
    shop.online = false;
    shop.requests.length = 0;
    const { shelf, errors } = await openShop(shop, { cache: 'device' });
    expect((await shelf.similar('i1')).items).toEqual(before.items);
    expect(shop.asked()).toEqual(['manifest.json']);
    expect(errors.map(({ code }) => code)).toEqual(['MODEL_FETCH']);
    expect(shelf.network.log().map(({ cached }) => cached)).toEqual([false, true, true]);
  });

  it('serves at once while the network takes its time, and gives way when it has answered', async () => {
    withCaches(new FakeCaches());
    const first = await openShop(shop, { cache: 'device' });
    await first.shelf.similar('i1');
    const before = first.shelf.model.id;
    first.shelf.dispose();
    shop.publish(2);
    const today = shop.files.get(MANIFEST);
    let arrive = (): void => {};
    const slow = new Promise<void>((resolve) => { arrive = resolve; });
    shop.files.set(MANIFEST, () => new Response(new ReadableStream({
      async start(control) {
        await slow;
        if (today instanceof Uint8Array) control.enqueue(today);
        control.close();
      },
    })));
    const changes: string[] = [];
    const { shelf, errors } = await openShop(shop, { cache: 'device' });
    shelf.on('change', ({ what }) => changes.push(what));
    expect((await shelf.similar('i1')).level).toBe('asked');
    expect(shelf.model.id).toBe(before);
    arrive();
    await vi.waitFor(() => expect(changes).toEqual(['model']));
    expect(shelf.model.id).not.toBe(before);
    expect(errors).toEqual([]);
    expect(shop.asked().filter((name) => name === 'manifest.json')).toHaveLength(2);
  });

  it('keeps one scorer: those of earlier releases of the shop go', async () => {
    const caches = withCaches(new FakeCaches());
    const first = await openShop(shop, { cache: 'device' });
    const store = caches.stores.get('cookshelf-v1');
    for (const release of ['a', 'b', 'c']) store?.set(`${BASE}cookshelf-${release}.wasm`, new Uint8Array(8));
    first.shelf.dispose();
    shop.publish(2);
    await openShop(shop, { cache: 'device' });
    await vi.waitFor(() => expect(caches.kept().filter((url) => url.endsWith('.wasm'))).toEqual([`${BASE}cookshelf-c.wasm`]));
  });

  it('is checked on reading: a spoilt entry is fetched again', async () => {
    const caches = withCaches(new FakeCaches());
    const first = await openShop(shop, { cache: 'device' });
    await first.shelf.similar('i1');
    first.shelf.dispose();
    caches.stores.get('cookshelf-v1')?.set(shop.url('near0'), new Uint8Array(120));
    const { shelf } = await openShop(shop, { cache: 'device' });
    expect((await shelf.similar('i1')).level).toBe('asked');
    expect(shop.asked().filter((name) => name === 'near0')).toHaveLength(2);
  });

  it('works from memory when storage is refused, and says so once', async () => {
    withCaches(new RefusingCaches());
    const { shelf, errors } = await openShop(shop, { cache: 'device' });
    expect((await shelf.similar('i1')).level).toBe('asked');
    expect(errors.map(({ code }) => code)).toEqual(['STORAGE_DENIED']);
  });

  it('drops blobs that a newer index does not name, and keeps the others', async () => {
    const caches = withCaches(new FakeCaches());
    const first = await openShop(shop, { cache: 'device' });
    await first.shelf.similar(['i1', 'i7']);
    const old = shop.url('near0');
    const shared = shop.url('near1');
    first.shelf.dispose();
    shop.publish(2);
    const { shelf } = await openShop(shop, { cache: 'device' });
    await vi.waitFor(() => expect(caches.kept()).not.toContain(old));
    expect(caches.kept()).toEqual(expect.arrayContaining([shared, shop.url('ids'), MANIFEST]));
    await shelf.similar('i7');
    expect(shop.asked().filter((name) => name === 'near1')).toHaveLength(1);
  });
});

describe('several tabs', () => {
  it('fetch each blob once when they share a store', async () => {
    withCaches(new FakeCaches());
    const queues = new Map<string, Promise<unknown>>();
    vi.stubGlobal('navigator', {
      locks: {
        request: (name: string, _: object, work: () => Promise<unknown>) => {
          const turn = (queues.get(name) ?? Promise.resolve()).then(work);
          queues.set(name, turn.catch(() => {}));
          return turn;
        },
      },
    });
    // Two recommenders of one page stand for two tabs: they share nothing but the store and the locks.
    const tabs = await Promise.all(['1', '2'].map((channel) => openShop(shop, { cache: 'device', channel })));
    await Promise.all(tabs.map(({ shelf }) => shelf.similar('i2', { limit: 3 })));
    const blobs = shop.asked().filter((name) => name !== 'manifest.json');
    expect(blobs.sort()).toEqual([...new Set(blobs)].sort());
    expect(queues.size).toBeGreaterThan(1);
  });
});

describe('saving data', () => {
  it('fetches nothing ahead', async () => {
    const { shelf } = await openShop(shop);
    vi.stubGlobal('navigator', { connection: { saveData: true } });
    const before = shop.requests.length;
    await shelf.warm();
    expect(shop.requests).toHaveLength(before);
    vi.stubGlobal('navigator', { connection: { saveData: false } });
    await shelf.warm();
    expect(shop.requests.length).toBeGreaterThan(before);
  });
});

describe('the ledger', () => {
  it('has a line for every request, with bytes', async () => {
    const { shelf } = await openShop(shop);
    shop.files.delete(shop.url('near0'));
    await shelf.similar('i1').catch(() => {});
    const log = shelf.network.log();
    expect(log.map(({ url }) => url)).toEqual(shop.requests.map(({ url }) => url));
    expect(log[1]).toEqual({ url: shop.url('ids'), bytes: shop.blobs.get('ids')?.bytes.length, cached: false, at: NOON });
    expect(log[2]?.bytes).toBe(0);
    expect(shelf.network.log()).not.toBe(log);
  });
});
