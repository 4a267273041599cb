/**
 * What there is to try in the demo: why a list is short, the shop through other eyes, without a network, and in ten lines.
 *
 * COOKSHELF_PROGRAM serves COOKSHELF_MODELS and COOKSHELF_SITE. One shopper, in order, as in shop.test.mjs.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch } from './chromium.mjs';
import { startServer, until } from './recorded-server.mjs';
import { Shopper } from './shopper.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const source = (name) => readFileSync(new URL(`../../web-demo/src/ten-lines/${name}`, import.meta.url), 'utf8').trim();
const { products, categories } = JSON.parse(readFileSync(join(process.env.COOKSHELF_SITE, 'products.json'), 'utf8'));
const category = new Map(products.map((product) => [product.id, product.category]));
const HOME_SHELVES = ['shelf-for-you', 'shelf-trending', 'shelf-new'];

let server;
let browser;
let shopper;
let page;

before(async () => {
  server = await startServer({ models: process.env.COOKSHELF_MODELS, shop: process.env.COOKSHELF_SITE });
  browser = await launch();
  shopper = await Shopper.enter(browser, server.origin);
  page = shopper.page;
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test('a list that something stands in for says so, and why', async () => {
  await shopper.items('shelf-for-you');
  const why = page.getByTestId('shelf-for-you').getByTestId('why');
  assert.equal(await why.getAttribute('data-level'), 'fallback');
  assert.equal(await why.getAttribute('open'), null, 'it is folded');
  await why.locator('summary').click();
  assert.match(await why.innerText(), /Nothing is known yet .*all 12 come from bestsellers/s);
});

test('a topped-up list says how many each rule kept out, as the answer does', async () => {
  const rules = new Set();
  for (const { name, slug } of categories.slice(0, 6)) {
    await goTo(`#/category/${slug}`);
    await shopper.items('shelf-trending');
    const answer = await page.evaluate(async (category) => {
      const { items, level, removed } = await (await globalThis.cookshelf).trending({ limit: 12, where: { category } });
      return { own: items.filter(({ reason }) => reason.kind === 'trending').length, count: items.length, level, removed };
    }, name);
    const why = page.getByTestId('shelf-trending').getByTestId('why');
    const whole = answer.level === 'asked' && answer.count === 12;
    assert.equal(await why.count(), whole ? 0 : 1, JSON.stringify(answer));
    if (whole) continue;
    await why.locator('summary').click();
    const words = await why.innerText();
    if (answer.level === 'partly-fallback') assert.match(words, new RegExp(`had ${answer.own}; the other ${answer.count - answer.own} come from`));
    for (const [rule, many] of Object.entries(answer.removed)) {
      rules.add(rule);
      assert.match(words, new RegExp(`${many} items? left out: ${rule === 'filter' ? `not in ${name}` : ''}`), `${rule}: ${words}`);
    }
  }
  assert.ok(rules.has('filter'), 'some category has too little that is trending');
});

test('the same page as someone else sees it: other lists, no request, and the own profile stays', async () => {
  await agree();
  for (const item of products.filter((product) => product.category === products[0].category).slice(0, 3)) {
    await goTo(`#/product/${item.id}`);
    await shopper.items('shelf-similar');
  }
  await shopper.goHome();
  const own = await lists();
  const kept = await profile();
  assert.ok(kept.events.length >= 3);

  const asked = server.requests.length;
  const seen = [];
  for (const at of [1, 2]) {
    await be(at);
    const forThem = await shopper.items('shelf-for-you');
    assert.notDeepEqual(forThem, own['shelf-for-you']);
    const likes = (await page.getByTestId(`bar-as-${at}`).locator('xpath=..').locator('small').innerText()).split(' and ');
    const liked = new Set((await shopper.items('shelf-recent')).map((item) => category.get(item).toLowerCase()));
    assert.deepEqual([...liked].sort(), [...likes].sort(), 'what they viewed is what the bar says');
    assert.match(await shopper.text('shelf-for-you'), /For (Ada|Ben)[^]*Because (Ada|Ben) viewed/);
    assert.equal(await page.getByTestId('requests-since').first().innerText(), '0');
    seen.push(forThem);
  }
  assert.notDeepEqual(seen[0], seen[1]);
  assert.equal(server.requests.length, asked, 'nobody was asked for anything');

  // What is done meanwhile is theirs, too.
  await shopper.open('shelf-for-you', seen[1][0]);
  assert.deepEqual(await profile(), kept);
  await shopper.openPanel();
  assert.match(await shopper.text('own-waits'), /untouched/);
  assert.match(await shopper.text('privacy-panel'), /About Ben/);
  await shopper.closePanel();
  const stored = (await shopper.stored()).join();
  assert.ok(kept.events.every(({ item }) => stored.includes(item)), 'the own profile is on the device');
  for (const item of await page.evaluate(async () => (await globalThis.cookshelf).profile.explain().items.map(({ item }) => item))) assert.notEqual(item, seen[1][0]);
  assert.ok(!stored.includes(`"${seen[1][0]}"`), 'what Ben did is not');

  await be(0);
  await shopper.goHome();
  assert.deepEqual(await lists(), own, 'one is oneself again');
  await be(2);
  await shopper.reload();
  assert.ok(await page.getByTestId('bar-as-0').isChecked(), 'a visit begins as oneself');
  assert.deepEqual(await lists(), own);
});

test('wherever lists are made, the switch takes no request', async () => {
  for (const run of ['worker', 'airlock', 'js']) {
    const other = await Shopper.enter(browser, server.origin, `/?run=${run}`);
    await other.items('shelf-for-you');
    await other.items('shelf-new');
    const asked = server.requests.length;
    for (const at of [1, 2]) {
      await other.page.getByTestId(`bar-as-${at}`).check();
      await other.items('shelf-for-you');
      await until(async () => (await other.text('shelf-for-you')).includes('viewed'), 'the list is about them');
      await other.items('shelf-new');
    }
    // The browser looks for its service worker when it likes.
    assert.deepEqual(server.requests.slice(asked).map(({ url }) => url).filter((url) => url !== '/sw.js'), [], run);
    assert.equal(await other.page.evaluate(async () => (await globalThis.cookshelf).engine.kind), run);
    assert.deepEqual(await other.kept(), [], 'nothing is kept of them');
    assert.deepEqual(other.complaints, []);
    await other.context.close();
  }
});

test('offline on purpose: lists go on, nothing is asked for, also after a reload; and back', async () => {
  await until(() => page.evaluate(() => navigator.serviceWorker.controller !== null), 'the shop is kept');
  await shopper.idle();
  await page.getByTestId('bar-offline').click();
  await until(() => offline('bar'), 'the switch is on');
  const asked = server.requests.length;
  const own = await lists();
  await shopper.open('shelf-for-you', own['shelf-for-you'][0]);
  await shopper.openPanel();
  assert.match(await shopper.text('offline-state'), /^Offline/);
  assert.ok(await offline('panel'));
  await shopper.closePanel();
  await shopper.reload();
  await shopper.items('shelf-similar');
  assert.ok(await offline('bar'), 'it is still offline');
  await shopper.goHome();
  assert.ok((await shopper.items('shelf-for-you')).length > 0);
  // A browser looks for itself whether there is a newer service worker.
  assert.deepEqual(server.requests.slice(asked).map(({ url }) => url).filter((url) => url !== '/sw.js'), []);

  await page.getByTestId('bar-offline').click();
  await until(async () => !(await offline('bar')), 'the switch is off');
  await shopper.reload();
  await shopper.items('shelf-for-you');
  await until(() => server.requests.slice(asked).some(({ url }) => url === '/products.json'), 'the network is asked again');
});

test('the ten lines on the page are the ten lines that run', async () => {
  await page.locator('footer a[href="#/ten-lines"]').click();
  const links = page.getByTestId('lines-result').locator('a');
  await links.nth(5).waitFor();
  assert.equal(await page.getByTestId('lines-script').innerText(), source('recommend.js'));
  assert.ok(source('recommend.js').split('\n').length <= 10);
  const answer = await page.evaluate(async () => (await (await globalThis.cookshelf).forYou({ limit: 6, cards: true })).items.map(({ id, card }) => [`#/product/${id}`, card.title]));
  assert.deepEqual(await links.evaluateAll((all) => all.map((link) => [link.getAttribute('href'), link.textContent])), answer);
  assert.equal(await page.getByTestId('lines-tag').innerText(), source('tag.html'));
  const tag = page.locator('.lines-result cook-shelf');
  assert.equal(await tag.evaluate((node) => node.outerHTML.startsWith('<cook-shelf kind="trending" limit="6"')), true);
  await tag.scrollIntoViewIfNeeded();
  await tag.locator('[data-item] img').nth(3).waitFor();
  assert.equal(await tag.locator('[data-item]').count(), 6);
});

test('axe finds nothing in what there is to try', async () => {
  const looks = [[{ width: 1280, height: 900 }, 'light'], [{ width: 390, height: 844 }, 'dark']];
  for (const [size, scheme] of looks) {
    await shopper.look(size, scheme);
    await goTo('#/ten-lines');
    await page.getByTestId('lines-result').locator('a').nth(5).waitFor();
    assert.deepEqual(await violations(), [], `ten lines, ${scheme}`);
    assert.ok(await shopper.fitsTheWindow());
    await goTo(`#/product/${products[0].id}`);
    await shopper.items('shelf-together');
    const why = page.getByTestId('why').first();
    if ((await why.count()) > 0) await why.locator('summary').click();
    assert.deepEqual(await violations(), [], `a product, ${scheme}`);
    await shopper.goHome();
    await be(1);
    await shopper.items('shelf-for-you');
    assert.deepEqual(await violations(), [], `home as Ada, ${scheme}`);
    assert.ok(await shopper.fitsTheWindow());
    await shopper.openPanel();
    assert.deepEqual(await violations(), [], `the panel, ${scheme}`);
    assert.ok(await page.getByTestId('privacy-panel').evaluate((panel) => panel.scrollWidth <= panel.clientWidth), `the panel is as wide as its window, ${scheme}`);
    await shopper.closePanel();
    await be(0);
  }
});

test('nothing moved, and nothing complained', () => {
  assert.deepEqual(shopper.complaints, []);
  assert.deepEqual(shopper.shifts, []);
});

async function goTo(hash) {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await shopper.idle();
}

async function agree() {
  await shopper.openPanel();
  await page.getByTestId('memory-device').click();
  await until(async () => (await shopper.kept()).some((name) => name.includes('tarn-shell')), 'the shop is kept');
  await shopper.closePanel();
}

async function be(at) {
  await page.getByTestId(`bar-as-${at}`).check();
  await shopper.idle();
}

async function lists() {
  const found = {};
  for (const shelf of HOME_SHELVES) found[shelf] = await shopper.items(shelf);
  return found;
}

function profile() {
  return page.evaluate(async () => (await globalThis.cookshelf).profile.export());
}

async function offline(place) {
  return (await page.getByTestId(`${place}-offline`).getAttribute('aria-checked')) === 'true';
}

async function violations() {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}
