/**
 * What `<cook-shelf>` fetches: the same, whatever the shopper did, and nothing because of it.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { shopPage } from './element-page.mjs';
import { SEED, cells, close, open, products, server, shown, state, visit } from './element-visit.mjs';
import { until } from './recorded-server.mjs';

before(open);
after(close);

const TALL = { viewport: { width: 1280, height: 3000 }, mayMove: true };
const OTHERS = products.slice(50, 60).map(({ id }) => id);

/** What the package asked for; what it asks for at the same time arrives in any order. */
const asked = () => server.asked.filter((path) => /^\/(models|dist)\//.test(path)).sort();

/** Puts shelves into a page once the profile knows these items, and tells what was fetched. */
async function fetchedFor(history, shelves) {
  let log = [];
  await visit({ body: '<div id="place"></div>', settled: false, ...TALL }, async (page) => {
    await page.evaluate(async ({ history, shelves }) => {
      const { createRecommender } = await import('/dist/index.js');
      const { profile } = await createRecommender({ model: '/models/manifest.json', profile: 'session' });
      for (const event of history) profile.observe(event);
      document.getElementById('place').innerHTML = shelves;
    }, { history, shelves });
    for (const id of await page.locator('cook-shelf').evaluateAll((all) => all.map((shelf) => shelf.id))) await state(page, id, /filled|fallback|empty/);
    await page.waitForLoadState('networkidle');
    log = asked();
  });
  return log;
}

test('a newcomer and a collector cause the same requests, where no fallback fetches what reasons and dismissals need', async () => {
  const collected = [...OTHERS.map((item) => ({ type: 'view', item })), { type: 'dismiss', item: products[1].id }, { type: 'purchase', item: OTHERS[0] }];
  const pages = {
    'reasons of picks': '<cook-shelf id="one" kind="picks" fallback="none" reasons heading="For you"></cook-shelf>',
    'reasons of recent, before a chart': '<cook-shelf id="one" kind="recent" reasons distinct-group="page" heading="Seen"></cook-shelf><cook-shelf id="two" kind="popular" limit="4" distinct-group="page" heading="Bestsellers"></cook-shelf>',
    'dismissible, short': `<cook-shelf id="one" kind="similar" seed="${SEED}" fallback="none" dismissible reasons heading="Similar"></cook-shelf>`,
  };
  for (const [name, shelves] of Object.entries(pages)) {
    const newcomer = await fetchedFor([], shelves);
    assert.ok(newcomer.length > 5, name);
    assert.deepEqual(await fetchedFor(collected, shelves), newcomer, name);
  }
});

test('reasons of a list about the page fetch what the list fetches, and a chart is in none of it', async () => {
  const shelf = (extra) => `<cook-shelf id="one" kind="similar" seed="${SEED}" fallback="none" limit="3" ${extra} heading="Similar"></cook-shelf>`;
  const models = (log) => log.filter((path) => path.startsWith('/models/'));
  const plain = models(await fetchedFor([], shelf('')));
  assert.deepEqual(models(await fetchedFor([], shelf('reasons'))), plain);
  const chart = models(await fetchedFor([], '<cook-shelf id="one" kind="popular" limit="3" heading="Bestsellers"></cook-shelf>'));
  const dismissible = models(await fetchedFor([], shelf('dismissible')));
  assert.ok(dismissible.length > plain.length, 'about the shopper, with the cards of all');
  assert.ok(chart.some((path) => !dismissible.includes(path)), 'the chart is not fetched for it');
});

test('what the shopper does while a list is fetched stops nothing and fetches nothing; the list follows', async () => {
  const body = `<cook-shelf id="one" kind="picks" limit="6" heading="For you" live reasons distinct-group="page"></cook-shelf>
    <cook-shelf id="two" kind="similar" seed="${SEED}" limit="6" live heading="Similar" distinct-group="page"></cook-shelf>`;
  const walk = async (deeds) => {
    let log = [];
    const head = `<script>addEventListener('cook-shelf:ready', async ({ detail: { profile }, target }) => {
      if (target.id !== 'one') return;
      for (const item of ${JSON.stringify(deeds)}) {
        await new Promise((passed) => setTimeout(passed, 60));
        globalThis.during = (globalThis.during ?? '') + target.querySelector('section').getAttribute('aria-busy');
        profile.observe({ type: 'view', item });
      }
    });</script>`;
    await visit({ body, html: { head }, delays: { '/models/': 250 }, ...TALL }, async (page) => {
      for (const id of ['one', 'two']) await state(page, id, /filled/);
      if (deeds.length > 0) {
        assert.match(await page.evaluate(() => globalThis.during), /^true/, 'it happened while the list was fetched');
        await until(async () => (await page.locator('#one .cook-shelf-reason').allTextContents()).some((line) => /^Because you viewed/.test(line)), 'the list follows');
        await state(page, 'one', /filled/);
      }
      await page.waitForLoadState('networkidle');
      log = asked();
    });
    return log;
  };
  const nobody = await walk([]);
  assert.equal(new Set(nobody).size, nobody.length, 'nothing twice');
  assert.deepEqual(await walk(OTHERS.slice(0, 4)), nobody);
});

test('nor does what the shopper does later, whichever shelf of a group asked first', async () => {
  const body = `<cook-shelf id="one" kind="similar" seed="${SEED}" limit="6" live heading="Similar" distinct-group="page"></cook-shelf>
    <cook-shelf id="two" kind="picks" limit="6" heading="For you" distinct-group="page"></cook-shelf>`;
  await visit({ body, ...TALL }, async (page) => {
    for (const id of ['one', 'two']) await state(page, id, /filled/);
    await page.waitForLoadState('networkidle');
    server.asked.length = 0;
    const first = await page.evaluateHandle(() => document.getElementById('one').result);
    await page.evaluate(async (item) => {
      const { createRecommender } = await import('/dist/index.js');
      (await createRecommender({ model: '/models/manifest.json' })).profile.observe({ type: 'view', item });
    }, OTHERS[0]);
    await until(() => page.evaluate((before) => document.getElementById('one').result !== before, first), 'it asks again');
    await state(page, 'one', /filled/);
    await page.waitForLoadState('networkidle');
    assert.deepEqual(asked(), []);
  });
});

test('a list that could not be had is not asked for again because of something that the shopper does', async () => {
  const body = `<cook-shelf id="one" kind="similar" seed="${SEED}" live heading="Similar"></cook-shelf>`;
  await visit({ body, settled: false, mayComplain: true }, async (page) => {
    await state(page, 'one', /filled/);
    await page.context().setOffline(true);
    // Of another shard, which is not there.
    await page.locator('#one').evaluate((shelf, seed) => { shelf.request = { kind: 'look', seeds: seed }; }, products.at(-1).id);
    await until(() => page.evaluate(() => globalThis.told.some(({ name }) => name === 'error')), 'it fails');
    await page.context().setOffline(false);
    server.asked.length = 0;
    await page.evaluate(async (item) => {
      const { createRecommender } = await import('/dist/index.js');
      (await createRecommender({ model: '/models/manifest.json' })).profile.observe({ type: 'view', item });
    }, SEED);
    await page.waitForTimeout(300);
    assert.deepEqual(asked().filter((path) => path.startsWith('/models/')), []);
    await page.locator('#one').evaluate((shelf) => shelf.refresh());
    await until(async () => asked().length > 0, 'the page may ask');
    await state(page, 'one', /filled/);
  });
});

test('what was dismissed stays away on the next page, where the profile is kept', async () => {
  const body = `<cook-shelf id="one" kind="similar" seed="${SEED}" limit="6" heading="Similar" dismissible></cook-shelf>`;
  for (const [profile, kept] of [['device', true], ['session', false]]) {
    await visit({ body, html: { profile } }, async (page) => {
      const [first] = await cells(page, 'one');
      await page.locator(`[data-item="${first}"] .cook-shelf-dismiss`).click();
      await until(async () => !(await cells(page, 'one')).includes(first), 'it is gone');
      await page.evaluate(async () => {
        const { createRecommender } = await import('/dist/index.js');
        await (await createRecommender({ model: '/models/manifest.json' })).profile.settled();
      });
      await page.goto(server.put(shopPage(body, { profile })));
      await state(page, 'one', /filled/);
      assert.equal((await shown(page, 'one')).includes(first), !kept, profile);
    });
  }
});
