// @vitest-environment happy-dom
import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { googleConsent, manual, tcf } from '../../src/consent.js';
import { shopifyConsent } from '../../src/shopify.js';
import type { ConsentSource, ProfileMode, Recommender } from '../../src/types.js';
import { asArguments, consents, FakeCmp, FakePrivacy, HOSTS } from '../support/consent-hosts.js';
import { FakeCaches } from '../support/fake-caches.js';
import { FakeShop } from '../support/fake-shop.js';
import { openFake, withCaches } from '../support/open.js';

const open: Recommender[] = [];

afterEach(async () => {
  for (const shelf of open.splice(0)) {
    await shelf.profile.erase();
    shelf.dispose();
  }
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** One tab of a shop. Another channel makes it a recommender of its own. */
async function tab(source: ConsentSource, channel?: string): Promise<Recommender> {
  const { shelf } = await openFake(new FakeShop(), { consent: source, channel });
  open.push(shelf);
  return shelf;
}

async function shopAround(shelf: Recommender): Promise<void> {
  shelf.profile.observe({ type: 'view', item: 'i3' });
  await shelf.trending();
  await shelf.profile.settled();
}

const heard = (source: ConsentSource): { modes: ProfileMode[]; stop: () => void } => {
  const modes: ProfileMode[] = [];
  return { modes, stop: source.follow((mode) => modes.push(mode)) };
};

describe.each(Object.keys(HOSTS))('%s', (name) => {
  const host = (): ReturnType<(typeof HOSTS)[string]> => (HOSTS[name] ?? HOSTS['manual'])!();
  const stored = async (caches: FakeCaches): Promise<string[]> => [...(await indexedDB.databases()).map(({ name: database }) => database ?? ''), ...caches.stores.keys()];

  it('never: nothing is remembered and nothing stored', async () => {
    const caches = withCaches(new FakeCaches());
    const shelf = await tab(host().source);
    await shopAround(shelf);
    expect(shelf.profile.mode).toBe('off');
    expect(shelf.profile.explain().events).toBe(0);
    expect(await stored(caches)).toEqual([]);
    expect(document.cookie).toBe('');
  });

  it('later: kept from then on', async () => {
    const caches = withCaches(new FakeCaches());
    const { source, agree } = host();
    const shelf = await tab(source);
    await shopAround(shelf);
    agree();
    await shopAround(shelf);
    expect(shelf.profile.mode).toBe('device');
    expect(shelf.profile.explain()).toMatchObject({ stored: true, events: 1 });
    await vi.waitFor(async () => expect(await stored(caches)).toEqual(['cookshelf', 'cookshelf-v1']));
  });

  it('revoked: everything is deleted', async () => {
    const caches = withCaches(new FakeCaches());
    const { source, agree, refuse } = host();
    agree();
    const shelf = await tab(source);
    if (shelf.profile.mode === 'off') agree();
    await shopAround(shelf);
    expect(shelf.profile.explain().stored).toBe(true);
    refuse();
    await shelf.profile.settled();
    expect(shelf.profile.explain()).toMatchObject({ mode: 'off', events: 0 });
    await vi.waitFor(async () => expect(await stored(caches)).toEqual([]));
  });

  it('two tabs: what one takes back, both forget', async () => {
    const caches = withCaches(new FakeCaches());
    const { source, agree } = host();
    const other = manual();
    other.set('device');
    const [here, there] = [await tab(source), await tab(other, 'web')];
    agree();
    await shopAround(here);
    await shopAround(there);
    expect(here.profile.explain().events).toBe(1);
    other.set('off');
    await there.profile.settled();
    await vi.waitFor(() => expect(here.profile.mode).toBe('off'));
    await here.profile.settled();
    expect(here.profile.explain().events).toBe(0);
    await vi.waitFor(async () => expect(await stored(caches)).toEqual([]));
  });

  it('is not listened to any more after dispose', async () => {
    const { source, agree } = host();
    const { modes, stop } = heard(source);
    stop();
    agree();
    expect(modes).toEqual([]);
  });
});

describe('manual', () => {
  it('tells who comes late, and each follower once', () => {
    const source = manual();
    source.set('session');
    const [one, two] = [heard(source), heard(source)];
    source.set('device');
    one.stop();
    source.set('off');
    expect(one.modes).toEqual(['session', 'device']);
    expect(two.modes).toEqual(['session', 'device', 'off']);
  });
});

describe('google', () => {
  const layer = (...commands: unknown[][]): unknown[] => {
    const entries = commands.map(asArguments);
    vi.stubGlobal('dataLayer', entries);
    return entries;
  };
  const granted = { personalization_storage: 'granted' };
  const denied = { personalization_storage: 'denied' };

  it.each<[string, unknown[][], ProfileMode[]]>([
    ['nothing said', [], []],
    ['a default that denies', [['consent', 'default', denied]], []],
    ['a default that grants', [['consent', 'default', granted]], ['device']],
    ['a default that grants, but not in some region', [['consent', 'default', { ...denied, region: ['DE'] }], ['consent', 'default', granted]], []],
    ['a default of some region', [['consent', 'default', { ...granted, region: ['US'] }]], []],
    ['an update that grants', [['consent', 'default', denied], ['consent', 'update', granted]], ['device']],
    ['an update that denies', [['consent', 'default', granted], ['consent', 'update', denied]], ['off']],
    ['an update about something else', [['consent', 'default', denied], ['consent', 'update', { ad_storage: 'granted' }]], []],
    ['functionality where personalisation is not named', [['consent', 'update', { functionality_storage: 'granted' }]], ['device']],
    ['functionality where personalisation was named, and denied', [['consent', 'default', denied], ['consent', 'update', { functionality_storage: 'granted' }]], []],
    ['functionality where personalisation is named for some region', [['consent', 'default', { ...denied, region: ['DE'] }], ['consent', 'update', { functionality_storage: 'granted' }]], []],
    ['personalisation where both are named', [['consent', 'update', { functionality_storage: 'granted', ...denied }]], ['off']],
    ['other entries', [['event', 'page_view'], ['consent', 'update', 'granted']], []],
  ])('%s', (_, commands, expected) => {
    layer(...commands);
    expect(heard(googleConsent()).modes).toEqual(expected);
  });

  it('waits as long as a default asks, and no longer than an update', () => {
    vi.useFakeTimers();
    const entries = layer(['consent', 'default', { ...granted, wait_for_update: 500 }]);
    const { modes } = heard(googleConsent());
    expect(modes).toEqual([]);
    entries.push(asArguments(['consent', 'update', denied]));
    expect(modes).toEqual(['off']);
    vi.advanceTimersByTime(600);
    expect(modes).toEqual(['off']);
    const patient = heard(googleConsent());
    expect(patient.modes).toEqual(['off']);
  });

  it('a granting default counts once the wait is over', () => {
    vi.useFakeTimers();
    layer(['consent', 'default', { ...granted, wait_for_update: 500 }]);
    const { modes } = heard(googleConsent());
    vi.advanceTimersByTime(499);
    expect(modes).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(modes).toEqual(['device']);
  });

  it('changes nothing but push, and puts that back', () => {
    const entries = layer();
    const own = entries.push;
    const { stop } = heard(googleConsent());
    expect(entries).toHaveLength(0);
    expect(entries.push('a', 'b')).toBe(2);
    expect(Object.keys(entries)).toEqual(['0', '1', 'push']);
    stop();
    expect(entries.push).toBe(own);
    expect(Object.keys(entries)).toEqual(['0', '1']);
  });

  it('hears what comes through a push that another script put around it', () => {
    const entries = layer();
    const { modes, stop } = heard(googleConsent());
    const ours = entries.push;
    entries.push = (...more: unknown[]) => ours(...more);
    const theirs = entries.push;
    entries.push(asArguments(['consent', 'update', granted]));
    expect(modes).toEqual(['device']);
    stop();
    expect(entries.push).toBe(theirs);
    entries.push(asArguments(['consent', 'update', denied]));
    expect(modes).toEqual(['device']);
  });

  it('maps as the page says', () => {
    layer(['consent', 'update', { analytics_storage: 'granted' }]);
    const map = (state: Readonly<Record<string, string>>): ProfileMode | undefined => (state['analytics_storage'] === 'granted' ? 'session' : undefined);
    expect(heard(googleConsent({ map })).modes).toEqual(['session']);
  });
});

describe('tcf', () => {
  const cmp = (state: Record<string, unknown>): FakeCmp => {
    const made = new FakeCmp();
    made.state = { ...made.state, ...state };
    vi.stubGlobal('__tcfapi', made.api);
    return made;
  };

  it.each<[string, Record<string, unknown>, ProfileMode[]]>([
    ['the banner is open', { eventStatus: 'cmpuishown', purpose: consents([1, 5, 6]) }, []],
    ['decided at an earlier visit', { eventStatus: 'tcloaded', purpose: consents([1, 5, 6]) }, ['device']],
    ['storage refused', { eventStatus: 'tcloaded', purpose: consents([5, 6]) }, ['off']],
    ['profiles refused', { eventStatus: 'useractioncomplete', purpose: consents([1, 6]) }, ['off']],
    ['the law does not apply', { gdprApplies: false, eventStatus: 'tcloaded' }, ['device']],
  ])('%s', (_, state, expected) => {
    cmp(state);
    expect(heard(tcf()).modes).toEqual(expected);
  });

  it('asks for the purposes that the page names', () => {
    cmp({ eventStatus: 'tcloaded', purpose: consents([1, 11]) });
    expect(heard(tcf({ purposes: [1, 11] })).modes).toEqual(['device']);
  });

  it('waits for a banner that is loaded late, and removes its listener', () => {
    vi.useFakeTimers();
    const { modes, stop } = heard(tcf());
    vi.advanceTimersByTime(1_000);
    const late = cmp({ eventStatus: 'tcloaded', purpose: consents([1, 5, 6]) });
    vi.advanceTimersByTime(300);
    expect(modes).toEqual(['device']);
    expect(late.listeners.size).toBe(1);
    stop();
    expect(late.listeners.size).toBe(0);
  });

  it('gives up looking', () => {
    vi.useFakeTimers();
    heard(tcf({ patience: 1_000 }));
    vi.advanceTimersByTime(1_001);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('shopify', () => {
  const shop = (change: (privacy: FakePrivacy) => void, global: Record<string, unknown> = {}): FakePrivacy => {
    const made = new FakePrivacy();
    change(made);
    vi.stubGlobal('Shopify', { ...made.global, ...global });
    return made;
  };

  it('is allowed where the shop need not ask', () => {
    shop((privacy) => { privacy.asks = false; });
    expect(heard(shopifyConsent()).modes).toEqual(['device']);
  });

  it('does not take a merchant in the editor for a shopper', () => {
    shop((privacy) => { privacy.asks = false; }, { designMode: true });
    expect(heard(shopifyConsent()).modes).toEqual([]);
  });

  it.each(['yes', 'no'] as const)('knows what was decided at an earlier visit (%s)', (word) => {
    shop((privacy) => { privacy.word = word; });
    expect(heard(shopifyConsent()).modes).toEqual([word === 'yes' ? 'device' : 'off']);
  });

  it('stays silent without Shopify and when its script fails', () => {
    expect(heard(shopifyConsent()).modes).toEqual([]);
    vi.stubGlobal('Shopify', { loadFeatures: (_: unknown, done: (error: Error) => void) => done(new Error('blocked')) });
    expect(heard(shopifyConsent()).modes).toEqual([]);
  });
});
