/**
 * `<cook-shelf>` for everyone: keyboard, screen reader, large text, either direction, any colours; and nothing moves.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { BROUGHT, DESKTOP, PHONE, SIMILAR, cells, close, open, pictures, products, state, together, told, violations, visit } from './element-visit.mjs';
import { until } from './recorded-server.mjs';

before(open);
after(close);

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
