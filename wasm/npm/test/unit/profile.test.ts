import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EventType, ProfileExportV1, ProfileMode } from '../../src/types.js';
import { NOON } from '../support/open.js';
import { clock, databases, DAY, items, leaveAll, make, see, TODAY } from '../support/profiles.js';

afterEach(leaveAll);

describe('modes', () => {
  it('off remembers nothing and stores nothing', async () => {
    const { profile } = make('off');
    see(profile, 'a');
    await profile.settled();
    expect(profile.known()).toMatchObject({ remembers: false, events: [], seen: [] });
    expect(await databases()).toEqual([]);
  });

  it('session remembers in memory only, newest first', async () => {
    const { profile } = make('session');
    see(profile, 'a', 'b');
    await profile.settled();
    expect(items(profile)).toEqual(['b', 'a']);
    expect(profile.explain().stored).toBe(false);
    expect(await databases()).toEqual([]);
  });

  it('device survives the page', async () => {
    const first = make('device');
    see(first.profile, 'a', 'b');
    await first.profile.settled();
    expect(first.profile.explain().stored).toBe(true);
    const second = make('device');
    await second.profile.settled();
    expect(items(second.profile)).toEqual(['b', 'a']);
    expect(second.errors).toEqual([]);
  });

  it('raised to device takes along what the session saw', async () => {
    const first = make('device');
    see(first.profile, 'old');
    await first.profile.settled();
    const { profile, moves } = make('session');
    see(profile, 'new');
    profile.mode = 'device';
    see(profile, 'newer');
    await profile.settled();
    expect(items(profile)).toEqual(['newer', 'new', 'old']);
    expect(moves).toEqual(['session', 'device']);
    const again = make('device');
    await again.profile.settled();
    expect(items(again.profile)).toEqual(['newer', 'new', 'old']);
  });

  it('lowered to session deletes the stored copy, lowered to off forgets', async () => {
    const { profile } = make('device');
    see(profile, 'a');
    await profile.settled();
    profile.mode = 'session';
    await profile.settled();
    expect(items(profile)).toEqual(['a']);
    expect(await databases()).toEqual([]);
    profile.mode = 'off';
    profile.mode = 'session';
    expect(items(profile)).toEqual([]);
  });

  it('without storage works as session and says so', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const { profile, errors } = make('device');
    see(profile, 'a');
    await profile.settled();
    expect(items(profile)).toEqual(['a']);
    expect(profile.explain().stored).toBe(false);
    expect(errors[0]?.code).toBe('STORAGE_DENIED');
  });

  it('refuses a mode it does not know', () => {
    expect(() => make('forever' as ProfileMode)).toThrow(/QUERY_INVALID/);
  });
});

describe('bounds', () => {
  it('keeps 200 events', () => {
    const { profile } = make('session');
    see(profile, ...Array.from({ length: 250 }, (_, at) => `i${at}`));
    expect(items(profile)).toHaveLength(200);
    expect(items(profile)[0]).toBe('i249');
  });

  it('keeps 90 days, also on a page that stays open', () => {
    const { profile } = make('session');
    see(profile, 'a');
    clock.now = NOON + 90 * DAY;
    expect(items(profile)).toEqual(['a']);
    expect(profile.known().events[0]?.ageHours).toBe(90 * 24);
    clock.now = NOON + 91 * DAY;
    expect(items(profile)).toEqual([]);
  });

  it('counts a look once a day, and keeps no time but the day', async () => {
    const { profile } = make('session');
    see(profile, 'a', 'b', 'a');
    profile.observe({ type: 'purchase', item: 'a' });
    profile.observe({ type: 'purchase', item: 'a' });
    const { events } = await profile.export();
    expect(events).toEqual([
      { item: 'a', type: 'purchase', day: TODAY },
      { item: 'a', type: 'purchase', day: TODAY },
      { item: 'a', type: 'view', day: TODAY },
      { item: 'b', type: 'view', day: TODAY },
    ]);
  });

  it('refuses events it does not know', () => {
    const { profile } = make('session');
    expect(() => profile.observe({ type: 'hover' as EventType, item: 'a' })).toThrow(/QUERY_INVALID/);
    expect(() => profile.observe({ type: 'view', item: '' })).toThrow(/QUERY_INVALID/);
    profile.observe({ type: 'view', item: 7 });
    expect(items(profile)).toEqual(['7']);
  });
});

describe('the cart', () => {
  it('follows the events in every mode', () => {
    const { profile } = make('off');
    profile.observe({ type: 'addToCart', item: 'a' });
    profile.observe({ type: 'addToCart', item: 'b' });
    profile.observe({ type: 'removeFromCart', item: 'a' });
    expect(profile.cart).toEqual(['b']);
    profile.observe({ type: 'purchase', item: 'b' });
    expect(profile.cart).toEqual([]);
  });

  it('is what the page says when it says so', () => {
    const { profile } = make('session');
    profile.observe({ type: 'addToCart', item: 'a' });
    profile.cart = ['x', 'y'];
    expect(profile.known().cart).toEqual(['x', 'y']);
    expect(items(profile)).toEqual(['a']);
  });

  it('comes back with a stored profile, as today left it', async () => {
    const first = make('device');
    first.profile.observe({ type: 'addToCart', item: 'a' });
    first.profile.observe({ type: 'addToCart', item: 'b' });
    first.profile.observe({ type: 'purchase', item: 'a' });
    await first.profile.settled();
    const second = make('device');
    await second.profile.settled();
    expect(second.profile.cart).toEqual(['b']);
    clock.now += DAY;
    const tomorrow = make('device');
    await tomorrow.profile.settled();
    expect(tomorrow.profile.cart).toEqual([]);
    expect(items(tomorrow.profile)).toHaveLength(3);
  });

  it('gets nothing back that the page has not put in, from no visit and no tab', async () => {
    const first = make('device');
    first.profile.observe({ type: 'addToCart', item: 'old' });
    await first.profile.settled();
    const second = make('device');
    second.profile.cart = ['new'];
    await second.profile.settled();
    expect(items(second.profile)).toEqual(['old']);
    expect(second.profile.cart).toEqual(['new']);
    first.profile.observe({ type: 'addToCart', item: 'other' });
    await vi.waitFor(() => expect(items(second.profile)).toEqual(['other', 'old']));
    expect(second.profile.cart).toEqual(['new']);
  });
});

describe('weights', () => {
  it('are how often an event counts', () => {
    const { profile } = make('session');
    see(profile, 'a');
    profile.observe({ type: 'view', item: 'b', weight: 3 });
    expect(items(profile)).toEqual(['b', 'b', 'b', 'a']);
    expect(profile.explain().events).toBe(2);
    // A reload counts no more, and no less.
    see(profile, 'b');
    expect(items(profile)).toEqual(['b', 'b', 'b', 'a']);
  });

  it.each([0, 9, -1, 1.5, NaN, '2'])('of %j are refused', (weight) => {
    const { profile } = make('session');
    expect(() => profile.observe({ type: 'view', item: 'a', weight: weight as number })).toThrow(/QUERY_INVALID/);
  });
});

describe('pause', () => {
  it('neither notes nor uses', () => {
    const { profile } = make('session');
    see(profile, 'a');
    profile.pause();
    see(profile, 'b');
    expect(profile.known()).toMatchObject({ remembers: false, events: [] });
    profile.resume();
    expect(items(profile)).toEqual(['a']);
  });

  it('is kept with a stored profile, for later pages and other tabs, and so is its end', async () => {
    const here = make('device');
    const there = make('device');
    see(here.profile, 'a');
    await Promise.all([here.profile.settled(), there.profile.settled()]);
    here.profile.pause();
    await vi.waitFor(() => expect(there.profile.paused).toBe(true));
    const next = make('device');
    await next.profile.settled();
    expect(next.profile.paused).toBe(true);
    see(next.profile, 'b');
    next.profile.resume();
    await vi.waitFor(() => expect([here.profile.paused, there.profile.paused]).toEqual([false, false]));
    expect(items(next.profile)).toEqual(['a']);
  });

  it('of a session is taken along to the device', async () => {
    const { profile } = make('session');
    profile.pause();
    profile.mode = 'device';
    await profile.settled();
    const next = make('device');
    await next.profile.settled();
    expect(next.profile.paused).toBe(true);
  });

  it('ends with the page where nothing is kept', async () => {
    const { profile } = make('session');
    profile.pause();
    await profile.settled();
    expect(await databases()).toEqual([]);
    expect(make('session').profile.paused).toBe(false);
  });
});

describe('while nobody has decided', () => {
  it('what happens is held, counts for nothing, and is passed on with a yes', async () => {
    const { profile } = make('off');
    profile.wait();
    see(profile, 'a', 'b');
    expect(profile.known()).toMatchObject({ remembers: false, events: [], seen: [] });
    expect(profile.explain().events).toBe(0);
    expect((await profile.export()).events).toEqual([]);
    profile.allow('device', 'device');
    see(profile, 'c');
    await profile.settled();
    expect(items(profile)).toEqual(['c', 'b', 'a']);
    const next = make('device');
    await next.profile.settled();
    expect(items(next.profile)).toEqual(['c', 'b', 'a']);
  });

  it.each(['allow', 'erase', 'mode'] as const)('is dropped with a no, and for good (%s)', async (how) => {
    const { profile } = make('off');
    profile.wait();
    see(profile, 'a');
    if (how === 'allow') profile.allow('off', 'device');
    if (how === 'erase') await profile.erase();
    if (how === 'mode') profile.mode = 'off';
    profile.allow('device', 'device');
    await profile.settled();
    expect(items(profile)).toEqual([]);
    expect(await databases()).toEqual([]);
  });

  it('is bounded', () => {
    const { profile } = make('off');
    profile.wait();
    see(profile, ...Array.from({ length: 250 }, (_, at) => `i${at}`));
    profile.allow('session', 'device');
    expect(items(profile)).toHaveLength(200);
  });
});

describe('export and import', () => {
  it('carry a profile over', async () => {
    const from = make('session');
    see(from.profile, 'a', 'b');
    const data = await from.profile.export();
    const to = make('device');
    await to.profile.import(JSON.parse(JSON.stringify(data)) as ProfileExportV1);
    expect(items(to.profile)).toEqual(['b', 'a']);
    const again = make('device');
    await again.profile.settled();
    expect(items(again.profile)).toEqual(['b', 'a']);
  });

  it.each([null, {}, { schema: 2, events: [] }, { schema: 1, events: [{ item: 'a', type: 'hover', day: 1 }] }, { schema: 1, events: [{ item: 'a', type: 'view', day: 1.5 }] }])(
    'refuse %j',
    async (data) => {
      const { profile } = make('session');
      see(profile, 'a');
      await expect(profile.import(data as unknown as ProfileExportV1)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
      expect(items(profile)).toEqual(['a']);
    },
  );
});

describe('explain', () => {
  it('is plain data, most recent first', () => {
    const { profile } = make('session');
    see(profile, 'a');
    clock.now += 2 * DAY;
    see(profile, 'b', 'a');
    expect(profile.explain()).toEqual({
      mode: 'session',
      paused: false,
      stored: false,
      events: 3,
      cart: [],
      items: [
        { item: 'a', did: ['view'], times: 2, daysAgo: 0 },
        { item: 'b', did: ['view'], times: 1, daysAgo: 0 },
      ],
    });
  });
});

describe('consent', () => {
  it('raises the mode up to the most that the shop keeps, and lowers it', async () => {
    const { profile } = make('off');
    profile.allow('device', 'session');
    expect(profile.mode).toBe('session');
    profile.allow('off', 'session');
    expect(profile.mode).toBe('off');
  });

  it('deletes what an earlier visit kept when the shopper says no', async () => {
    const earlier = make('device').profile;
    see(earlier, 'a');
    await earlier.settled();
    earlier.dispose();
    expect(await databases()).toHaveLength(1);
    const { profile, wiped } = make('off');
    profile.allow('off', 'device');
    await profile.settled();
    expect(await databases()).toEqual([]);
    expect(wiped()).toBe(1);
  });

  it('keeps what an earlier visit kept when the shopper says yes again', async () => {
    const earlier = make('device').profile;
    see(earlier, 'a');
    await earlier.settled();
    earlier.dispose();
    const { profile, wiped } = make('off');
    profile.allow('device', 'device');
    await profile.settled();
    expect(items(profile)).toEqual(['a']);
    expect(wiped()).toBe(0);
  });
});
