// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inThemeEditor, shopifyCard, shopifyRoot, type ShopifyEventsOptions } from '../../src/shopify.js';
import type { Profile, ProfileEvent } from '../../src/types.js';
import { FakeShop } from '../support/fake-shop.js';
import { openFake } from '../support/open.js';

let profile: Profile;
let told: string[];
let stop: () => void;
let close: () => void;
/** Each test is a page of its own. */
let shopifyEvents: (typeof import('../../src/shopify.js'))['shopifyEvents'];

beforeEach(async () => {
  vi.resetModules();
  ({ shopifyEvents } = await import('../../src/shopify.js'));
  const { shelf } = await openFake(new FakeShop(), { profile: 'session' });
  profile = shelf.profile;
  close = () => shelf.dispose();
  told = [];
  stop = () => {};
  const observe = profile.observe.bind(profile);
  profile.observe = (event: ProfileEvent) => {
    told.push(`${event.type} ${event.item}`);
    observe(event);
  };
});

afterEach(() => {
  stop();
  close();
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

function follow(options?: ShopifyEventsOptions): void {
  stop = shopifyEvents(options).follow(profile);
}

/** Dispatches as the host's library does: an event with its payload as own properties, from an element, bubbling. */
async function dispatch(name: string, payload: Record<string, unknown>, from: EventTarget = document.body): Promise<void> {
  from.dispatchEvent(Object.assign(new Event(`shopify:${name}`, { bubbles: true, cancelable: true }), payload));
  await new Promise((done) => setTimeout(done, 0));
}

const product = (id: number, variant?: number): unknown => ({
  id: `gid://shopify/Product/${id}`,
  selectedVariant: variant === undefined ? null : { id: `gid://shopify/ProductVariant/${variant}` },
});
const adding = (variant: number, promise: unknown = Promise.resolve({ cart: null })): Record<string, unknown> => ({
  action: 'add', context: 'product', lines: [{ merchandiseId: `gid://shopify/ProductVariant/${variant}`, quantity: 1 }], promise,
});
const line = (id: string, quantity = 1): unknown => ({ id: `gid://shopify/CartLine/${id}`, quantity, cost: {} });

describe('views', () => {
  it('are product pages and dialogs, not cards that scroll by', async () => {
    follow();
    for (const context of ['page', 'collection', 'search', 'recommendation', 'dialog']) await dispatch('product:view', { context, product: product(context.length) });
    expect(told).toEqual(['view 4', 'view 6']);
  });

  it('a chosen option selects the product', async () => {
    follow();
    await dispatch('product:select', { product: { id: 'gid://shopify/Product/7' }, promise: Promise.reject(new Error('no such variant')) });
    expect(told).toEqual(['select 7']);
  });

  it.each<[string, () => void]>([
    ['the app embed', () => { document.body.innerHTML = '<script type="application/json" id="cookshelf">{"page":{"product":7,"variants":[71]}}</script>'; }],
    ["Shopify's meta", () => vi.stubGlobal('ShopifyAnalytics', { meta: { product: { id: 7, variants: [{ id: 71 }] } } })],
  ])('in a theme without events come from %s', async (_, prepare) => {
    prepare();
    follow();
    expect(told).toEqual(['view 7']);
    await dispatch('cart:lines-update', adding(71));
    expect(told).toEqual(['view 7', 'addToCart 7']);
  });

  it('count once when page and event both tell', async () => {
    follow({ page: { product: 7 } });
    await dispatch('product:view', { context: 'page', product: product(7) });
    expect(profile.explain().events).toBe(1);
  });

  it('a broken config is no reason to stop', async () => {
    document.body.innerHTML = '<script type="application/json" id="cookshelf">{"page":</script>';
    follow();
    await dispatch('product:view', { context: 'page', product: product(7) });
    expect(told).toEqual(['view 7']);
  });

  it('come under the ids that the model has', async () => {
    follow({ item: (id) => (id === '7' ? 'lamp' : undefined) });
    await dispatch('product:view', { context: 'page', product: product(7) });
    await dispatch('product:view', { context: 'page', product: product(8) });
    expect(told).toEqual(['view lamp']);
  });

  it('in the theme editor nothing is told', async () => {
    vi.stubGlobal('Shopify', { designMode: true });
    follow({ page: { product: 7 } });
    await dispatch('product:view', { context: 'page', product: product(7) });
    expect(inThemeEditor()).toBe(true);
    expect(told).toEqual([]);
  });

  it('stop', async () => {
    follow();
    stop();
    await dispatch('product:view', { context: 'page', product: product(7) });
    expect(told).toEqual([]);
  });
});

describe('a feed that is followed again', () => {
  const page = { product: 7, variants: [71], cart: [{ product: 9, variant: 91, key: '91:abc' }] };

  it('tells neither the view nor the cart of the page twice, nor brings back what was erased', async () => {
    follow({ page });
    await dispatch('cart:lines-update', adding(71, Promise.resolve({ cart: { lines: [line('91:abc'), line('71:def')] } })));
    expect(profile.cart).toEqual(['9', '7']);
    stop();
    follow({ page: { ...page } });
    expect([told, profile.cart]).toEqual([['view 7', 'addToCart 7'], ['9', '7']]);
    await profile.erase();
    stop();
    follow({ page });
    expect([told, profile.cart, profile.explain().events]).toEqual([['view 7', 'addToCart 7'], [], 0]);
    // What it knows of the cart it still knows.
    await dispatch('cart:lines-update', { action: 'remove', lines: [{ id: '91:abc', quantity: 0 }], promise: Promise.resolve({}) });
    expect(told.at(-1)).toBe('removeFromCart 9');
    stop();
    follow({ page: { ...page, product: 8 } });
    expect(told.at(-1)).toBe('view 8');
  });

  it('tells a new profile what is in the cart now', async () => {
    follow({ page });
    await dispatch('cart:lines-update', adding(71, Promise.resolve({ cart: { lines: [line('91:abc'), line('71:def')] } })));
    stop();
    const other = { cart: [] as readonly string[], observe: vi.fn() };
    stop = shopifyEvents({ page }).follow(other);
    expect(other.cart).toEqual(['9', '7']);
    expect(other.observe).not.toHaveBeenCalled();
  });

  it('or written out twice counts once; when one stops, the other goes on', async () => {
    follow({ page });
    const stopOther = shopifyEvents({ page }).follow(profile);
    await dispatch('cart:lines-update', adding(71));
    expect(told).toEqual(['view 7', 'addToCart 7']);
    stop();
    await dispatch('product:view', { context: 'page', product: product(8) });
    expect(told).toEqual(['view 7', 'addToCart 7', 'view 8']);
    stopOther();
    await dispatch('product:view', { context: 'page', product: product(9) });
    expect(told).toHaveLength(3);
  });
});

describe('the cart', () => {
  const page = { product: 7, variants: [71, 72], cart: [{ product: 9, variant: 91, key: '91:abc' }] };

  it('is what the page says', () => {
    follow({ page });
    expect(profile.cart).toEqual(['9']);
  });

  it('gets what the event puts in, once the shop has taken it', async () => {
    follow({ page });
    let take: (answer: unknown) => void = () => {};
    await dispatch('cart:lines-update', adding(72, new Promise((resolve) => { take = resolve; })));
    expect(profile.cart).toEqual(['9']);
    take({ cart: { lines: [line('91:abc'), line('72:def')] } });
    await vi.waitFor(() => expect(profile.cart).toEqual(['9', '7']));
    expect(told).toEqual(['view 7', 'addToCart 7']);
  });

  it.each([
    ['the shop says no', () => Promise.resolve({ cart: null, userErrors: [{ message: 'sold out' }] })],
    ['the request fails', () => Promise.reject(new Error('offline'))],
  ])('stays as it is when %s', async (_, answer) => {
    follow({ page });
    await dispatch('cart:lines-update', adding(71, answer()));
    expect(profile.cart).toEqual(['9']);
    expect(told).toEqual(['view 7']);
  });

  it('knows the line of a variant that was put in, also under an id of its own', async () => {
    follow({ page });
    await dispatch('cart:lines-update', adding(71, Promise.resolve({ cart: { lines: { nodes: [line('91:abc'), line('5e0c-uuid')] } } })));
    await dispatch('cart:lines-update', { action: 'remove', context: 'cart', lines: [{ id: 'gid://shopify/CartLine/5e0c-uuid?cart=x', quantity: 0 }], promise: Promise.resolve({ cart: { lines: [line('91:abc')] } }) });
    expect(told).toEqual(['view 7', 'addToCart 7', 'removeFromCart 7']);
    expect(profile.cart).toEqual(['9']);
  });

  it('keeps a product while another line holds it', async () => {
    follow({ page: { ...page, cart: [{ product: 9, variant: 91, key: '91:a' }, { product: 9, variant: 92, key: '92:b' }] } });
    await dispatch('cart:lines-update', { action: 'update', lines: [{ id: '91:a', quantity: 0 }], promise: Promise.resolve({}) });
    expect(profile.cart).toEqual(['9']);
    await dispatch('cart:lines-update', { action: 'remove', lines: [{ id: '92:b', quantity: 0 }], promise: Promise.resolve({}) });
    expect(profile.cart).toEqual([]);
  });

  it('a changed number changes nothing', async () => {
    follow({ page });
    await dispatch('cart:lines-update', { action: 'update', lines: [{ id: '91:abc', quantity: 3 }], promise: Promise.resolve({}) });
    expect(told).toEqual(['view 7']);
    expect(profile.cart).toEqual(['9']);
  });

  it('follows a cart with products in it, and an empty one', async () => {
    follow({ page });
    await dispatch('cart:view', { context: 'page', cart: { lines: [{ id: 'x', quantity: 1, merchandise: { id: 'gid://shopify/ProductVariant/31', product: { id: 'gid://shopify/Product/3' } } }] } });
    expect(profile.cart).toEqual(['3']);
    await dispatch('cart:view', { context: 'dialog', cart: null });
    expect(profile.cart).toEqual([]);
  });

  it('knows lines under ids of their own by their variants, and what is gone by what is left', async () => {
    follow({ page: { ...page, cart: [{ product: 9, variant: 91, key: '91:abc' }, { product: 8, variant: 81, key: '81:abc' }] } });
    const own = (id: string, variant: number): unknown => ({ ...(line(id) as object), merchandise: { id: `gid://shopify/ProductVariant/${variant}` } });
    await dispatch('cart:view', { context: 'page', cart: { lines: [own('uuid-1', 91), own('uuid-2', 81)] } });
    expect(profile.cart).toEqual(['9', '8']);
    await dispatch('cart:lines-update', { action: 'remove', lines: [{ id: 'gid://shopify/CartLine/strange', quantity: 0 }], promise: Promise.resolve({ cart: { lines: [own('uuid-3', 81)] } }) });
    expect(told).toEqual(['view 7', 'removeFromCart 9']);
    expect(profile.cart).toEqual(['8']);
  });

  it('does not guess when it cannot know', async () => {
    follow({ page });
    await dispatch('cart:view', { context: 'page', cart: { lines: [line('one'), line('two')] } });
    expect(profile.cart).toEqual(['9']);
    await dispatch('cart:lines-update', adding(404));
    expect(told).toEqual(['view 7']);
  });

  it('reads the product card around a button', async () => {
    document.body.innerHTML = '<li data-product-id="12"><button></button></li>';
    follow();
    await dispatch('cart:lines-update', adding(121), document.querySelector('button')!);
    expect(told).toEqual(['addToCart 12']);
  });

  it('hears the form of an older theme, and counts a click once', async () => {
    document.body.innerHTML = '<form action="/de/cart/add" method="post"><input name="id" value="71"></form><form action="/search"><input name="id" value="71"></form>';
    follow({ page });
    const [form, search] = document.querySelectorAll('form');
    const submit = (from: Element): boolean => from.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    submit(search!);
    expect(told).toEqual(['view 7']);
    submit(form!);
    expect(told).toEqual(['view 7', 'addToCart 7']);
    await dispatch('cart:lines-update', adding(71));
    expect(told).toEqual(['view 7', 'addToCart 7']);
  });

  it.each<[string, unknown, string[]]>([
    ['the shop refuses it', { cart: null, userErrors: [{ message: 'sold out' }] }, ['view 7']],
    ['the shop takes it', { cart: null }, ['view 7', 'addToCart 7']],
    ['no event tells', undefined, ['view 7', 'addToCart 7']],
  ])('a form that a script sends is heard by what becomes of it: %s', async (_, answer, expected) => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    document.body.innerHTML = '<form action="/cart/add" method="post"><input name="id" value="71"></form>';
    const form = document.querySelector('form')!;
    form.addEventListener('submit', (event) => event.preventDefault());
    follow({ page });
    form.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    expect(told).toEqual(['view 7']);
    if (answer !== undefined) document.body.dispatchEvent(Object.assign(new Event('shopify:cart:lines-update', { bubbles: true }), adding(71, Promise.resolve(answer))));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual(expected);
    vi.useRealTimers();
  });
});

describe('cards', () => {
  const card = { id: '7', title: 'Lamp', price: '12.50', currency: 'EUR', address: '/products/lamp', image: 'https://shop.example/cdn/shop/files/lamp.jpg?v=3' };

  it('fit the market of the page', () => {
    document.documentElement.lang = 'de';
    vi.stubGlobal('Shopify', { routes: { root: '/de/' }, currency: { active: 'EUR' } });
    expect(shopifyRoot()).toBe('/de/');
    const shown = shopifyCard(card, { width: 300 });
    expect(shown).toMatchObject({ address: '/de/products/lamp', image: `${card.image}&width=300`, price: '12.50' });
    expect(shown.money).toMatch(/12,50\s€/);
    expect(shopifyCard(shown).address).toBe('/de/products/lamp');
  });

  it('show no price that does not hold here', () => {
    vi.stubGlobal('Shopify', { currency: { active: 'USD' } });
    expect(shopifyCard(card)).not.toHaveProperty('price');
    expect(shopifyCard(card)).not.toHaveProperty('money');
  });

  it('outside Shopify are what they are', () => {
    const plain = { ...card, image: '/images/lamp.jpg' };
    expect(shopifyRoot()).toBe('/');
    expect(shopifyCard(plain)).toMatchObject(plain);
  });
});
