/**
 * `<cook-shelf>` that is moved, turned, hydrated, interrupted: it keeps its size, its state and its manners.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { packageFolder } from './built-package.mjs';
import { DESKTOP, PHONE, SEED, SIMILAR, cells, close, open, server, state, visit } from './element-visit.mjs';
import { until } from './recorded-server.mjs';

before(open);
after(close);

const LATE = { '/dist/element.js': 300, '/dist/near': 100 };

test('a grid has the height of its list before its script, for every limit', async () => {
  const all = Array.from({ length: 15 }, (_, at) => at + 2);
  const cases = [
    { columns: '', width: 1280, limits: [...all, 20, 50] },
    { columns: '', width: 390, limits: all },
    { columns: '1 5', width: 390, limits: [7, 11, 13] },
  ];
  for (const { columns, width, limits } of cases) {
    const body = limits.map((limit) => `<cook-shelf id="of${limit}" kind="popular" limit="${limit}" layout="grid" ${columns && `columns="${columns}"`} heading="Bestsellers"></cook-shelf>`).join('');
    await visit({ body, viewport: { width, height: 30_000 }, delays: LATE, settled: false }, async (page) => {
      const heights = () => page.locator('cook-shelf').evaluateAll((all) => all.map((shelf) => shelf.getBoundingClientRect().height));
      const reserved = await heights();
      for (const limit of limits) await state(page, `of${limit}`, /filled/);
      const taken = await heights();
      assert.deepEqual(await page.locator('cook-shelf').evaluateAll((all) => all.map(({ items }) => items.length)), limits);
      for (const [at, limit] of limits.entries()) assert.ok(Math.abs(reserved[at] - taken[at]) < 1, `limit ${limit}, columns ${columns || 'as they are'}, ${width} pixels: ${reserved[at]}, then ${taken[at]}`);
    });
  }
});

test('a phone that is turned gives the kept room back', async () => {
  const body = `<cook-shelf id="one" kind="recent" heading="Recent"></cook-shelf><cook-shelf id="two" kind="popular" limit="12" layout="grid" heading="Bestsellers"></cook-shelf>`;
  await visit({ body, viewport: { width: PHONE.width, height: 3000 }, mayMove: true }, async (page) => {
    const gap = () => page.locator('#two').evaluate((shelf) => shelf.clientHeight - shelf.querySelector('section').offsetHeight);
    await state(page, 'two', /filled/);
    await page.locator('#two').evaluate((shelf) => { shelf.setAttribute('limit', '2'); });
    await until(async () => (await cells(page, 'two')).length === 2, 'a shorter list');
    assert.ok(await page.locator('#one').evaluate((shelf) => shelf.offsetHeight) > 200, 'in view it keeps its room');
    assert.ok(await gap() > 200, 'as does the shorter list');
    // A scroll bar is no reason.
    await page.setViewportSize({ width: PHONE.width - 15, height: 3000 });
    assert.ok(await gap() > 200);
    await page.setViewportSize({ width: 844, height: 3000 });
    await until(async () => (await page.locator('#one').evaluate((shelf) => shelf.offsetHeight)) === 0 && (await gap()) <= 1, 'the room is given back');
  });
});

test('a list that the page shows itself leaves no boxes behind', async () => {
  const head = `<script>addEventListener('cook-shelf:list', (event) => {
    event.preventDefault();
    if (event.target.id === 'one') event.target.insertAdjacentHTML('beforeend', '<p class="own">' + event.detail.items.length + ' of our own</p>');
  })</script>`;
  const body = `${SIMILAR}<cook-shelf id="two" kind="popular" shadow heading="Elsewhere"></cook-shelf>`;
  await visit({ body, html: { head } }, async (page) => {
    await state(page, 'one', /fallback/);
    await state(page, 'two', /fallback/);
    assert.ok(await page.locator('.own').isVisible());
    assert.equal(await page.locator('.own').textContent(), '8 of our own');
    assert.equal(await page.locator('#one section').isVisible(), false);
    assert.equal(await page.locator('#two section').isVisible(), false);
  });
});

test('a shelf that moves while the page is read enters once', async () => {
  const head = `<script>
    globalThis.watching = 0;
    globalThis.ResizeObserver = class extends ResizeObserver {
      observe(node) { if (!this.on) watching += 1; this.on = true; super.observe(node); }
      disconnect() { if (this.on) watching -= 1; this.on = false; super.disconnect(); }
    };
  </script>
  <script type="module" async>
    import '/dist/element.define.js';
    globalThis.readyWas = document.readyState;
    const shelf = document.getElementById('one');
    shelf.remove();
    document.querySelector('h1').after(shelf);
  </script>`;
  const body = `${SIMILAR}<script src="/dist/slim.d.ts"></script>`;
  await visit({ body, html: { head, define: false }, delays: { '/dist/slim.d.ts': 1000 }, mayMove: true, mayComplain: true }, async (page) => {
    await state(page, 'one', /filled/);
    assert.equal(await page.evaluate(() => globalThis.readyWas), 'loading');
    assert.equal(await page.evaluate(() => globalThis.watching), 1);
    await page.locator('#one').evaluate((shelf) => shelf.remove());
    assert.equal(await page.evaluate(() => globalThis.watching), 0);
  });
});

test('a shelf that is taken out while it asks is not busy when it comes back', async () => {
  await visit({ body: `${SIMILAR}<div id="far"></div>`, settled: false, delays: { '/dist/index.js': 1500 }, mayMove: true }, async (page) => {
    await state(page, 'one', /busy/);
    await page.evaluate(() => {
      const far = document.getElementById('far');
      far.style.paddingBlockStart = '6000px';
      far.append(document.getElementById('one'));
    });
    await page.waitForTimeout(100);
    assert.equal(await page.locator('#one section').getAttribute('aria-busy'), null);
    await page.locator('#one').scrollIntoViewIfNeeded();
    await state(page, 'one', /filled/);
  });
});

test('a shelf that waits for ever does not hold up its group once it is gone', async () => {
  const head = `<script type="module">
    import { define } from '/dist/element.js';
    document.getElementById('one').recommender = () => new Promise(() => {});
    define();
  </script>`;
  const body = `<cook-shelf id="one" kind="popular" distinct-group="page" heading="Never"></cook-shelf><cook-shelf id="two" kind="popular" distinct-group="page" heading="Bestsellers"></cook-shelf>`;
  await visit({ body, html: { head, define: false }, settled: false, viewport: { ...DESKTOP, height: 2000 }, mayMove: true }, async (page) => {
    await state(page, 'one', /busy/);
    await page.waitForTimeout(200);
    assert.equal(await page.locator('#two').getAttribute('state'), 'loading', 'it comes after the first');
    await page.locator('#one').evaluate((shelf) => shelf.remove());
    await state(page, 'two', /filled/);
  });
});

test('only the first mouse button dismisses', async () => {
  await visit({ body: SIMILAR.replace('heading', 'dismissible heading') }, async (page) => {
    const [first] = await cells(page, 'one');
    await page.locator(`[data-item="${first}"] .cook-shelf-dismiss`).click({ button: 'middle' });
    await page.waitForTimeout(200);
    assert.ok((await cells(page, 'one')).includes(first));
    await page.locator(`[data-item="${first}"] .cook-shelf-dismiss`).click();
    await until(async () => !(await cells(page, 'one')).includes(first), 'it is gone');
  });
});

/** A page that React rendered on a server, and its script. */
async function reactPage(attributes, inEffect) {
  const { build } = await import(pathToFileURL(join(packageFolder, 'node_modules/esbuild/lib/main.js')).href);
  const contents = `
    import { createElement as h, useEffect, useState } from 'react';
    export function App() {
      const [heading, setHeading] = useState('You may also like');
      useEffect(() => {
        if (${inEffect}) import('/dist/element.define.js');
        globalThis.setHeading = setHeading;
      }, []);
      return h('div', null, h('cook-shelf', { id: 'one', kind: 'similar', seed: '${SEED}', heading, ...${JSON.stringify(attributes)} }, h('p', { style: { height: 600 } }, 'What the server shows')), h('p', null, 'Below'));
    }`;
  const bundle = async (more, platform) => {
    const { outputFiles } = await build({
      stdin: { contents: contents + more, resolveDir: packageFolder }, bundle: true, format: 'esm', platform, write: false, minify: true, external: ['/dist/*'], define: { 'process.env.NODE_ENV': '"development"' },
      ...(platform === 'node' && { banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('file:///');" } }),
    });
    return outputFiles[0].text;
  };
  const { html } = await import(`data:text/javascript;base64,${Buffer.from(await bundle("import { renderToString } from 'react-dom/server'; export const html = renderToString(h(App));", 'node')).toString('base64')}`);
  const script = await bundle(`
    import { hydrateRoot } from 'react-dom/client';
    globalThis.mended = [];
    hydrateRoot(document.getElementById('root'), h(App), { onRecoverableError: (error) => globalThis.mended.push(String(error)) });`, 'browser');
  return { body: `<div id="root">${html}</div>`, script: `<script type="module">${script.replaceAll('</script', '<\\/script')}</script>` };
}

test('React wakes up a page with a shelf and finds what its server made', async () => {
  const cases = [
    { attributes: {}, inEffect: true, differs: false },
    { attributes: { shadow: '', suppressHydrationWarning: true }, inEffect: false, differs: false },
    // So that the test is one: who defines it earlier has another page than the server.
    { attributes: {}, inEffect: false, differs: true },
  ];
  for (const { attributes, inEffect, differs } of cases) {
    const { body, script } = await reactPage(attributes, inEffect);
    await visit({ body, html: { define: false, head: `${inEffect ? '' : '<script type="module" src="/dist/element.define.js"></script>'}${script}` }, mayComplain: differs, mayMove: differs }, async (page) => {
      await state(page, 'one', /filled/);
      assert.equal((await page.evaluate(() => globalThis.mended)).length > 0, differs);
      if (differs) return;
      await page.evaluate(() => globalThis.setHeading('Another heading'));
      await until(async () => (await page.locator('#one h2').textContent()) === 'Another heading', 'React changes an attribute');
      assert.equal((await cells(page, 'one')).length, 8);
      assert.ok(server.asked.includes('/dist/index.js'));
    });
  }
});
