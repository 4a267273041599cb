/**
 * `<cook-shelf>` in a page: what it shows, what it tells, and what it leaves behind.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { BROUGHT, PHONE, SEED, SIMILAR, STRICT, cells, close, open, pictures, products, server, shown, state, told, visit } from './element-visit.mjs';
import { until } from './recorded-server.mjs';

before(open);
after(close);

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
