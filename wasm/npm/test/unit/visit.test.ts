import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { googleConsent, manual } from '../../src/consent.js';
import { dataLayerEvents } from '../../src/events.js';
import { eraseDatabase } from '../../src/profile/erasure.js';
import { indexedDbStore } from '../../src/profile/profile-store.js';
import type { EventFeed, ProfileMode, Recommender } from '../../src/types.js';
import { FakeCaches, RefusingCaches } from '../support/fake-caches.js';
import { FakeShop, MANIFEST } from '../support/fake-shop.js';
import { openFake, withCaches } from '../support/open.js';

const open: Recommender[] = [];

async function call(shop: FakeShop, options: Parameters<typeof openFake>[1] = {}): Promise<Recommender> {
  const { shelf } = await openFake(shop, options);
  if (!open.includes(shelf)) open.push(shelf);
  return shelf;
}

afterEach(async () => {
  for (const shelf of open.splice(0)) {
    await shelf.profile.erase();
    shelf.dispose();
  }
  await eraseDatabase();
  vi.unstubAllGlobals();
});

/** A shop that has no model yet. */
function closed(): FakeShop {
  const shop = new FakeShop();
  shop.online = false;
  return shop;
}

const see = (item: string): EventFeed => ({
  follow(profile) {
    profile.observe({ type: 'view', item });
    return () => {};
  },
});
const seen = (shelf: Recommender): string[] => shelf.profile.explain().items.map(({ item }) => item);

describe('consent, while the model cannot be had', () => {
  /** What an earlier visit left behind. */
  async function earlier(): Promise<FakeCaches> {
    const caches = withCaches(new FakeCaches());
    await indexedDbStore.update(() => ({ schema: 1, events: [] }));
    caches.stores.set('cookshelf-v1', new Map([['https://shop.example/blob', new Uint8Array(1)]]));
    return caches;
  }
  const nothingLeft = (caches: FakeCaches): Promise<void> => vi.waitFor(async () => {
    expect(await indexedDB.databases()).toEqual([]);
    expect(caches.stores.size).toBe(0);
  });

  it.each(['offline', '404'])('a no deletes everything, said before or after (%s)', async (why) => {
    for (const late of [false, true]) {
      const caches = await earlier();
      const consent = manual();
      if (!late) consent.set('off');
      const shop = closed();
      if (why === '404') {
        shop.online = true;
        shop.files.delete(MANIFEST);
      }
      await expect(call(shop, { consent })).rejects.toMatchObject({ code: 'MODEL_FETCH' });
      if (late) consent.set('off');
      await nothingLeft(caches);
    }
  });

  it('a no while the model is on its way deletes everything at once', async () => {
    const caches = await earlier();
    const consent = manual();
    const failing = expect(call(closed(), { consent })).rejects.toMatchObject({ code: 'MODEL_FETCH' });
    consent.set('off');
    await nothingLeft(caches);
    await failing;
  });

  it('the next try follows once, and knows what was seen meanwhile', async () => {
    const shop = closed();
    const consent = manual();
    const follow = vi.spyOn(consent, 'follow');
    const options = { consent, events: [see('a')] };
    await expect(call(shop, options)).rejects.toThrow();
    shop.online = true;
    const shelf = await call(shop, { ...options, events: [see('b')] });
    consent.set('session');
    expect(seen(shelf)).toEqual(['b', 'a']);
    expect(follow).toHaveBeenCalledTimes(2);
    consent.set('off');
    expect(shelf.profile.mode).toBe('off');
  });

  it('a no holds although nobody waits for the model any more, and who asks next gets one', async () => {
    const control = new AbortController();
    const consent = manual();
    const shop = closed();
    consent.set('session');
    const opening = call(shop, { consent, signal: control.signal });
    control.abort();
    await expect(opening).rejects.toMatchObject({ code: 'ABORTED' });
    shop.online = true;
    // The next one brings no consent: the word of the first one counts for it.
    const shelf = await call(shop, { profile: 'device' });
    expect(shelf.profile.mode).toBe('session');
    consent.set('off');
    expect(shelf.profile.mode).toBe('off');
  });
});

describe('events before the shopper has decided', () => {
  it.each<[ProfileMode, string[]]>([['device', ['b', 'a']], ['session', ['b', 'a']], ['off', []]])('are noted with a yes and dropped with a no (%s)', async (mode, expected) => {
    const consent = manual();
    const shelf = await call(new FakeShop(), { consent, events: [see('a')] });
    shelf.profile.observe({ type: 'view', item: 'b' });
    expect(seen(shelf)).toEqual([]);
    expect(await indexedDB.databases()).toEqual([]);
    consent.set(mode);
    await shelf.profile.settled();
    expect(seen(shelf)).toEqual(expected);
    consent.set('device');
    expect(seen(shelf)).toEqual(expected);
  });
});

describe('what was taken back', () => {
  /** A source that says what it is told, beginning with what it knows already. */
  const agreed = (): ReturnType<typeof manual> => {
    const source = manual();
    source.set('device');
    return source;
  };
  const otherTab = (word: string): Promise<void> => {
    const tab = new BroadcastChannel('cookshelf');
    tab.postMessage(word);
    return new Promise((passed) => setTimeout(() => passed(tab.close()), 20));
  };

  it.each<[string, (shelf: Recommender) => unknown, ProfileMode]>([
    ['in another tab', () => otherTab('off'), 'off'],
    ['in part in another tab', () => otherTab('session'), 'session'],
    ['by the page', (shelf) => (shelf.profile.mode = 'off'), 'off'],
  ])('%s is brought back by no later call, only by a new word', async (_, takeBack, left) => {
    const shop = new FakeShop();
    const source = agreed();
    const shelf = await call(shop, { consent: source });
    expect(shelf.profile.mode).toBe('device');
    await takeBack(shelf);
    expect(shelf.profile.mode).toBe(left);
    const late = agreed();
    await call(shop, { consent: late });
    await call(shop, { profile: 'device' });
    await call(shop, { consent: manual() });
    expect(shelf.profile.mode).toBe(left);
    await call(shop, { consent: late });
    expect(shelf.profile.mode).toBe(left);
  });

  it('comes back when a source says something new, or the page does', async () => {
    const shop = new FakeShop();
    const [source, late] = [agreed(), agreed()];
    const shelf = await call(shop, { consent: source });
    await otherTab('off');
    source.set('device');
    expect(shelf.profile.mode).toBe('device');
    await otherTab('off');
    await call(shop, { consent: late });
    expect(shelf.profile.mode).toBe('off');
    late.set('device');
    expect(shelf.profile.mode).toBe('device');
    await otherTab('session');
    shelf.profile.mode = 'device';
    await call(shop, { consent: agreed() });
    expect(shelf.profile.mode).toBe('device');
  });

  it('holds for pages without consent and for another try as well', async () => {
    const shop = new FakeShop();
    const shelf = await call(shop);
    shelf.profile.mode = 'device';
    await otherTab('off');
    await call(shop, { profile: 'device' });
    expect(shelf.profile.mode).toBe('off');

    const late = closed();
    const consent = agreed();
    await expect(call(late, { channel: 'web', consent })).rejects.toThrow();
    await otherTab('off');
    late.online = true;
    const again = await call(late, { channel: 'web', consent });
    expect(again.profile.mode).toBe('off');
    consent.set('device');
    expect(again.profile.mode).toBe('device');
  });

  it('does not hold up who has not been asked yet, and lower ones count', async () => {
    const shop = new FakeShop();
    const undecided = manual();
    const shelf = await call(shop, { consent: undecided });
    await otherTab('off');
    undecided.set('device');
    expect(shelf.profile.mode).toBe('device');
    await otherTab('session');
    const no = manual();
    no.set('off');
    await call(shop, { consent: no });
    expect(shelf.profile.mode).toBe('off');
  });

  it.each<[string, (shelf: Recommender) => unknown]>([['set', (shelf) => (shelf.profile.mode = 'off')], ['erased', (shelf) => shelf.profile.erase()]])('takes blobs along that are kept without a profile, too (%s)', async (_, takeBack) => {
    const caches = withCaches(new FakeCaches());
    const consent = agreed();
    const shelf = await call(new FakeShop(), { consent, cache: 'device' });
    await shelf.trending();
    expect(caches.kept().length).toBeGreaterThan(0);
    await takeBack(shelf);
    await shelf.profile.settled();
    expect(caches.stores.size).toBe(0);
  });

  it('is said not to be, where the browser refuses to delete blobs', async () => {
    const shelf = await call(new FakeShop());
    withCaches(new RefusingCaches());
    await expect(shelf.profile.erase()).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
    vi.unstubAllGlobals();
  });
});

describe('the data layer', () => {
  const push = (...ids: string[]): void => {
    for (const item_id of ids) (Reflect.get(globalThis, 'dataLayer') as unknown[]).push({ event: 'purchase', ecommerce: { items: [{ item_id }] } });
  };
  const times = (shelf: Recommender): Record<string, number> => Object.fromEntries(shelf.profile.explain().items.map(({ item, times }) => [item, times]));

  it('counts once, however often the model is tried and feeds are written out', async () => {
    vi.stubGlobal('dataLayer', []);
    const shop = closed();
    const consent = manual();
    const feed = dataLayerEvents();
    push('a');
    for (const feeds of [[feed], [feed], [dataLayerEvents(), feed]]) {
      await expect(call(shop, { consent, events: feeds })).rejects.toThrow();
      push('b');
    }
    shop.online = true;
    await Promise.all([feed, dataLayerEvents(), dataLayerEvents()].map((one) => call(shop, { consent, events: [one] })));
    const shelf = await call(shop, { events: [dataLayerEvents()] });
    push('c');
    consent.set('session');
    expect(times(shelf)).toEqual({ a: 1, b: 3, c: 1 });
  });

  it('brings back nothing that was erased, and is read again for what it says about consent', async () => {
    vi.stubGlobal('dataLayer', []);
    push('a');
    const consent = (): object => ({ consent: googleConsent(), events: [dataLayerEvents()] });
    (Reflect.get(globalThis, 'dataLayer') as unknown[]).push({ 0: 'consent', 1: 'update', 2: { personalization_storage: 'granted' } });
    const shop = closed();
    await expect(call(shop, { ...consent() })).rejects.toThrow();
    shop.online = true;
    const first = await call(shop, consent());
    expect(times(first)).toEqual({ a: 1 });
    await first.profile.erase();
    first.dispose();
    const second = await call(shop, consent());
    expect(second).not.toBe(first);
    expect(second.profile.mode).toBe('device');
    push('b');
    expect(times(second)).toEqual({ b: 1 });
  });
});

describe('a second call for the same model', () => {
  it('brings its consent and its events along; the lowest word counts', async () => {
    const shop = new FakeShop();
    const [one, two] = [manual(), manual()];
    const shelf = await call(shop);
    expect(await call(shop, { consent: one, events: [see('a')] })).toBe(shelf);
    one.set('device');
    expect(shelf.profile.mode).toBe('device');
    expect(seen(shelf)).toEqual(['a']);
    await call(shop, { consent: two, events: [see('b')] });
    expect(shelf.profile.mode).toBe('device');
    expect(seen(shelf)).toEqual(['b', 'a']);
    two.set('session');
    expect(shelf.profile.mode).toBe('session');
    two.set('device');
    expect(shelf.profile.mode).toBe('device');
    one.set('off');
    expect(shelf.profile.mode).toBe('off');
    two.set('off');
    two.set('device');
    expect(shelf.profile.mode).toBe('off');
  });

  it('waits for all before anything is remembered', async () => {
    const shop = new FakeShop();
    const [one, two] = [manual(), manual()];
    const [shelf] = await Promise.all([call(shop, { consent: one }), call(shop, { consent: two })]);
    one.set('device');
    shelf.profile.observe({ type: 'view', item: 'a' });
    expect(shelf.profile.mode).toBe('off');
    two.set('session');
    expect(shelf.profile.mode).toBe('session');
    expect(seen(shelf)).toEqual(['a']);
  });

  it('with the same consent and feed follows them once', async () => {
    const shop = new FakeShop();
    const consent = manual();
    const [follow, feed] = [vi.spyOn(consent, 'follow'), see('a')];
    const hear = vi.spyOn(feed, 'follow');
    await Promise.all([call(shop, { consent, events: [feed] }), call(shop, { consent, events: [feed] })]);
    expect(follow).toHaveBeenCalledOnce();
    expect(hear).toHaveBeenCalledOnce();
  });

  it.each([{ profile: 'session' }, { run: 'airlock' }] as const)('that contradicts is refused: %j', async (other) => {
    const shop = new FakeShop();
    const consent = manual();
    const shelf = await call(shop, { profile: 'device', run: 'main', consent });
    await expect(call(shop, other)).rejects.toMatchObject({ code: 'QUERY_INVALID', message: expect.stringContaining('name the same, or none') as unknown });
    expect(await call(shop, { profile: 'device', run: 'main' })).toBe(shelf);
    expect(await call(shop)).toBe(shelf);
    expect(shelf.profile.mode).toBe('off');
  });

  it('may name the mode that the page has set since', async () => {
    const shop = new FakeShop();
    const shelf = await call(shop, { profile: 'off' });
    shelf.profile.mode = 'session';
    expect(await call(shop, { profile: 'session' })).toBe(shelf);
    expect(await call(shop, { profile: 'off' })).toBe(shelf);
    expect(shelf.profile.mode).toBe('session');
    await expect(call(shop, { profile: 'device' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });

  it('may be the first to say how much is kept', async () => {
    const shop = new FakeShop();
    const consent = manual();
    consent.set('device');
    const shelf = await call(shop, { consent });
    expect(shelf.profile.mode).toBe('device');
    await call(shop, { profile: 'session' });
    expect(shelf.profile.mode).toBe('session');
  });

  it('is not given up with the first one, and both when both give up', async () => {
    const shop = new FakeShop();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = call(shop, { signal: one.signal });
    const second = call(shop, { signal: two.signal });
    one.abort();
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await second).model.items).toBe(10);

    const slow = new FakeShop();
    const gone = [new AbortController(), new AbortController()];
    const calls = gone.map(({ signal }) => openFake(slow, { signal, channel: 'web' }));
    for (const control of gone) control.abort();
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
    expect(slow.requests.at(-1)?.init.signal?.aborted ?? true).toBe(true);
  });

  it('that comes right after the first one gave up opens anew', async () => {
    const shop = new FakeShop();
    const control = new AbortController();
    const slow: typeof fetch = async (url, init) => {
      await new Promise((passed) => setTimeout(passed, 20));
      return shop.fetch(url, init);
    };
    const first = call(shop, { signal: control.signal, fetch: slow });
    control.abort();
    await expect(first).rejects.toMatchObject({ code: 'ABORTED' });
    const second = call(shop);
    const shelf = await second;
    expect((await shelf.trending()).items.length).toBeGreaterThan(0);
    expect(await call(shop)).toBe(shelf);
  });

  it('a disposed one is opened anew, and follows nothing of before', async () => {
    const shop = new FakeShop();
    const consent = manual();
    const first = await call(shop, { consent });
    first.dispose();
    consent.set('device');
    expect(first.profile.mode).toBe('off');
    expect(await call(shop)).not.toBe(first);
  });
});
