/**
 * From CSV to pixels: the demo shop, cooked and served, in the hands of a shopper.
 *
 * COOKSHELF_PROGRAM serves COOKSHELF_MODELS and COOKSHELF_SITE. One browser, one shopper, in order: each test
 * goes on where the one before it stopped. Pictures of the pages go to COOKSHELF_PICTURES.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch } from './chromium.mjs';
import { startServer, until } from './recorded-server.mjs';
import { Shopper } from './shopper.mjs';

const pictures = process.env.COOKSHELF_PICTURES;
const catalogue = JSON.parse(readFileSync(join(process.env.COOKSHELF_SITE, 'products.json'), 'utf8'));
const products = new Map(catalogue.products.map((product) => [product.id, product]));
let server;
let browser;
let shopper;
/** What was seen on the way, for later tests. */
const seen = { corner: '', viewed: [], cart: '', lists: {}, firstLoad: 0 };

before(async () => {
  if (pictures) mkdirSync(pictures, { recursive: true });
  server = await startServer({ models: process.env.COOKSHELF_MODELS, shop: process.env.COOKSHELF_SITE });
  browser = await launch();
  shopper = await Shopper.enter(browser, server.origin);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('the home page shows shelves', async () => {
  for (const shelf of ['shelf-for-you', 'shelf-trending', 'shelf-new']) {
    const items = await shopper.items(shelf);
    assert.ok(items.length >= 4, `${shelf} shows ${items.length} items`);
    assert.ok(items.every((item) => products.has(item)), `${shelf} shows products of the shop`);
    assert.equal(new Set(items).size, items.length, `${shelf} shows nothing twice`);
  }
  await shopper.idle();
  seen.firstLoad = server.requests.length;
});

test('a product page shows what is similar and what is bought together', async () => {
  seen.before = await shopper.items('shelf-for-you');
  seen.corner = corner((await shopper.items('shelf-trending'))[0]);
  await shopper.open('shelf-trending', (await shopper.items('shelf-trending'))[0]);
  for (const shelf of ['shelf-similar', 'shelf-together']) {
    const items = await shopper.items(shelf);
    assert.ok(items.length > 0, `${shelf} is empty`);
    assert.ok(!items.includes(await shopper.productShown()), `${shelf} shows the product itself`);
  }
});

test('viewing products of one corner of the shop turns the home page towards it, with reasons', async () => {
  seen.viewed.push(await shopper.productShown());
  while (seen.viewed.length < 5) {
    const similar = await shopper.items('shelf-similar');
    const fresh = similar.filter((item) => !seen.viewed.includes(item));
    const next = fresh.find((item) => corner(item) === seen.corner) ?? fresh[0];
    await shopper.open('shelf-similar', next);
    seen.viewed.push(next);
  }
  await shopper.goHome();
  const forYou = await shopper.items('shelf-for-you');
  const share = (items) => items.filter((item) => corner(item) === seen.corner).length / items.length;
  const [then, now] = [share(seen.before), share(forYou)];
  assert.notDeepEqual(forYou, seen.before, 'the list has changed');
  assert.ok(now > then && now >= 0.5, `the share of ${seen.corner} in the list was ${then}, now ${now}`);
  assert.ok(forYou.every((item) => !seen.viewed.includes(item)), 'what was viewed is not recommended again');
  assert.match(await shopper.text('shelf-for-you'), /because/i, 'the list says why');
  seen.lists['shelf-for-you'] = forYou;
  await picture('home');
});

test('the cart shows what goes with it, without what is in it', async () => {
  await shopper.open('shelf-trending', await withTogether());
  seen.cart = await shopper.productShown();
  await shopper.addToCart();
  await shopper.goToCart();
  const items = await shopper.items('shelf-cart-together');
  assert.ok(items.length > 0, 'the shelf of the cart is empty');
  assert.ok(!items.includes(seen.cart), 'the product in the cart is not recommended');
  await picture('cart');
});

test('after the first load, only the manifest and blobs are asked for, and nothing is told', async () => {
  await shopper.idle();
  const later = server.requests.slice(seen.firstLoad);
  assert.ok(later.length > 0, 'product pages need blobs that the home page did not');
  for (const { method, url, headers, sent } of later) {
    assert.equal(method, 'GET', url);
    assert.match(url, /^\/(models\/(manifest\.json|b\/1\/[0-9a-f]{32})|part\.\w{8}\.js)$/, 'nothing but the manifest, blobs, and parts of the script');
    assert.equal(sent, 0, `${url} has a body`);
    for (const name of ['cookie', 'authorization', 'content-length']) assert.equal(headers[name], undefined, `${url} sends ${name}`);
    assert.deepEqual(Object.keys(headers).filter((name) => !ORDINARY.test(name)), [], `${url} sends headers of its own`);
    const told = [url, ...Object.values(headers)].join(' ');
    for (const item of [...seen.viewed, seen.cart]) assert.ok(!new RegExp(`\\b${item}\\b`).test(told), `${url} names ${item}`);
  }
  const elsewhere = shopper.requested.filter((url) => !url.startsWith(server.origin) && !/^(data|blob):/.test(url));
  assert.deepEqual(elsewhere, [], 'nobody else was asked for anything');
  assert.deepEqual(await shopper.cookies(), []);
});

test('the panel shows the profile and every request', async () => {
  await shopper.openPanel();
  const panel = await shopper.text('privacy-panel');
  const titles = seen.viewed.filter((item) => panel.includes(products.get(item).title));
  assert.ok(titles.length > 0, 'the panel names what was viewed');
  const log = await shopper.text('request-log');
  assert.match(log, /manifest\.json/);
  assert.ok((log.match(/[0-9a-f]{6,}/g) ?? []).length >= 3, 'the log lists blobs');
  await picture('panel');
  await shopper.closePanel();
});

test('nothing is kept on the device before the shopper agrees', async () => {
  // The cart is the shop's own, and what the shopper asked for.
  assert.deepEqual(await shopper.kept(), ['localStorage tarn.cart']);
  await shopper.openPanel();
  await shopper.page.getByTestId('memory-device').click();
  const kept = async () => (await shopper.kept()).join();
  await until(async () => /IndexedDB cookshelf.*CacheStorage tarn-shell/.test(await kept()), 'the profile and the shop are kept');
  await shopper.closePanel();
});

test('the shop works with the keyboard', async () => {
  await shopper.goHome();
  await shopper.tabTo('[data-testid="open-privacy"]');
  await shopper.page.keyboard.press('Enter');
  await shopper.text('privacy-panel');
  await shopper.closePanel();
  assert.ok(await shopper.focused('[data-testid="open-privacy"]'), 'closing the panel gives the focus back');
  await shopper.tabTo('[data-testid="shelf-trending"] [data-item] a, a[data-item]');
  await shopper.page.keyboard.press('Enter');
  assert.ok((await shopper.items('shelf-similar')).length > 0, 'a product page is open');
});

test('everything works again without a network', async () => {
  await shopper.goHome();
  await shopper.idle();
  for (const shelf of ['shelf-for-you', 'shelf-trending', 'shelf-new']) seen.lists[shelf] = await shopper.items(shelf);
  await server.stop();
  await shopper.reload();
  for (const [shelf, items] of Object.entries(seen.lists)) {
    assert.deepEqual(await shopper.items(shelf), items, `${shelf} is what it was`);
  }
  const reasons = await shopper.text('shelf-for-you');
  assert.match(reasons, /because/i, 'the profile is still on the device');
});

test('erasing leaves nothing behind', async () => {
  await shopper.openPanel();
  await shopper.erase();
  await until(async () => (await shopper.stored()).every((text) => !seen.viewed.some((item) => text.includes(`"${item}"`))), 'the stores are empty');
  await shopper.closePanel();
  await shopper.reload();
  assert.doesNotMatch(await shopper.text('shelf-for-you'), /because/i, 'nothing is known any more');
});

test('shelves do not move the page, and nothing complains', () => {
  assert.deepEqual(shopper.complaints.filter((text) => !OFFLINE.test(text)), []);
  assert.equal(shopper.shifts.reduce((sum, shift) => sum + shift, 0), 0, `layout shifts: ${shopper.shifts}`);
});

/** What a browser sends by itself; no value of them depends on the shopper. */
const ORDINARY = /^(host|connection|user-agent|accept|accept-encoding|accept-language|referer|cache-control|pragma|if-none-match|if-modified-since|origin|priority|sec-fetch-\w+|sec-ch-ua(-\w+)?|upgrade-insecure-requests|purpose|sec-purpose|dnt|sec-gpc)$/;
/** Chromium reports every failed fetch; without a server there are some. */
const OFFLINE = /net::ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED|CONNECTION_RESET|EMPTY_RESPONSE)/;

/** A trending product that others are bought with, found by looking at its page. */
async function withTogether() {
  const items = await shopper.items('shelf-trending');
  return items.find((item) => !seen.viewed.includes(item)) ?? items[0];
}

async function picture(name) {
  if (!pictures) return;
  const looks = [
    ['desktop', { width: 1280, height: 900 }, 'light'],
    ['phone', { width: 390, height: 844 }, 'light'],
    ['dark', { width: 1280, height: 900 }, 'dark'],
  ];
  for (const [look, size, colorScheme] of looks) {
    await shopper.look(size, colorScheme);
    assert.ok(await shopper.fitsTheWindow(), `${name} is wider than a ${look} window`);
    await shopper.page.screenshot({ path: join(pictures, `${name}-${look}.png`) });
  }
  await shopper.look({ width: 1280, height: 900 }, 'light');
}

/** The department of a product: chairs, lamps and plants appeal to the same taste. */
function corner(item) {
  const { category } = products.get(item);
  return catalogue.categories.find(({ name, slug }) => name === category || slug === category).department;
}
