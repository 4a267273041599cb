/**
 * The theme extension on a page of its host: the shelf, the events, consent from every source, and what is stored when.
 *
 * COOKSHELF_MODELS is a cooked folder.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { packageFolder, startEngine } from './built-package.mjs';
import { launch } from './chromium.mjs';
import { openEngine } from './cooked-folder.mjs';
import { until } from './recorded-server.mjs';
import { DOT, openHost } from './theme-host.mjs';

const models = process.env.COOKSHELF_MODELS;
let host;
let browser;
/** Two items of the shop. */
let product;
let other;

before(async () => {
  const { engine } = await openEngine(await startEngine(), models);
  [product, other] = engine.ids(Uint32Array.of(40, 41)).split('\n');
  host = await openHost(models);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await host?.close();
});

/** A page in a browser profile of its own, or in that of another page. */
async function visit(path, context) {
  const place = context ?? (await browser.newContext({ viewport: { width: 1000, height: 700 } }));
  // The pictures of the demo's products are nowhere.
  if (!context) await place.route('https://shop.example/**', (route) => route.fulfill({ contentType: 'image/svg+xml', body: DOT }));
  const page = await place.newPage();
  page.complaints = [];
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  await page.goto(host.origin + path);
  return page;
}

const comeNear = (page) => page.evaluate(() => document.querySelector('cook-shelf').scrollIntoView());
const opened = (page) => page.waitForFunction(() => globalThis.shelf !== undefined && document.querySelector('cook-shelf')?.getAttribute('state') === 'filled');
const items = (page) => page.evaluate(() => document.querySelector('cook-shelf').items.map(({ id }) => id));
const profile = (page) => page.evaluate(() => globalThis.shelf.profile.explain());
const decide = (page, agreed) => page.evaluate((yes) => globalThis.decide(yes), agreed);
const happen = (page, name, payload) => page.evaluate(([event, detail]) => {
  globalThis.happen(event, { ...detail, ...(detail.promise && { promise: Promise.resolve(detail.promise) }) });
}, [name, payload]);

/** Everything that the device keeps of this origin. */
async function stored(page) {
  const [cookies, inPage] = await Promise.all([page.context().cookies(), page.evaluate(async () => [
    ...Object.keys(localStorage), ...Object.keys(sessionStorage), ...(await indexedDB.databases()).map(({ name }) => name), ...(await caches.keys()),
  ])]);
  return [...cookies.map(({ name }) => name), ...inPage];
}

const nothingStored = (page, why) => until(async () => (await stored(page)).length === 0, why);

describe('what the script costs before anything is done, as the host counts: compressed by gzip, and no more than 10,000 bytes', () => {
  const LIMIT = 10_000;

  /** The scripts that a page has asked for, with their sizes. */
  async function scripts(page) {
    const [load, asked] = await page.evaluate(() => [
      performance.getEntriesByType('navigation')[0].loadEventStart,
      performance.getEntriesByType('resource').map(({ name, startTime }) => ({ path: new URL(name).pathname, startTime })),
    ]);
    return asked.filter(({ path }) => path.endsWith('.js')).map(({ path, startTime }) => ({
      path, isBeforeLoad: startTime < load, bytes: gzipSync(readFileSync(join(packageFolder, 'build/theme', path)), { level: 9 }).length,
    }));
  }
  const sum = (files) => files.reduce((bytes, file) => bytes + file.bytes, 0);
  const told = (files) => files.map(({ path, bytes }) => `${path.slice('/assets/'.length)} ${bytes} B`).join(', ');

  test('on a page whose shelf is further down, all of it', async (t) => {
    const page = await visit(`/products/${product}?everywhere`);
    await page.waitForLoadState('networkidle');
    await page.waitForTimeout(4_000);
    const found = await scripts(page);
    t.diagnostic(`${sum(found)} B: ${told(found)}`);
    assert.ok(found.length > 0 && sum(found) < LIMIT, `${sum(found)} B`);
    await page.context().close();
  });

  test('on a page whose shelf is in view, until the page has loaded', async (t) => {
    const page = await visit(`/products/${product}?near`);
    await opened(page);
    await page.waitForLoadState('networkidle');
    const found = await scripts(page);
    const first = found.filter(({ isBeforeLoad }) => isBeforeLoad);
    t.diagnostic(`${sum(first)} B: ${told(first)}`);
    t.diagnostic(`and for the shelf after that ${sum(found) - sum(first)} B: ${told(found.filter(({ isBeforeLoad }) => !isBeforeLoad))}`);
    assert.ok(found.length > first.length && first.length > 0, 'the shelf fills itself, without a touch');
    assert.ok(sum(first) < LIMIT, `${sum(first)} B`);
    await page.context().close();
  });
});

test('what is in the cart shows in no request, nor whether anything is', async () => {
  const logs = [];
  const lists = [];
  for (const cart of ['', product, `${other},${product}`]) {
    const from = host.asked.length;
    const page = await visit(`/?near&kind=together&cart=${cart}`);
    await opened(page);
    await page.waitForLoadState('networkidle');
    lists.push(await items(page));
    assert.deepEqual((await profile(page)).cart.length, cart.split(',').filter(Boolean).length);
    logs.push(host.asked.slice(from).filter(({ path }) => path !== '/').map(({ method, path, search }) => `${method} ${path}${search}`).sort());
    await page.context().close();
  }
  assert.ok(logs[0].length > 8);
  assert.deepEqual(logs[1], logs[0]);
  assert.deepEqual(logs[2], logs[0]);
  assert.notDeepEqual(lists[1], lists[0], 'and the lists are about it');
});

test('a shelf brings its script when it comes near, and fills itself', async () => {
  const from = host.asked.length;
  const page = await visit(`/products/${product}`);
  await page.waitForLoadState('networkidle');
  const scripts = () => host.asked.slice(from).map(({ path }) => path).filter((path) => /\.(js|wasm)$/.test(path));
  assert.deepEqual(scripts(), ['/assets/cookshelf.js'], 'before it is near, one small file');
  await comeNear(page);
  await opened(page);
  const shown = await items(page);
  assert.equal(shown.length, 6);
  assert.ok(!shown.includes(product), 'not the product itself');
  assert.ok(['/assets/theme.js', '/assets/element.js', '/assets/index.js', '/assets/cookshelf.wasm'].every((path) => scripts().includes(path)), `all from the other origin: ${scripts()}`);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('cards lead to the language of the page, and prices are written in it', async () => {
  const page = await visit('/products/101?near&model=/apps/small/manifest.json');
  await opened(page);
  const links = await page.locator('cook-shelf a').evaluateAll((found) => found.map((link) => link.getAttribute('href')));
  assert.ok(links.length > 0 && links.every((link) => /^\/de\/products\/\d{3}$/.test(link)), `${links}`);
  assert.match(await page.locator('cook-shelf .cook-shelf-price').first().innerText(), /^€\d+\.00$/);
  await page.context().close();
});

test('what the server shows stays when there is no model, and is replaced when there is', async () => {
  const without = await visit(`/products/${product}?near&fallback&model=/nowhere/manifest.json`);
  await without.waitForFunction(() => document.querySelector('cook-shelf')?.getAttribute('state') === 'fallback');
  await without.waitForLoadState('networkidle');
  assert.ok(await without.getByText('What the server has').isVisible());
  await without.context().close();
  const withOne = await visit(`/products/${product}?near&fallback`);
  await opened(withOne);
  assert.ok(!(await withOne.getByText('What the server has').isVisible()), 'replaced while the shopper looks, since nothing moves');
  assert.equal(await withOne.evaluate(() => globalThis.shifts), 0);
  await withOne.context().close();
});

test('the host’s events feed the profile and the cart, also those from before the shelf', async () => {
  const page = await visit(`/products/${product}`);
  await decide(page, true);
  await comeNear(page);
  await opened(page);
  const seen = (type) => `gid://shopify/${type}`;
  await happen(page, 'product:view', { context: 'collection', product: { id: seen(`Product/${other}`) } });
  assert.deepEqual((await profile(page)).items.map(({ item }) => item), [product], 'a card that scrolls by is no view');
  await happen(page, 'product:view', { context: 'dialog', product: { id: seen(`Product/${other}`), selectedVariant: { id: seen(`ProductVariant/${other}1`) } } });
  await happen(page, 'cart:lines-update', { action: 'add', context: 'dialog', lines: [{ merchandiseId: seen(`ProductVariant/${other}1`), quantity: 1 }], promise: { cart: { lines: [{ id: seen(`CartLine/${other}1:k`), quantity: 1 }] } } });
  await until(async () => (await profile(page)).cart.length === 1, 'the cart is known');
  assert.deepEqual((await profile(page)).cart, [other]);
  await happen(page, 'cart:lines-update', { action: 'remove', context: 'cart', lines: [{ id: seen(`CartLine/${other}1:k`), quantity: 0 }], promise: { cart: { lines: [] } } });
  await until(async () => (await profile(page)).cart.length === 0, 'the cart is empty again');
  const known = (await profile(page)).items.find(({ item }) => item === other);
  assert.deepEqual([...known.did].sort(), ['addToCart', 'removeFromCart', 'view']);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

describe('consent', () => {
  for (const source of ['shopify', 'google', 'tcf', 'page']) {
    const address = () => `/products/${product}?near&source=${source}`;

    test(`${source}: never, then later, in two tabs, then revoked`, async () => {
      const page = await visit(address());
      await opened(page);
      await page.waitForLoadState('networkidle');
      assert.deepEqual(await stored(page), [], 'nothing is stored while nobody was asked');
      assert.equal((await profile(page)).events, 0);

      await decide(page, true);
      await page.waitForFunction(() => globalThis.shelf.profile.mode === 'device');
      await happen(page, 'product:view', { context: 'page', product: { id: `gid://shopify/Product/${other}` } });
      await until(async () => (await profile(page)).stored && (await stored(page)).length === 2, 'profile and model are kept');
      assert.deepEqual((await stored(page)).sort(), ['cookshelf', 'cookshelf-v1']);

      const second = await visit(address(), page.context());
      await opened(second);
      assert.equal((await profile(second)).events, 0, 'a page whose visitor is undecided reads nothing');
      assert.deepEqual((await stored(page)).sort(), ['cookshelf', 'cookshelf-v1'], 'and deletes nothing');
      await decide(second, true);
      await until(async () => (await profile(second)).items.some(({ item }) => item === other), 'both tabs know');

      await decide(page, false);
      await until(async () => (await profile(second)).mode === 'off', 'the other tab hears of it');
      assert.equal((await profile(second)).events, 0);
      await nothingStored(page, 'everything is deleted');
      await happen(second, 'product:view', { context: 'page', product: { id: `gid://shopify/Product/${other}` } });
      await second.reload();
      await opened(second);
      assert.deepEqual(await stored(second), []);
      assert.deepEqual([...page.complaints, ...second.complaints], []);
      await page.context().close();
    });
  }

  for (const where of ['whose shelf is further down', 'whose model cannot be had']) {
    test(`revoked on a page ${where}: everything is deleted, in the other tab too`, async () => {
      const page = await visit(`/products/${product}?near&agreed`);
      await opened(page);
      await until(async () => (await profile(page)).stored && (await stored(page)).length === 2, 'profile and model are kept');
      const from = host.asked.length;
      const second = await visit(`/products/${other}?agreed${where.includes('model') ? '&near&model=/nowhere/manifest.json' : ''}`, page.context());
      await second.waitForLoadState('networkidle');
      assert.deepEqual((await stored(page)).sort(), ['cookshelf', 'cookshelf-v1']);
      await decide(second, false);
      await until(async () => (await profile(page)).mode === 'off', 'the other tab hears of it');
      await nothingStored(second, 'everything is deleted');
      if (!where.includes('model')) assert.deepEqual(host.asked.slice(from).map(({ path }) => path).filter((path) => path.endsWith('.js')), ['/assets/cookshelf.js']);
      await page.context().close();
    });
  }

  test('agreed long ago: the view of this page is noted, however late the host says so', async () => {
    const page = await visit(`/products/${product}?near&agreed&late`);
    await opened(page);
    await happen(page, 'product:view', { context: 'dialog', product: { id: `gid://shopify/Product/${other}` } });
    assert.deepEqual([(await profile(page)).events, await stored(page)], [0, []], 'not known yet');
    await page.evaluate(() => globalThis.arrive());
    await until(async () => (await profile(page)).stored, 'the profile is kept');
    assert.deepEqual((await profile(page)).items.map(({ item }) => item), [other, product]);
    await page.context().close();
  });

  test('none: nothing is ever remembered, whatever the banner says', async () => {
    const page = await visit(`/products/${product}?near&source=none`);
    await opened(page);
    await decide(page, true);
    assert.deepEqual([(await profile(page)).mode, await stored(page)], ['off', []]);
    await page.context().close();
  });

  test('erased by the shopper: nothing is left', async () => {
    const page = await visit(`/products/${product}?near`);
    await opened(page);
    await decide(page, true);
    await until(async () => (await profile(page)).stored && (await stored(page)).length === 2, 'profile and model are kept');
    // Blobs move to the device one after the other; what is on its way when all is erased would come after it.
    let before = -1;
    await until(async () => before === (before = await page.evaluate(async () => (await (await caches.open('cookshelf-v1')).keys()).length)), 'nothing is on its way');
    await page.evaluate(() => globalThis.shelf.profile.erase());
    assert.deepEqual(await stored(page), []);
    await page.context().close();
  });
});

test('on a page without a shelf nothing is loaded, and with the merchant’s wish only after consent', async () => {
  const from = host.asked.length;
  const loaded = () => host.asked.slice(from).map(({ path }) => path).filter((path) => /\.(js|wasm)$|^\/apps\//.test(path));
  const bare = await visit(`/products/${product}?bare`);
  await bare.waitForLoadState('networkidle');
  assert.deepEqual(loaded(), []);
  const wish = await visit(`/products/${product}?bare&everywhere`);
  await wish.waitForLoadState('networkidle');
  assert.ok(!loaded().some((path) => /index\.js|wasm|^\/apps\//.test(path)), `no engine before consent: ${loaded()}`);
  await decide(wish, true);
  await until(async () => (await stored(wish)).includes('cookshelf'), 'the view is remembered');
  const later = await visit(`/products/${other}?bare&everywhere`, wish.context());
  await decide(later, false);
  await nothingStored(later, 'a no deletes it');
  await Promise.all([bare.context().close(), wish.context().close()]);
});

test('in the editor nothing is learnt', async () => {
  const page = await visit(`/products/${product}?near&editor`);
  await opened(page);
  await happen(page, 'product:view', { context: 'page', product: { id: `gid://shopify/Product/${other}` } });
  assert.deepEqual([(await profile(page)).events, await stored(page)], [0, []]);
  assert.ok(await page.getByText('the profile is off until').isVisible());
  await page.context().close();
});

test('a plain script does the same in any shop', async () => {
  const page = await visit('/plain');
  await opened(page);
  assert.equal((await items(page)).length, 4);
  await page.evaluate(() => { document.getElementById('cookshelf').dataset.consent = 'device'; });
  await until(async () => (await profile(page)).mode === 'device', 'the page’s own consent counts');
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('everything that was asked for was a GET without a query of ours and without a cookie', () => {
  const files = JSON.parse(JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8')).payload).blobs;
  const ours = host.asked.filter(({ path }) => path.startsWith('/apps/') || path.startsWith('/assets/') || path.startsWith('/cookshelf/'));
  assert.ok(ours.length > 20);
  for (const { method, path, search, cookie } of ours) {
    assert.equal(method, 'GET');
    assert.equal(cookie, undefined);
    if (path.startsWith('/apps/')) assert.match(path.replace(/^\/apps\/\w+\//, ''), new RegExp(`^manifest\\.json$|^${files}[0-9a-f]{32}$`));
    assert.match(search, path.startsWith('/assets/') ? /^(\?v=\d+)?$/ : /^$/);
  }
});
