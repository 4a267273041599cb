import { afterEach, describe, expect, it, vi } from 'vitest';
import { eraseDatabase } from '../../src/profile/erasure.js';
import { indexedDbStore } from '../../src/profile/profile-store.js';
import { databases, items, leaveAll, make, see, TODAY } from '../support/profiles.js';

afterEach(leaveAll);

describe('erase', () => {
  it('leaves nothing, here and in other tabs', async () => {
    const here = make('device');
    const there = make('device');
    see(here.profile, 'a');
    here.profile.observe({ type: 'addToCart', item: 'b' });
    await here.profile.settled();
    await vi.waitFor(() => expect(items(there.profile)).toEqual(['b', 'a']));
    await here.profile.erase();
    expect(items(here.profile)).toEqual([]);
    expect(here.profile.cart).toEqual([]);
    expect(here.wiped()).toBe(1);
    await vi.waitFor(() => expect(items(there.profile)).toEqual([]));
    await there.profile.settled();
    expect(await databases()).toEqual([]);
  });

  it('wins over events that were still being stored', async () => {
    const { profile } = make('device');
    see(profile, 'a', 'b', 'c');
    await profile.erase();
    expect(await databases()).toEqual([]);
    see(profile, 'd');
    await profile.settled();
    const again = make('device');
    await again.profile.settled();
    expect(items(again.profile)).toEqual(['d']);
  });

  it('revoked in one tab is revoked in all', async () => {
    const here = make('device');
    const there = make('device');
    see(there.profile, 'a');
    await there.profile.settled();
    here.profile.mode = 'off';
    await here.profile.settled();
    await vi.waitFor(() => expect(there.profile.mode).toBe('off'));
    expect(items(there.profile)).toEqual([]);
  });
});

describe('what one tab erases or takes back', () => {
  it.each(['session', 'device', 'waiting', 'off'] as const)('is forgotten in every tab, also in one that is in %s', async (mode) => {
    const { profile, errors } = make(mode === 'waiting' ? 'off' : mode);
    if (mode === 'waiting') profile.wait();
    see(profile, 'a');
    profile.observe({ type: 'addToCart', item: 'b' });
    await profile.settled();
    await make('session').profile.erase();
    await vi.waitFor(() => expect(profile.cart).toEqual([]));
    // What waited for a yes is not noted with one.
    profile.allow('device', 'device');
    await profile.settled();
    expect(items(profile)).toEqual([]);
    await vi.waitFor(async () => expect(await databases()).toEqual([]));
    expect(errors).toEqual([]);
  });

  it.each(['session', 'device', 'waiting'] as const)('a no in one counts in every tab, also in one that is in %s', async (mode) => {
    const { profile, moves } = make(mode === 'waiting' ? 'off' : mode);
    if (mode === 'waiting') profile.wait();
    see(profile, 'a');
    await profile.settled();
    make('off').profile.allow('off', 'device');
    if (mode === 'waiting') await new Promise((passed) => setTimeout(passed, 20));
    else await vi.waitFor(() => expect(moves.at(-1)).toBe('off'));
    profile.allow('session', 'device');
    expect(items(profile)).toEqual([]);
  });

  it('leaves the cart of a tab that keeps nothing anyway', async () => {
    const { profile } = make('off');
    profile.cart = ['a'];
    make('session').profile.mode = 'off';
    await new Promise((passed) => setTimeout(passed, 20));
    expect(profile.cart).toEqual(['a']);
  });

  it('is not stored by a tab that sees to its store only afterwards', async () => {
    const { profile } = make('device');
    see(profile, 'a');
    // At once: what keeps the profile on the device is still on its way there.
    await make('session').profile.erase();
    await profile.settled();
    await vi.waitFor(() => expect(items(profile)).toEqual([]));
    await profile.settled();
    expect(await databases()).toEqual([]);
  });

  it('is not heard by the tab itself: what comes right after an erasure stays', async () => {
    const { profile, wiped } = make('device');
    await profile.settled();
    const erased = profile.erase();
    see(profile, 'x');
    profile.cart = ['y'];
    await erased;
    await new Promise((passed) => setTimeout(passed, 20));
    await profile.settled();
    expect([items(profile), profile.cart, wiped()]).toEqual([['x'], ['y'], 1]);
    const next = make('device');
    await next.profile.settled();
    expect(items(next.profile)).toEqual(['x']);
  });

  it('is not heard any more after the end, and can still be told', async () => {
    const [gone, there] = [make('session').profile, make('session').profile];
    see(gone, 'a');
    see(there, 'b');
    gone.dispose();
    await gone.settled();
    await make('session').profile.erase();
    await vi.waitFor(() => expect(items(there)).toEqual([]));
    expect(items(gone)).toEqual(['a']);
    see(there, 'c');
    await gone.erase();
    await vi.waitFor(() => expect(items(there)).toEqual([]));
  });

  it('words that nobody here knows change nothing', async () => {
    const { profile } = make('device');
    see(profile, 'a');
    await profile.settled();
    const other = new BroadcastChannel('cookshelf');
    for (const word of ['device', 'later', '', 7, null, {}]) other.postMessage(word);
    await new Promise((passed) => setTimeout(passed, 20));
    await profile.settled();
    other.close();
    expect([profile.mode, items(profile), (await databases()).length]).toEqual(['device', ['a'], 1]);
  });

  it('without a channel, or where the browser refuses one, works in the tab alone; Node may end', async () => {
    for (const refuses of [undefined, class { constructor() { throw new DOMException('no', 'SecurityError'); } }]) {
      vi.stubGlobal('BroadcastChannel', refuses);
      const { profile } = make('session');
      see(profile, 'a');
      await profile.erase();
      expect(items(profile)).toEqual([]);
      profile.dispose();
    }
    const unref = vi.fn();
    vi.stubGlobal('BroadcastChannel', class { unref = unref; });
    make('off');
    expect(unref).toHaveBeenCalledOnce();
  });
});

describe('a deletion that fails', () => {
  const refuse = (): void => {
    vi.spyOn(indexedDB, 'deleteDatabase').mockImplementation(() => {
      throw new DOMException('no', 'SecurityError');
    });
  };

  it.each(['database', 'blobs'] as const)('is told to who erases; lists go on (%s)', async (which) => {
    if (which === 'database') refuse();
    const { profile, errors } = make('device', which === 'blobs' ? () => Promise.reject(new Error('no')) : undefined);
    see(profile, 'a');
    await expect(profile.erase()).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
    expect(errors).toHaveLength(1);
    expect(items(profile)).toEqual([]);
    await profile.settled();
    vi.restoreAllMocks();
  });

  it('is reported where nobody waits for it', async () => {
    refuse();
    const { profile, errors } = make('device');
    await profile.settled();
    profile.mode = 'off';
    await profile.settled();
    expect(errors.map(({ code }) => code)).toEqual(['STORAGE_DENIED']);
    vi.restoreAllMocks();
  });

  it('because somebody else has the database open holds nothing up, and happens when he closes it', async () => {
    const { profile, errors } = make('device');
    see(profile, 'a');
    await profile.settled();
    const foreign = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('cookshelf');
      request.onsuccess = () => resolve(request.result);
    });
    setTimeout(() => foreign.close(), 5_000);
    await expect(profile.erase()).rejects.toMatchObject({ code: 'STORAGE_DENIED', message: expect.stringContaining('open elsewhere') as unknown });
    expect(items(profile)).toEqual([]);
    // What is noted meanwhile waits for the database, but not for ever, and with one word only.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    see(profile, 'b');
    see(profile, 'c');
    const settled = profile.settled();
    await vi.advanceTimersByTimeAsync(10_000);
    await settled;
    vi.useRealTimers();
    expect(items(profile)).toEqual(['c', 'b']);
    expect(errors).toHaveLength(2);
    foreign.close();
    await vi.waitFor(async () => expect(await databases()).toEqual([]));
  });
});

describe('two tabs', () => {
  it.each(['revoke', 'erase'] as const)('leave nothing behind when one stores while the other takes it back (%s)', async (how) => {
    const [here, there] = [make('device'), make('device')];
    await Promise.all([here.profile.settled(), there.profile.settled()]);
    const done = how === 'erase' ? there.profile.erase() : Promise.resolve();
    if (how === 'revoke') there.profile.mode = 'off';
    see(here.profile, 'a', 'b', 'c');
    await done;
    await there.profile.settled();
    await vi.waitFor(() => expect(items(here.profile)).toEqual([]));
    await here.profile.settled();
    await vi.waitFor(async () => expect(await databases()).toEqual([]));
  });

  it('reading makes no database', async () => {
    expect(await indexedDbStore.read()).toBeUndefined();
    expect(await databases()).toEqual([]);
  });

  it('do not lose each other’s events', async () => {
    const [one, two] = [make('device'), make('device')];
    await Promise.all([one.profile.settled(), two.profile.settled()]);
    see(one.profile, 'a', 'b');
    see(two.profile, 'x', 'y');
    await Promise.all([one.profile.settled(), two.profile.settled()]);
    const third = make('device');
    await third.profile.settled();
    expect(items(third.profile).sort()).toEqual(['a', 'b', 'x', 'y']);
  });
});

describe('the cart of two tabs', () => {
  it('loses what either of them takes out', async () => {
    const [here, there] = [make('device').profile, make('device').profile];
    await Promise.all([here.settled(), there.settled()]);
    here.observe({ type: 'addToCart', item: 'a' });
    here.observe({ type: 'addToCart', item: 'b' });
    await vi.waitFor(() => expect(there.cart).toEqual(['a', 'b']));
    there.observe({ type: 'removeFromCart', item: 'a' });
    await vi.waitFor(() => expect(here.cart).toEqual(['b']));
    here.observe({ type: 'purchase', item: 'b' });
    await vi.waitFor(() => expect(there.cart).toEqual([]));
  });
});

describe('what other builds stored', () => {
  const view = { item: 'a', type: 'view' as const, day: TODAY };

  it('an older record is taken over, and written as this build does', async () => {
    await indexedDbStore.update(() => ({ schema: 1, events: [view] }));
    const { profile, errors } = make('device');
    await profile.settled();
    expect(items(profile)).toEqual(['a']);
    expect(profile.paused).toBe(false);
    profile.observe({ type: 'like', item: 'b', weight: 2 });
    await profile.settled();
    expect(await indexedDbStore.read()).toEqual({ schema: 2, paused: false, events: [{ item: 'b', type: 'like', day: TODAY, weight: 2 }, view] });
    expect(errors).toEqual([]);
  });

  it.each([{ schema: 0, events: [] }, { schema: 2, events: [view] }, { schema: 2, paused: false, events: [{ ...view, weight: 9 }] }, 'text'])('what cannot be read is dropped, not guessed at: %j', async (record) => {
    await indexedDbStore.update(() => record);
    const { profile } = make('device');
    await profile.settled();
    expect(items(profile)).toEqual([]);
    see(profile, 'b');
    await profile.settled();
    expect(await indexedDbStore.read()).toEqual({ schema: 2, paused: false, events: [{ ...view, item: 'b' }] });
  });

  const later = { schema: 99, secrets: ['a'] };
  const open = (version?: number): Promise<IDBDatabase> => new Promise((resolve, reject) => {
    const request = indexedDB.open('cookshelf', version);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error as Error);
  });

  it.each([
    ['record', async () => indexedDbStore.update(() => later), async () => expect(await indexedDbStore.read()).toEqual(later)],
    ['database', async () => (await open(7)).close(), async () => {
      const found = await open();
      expect(found.version).toBe(7);
      found.close();
    }],
  ])('a %s of a later build is left alone, said once, and lists go on in memory', async (_, prepare, look) => {
    await prepare();
    const { profile, errors } = make('device');
    see(profile, 'b');
    await profile.settled();
    see(profile, 'c');
    profile.pause();
    profile.resume();
    await profile.settled();
    expect(items(profile)).toEqual(['c', 'b']);
    expect(profile.explain().stored).toBe(false);
    expect(errors.map(({ code }) => code)).toEqual(['STORAGE_DENIED']);
    expect(errors[0]?.message).toMatch(/later version|schema 99/);
    await look();
    await profile.erase();
    expect(await databases()).toEqual([]);
    see(profile, 'd');
    await profile.settled();
    expect(profile.explain().stored).toBe(true);
  });

  it('what is too old is deleted when it is read', async () => {
    await indexedDbStore.update(() => ({ schema: 1, events: [{ ...view, day: TODAY - 1 }, { ...view, item: 'old', day: TODAY - 91 }] }));
    await make('device').profile.settled();
    expect(await indexedDbStore.read()).toEqual({ schema: 2, paused: false, events: [{ ...view, day: TODAY - 1 }] });
    await eraseDatabase();
    await indexedDbStore.update(() => ({ schema: 1, events: [{ ...view, day: TODAY - 91 }] }));
    await make('device').profile.settled();
    expect(await databases()).toEqual([]);
  });
});
