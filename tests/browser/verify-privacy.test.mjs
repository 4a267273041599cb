/**
 * The checks of the privacy promise, on an honest page and on pages that each break one part of it.
 *
 * COOKSHELF_PROGRAM serves COOKSHELF_MODELS and the demo shop COOKSHELF_SITE. Every engine tries the honest page; the leaks are tried in Chromium, and the
 * ones that the browser itself must report in all three.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { packageFolder } from './built-package.mjs';
import { ENGINES } from './engines.mjs';
import { serveFiles } from './file-server.mjs';
import { CHECKS, check } from './privacy/checks.mjs';
import { startServer } from './recorded-server.mjs';

const models = process.env.COOKSHELF_MODELS;
const PAGE = '<!doctype html><title>shop</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

/** A page as a careful shop would write it. */
const HONEST = `
  import { createRecommender } from '/package/index.js';
  const airlock = location.search === '?run=airlock' && { run: 'airlock', worker: '/airlock/worker.js' };
  globalThis.cookshelf = createRecommender({ model: '/models/manifest.json', ...airlock });
`;

/** What a page may do wrong; each is found by the check of its name. */
const LEAKS = {
  'only plain requests': { script: "fetch('/collect', { method: 'POST', body: 'a visit' });" },
  'no other host': { script: "(await cookshelf).on('change', () => { new Image().src = ELSEWHERE + '/pixel.gif'; });", everywhere: true },
  'twin personas': { script: "const shelf = await cookshelf; shelf.on('change', () => { fetch('/pixel/' + shelf.profile.explain().events); });", everywhere: true },
  canary: { script: "const shelf = await cookshelf; shelf.on('change', () => { for (const { item } of shelf.profile.explain().items) navigator.sendBeacon('/seen/' + item); });", everywhere: true },
  'storage before consent': { script: "localStorage.setItem('visitor', 'nobody');" },
  'storage after erasing': { script: "const shelf = await cookshelf; shelf.on('change', () => { const { items } = shelf.profile.explain(); if (items.length > 0) sessionStorage.setItem('again', items[0].item); });" },
  'wasm imports': { script: "fetch('/other.wasm').then((it) => it.arrayBuffer());" },
  airlock: { open: true },
};

/** A module that imports five functions. */
const TALKATIVE = Buffer.concat([
  Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 31, 5]),
  ...[0, 1, 2, 3, 4].map((at) => Buffer.from([1, 0x65, 2, 0x66, 0x30 + at, 0, 0])),
]);
TALKATIVE[15] = 1 + 5 * 7;

/** What a page without fault gives. */
const NOTHING = Object.fromEntries(Object.keys(CHECKS).map((title) => [title, []]));

let other;
before(async () => {
  other = await serveFiles(() => ({ body: 'x' }));
});
after(() => other?.stop());

function site({ script = '', open = false } = {}) {
  return serveFiles((path) => {
    if (path === '/' || path === '/product') return { body: PAGE };
    if (path === '/page.js') return { body: `${HONEST}\n${script.replaceAll('ELSEWHERE', JSON.stringify(other.origin.replace('127.0.0.1', 'localhost')))}`, headers: { 'content-type': 'text/javascript' } };
    if (path === '/airlock/worker.js') return { file: join(packageFolder, 'dist/worker.js'), headers: open ? {} : { 'content-security-policy': "default-src 'none'; script-src 'wasm-unsafe-eval'" } };
    if (path === '/other.wasm') return { body: TALKATIVE, headers: { 'content-type': 'application/wasm' } };
    if (path.startsWith('/package/')) return { file: join(packageFolder, 'dist', path.slice('/package/'.length)) };
    if (path.startsWith('/models/')) return { file: join(models, path.slice('/models/'.length)) };
    return { body: 'thanks', status: 200 };
  });
}

for (const [name, start] of Object.entries(ENGINES)) {
  test(name, async (t) => {
    const engine = await start();
    t.after(() => engine.stop());

    await t.test('an honest page passes every check', async () => {
      const honest = await site();
      const found = await check(engine, honest.origin, ['/', '/product']);
      await honest.stop();
      assert.deepEqual(found, NOTHING);
    });

    await t.test('the demo shop passes every check', async () => {
      const demo = await startServer({ models, shop: process.env.COOKSHELF_SITE });
      const found = await check(engine, demo.origin, ['/']);
      await demo.stop();
      assert.deepEqual(found, NOTHING);
    });

    for (const [title, leak] of Object.entries(LEAKS)) {
      if (name !== 'chromium' && !leak.everywhere) continue;
      await t.test(`a page that leaks is found: ${title}`, async () => {
        const leaking = await site(leak);
        const found = await check(engine, leaking.origin, ['/', '/product']);
        await leaking.stop();
        assert.notDeepEqual(found[title], [], JSON.stringify(found));
      });
    }
  });
}
