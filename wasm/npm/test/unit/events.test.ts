import { afterEach, describe, expect, it, vi } from 'vitest';
import { dataLayerEvents } from '../../src/events.js';
import type { Profile } from '../../src/types.js';

function told(): { profile: Profile; events: string[]; carts: (readonly string[])[] } {
  const [events, carts]: [string[], (readonly string[])[]] = [[], []];
  const profile = {
    observe: ({ type, item }: { type: string; item: unknown }) => events.push(`${type} ${String(item)}`),
    set cart(items: readonly string[]) {
      carts.push(items);
    },
  };
  return { profile: profile as unknown as Profile, events, carts };
}

const layerOf = (...entries: unknown[]): unknown[] => {
  vi.stubGlobal('dataLayer', entries);
  return entries;
};
function gtag(layer: unknown[], ..._: unknown[]): void {
  // As Google's own snippet has it: the arguments object itself, without the layer.
  (function push(...__: unknown[]) { layer.push(arguments); })(..._);
}

afterEach(() => vi.unstubAllGlobals());

describe('what a page tells its analytics', () => {
  it.each([
    ['view_item', ['view 1']],
    ['select_item', ['select 1']],
    ['add_to_cart', ['addToCart 1']],
    ['remove_from_cart', ['removeFromCart 1']],
    ['purchase', ['purchase 1']],
    ['add_to_wishlist', ['like 1']],
    ['view_item_list', []],
    ['constructor', []],
  ])('%s: %j', (event, expected) => {
    const layer = layerOf();
    const { profile, events } = told();
    dataLayerEvents().follow(profile);
    layer.push({ event, ecommerce: { items: [{ item_id: '1' }] } });
    expect(events).toEqual(expected);
    gtag(layer, 'event', event, { items: [{ item_id: '1' }] });
    expect(events).toEqual([...expected, ...expected]);
  });

  it('what was told before it listened counts, and nothing after it was stopped', () => {
    const layer = layerOf({ event: 'view_item', ecommerce: { items: [{ item_id: 7 }] } }, { event: 'gtm.js' }, null, 'x');
    const { profile, events } = told();
    const stop = dataLayerEvents().follow(profile);
    expect(events).toEqual(['view 7']);
    stop();
    layer.push({ event: 'view_item', ecommerce: { items: [{ item_id: 8 }] } });
    expect(events).toEqual(['view 7']);
    expect(Object.hasOwn(layer, 'push')).toBe(false);
  });

  it('one that is written out twice counts once; when it stops, the other one goes on', () => {
    const layer = layerOf();
    const { profile, events } = told();
    const [stop, stopOther] = [dataLayerEvents().follow(profile), dataLayerEvents().follow(profile)];
    const entry = { event: 'add_to_cart', ecommerce: { items: [{ item_id: 7 }] } };
    // The same entry again is another click.
    layer.push(entry);
    layer.push(entry);
    expect(events).toEqual(['addToCart 7', 'addToCart 7']);
    stop();
    stop();
    layer.push(entry);
    expect(events).toHaveLength(3);
    stopOther();
    layer.push(entry);
    expect(events).toHaveLength(3);
    expect(Object.hasOwn(layer, 'push')).toBe(false);
  });

  it('counts for each profile and each layer; what one that stopped has heard, nobody hears again', () => {
    vi.stubGlobal('shopLayer', []);
    const layer = layerOf({ event: 'view_item', ecommerce: { items: [{ item_id: 1 }] } });
    const [one, two, three] = [told(), told(), told()];
    const stop = dataLayerEvents().follow(one.profile);
    dataLayerEvents({ layer: 'shopLayer' }).follow(one.profile);
    dataLayerEvents().follow(two.profile);
    (Reflect.get(globalThis, 'shopLayer') as unknown[]).push({ event: 'view_item', ecommerce: { items: [{ item_id: 2 }] } });
    expect([one.events, two.events]).toEqual([['view 1', 'view 2'], ['view 1']]);
    stop();
    layer.push({ event: 'view_item', ecommerce: { items: [{ item_id: 3 }] } });
    for (const { profile } of [one, three]) dataLayerEvents().follow(profile);
    expect([one.events, two.events, three.events]).toEqual([['view 1', 'view 2', 'view 3'], ['view 1', 'view 3'], ['view 3']]);
  });

  it('the cart as a whole, several items, other ids, other layers; what is no item is passed over', () => {
    vi.stubGlobal('shopLayer', []);
    const { profile, events, carts } = told();
    dataLayerEvents({ layer: 'shopLayer', item: ({ sku }) => (typeof sku === 'string' ? sku : undefined) }).follow(profile);
    const layer = Reflect.get(globalThis, 'shopLayer') as unknown[];
    layer.push(
      { event: 'purchase', ecommerce: { items: [{ sku: 'a' }, {}, null, 3, { sku: 'b' }] } },
      { event: 'purchase', ecommerce: { items: 'no list' } },
      { event: 'view_cart', ecommerce: { items: [{ sku: 'c' }] } },
    );
    expect(events).toEqual(['purchase a', 'purchase b']);
    expect(carts).toEqual([['c']]);
  });

  it('what fails here does not fail the page', () => {
    const reported: unknown[] = [];
    vi.stubGlobal('reportError', (error: unknown) => reported.push(error));
    const layer = layerOf();
    const wrong = new Error('a wrong page');
    dataLayerEvents({ item: () => { throw wrong; } }).follow(told().profile);
    expect(layer.push({ event: 'view_item', ecommerce: { items: [{ item_id: '1' }] } })).toBe(1);
    expect(reported).toEqual([wrong]);
  });

  it('makes the layer when the page has none yet', () => {
    const { profile, events } = told();
    dataLayerEvents({ layer: 'laterLayer' }).follow(profile);
    (Reflect.get(globalThis, 'laterLayer') as unknown[]).push({ event: 'view_item', ecommerce: { items: [{ id: 'x' }] } });
    expect(events).toEqual(['view x']);
    Reflect.deleteProperty(globalThis, 'laterLayer');
  });
});
