import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Recommender } from '../../src/types.js';
import { BASE, FakeShop, MANIFEST } from '../support/fake-shop.js';
import { NOON, openingFakes } from '../support/open.js';

const openShop = openingFakes();
let shop: FakeShop;
beforeEach(() => {
  shop = new FakeShop();
});

describe('a newer model', () => {
  const clock = { now: NOON };
  const now = (): number => clock.now;
  // Loaded when needed; here beforehand, so that the clock decides and not the disk.
  beforeAll(() => import('../../src/load/refresh.js'));
  const later = async (shelf: Recommender): Promise<void> => {
    clock.now += 61_000;
    await shelf.trending();
    // Until nothing more is asked for.
    for (let [quiet, before] = [0, -1]; quiet < 3; before = shop.requests.length) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      quiet = shop.requests.length === before ? quiet + 1 : 0;
    }
  };

  it('is looked for at most once a minute and takes over when whole', async () => {
    const seen = { runs: [], freed: 0, created: 0 };
    const { shelf } = await openShop(shop, { now }, seen);
    const changes: string[] = [];
    shelf.on('change', ({ what }) => changes.push(what));
    await shelf.similar('i1');
    const before = shelf.model.id;
    shop.publish(2);
    await shelf.similar('i1');
    expect(shelf.model.id).toBe(before);
    await later(shelf);
    expect(shelf.model.id).not.toBe(before);
    expect(changes).toEqual(['model']);
    expect(seen).toMatchObject({ created: 2, freed: 1 });
    const requests = shop.requests.length;
    await shelf.similar('i1');
    expect(shop.requests).toHaveLength(requests);
    expect(shop.requests.filter(({ init }) => init.cache === 'no-cache')).toHaveLength(1);
  });

  it('does not take over when it is not whole', async () => {
    const { shelf, errors } = await openShop(shop, { now });
    await shelf.similar('i1');
    const before = shelf.model.id;
    shop.publish(2);
    shop.files.delete(shop.url('near0'));
    await later(shelf);
    expect(shelf.model.id).toBe(before);
    expect(errors.map(({ code }) => code)).toContain('MODEL_FETCH');
    expect((await shelf.similar('i1')).level).toBe('asked');
  });

  it('is refused when it is an older one', async () => {
    shop.publish(5);
    const { shelf, errors } = await openShop(shop, { now });
    const before = shelf.model.id;
    shop.publish(4);
    await later(shelf);
    expect(shelf.model.id).toBe(before);
    expect(errors.map(({ code }) => code)).toEqual(['MODEL_INTEGRITY']);
  });

  it('is found at once when the publisher has removed the old blobs', async () => {
    const { shelf } = await openShop(shop, { now });
    for (const url of [...shop.files.keys()]) if (url.startsWith(`${BASE}b/`)) shop.files.delete(url);
    shop.publish(2);
    clock.now += 6_000;
    expect((await shelf.similar('i1')).level).toBe('asked');
  });

  it('is looked for less and less often while that fails', async () => {
    const { shelf, errors } = await openShop(shop, { now });
    shop.files.delete(MANIFEST);
    const looks = (): number => shop.asked().filter((name) => name === 'manifest.json').length - 1;
    const after = [];
    for (let minute = 0; minute < 10; minute += 1) {
      await later(shelf);
      after.push(looks());
    }
    // After one minute, two more, four more; a little later each time than the minutes of this clock say.
    expect(after).toEqual([1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
    expect(errors.every(({ code }) => code === 'MODEL_FETCH')).toBe(true);
    expect((await shelf.similar('i1')).level).toBe('asked');
  });

  it('in a page it is looked for when the page says so, never because the shopper did something', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible', baseURI: BASE });
    vi.stubGlobal('document', page);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const { shelf } = await openShop(shop, { now, profile: 'session' });
      const looks = (): number => shop.asked().filter((name) => name === 'manifest.json').length - 1;
      clock.now += 61_000;
      shelf.profile.observe({ type: 'view', item: 'i3' });
      await Promise.all([shelf.forYou(), shelf.popular()]);
      expect(looks()).toBe(0);
      page.dispatchEvent(new Event('visibilitychange'));
      await vi.waitFor(() => expect(looks()).toBe(1));
      page.dispatchEvent(new Event('visibilitychange'));
      clock.now += 300_000;
      vi.advanceTimersByTime(300_000);
      await vi.waitFor(() => expect(looks()).toBe(2));
      page.visibilityState = 'hidden';
      clock.now += 300_000;
      vi.advanceTimersByTime(300_000);
      shelf.dispose();
      expect(vi.getTimerCount()).toBe(0);
      expect(looks()).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('says when the manifest is past its expiry', async () => {
    const { shelf } = await openShop(shop, { now });
    expect(shelf.model.stale).toBe(false);
    clock.now = Date.parse('2027-01-01T00:00:00Z');
    expect(shelf.model.stale).toBe(true);
    clock.now = NOON;
  });
});
