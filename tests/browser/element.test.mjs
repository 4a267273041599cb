/**
 * `<cook-shelf>` in a page: what it shows, what a keyboard and a screen reader find, and that nothing ever moves.
 *
 * Pages of a few lines, the built package, the small shop: COOKSHELF_MODELS, and COOKSHELF_SITE for its pictures.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch } from './chromium.mjs';
import { SHOP, shopPage, startPages, watch } from './element-page.mjs';
import { until } from './recorded-server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const site = process.env.COOKSHELF_SITE;
const pictures = process.env.COOKSHELF_PICTURES;
const { products } = JSON.parse(readFileSync(join(site, 'products.json'), 'utf8'));
const SEED = products[0].id;
const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src https://shop.example data:; require-trusted-types-for 'script'; trusted-types 'none'";

/** What a server might have put in the place of the list. */
const BROUGHT = `<ul role="list" class="brought">${products.slice(0, 3).map(({ title }) => `<li><a href="/p">${title}</a></li>`).join('')}</ul>`;
const SIMILAR = `<cook-shelf id="one" kind="similar" seed="${SEED}" heading="You may also like"></cook-shelf>`;

let server;
let browser;

before(async () => {
  if (pictures) mkdirSync(pictures, { recursive: true });
  server = await startPages({ models: process.env.COOKSHELF_MODELS });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens a page, works with it, and closes it; nothing may have complained, and nothing may have moved. */
async function visit({ body, html = {}, policy, settled = true, mayComplain = false, mayMove = false, delays = {}, ...look }, work) {
  server.delays.clear();
  for (const [start, wait] of Object.entries(delays)) server.delays.set(start, wait);
  const context = await browser.newContext({ viewport: DESKTOP, ...look });
  const complaints = [];
  await context.addInitScript(watch);
  await context.route(`${SHOP}/**`, async (route) => {
    const body = await readFile(join(site, new URL(route.request().url()).pathname)).catch(() => undefined);
    await route.fulfill(body ? { body, contentType: 'image/svg+xml' } : { status: 200, contentType: 'text/html', body: '<!doctype html><title>x</title>' });
  });
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    server.asked.length = 0;
    await page.goto(server.put(shopPage(body, html), policy));
    if (settled) await state(page, 'one', /filled|fallback|empty|error/);
    await work(page);
    const inPage = await page.evaluate(() => [globalThis.shifts, globalThis.complaints]).catch(() => [[], []]);
    if (!mayMove) assert.deepEqual(inPage[0], [], 'something moved');
    if (!mayComplain) assert.deepEqual([...complaints, ...inPage[1]], []);
  } finally {
    await context.close();
  }
}

/** Waits until a shelf is done and in this state. */
async function state(page, id, wanted) {
  const now = () => page.evaluate((name) => {
    const shelf = document.getElementById(name);
    const busy = (shelf?.shadowRoot ?? shelf)?.querySelector('section')?.getAttribute('aria-busy');
    return busy === 'true' ? 'busy' : shelf?.getAttribute('state') ?? '';
  }, id);
  await until(async () => wanted.test(await now()), `${id} becomes ${wanted}, and is ${await now()}`);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

const shown = (page, id) => page.evaluate((name) => document.getElementById(name).items.map((item) => item.id), id);
const cells = (page, id) => page.locator(`#${id} li[data-item]`).evaluateAll((all) => all.map((cell) => cell.dataset.item));
const told = (page) => page.evaluate(() => globalThis.told);

/** Rules of the whole page's frame are the shop's business; everything else is the shelf's. */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}

/** A few pages at a time. */
async function together(many, cases, work) {
  const rest = [...cases];
  await Promise.all(Array.from({ length: many }, async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await work(next);
  }));
}

// ---- what it shows ----------------------------------------------------------------------------------------------

test('a shelf shows its list: links with picture, title and price', async () => {
  await visit({ body: SIMILAR }, async (page) => {
    const ids = await cells(page, 'one');
    assert.equal(ids.length, 8);
    assert.deepEqual(ids, await shown(page, 'one'));
    assert.ok(!ids.includes(SEED));
    const [{ card: product }] = await page.locator('#one').evaluate((shelf) => shelf.items);
    const card = page.locator('#one li').first();
    assert.equal(await card.locator('.cook-shelf-title').textContent(), product.title);
    assert.match(await card.locator('.cook-shelf-price').textContent(), /\d/);
    assert.equal(await card.locator('a').count(), 1, 'one link per card');
    assert.equal(await card.locator('a').getAttribute('href'), `/p/${ids[0]}`);
    assert.match(await card.locator('img').getAttribute('src'), /^https:/);
    for (const name of ['width', 'height', 'loading', 'decoding']) assert.ok(await card.locator('img').getAttribute(name), name);
    assert.equal(await page.locator('#one section').getAttribute('aria-labelledby'), await page.locator('#one h2').getAttribute('id'));
    assert.ok(await page.evaluate(() => document.querySelector('cook-shelf:state(filled)') !== null), ':state(filled) matches');
    assert.deepEqual((await told(page)).map(({ name }) => name), ['ready', 'list']);
  });
});

test('the engine is fetched when the shelf comes near, not before', async () => {
  const body = `${'<p>A long page.</p>'.repeat(120)}${SIMILAR}`;
  await visit({ body, settled: false }, async (page) => {
    await page.waitForLoadState('networkidle');
    assert.deepEqual(server.asked.filter((path) => /index\.js|wasm|models/.test(path)), []);
    assert.equal(await page.locator('#one').getAttribute('state'), 'loading');
    await page.locator('#one').scrollIntoViewIfNeeded();
    await state(page, 'one', /filled/);
    assert.ok(server.asked.includes('/dist/index.js'));
  });
});

test('attributes become the question; a change of one asks again', async () => {
  const body = `<cook-shelf id="one" kind="popular" limit="4" heading="Bestsellers" layout="grid" level="3"></cook-shelf>`;
  await visit({ body }, async (page) => {
    const before = await shown(page, 'one');
    assert.equal(before.length, 4);
    assert.equal(await page.locator('#one h3').textContent(), 'Bestsellers');
    const other = products.find(({ id, category }) => id === before[0] && category).category;
    await page.locator('#one').evaluate((shelf, category) => shelf.setAttribute('where', JSON.stringify({ not: { category } })), other);
    await until(async () => (await shown(page, 'one')).every((id) => !before.includes(id) || products.find((product) => product.id === id).category !== other), 'the filter holds');
    await page.locator('#one').evaluate((shelf) => { shelf.request = { kind: 'trending', limit: 3 }; });
    await until(async () => (await shown(page, 'one')).length === 3, 'the property wins');
    assert.deepEqual(await page.locator('#one').evaluate((shelf) => [shelf.result.items.length, shelf.state]), [3, 'filled']);
  });
});

test('what cannot be asked is an error with a hint, and the page keeps what it brought', async () => {
  const body = `<cook-shelf id="one" kind="popular" where="{" heading="Broken"></cook-shelf><cook-shelf id="two" kind="popular" where="{">${BROUGHT}</cook-shelf>`;
  await visit({ body }, async (page) => {
    await state(page, 'one', /error/);
    await state(page, 'two', /fallback/);
    assert.deepEqual((await told(page)).filter(({ name }) => name === 'error').map(({ code }) => code), ['QUERY_INVALID', 'QUERY_INVALID']);
    assert.ok(await page.locator('#two .brought').isVisible());
    await page.locator('#one').evaluate((shelf) => shelf.removeAttribute('where'));
    await state(page, 'one', /filled/);
  });
});

test('a template of the page is filled without markup and without scripts', async () => {
  const body = `<cook-shelf id="one" card="#mine" heading="Mine"></cook-shelf>
<template id="mine"><article><a data-href="address"><img data-src="image" data-alt="title" width="40" height="40"><b data-text="title"></b></a>
<span data-text="price"></span><i data-hidden-if="image">no picture</i><u data-hidden-unless="image">picture</u><script type="text/plain" data-text="title"></script></article></template>`;
  // A template of loose text: what is in a card moves, though the page does not.
  await visit({ body, policy: STRICT, mayMove: true }, async (page) => {
    await page.evaluate(() => {
      const item = (id, card) => ({ id, score: 1, rank: 1, reason: { kind: 'chosen' }, card: { id, currency: 'EUR', ...card } });
      document.getElementById('one').items = [
        item('a', { title: '<img src=x onerror=alert(1)>', price: '12.50', address: 'javascript:alert(1)', image: '' }),
        item('b', { title: 'Good', price: '7', address: '/b', image: 'data:image/svg+xml,<svg/>' }),
        item('c', { title: 'Better', address: 'https://shop.example/c', image: 'https://shop.example/images/c.svg' }),
      ];
    });
    await until(async () => (await cells(page, 'one')).join() === 'a,b,c', 'the given items are shown');
    const seen = await page.locator('#one article').evaluateAll((all) => all.map((node) => ({
      title: node.querySelector('b').textContent, href: node.querySelector('a').getAttribute('href'), src: node.querySelector('img').getAttribute('src'),
      price: node.querySelector('span').textContent, none: node.querySelector('i').hidden, some: node.querySelector('u').hidden, script: node.querySelector('script').textContent,
    })));
    assert.deepEqual(seen, [
      { title: '<img src=x onerror=alert(1)>', href: null, src: null, price: '€12.50', none: false, some: true, script: '' },
      { title: 'Good', href: '/b', src: null, price: '€7.00', none: true, some: false, script: '' },
      { title: 'Better', href: 'https://shop.example/c', src: 'https://shop.example/images/c.svg', price: '', none: true, some: false, script: '' },
    ]);
  });
});

test('a choice tells the profile, unless the page prevents it', async () => {
  await visit({ body: SIMILAR }, async (page) => {
    const known = () => page.evaluate(async () => {
      const { createRecommender } = await import('/dist/index.js');
      return (await createRecommender({ model: '/models/manifest.json' })).profile.explain().items.map(({ item, did }) => `${did} ${item}`);
    });
    await page.evaluate(() => document.addEventListener('click', (event) => event.preventDefault()));
    const [first, second] = await cells(page, 'one');
    await page.locator(`[data-item="${first}"] a`).click();
    assert.deepEqual(await known(), [`select ${first}`]);
    await page.evaluate(() => document.addEventListener('cook-shelf:select', (event) => event.preventDefault()));
    await page.locator(`[data-item="${second}"] a`).click();
    assert.deepEqual(await known(), [`select ${first}`]);
    assert.deepEqual((await told(page)).filter(({ name }) => name === 'select').map(({ item }) => item), [first, second]);
  });
});

test('"not interested" takes an item away for good, says so, and keeps the focus', async () => {
  const body = `<cook-shelf id="one" kind="similar" seed="${SEED}" heading="Similar" dismissible></cook-shelf>`;
  await visit({ body }, async (page) => {
    const [first, second] = await cells(page, 'one');
    const button = page.locator(`[data-item="${first}"] .cook-shelf-dismiss`);
    assert.match(await button.getAttribute('aria-label'), /^Not interested in \w+/);
    assert.equal(await page.locator('#one [role=status]').textContent(), '');
    await button.focus();
    await page.keyboard.press('Enter');
    await until(async () => !(await cells(page, 'one')).includes(first), 'it is gone');
    assert.equal((await cells(page, 'one')).length, 8, 'another one follows');
    assert.equal(await page.locator('#one [role=status]').textContent(), 'Updated: 8 recommendations');
    assert.equal(await page.evaluate(() => document.activeElement.closest('li').dataset.item), second);
    await page.locator('#one').evaluate((shelf) => shelf.setAttribute('limit', '20'));
    await until(async () => (await cells(page, 'one')).length > 8, 'a longer list');
    assert.ok(!(await cells(page, 'one')).includes(first), 'it stays away');
  });
});

test('shelves of a group never show the same item, whoever comes first', async () => {
  const group = ['similar', 'text', 'picks', 'popular', 'trending']
    .map((kind, at) => `<cook-shelf id="${['one', 'two', 'three', 'four', 'five'][at]}" kind="${kind}" seed="${SEED}" limit="6" heading="${kind}" distinct-group="page" ${at === 2 ? 'dismissible' : ''}></cook-shelf>`);
  for (const body of [group.join(''), group.reverse().join('')]) {
    await visit({ body, viewport: { width: 1280, height: 3000 } }, async (page) => {
      for (const id of ['one', 'two', 'three', 'four', 'five']) await state(page, id, /filled/);
      const all = (await Promise.all(['one', 'two', 'three', 'four', 'five'].map((id) => cells(page, id)))).flat();
      assert.equal(all.length, 30);
      assert.equal(new Set(all).size, all.length, 'nothing twice');
      const orders = (await told(page)).filter(({ name }) => name === 'list').map(({ id }) => id);
      assert.deepEqual(orders, await page.locator('cook-shelf').evaluateAll((nodes) => nodes.map(({ id }) => id)), 'in the order of the page');
      await page.locator('#one').evaluate((shelf) => shelf.setAttribute('limit', '12'));
      await until(async () => (await cells(page, 'one')).length === 12, 'it asks again');
      const again = (await Promise.all(['one', 'two', 'three', 'four', 'five'].map((id) => cells(page, id)))).flat();
      assert.equal(new Set(again).size, again.length, 'nothing twice after one asked again');
    });
  }
});

test('the profile changes the list only of a shelf that is live; reasons say why', async () => {
  const body = `<cook-shelf id="one" kind="picks" limit="6" heading="For you" reasons live></cook-shelf><cook-shelf id="two" kind="picks" limit="6" heading="For you, later"></cook-shelf>`;
  await visit({ body, viewport: { width: 1280, height: 1600 } }, async (page) => {
    await state(page, 'two', /filled/);
    const [live, still] = [await cells(page, 'one'), await cells(page, 'two')];
    await page.evaluate(async (item) => {
      const { createRecommender } = await import('/dist/index.js');
      (await createRecommender({ model: '/models/manifest.json' })).profile.observe({ type: 'view', item });
    }, SEED);
    await until(async () => (await cells(page, 'one')).join() !== live.join(), 'the live list follows');
    await state(page, 'one', /filled/);
    assert.deepEqual(await cells(page, 'two'), still);
    const lines = await page.locator('#one .cook-shelf-reason').allTextContents();
    assert.ok(lines.some((line) => /^Because you viewed /.test(line) && line.includes(products[0].title)), lines.join('; '));
  });
});

test('what is fetched is the same whatever the shopper did, dismissed or was shown', async () => {
  const body = `<cook-shelf id="one" kind="picks" limit="6" heading="For you" distinct-group="page" reasons live></cook-shelf>
    <cook-shelf id="two" kind="similar" seed="${SEED}" limit="6" heading="Similar" distinct-group="page" dismissible></cook-shelf>
    <div id="far"></div><cook-shelf id="three" kind="popular" limit="6" heading="Bestsellers" distinct-group="page"></cook-shelf>`;
  const walk = async (shopper) => {
    let asked = [];
    await visit({ body, mayMove: true }, async (page) => {
      await page.locator('#far').evaluate((node) => { node.style.blockSize = '4000px'; });
      for (const id of ['one', 'two']) await state(page, id, /filled/);
      await shopper(page);
      await page.waitForLoadState('networkidle');
      await page.locator('#three').evaluate((node) => node.scrollIntoView());
      await state(page, 'three', /filled/);
      await page.waitForLoadState('networkidle');
      // The pictures and links of the page are not the package's to hide.
      asked = server.asked.filter((path) => path.startsWith('/models/'));
    });
    return asked;
  };
  const nobody = await walk(async () => {});
  const busy = await walk(async (page) => {
    const [first] = await cells(page, 'two');
    await page.locator(`[data-item="${first}"] .cook-shelf-dismiss`).click();
    await until(async () => !(await cells(page, 'two')).includes(first), 'it is gone');
    await page.evaluate(async (items) => {
      const { createRecommender } = await import('/dist/index.js');
      const { profile } = await createRecommender({ model: '/models/manifest.json' });
      for (const item of items) profile.observe({ type: 'view', item });
    }, products.slice(50, 60).map(({ id }) => id));
    await until(async () => (await page.locator('#one .cook-shelf-reason').allTextContents()).some((line) => /^Because you viewed/.test(line)), 'the list is this shopper\'s');
  });
  assert.ok(nobody.length > 5);
  assert.deepEqual([...busy].sort(), [...nobody].sort());
});

test('words come from the page, by language and number', async () => {
  const labels = JSON.stringify({ previous: 'Zurück', updated: { one: '{count} Vorschlag', other: '{count} Vorschläge' } }).replaceAll('"', '&quot;');
  const body = `<cook-shelf id="one" kind="popular" limit="6" heading="Beliebt" labels="${labels}" dismissible currency="EUR"><script type="application/json">{"next":"Weiter","dismiss":"{title} nicht zeigen"}</script></cook-shelf>`;
  await visit({ body, html: { lang: 'de' }, viewport: PHONE }, async (page) => {
    assert.equal(await page.locator('#one').getByRole('button', { name: 'Zurück: Beliebt' }).count(), 1);
    assert.equal(await page.locator('#one').getByRole('button', { name: 'Weiter: Beliebt' }).count(), 1);
    assert.match(await page.locator('#one .cook-shelf-price').first().textContent(), /^\d+,\d\d\s€$/);
    await page.locator('#one .cook-shelf-dismiss').first().click();
    await until(async () => (await page.locator('#one [role=status]').textContent()) === '6 Vorschläge', 'the plural is said');
  });
});

test('the recommender may be set before the element is known, once for all shelves, or in the page', async () => {
  const head = `<script type="module">
    const shelf = document.createElement('cook-shelf');
    shelf.id = 'one'; shelf.setAttribute('kind', 'popular'); shelf.setAttribute('heading', 'Set early');
    const list = async () => ({ items: [{ id: 'x', score: 1, rank: 1, reason: { kind: 'popular' }, card: { id: 'x', title: 'Own', address: '/x', image: '' } }], level: 'asked', removed: {}, used: {}, resultId: 'list-1' });
    const own = { recommend: list, on: () => () => {}, profile: { observe() {} } };
    shelf.recommender = own;
    document.querySelector('main').append(shelf);
    const { CookShelf, define } = await import('/dist/element.js');
    CookShelf.recommender = () => Promise.resolve(own);
    define(); define(); define('my-shelf');
    const other = document.createElement('my-shelf');
    other.id = 'two';
    document.querySelector('main').append(other);
  </script>`;
  await visit({ body: '', html: { head, define: false } }, async (page) => {
    await state(page, 'two', /filled/);
    assert.deepEqual([await cells(page, 'one'), await cells(page, 'two')], [['x'], ['x']]);
    assert.ok(!server.asked.includes('/dist/index.js'), 'no engine was fetched');
    assert.equal(await page.locator('#two').evaluate((shelf) => getComputedStyle(shelf).containerType), 'inline-size', 'the style sheet knows the other name');
  });
});

// ---- for everyone -----------------------------------------------------------------------------------------------

const LOOKS = {
  'on a desktop': {},
  'on a phone': { viewport: PHONE },
  'in 320 pixels': { viewport: { width: 320, height: 640 } },
  'in the dark': { colorScheme: 'dark' },
  'from right to left': { html: { dir: 'rtl', lang: 'ar' } },
  'in forced colours': { forcedColors: 'active' },
};

test('axe finds nothing in any state and any look', async () => {
  const shelves = (extra) => `${SIMILAR.replace('heading', `dismissible reasons ${extra} heading`)}
    <cook-shelf id="grid" kind="popular" limit="4" layout="grid" heading="Bestsellers" ${extra}></cook-shelf>
    <cook-shelf id="kept" kind="recent" heading="Recently viewed" ${extra}>${BROUGHT}</cook-shelf>
    <cook-shelf id="none" kind="recent" heading="Nothing yet" ${extra}></cook-shelf>
    <cook-shelf id="bad" kind="popular" where="{" heading="Broken" ${extra}></cook-shelf>`;
  const cases = ['', 'shadow'].flatMap((extra) => Object.entries(LOOKS).map(([name, look]) => ({ extra, name, look })));
  await together(3, cases, async ({ extra, name, look }) => {
    const body = shelves(extra);
    await visit({ body, ...look }, async (page) => {
      for (const [id, wanted] of [['grid', /filled/], ['kept', /fallback/], ['none', /empty/], ['bad', /error/]]) {
        await page.locator(`#${id}`).evaluate((shelf) => shelf.scrollIntoView());
        await state(page, id, wanted);
      }
      assert.deepEqual(await violations(page), [], `${name} ${extra}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: as wide as the window`);
      assert.deepEqual(await page.evaluate(() => globalThis.shifts), [], `${name} ${extra}`);
      await page.evaluate(() => scrollTo(0, 0));
      if (pictures && extra === '') await page.screenshot({ path: join(pictures, `element-${name.replaceAll(' ', '-')}.png`) });
    });
  });
  await together(3, cases, async ({ extra, name, look }) => {
    await visit({ body: shelves(extra), ...look, settled: false, delays: { '/dist/index.js': 4000 } }, async (page) => {
      await state(page, 'one', /busy/);
      assert.deepEqual(await violations(page), [], `${name} ${extra}, loading`);
    });
  });
});

test('the keyboard reaches everything, in order, and scrolls the row', async () => {
  const body = `<button id="start">Start</button>${SIMILAR.replace('heading', 'limit="12" heading')}`;
  await visit({ body }, async (page) => {
    const focus = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.closest('li')?.dataset.item ?? document.activeElement.outerHTML.slice(0, 99));
    const row = () => page.locator('#one .cook-shelf-viewport').evaluate((node) => Math.abs(node.scrollLeft));
    await page.locator('#start').focus();
    await page.keyboard.press('Tab');
    assert.equal(await focus(), 'Previous: You may also like');
    assert.equal(await page.locator(':focus').getAttribute('aria-disabled'), 'true');
    await page.keyboard.press('Enter');
    assert.equal(await row(), 0, 'nothing before the first');
    await page.keyboard.press('Tab');
    assert.equal(await focus(), 'Next: You may also like');
    for (let presses = 0; presses < 6 && (await page.locator(':focus').getAttribute('aria-disabled')) !== 'true'; presses += 1) {
      const at = await row();
      await page.keyboard.press('Space');
      await until(async () => (await row()) > at + 100, 'the row moves');
      await page.waitForTimeout(500);
    }
    assert.equal(await focus(), 'Next: You may also like', 'the focus stays at the end');
    assert.equal(await page.locator(':focus').getAttribute('aria-disabled'), 'true');
    assert.notEqual(await page.locator(':focus').evaluate((node) => getComputedStyle(node).outlineStyle), 'none', 'the focus is seen');
    const ids = await cells(page, 'one');
    for (const id of ids) {
      await page.keyboard.press('Tab');
      assert.equal(await focus(), id, 'then the cards, one stop each');
    }
    assert.equal(await page.locator('#one .cook-shelf-viewport').getAttribute('tabindex'), null, 'the row itself is no stop');
    await page.locator(':focus').evaluate((node) => node.addEventListener('click', (event) => event.preventDefault()));
    await page.keyboard.press('Enter');
    assert.equal((await told(page)).at(-1).item, ids.at(-1));
  });
});

test('from right to left, "next" goes left', async () => {
  await visit({ body: SIMILAR, html: { dir: 'rtl', lang: 'he' }, reducedMotion: 'reduce' }, async (page) => {
    const [next, previous] = ['next', 'prev'].map((name) => page.locator(`.cook-shelf-${name}`));
    assert.ok((await next.boundingBox()).x < (await previous.boundingBox()).x);
    await next.click();
    await until(() => page.locator('#one .cook-shelf-viewport').evaluate((node) => node.scrollLeft < -100), 'it scrolls left');
    await until(async () => (await previous.getAttribute('aria-disabled')) === 'false', 'there is a way back');
  });
});

test('motion only for those who want it, and only 80 % of the width', async () => {
  for (const reducedMotion of ['reduce', 'no-preference']) {
    await visit({ body: SIMILAR.replace('heading', 'limit="24" heading'), reducedMotion, delays: { '/dist/index.js': 400 }, settled: false }, async (page) => {
      await state(page, 'one', /busy/);
      const style = (selector, property) => page.locator(selector).first().evaluate((node, name) => getComputedStyle(node)[name], property);
      assert.equal(await style('#one li', 'animationName') === 'none', reducedMotion === 'reduce');
      await state(page, 'one', /filled/);
      assert.equal(await style('#one .cook-shelf-viewport', 'scrollBehavior'), reducedMotion === 'reduce' ? 'auto' : 'smooth');
      if (reducedMotion === 'reduce') {
        await page.locator('.cook-shelf-next').click();
        const { at, width } = await page.locator('#one .cook-shelf-viewport').evaluate((node) => ({ at: node.scrollLeft, width: node.clientWidth }));
        // The row snaps to the next card.
        assert.ok(Math.abs(at - 0.8 * width) < width / 4, `${at} of ${width}`);
      }
    });
  }
});

test('forced colours keep borders, rings and disabled buttons apart', async () => {
  await visit({ body: SIMILAR, forcedColors: 'active' }, async (page) => {
    const color = (selector) => page.locator(selector).first().evaluate((node) => getComputedStyle(node).borderTopColor);
    assert.notEqual(await color('.cook-shelf-prev'), await color('.cook-shelf-next'));
    assert.notEqual(await page.locator('.cook-shelf-image').first().evaluate((node) => getComputedStyle(node).outlineStyle), 'none');
  });
});

test('text at 200 % is whole', async () => {
  for (const viewport of [DESKTOP, PHONE]) {
    await visit({ body: SIMILAR, viewport, html: { head: '<link rel="stylesheet" href="/theme.css">' } }, async (page) => {
      const columns = () => page.locator('#one').evaluate((shelf) => {
        const [first, second] = [...shelf.querySelectorAll('li')].map((cell) => cell.offsetLeft);
        return shelf.clientWidth / (second - first);
      });
      const before = await columns();
      await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; document.body.style.fontSize = '1rem'; });
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      assert.ok((await columns()) <= before + 0.1, 'no more columns');
      const cut = await page.locator('#one :is(h2, .cook-shelf-price)').evaluateAll((all) => all.filter((node) => node.scrollHeight > node.clientHeight + 2 || node.scrollWidth > node.clientWidth + 1).length);
      assert.equal(cut, 0);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `as wide as the window of ${viewport.width}`);
      await page.evaluate(() => { globalThis.shifts.length = 0; });
    });
  }
});

test('a row without links can be scrolled by keyboard', async () => {
  const body = `${SIMILAR.replace('heading', 'card="#plain" heading')}<template id="plain"><p data-text="title" style></p></template>`;
  await visit({ body }, async (page) => {
    assert.equal(await page.locator('#one .cook-shelf-viewport').getAttribute('tabindex'), '0');
    assert.deepEqual(await violations(page), []);
    await page.locator('#one').evaluate((shelf) => shelf.setAttribute('limit', '1'));
    await until(async () => (await cells(page, 'one')).length === 1, 'one item');
    await until(async () => (await page.locator('#one .cook-shelf-viewport').getAttribute('tabindex')) === null, 'no stop where nothing scrolls');
    assert.ok(await page.locator('.cook-shelf-next').isHidden());
  });
});

// ---- nothing moves ----------------------------------------------------------------------------------------------

/** Lists by how much is in them. */
const LISTS = { full: 'kind="popular"', short: 'kind="popular" where=\'{"category":"CATEGORY"}\' limit="8" fallback="none" per-category="2"', empty: 'kind="recent"' };
const SLOW = { '/dist/element.js': 250, '/dist/index.js': 200, '/models': 50, '/dist/cookshelf': 100 };

test('nothing moves on a slow network: full, short and empty lists, with and without what the page brought', async () => {
  const cases = [];
  for (const amount of Object.keys(LISTS)) {
    for (const layout of ['scroll', 'grid']) {
      for (const brought of ['', BROUGHT, BROUGHT.repeat(8)]) {
        for (const viewport of [DESKTOP, PHONE]) cases.push({ amount, layout, brought, viewport });
      }
    }
  }
  await together(4, cases, async ({ amount, layout, brought, viewport }) => {
    const question = LISTS[amount].replace('CATEGORY', products[0].category);
    const shelf = `<cook-shelf id="one" ${question} layout="${layout}" heading="Shelf">${brought}</cook-shelf>`;
    const name = `${amount} ${layout} ${brought.length} ${viewport.width}`;
    await visit({ body: `${shelf}<p>Below</p>`, viewport, delays: SLOW, settled: false }, async (page) => {
      const height = () => page.locator('#one').evaluate((node) => node.getBoundingClientRect().height);
      const reserved = await height();
      await state(page, 'one', /filled|fallback|empty/);
      assert.ok(Math.abs((await height()) - reserved) < 1, `${name}: ${reserved} before, ${await height()} after`);
      if (amount === 'empty') assert.equal(await page.locator('#one').getAttribute('state'), brought ? 'fallback' : 'empty', name);
      if (amount === 'full' && !brought) assert.equal((await cells(page, 'one')).length, 8, name);
      if (amount === 'short' && !brought) assert.equal((await cells(page, 'one')).length, 2, name);
      assert.deepEqual(await page.evaluate(() => globalThis.shifts), [], name);
    });
  });
});

test('an empty shelf gives its room back only where nobody looks', async () => {
  const body = `<cook-shelf id="one" kind="recent" heading="Recent"></cook-shelf>${'<p>Text.</p>'.repeat(60)}<cook-shelf id="two" kind="recent" heading="Below"></cook-shelf>`;
  await visit({ body }, async (page) => {
    const height = (id) => page.locator(`#${id}`).evaluate((node) => node.offsetHeight);
    assert.equal(await page.locator('#one').getAttribute('state'), 'empty');
    assert.ok((await height('one')) > 200, 'in view it keeps its room');
    assert.ok(await page.locator('#one section').isHidden());
    await page.evaluate(() => scrollTo(0, document.getElementById('two').offsetTop - innerHeight - 300));
    await state(page, 'two', /empty/);
    assert.equal(await height('two'), 0, 'below the window it takes none');
    assert.deepEqual((await told(page)).filter(({ name }) => name === 'empty').map(({ id }) => id), ['one', 'two']);
  });
});

// ---- in strict and long-lived pages -----------------------------------------------------------------------------

test('a strict policy has nothing to object to, also where the style sheet comes with the script only', async () => {
  for (const [extra, css] of [['', true], ['', false], ['shadow', true], ['shadow', false]]) {
    const body = `${SIMILAR.replace('heading', `dismissible reasons columns="2 5" ${extra} heading`)}<cook-shelf id="two" kind="picks" layout="grid" ${extra} heading="For you"></cook-shelf>`;
    await visit({ body, policy: STRICT, html: { css }, mayMove: !css }, async (page) => {
      await state(page, 'two', /filled/);
      const [box, card] = [await page.locator('#one').boundingBox(), await page.locator('#one li').first().boundingBox()];
      assert.ok(Math.abs((box.width + 16) / 5 - 16 - card.width) < 1, 'the style sheet is there: five columns');
    });
  }
});

test('in its own shadow it looks the same, and parts can be styled', async () => {
  const body = `<cook-shelf id="one" kind="similar" seed="${SEED}" shadow heading="Shadow">${BROUGHT}</cook-shelf>`;
  await visit({ body: body.replace(BROUGHT, ''), html: { head: '<link rel="stylesheet" href="/theme.css">' } }, async (page) => {
    const sizes = await page.locator('#one').evaluate((shelf) => {
      const other = document.createElement('cook-shelf');
      for (const { name, value } of shelf.attributes) if (!/^(id|state|shadow)$/.test(name)) other.setAttribute(name, value);
      other.id = 'two';
      document.querySelector('main').append(other);
      return shelf.shadowRoot.querySelector('li').getBoundingClientRect().height;
    });
    await state(page, 'two', /filled/);
    assert.equal(await page.locator('#two li').first().evaluate((node) => node.getBoundingClientRect().height), sizes);
    await page.addStyleTag({ content: 'cook-shelf::part(title) { color: rgb(1, 2, 3) }' });
    assert.equal(await page.locator('#one .cook-shelf-title').first().evaluate((node) => getComputedStyle(node).color), 'rgb(1, 2, 3)');
  });
});

test('1,000 times in and out of the page leave nothing behind, and stop what was under way', async () => {
  await visit({ body: SIMILAR }, async (page) => {
    const session = await page.context().newCDPSession(page);
    const heap = async () => {
      // What this test itself writes down is no leak.
      await page.evaluate(() => { globalThis.told.length = globalThis.shifts.length = 0; });
      for (let times = 0; times < 3; times += 1) await session.send('HeapProfiler.collectGarbage');
      const { usedSize } = await session.send('Runtime.getHeapUsage');
      const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
      return { usedSize, nodes, jsEventListeners };
    };
    const cycle = (times) => page.evaluate(async ({ times, seed }) => {
      const { createRecommender } = await import('/dist/index.js');
      const recommender = await createRecommender({ model: '/models/manifest.json' });
      for (let at = 0; at < times; at += 1) {
        const shelf = document.createElement('cook-shelf');
        for (const [name, value] of Object.entries({ kind: 'similar', seed, heading: 'Again', dismissible: '', live: '', 'distinct-group': 'g' })) shelf.setAttribute(name, value);
        shelf.recommender = recommender;
        document.querySelector('h1').after(shelf);
        // Some are gone before they asked, some while they ask, some when they are done.
        if (at % 3 > 0) await new Promise((drawn) => requestAnimationFrame(drawn));
        if (at % 3 > 1) await new Promise((passed) => setTimeout(passed, 5));
        shelf.remove();
        if (at % 7 === 0) { document.querySelector('h1').after(shelf); shelf.remove(); }
      }
    }, { times, seed: SEED });
    await cycle(300);
    const early = await heap();
    await cycle(1000);
    const late = await heap();
    assert.ok(late.nodes <= early.nodes + 200, `nodes ${early.nodes} → ${late.nodes}`);
    assert.ok(late.jsEventListeners <= early.jsEventListeners + 20, `listeners ${early.jsEventListeners} → ${late.jsEventListeners}`);
    assert.ok(late.usedSize < early.usedSize + 300_000, `heap ${early.usedSize} → ${late.usedSize}`);
    await page.evaluate(() => { globalThis.shifts.length = 0; });
  });
});
