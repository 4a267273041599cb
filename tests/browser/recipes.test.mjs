/**
 * RECIPES.md, taken from the page and run as it stands there, but for the product and its pictures. A block that no test
 * takes is a failure. COOKSHELF_MODELS is the small shop, COOKSHELF_SITE has its products.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

import { packageFolder } from './built-package.mjs';
import { launch } from './chromium.mjs';
import { SHOP, watch } from './element-page.mjs';
import { serveFiles } from './file-server.mjs';
import { until } from './recorded-server.mjs';

const models = process.env.COOKSHELF_MODELS;
const { products: [{ id: PRODUCT }] } = JSON.parse(readFileSync(join(process.env.COOKSHELF_SITE, 'products.json'), 'utf8'));
const DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>';
const dist = join(packageFolder, 'dist');
const work = mkdtempSync(join(tmpdir(), 'cookshelf-recipes-'));

/** The blocks of the page by heading, in order. */
const blocks = [];
let heading = '';
for (const [, title, language, code] of readFileSync(join(packageFolder, 'RECIPES.md'), 'utf8').matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
  if (title) heading = title;
  else blocks.push({ heading, language, code: code.replaceAll('8214', PRODUCT), taken: false });
}

/** Takes the next block under a heading. */
function take(heading, language) {
  const block = blocks.find((one) => one.heading === heading && !one.taken);
  assert.equal(block?.language, language, `the next block under ${heading}`);
  block.taken = true;
  return block.code;
}

let browser;
let site;
/** What the shop's host has besides the package and the model, by path. */
const files = new Map();

before(async () => {
  browser = await launch();
  site = await serveFiles(async (path) => {
    const own = files.get(path);
    if (own) return typeof own === 'function' ? own() : own;
    if (path.startsWith('/cookshelf/')) return { file: join(dist, path.slice('/cookshelf/'.length)) };
    if (path.startsWith('/assets/')) return { file: join(work, 'extensions/cookshelf', path) };
    if (path.startsWith('/out/')) return { file: join(work, path) };
    const model = /^\/(?:models|apps\/cookshelf)\/(.*)$/.exec(path);
    return model ? { file: join(models, model[1]) } : undefined;
  });
});
after(async () => {
  await browser?.close();
  await site?.stop();
  rmSync(work, { recursive: true, force: true });
});

const html = (body, headers = {}) => ({ body, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } });

/** Opens a page of the shop; nothing may complain, and nothing may move. */
async function visit(path, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 1400 } });
  const complaints = [];
  await context.addInitScript(watch);
  await context.route(`${SHOP}/**`, (route) => route.fulfill({ body: DOT, contentType: 'image/svg+xml' }));
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    await page.goto(`${site.origin}${path}`);
    await use(page);
    await page.waitForTimeout(100);
    const [shifts, refused] = await page.evaluate(() => [globalThis.shifts, globalThis.complaints]);
    assert.deepEqual(shifts, [], 'something moved');
    assert.deepEqual([...complaints, ...refused], []);
  } finally {
    await context.close();
  }
}

const filled = (page, at = 0) => until(() => page.evaluate((row) => document.querySelectorAll('cook-shelf')[row]?.state === 'filled', at), `shelf ${at} is filled`);
const idsOf = (page, at = 0) => page.evaluate((row) => document.querySelectorAll('cook-shelf')[row].items.map(({ id }) => id), at);

/** Bundles files of a recipe with the built package. */
async function bundle(entries, platform) {
  const { build } = await import(pathToFileURL(join(packageFolder, 'node_modules/esbuild/lib/main.js')).href);
  const built = {
    name: 'built-package',
    setup(setup) {
      setup.onResolve({ filter: /^cookshelf(\/|$)/ }, ({ path }) => {
        if (path === 'cookshelf') return platform === 'node' ? { path: pathToFileURL(join(dist, 'inline.js')).href, external: true } : { path: join(dist, 'index.js') };
        return { path: join(dist, `${path === 'cookshelf/element/define' ? 'element.define' : path.slice('cookshelf/'.length)}.js`) };
      });
    },
  };
  for (const [name, code] of Object.entries(entries)) writeFileSync(join(work, name), code);
  await build({
    absWorkingDir: work, entryPoints: [Object.keys(entries)[0], ...(platform === 'node' ? [] : [join(dist, 'cookshelf.wasm'), join(dist, 'worker.js')])], entryNames: '[name]', outdir: platform === 'node' ? 'server' : 'out',
    bundle: true, splitting: platform !== 'node', format: 'esm', platform, jsx: 'automatic', loader: { '.wasm': 'copy' }, nodePaths: [join(packageFolder, 'node_modules')], plugins: [built], logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' }, ...(platform === 'node' && { outExtension: { '.js': '.mjs' }, banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" } }),
  });
}

test('Plain HTML, no bundler', async () => {
  files.set('/plain.html', html(take('Plain HTML, no bundler', 'html')));
  await visit('/plain.html', async (page) => {
    await filled(page);
    await filled(page, 1);
    const all = [...(await idsOf(page)), ...(await idsOf(page, 1))];
    assert.equal(all.length, 16);
    assert.equal(new Set(all).size, 16, 'nothing twice');
    const stored = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    assert.deepEqual(await stored(), [], 'nothing is stored before the shopper agrees');
    await page.locator('#agree').click();
    await page.reload();
    await filled(page, 1);
    await until(async () => (await stored()).includes('cookshelf'), 'then the profile is kept');
    await page.reload();
    await filled(page, 1);
    await until(() => page.evaluate(async (item) => {
      const { profile } = await customElements.get('cook-shelf').recommender;
      return profile.explain().items.some((known) => known.item === item);
    }, PRODUCT), 'and has the product of the page');
  });
});

test('React', async () => {
  await bundle({ 'main.jsx': take('React', 'jsx') }, 'browser');
  files.set('/react.html', html('<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><div id="root"></div><script type="module" src="/out/main.js"></script>'));
  await visit('/react.html', async (page) => {
    await until(async () => (await page.locator('li a').count()) === 6, 'six items');
    for (const text of await page.locator('li').allTextContents()) assert.notEqual(text, '');
  });
  const shelf = take('React', 'jsx');
  const use = `import { SimilarShelf } from './shelf.jsx';
    export const app = <main><SimilarShelf id="${PRODUCT}"><p style={{ height: 600 }}>What the server shows</p></SimilarShelf><p>Below</p></main>;`;
  await bundle({ 'app.jsx': `${use} import { renderToString } from 'react-dom/server'; export const html = renderToString(app);`, 'shelf.jsx': shelf }, 'node');
  const { html: rendered } = await import(pathToFileURL(join(work, 'server/app.mjs')).href);
  assert.match(rendered, /<cook-shelf model="[^"]+" kind="similar"/);
  await bundle({ 'woken.jsx': `${use} import { hydrateRoot } from 'react-dom/client'; hydrateRoot(document.getElementById('root'), app, { onRecoverableError: (error) => { throw error; } });`, 'shelf.jsx': shelf }, 'browser');
  files.set('/element.html', html(`<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/cookshelf/element.css"><div id="root">${rendered}</div><script type="module" src="/out/woken.js"></script>`));
  await visit('/element.html', async (page) => {
    await filled(page);
    assert.equal((await idsOf(page)).length, 8);
  });
});

test('React, rendered on a server first', async () => {
  const name = 'React, rendered on a server first';
  const [product, page, client] = [take(name, 'jsx'), take(name, 'jsx'), take(name, 'jsx')];
  process.env.MODEL = `${site.origin}/models/manifest.json`;
  await bundle({ 'page.jsx': page, 'product.jsx': product }, 'node');
  await bundle({ 'client.jsx': client.replace('<Product {...props} />)', '<Product {...props} />, { onRecoverableError: (error) => { throw error; } })'), 'product.jsx': product }, 'browser');
  const server = await import(pathToFileURL(join(work, 'server/page.mjs')).href);
  files.set('/client.js', { body: "import '/out/client.js';", headers: { 'content-type': 'text/javascript' } });
  files.set('/product.html', async () => html(await server.page(PRODUCT)));
  const answer = await fetch(`${site.origin}/product.html`);
  const links = [...(await answer.text()).matchAll(/<a href="([^"]+)"/g)].map(([, link]) => link);
  assert.equal(links.length, 6, 'the list is in the page');
  await visit('/product.html', async (page) => {
    await until(() => page.evaluate(() => performance.getEntriesByType('resource').some(({ name }) => name.includes('/models/'))), 'the page has its own recommender');
    await page.waitForLoadState('networkidle');
    assert.deepEqual(await page.locator('li a').evaluateAll((all) => all.map((link) => link.getAttribute('href'))), links, 'and its list is the same');
  });
});

test('Shopify', async () => {
  const command = take('Shopify', 'sh').trim();
  assert.match(command, /^npx cookshelf-theme /);
  execFileSync('node', [join(packageFolder, 'bin/cookshelf-theme.mjs'), ...command.split(' ').slice(2)], { cwd: work, stdio: 'ignore' });
  const { Liquid } = createRequire(join(packageFolder, 'package.json'))('liquidjs');
  const engine = new Liquid({ strictFilters: true });
  engine.registerFilter('asset_url', (file) => `/assets/${file}?v=1`);
  engine.registerFilter('json', (value) => JSON.stringify(value ?? null));
  const section = engine.parseAndRenderSync(take('Shopify', 'liquid'), { shop: { currency: 'EUR' }, product: { id: Number(PRODUCT), variants: [{ id: Number(`${PRODUCT}1`) }] } });
  files.set('/shopify.html', html(`<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">${section}`));
  await visit('/shopify.html', async (page) => {
    await filled(page);
    const shown = await idsOf(page);
    assert.equal(shown.length, 8);
    assert.ok(!shown.includes(PRODUCT));
  });
});

test('Strict content policy', async () => {
  const page = take('Strict content policy', 'html');
  const header = (run) => take(`\`${run}\``, 'http').replace('Content-Security-Policy: ', '').trim();
  const policies = { main: header('main'), js: header('js'), worker: header('worker') };
  policies.airlock = policies.worker;
  const airlock = header('airlock');
  const kinds = { main: 'wasm', js: 'js', worker: 'worker', airlock: 'airlock' };
  for (const [run, policy] of Object.entries(policies)) {
    files.set('/cookshelf/worker.js', { body: readFileSync(join(dist, 'worker.js'), 'utf8'), headers: { 'content-type': 'text/javascript', ...(run === 'airlock' && { 'content-security-policy': airlock }) } });
    files.set('/strict.html', html(page.replace('"run": "main"', `"run": "${run}"`), { 'content-security-policy': policy }));
    await visit('/strict.html', async (open) => {
      await filled(open);
      const engine = await open.evaluate(async () => {
        const { createRecommender } = await import('/cookshelf/index.js');
        return (await createRecommender({ model: '/models/manifest.json' })).engine.kind;
      });
      assert.equal(engine, kinds[run], run);
    });
  }
  files.delete('/cookshelf/worker.js');
});

test('no block is left that no test runs', () => {
  assert.ok(blocks.length > 10);
  assert.deepEqual(blocks.filter(({ taken }) => !taken).map(({ heading, code }) => `${heading}: ${code.slice(0, 60)}`), []);
});
