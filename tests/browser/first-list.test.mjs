/**
 * What a first product-page list costs: requests, and bytes on the wire, for a shop of ten thousand items.
 *
 * A bare page imports the built package and asks for `similar`; nothing is cached.
 * COOKSHELF_PROGRAM serves COOKSHELF_LARGE_MODELS.
 */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { packageFolder, startEngine } from './built-package.mjs';
import { launch } from './chromium.mjs';
import { ask, openEngine } from './cooked-folder.mjs';
import { startServer, until } from './recorded-server.mjs';
import { requestBytes } from './request-bytes.mjs';

const MOST_REQUESTS = 5;
const MOST_BYTES = 65_000;
const models = process.env.COOKSHELF_LARGE_MODELS;
// The server's content security policy wants scripts in files.
const PAGE = '<!doctype html><title>first list</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
const SCRIPT = `
  import { createRecommender } from '/package/index.js';
  globalThis.ask = async (item) => {
    const shelf = await createRecommender({ model: '/models/manifest.json' });
    const list = await shelf.similar(item, { limit: 8 });
    return { level: list.level, ids: list.items.map((entry) => entry.id) };
  };
`;

const site = mkdtempSync(join(tmpdir(), 'cookshelf-first-list-'));
let server;
let browser;

before(async () => {
  cpSync(join(packageFolder, 'dist'), join(site, 'package'), { recursive: true });
  writeFileSync(join(site, 'index.html'), PAGE);
  writeFileSync(join(site, 'page.js'), SCRIPT);
  server = await startServer({ models, shop: site });
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(site, { recursive: true, force: true });
});

test('a first list of a 10,000-item shop stays within its budget', async (t) => {
  const item = await someItem();
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(server.origin);
  await until(() => page.evaluate(() => typeof globalThis.ask === 'function'), `the page starts: ${errors}`);
  const answer = await page.evaluate((id) => globalThis.ask(id), item);
  assert.equal(answer.level, 'asked', 'the list is what was asked for, not a fallback');
  assert.equal(answer.ids.length, 8);
  assert.ok(!answer.ids.includes(item));
  assert.deepEqual(errors, []);

  const ours = server.requests.filter(({ url }) => url.startsWith('/package/') || url.startsWith('/models/'));
  const lines = ours.map(({ url, received, coding }) => `${String(received).padStart(7)} ${coding.padEnd(8)} ${url}`);
  t.diagnostic(`first list of ${items()} items:\n${lines.join('\n')}`);
  const bytes = ours.reduce((sum, { received }) => sum + received, 0);
  t.diagnostic(`${ours.length} requests, ${bytes} bytes`);
  assert.ok(items() >= 10_000, 'the shop is as large as the budget says');
  assert.ok(ours.every(({ coding, received }) => coding === 'br' || received < 500), 'everything comes as brotli');
  assert.ok(ours.length <= MOST_REQUESTS, `${ours.length} requests, at most ${MOST_REQUESTS}\n${lines.join('\n')}`);
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes, fewer than ${MOST_BYTES}\n${lines.join('\n')}`);

  const before = server.requests.length;
  const again = await page.evaluate((id) => globalThis.ask(id), item);
  assert.deepEqual(again.ids, answer.ids);
  assert.equal(server.requests.length, before, 'the same list again asks nobody');
  await page.close();
});

function items() {
  return JSON.parse(JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8')).payload).models[0].items;
}

/** An id from the middle of the catalogue that has neighbours. */
async function someItem() {
  const { engine, blob } = await openEngine(await startEngine(), models);
  for (let position = Math.floor(items() / 2); position < items(); position += 1) {
    const id = engine.ids(Uint32Array.of(position));
    const answer = await ask(engine, blob, requestBytes({ list: 'similar', limit: 8, seeds: [id] }));
    if (answer[1] === 8) return id;
  }
  throw new Error('no item of the shop has eight similar ones');
}
