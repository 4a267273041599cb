/**
 * The checks of the privacy promise, on an honest page and on pages that each break one part of it.
 *
 * COOKSHELF_PROGRAM serves COOKSHELF_MODELS and the demo shop COOKSHELF_SITE. Every engine tries the honest page; the leaks are tried in Chromium, and the
 * ones that the browser itself must report in all three.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

import { packageFolder } from './built-package.mjs';
import { ENGINES } from './engines.mjs';
import { serveFiles } from './file-server.mjs';
import { CHECKS, check } from './privacy/checks.mjs';
import { startServer } from './recorded-server.mjs';

const models = process.env.COOKSHELF_MODELS;
const PAGE = '<!doctype html><title>shop</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

/** A page as a careful shop would write it; `options` are what a careless one adds. */
const honest = (options = '') => `
  import { createRecommender } from '/package/index.js';
  const run = new URLSearchParams(location.search).get('run') ?? 'auto';
  globalThis.cookshelf = createRecommender({ model: '/models/manifest.json', run, ...(run === 'airlock' && { worker: '/airlock/worker.js' }), ${options} });
`;

/** What many shops have besides: styles with a version, a cookie, scripts and pictures of others. Nobody's behaviour is in it. */
const BUSY = "document.cookie = 'currency=EUR'; fetch('/collect?page=product', { method: 'POST', body: 'a visit' }); new Image().src = ELSEWHERE + '/banner.gif';";
const WEAK = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/**
 * What a page may do wrong, by the check that finds it. `options` go to the recommender, `script` runs beside it, `policy` comes with
 * the worker. Some are tried in every engine: where the browser itself must report.
 */
const LEAKS = [
  { title: 'only plain requests', why: 'a query', options: "fetch: (url, init) => fetch(url + '?page=' + location.pathname.length, init)" },
  { title: 'only plain requests', why: 'the page is named', options: "fetch: (url, init) => fetch(url, { ...init, referrerPolicy: 'unsafe-url' })", everywhere: true },
  { title: 'only plain requests', why: 'a cookie', script: "document.cookie = 'visitor=7';", options: "fetch: (url, init) => fetch(url, { ...init, credentials: 'include' })" },
  { title: 'only plain requests', why: 'a header', options: "fetch: (url, init) => fetch(url, { ...init, headers: { 'shopper-hint': '7' } })" },
  { title: 'no other host', why: 'a pixel that counts', script: "const it = await cookshelf; it.on('change', () => { new Image().src = ELSEWHERE + '/pixel.gif?' + it.profile.explain().events; });", everywhere: true },
  { title: 'twin personas', why: 'a request that counts', script: "const it = await cookshelf; it.on('change', () => { fetch('/pixel/' + it.profile.explain().events); });", everywhere: true },
  { title: 'twin personas', why: 'a request whenever something is done', script: "const it = await cookshelf; it.on('change', () => { fetch('/models/manifest.json'); });" },
  { title: 'twin personas', why: 'the history as seeds', script: "const it = await cookshelf; it.on('change', async () => { const seeds = it.profile.explain().items.map(({ item }) => item); if (seeds.length > 0) await it.text(seeds, { fallback: [] }); });" },
  {
    title: 'twin personas',
    why: 'one thing after the other',
    script: "const it = await cookshelf; document.addEventListener('visibilitychange', async () => { const ways = ['/one', '/two']; if (it.profile.explain().cart.length > 0) ways.reverse(); for (const way of ways) await fetch(way); }, { once: true });",
  },
  { title: 'canary', why: 'a beacon', script: "const it = await cookshelf; it.on('change', () => { for (const { item } of it.profile.explain().items) navigator.sendBeacon('/seen/' + item); });", everywhere: true },
  { title: 'canary', why: 'the console', script: "const it = await cookshelf; it.on('change', () => console.debug(it.profile.explain().items.map(({ item }) => item)));" },
  { title: 'storage before consent', why: 'a visitor', script: "localStorage.setItem('visitor', 'nobody');" },
  { title: 'storage after erasing', why: 'a copy', script: "const it = await cookshelf; it.on('change', () => { const { items } = it.profile.explain(); if (items.length > 0) sessionStorage.setItem('again', items[0].item); });" },
  { title: 'storage after erasing', why: 'an erasure that does nothing', script: "const it = await cookshelf; it.profile.erase = async () => {};" },
  { title: 'wasm imports', why: 'a talkative module', script: "fetch('/other.wasm').then((it) => it.arrayBuffer());" },
  { title: 'airlock', why: 'no policy', policy: undefined },
  { title: 'airlock', why: 'a policy that forbids other hosts only', policy: WEAK, everywhere: true },
];

/** A module that imports five functions. */
const TALKATIVE = Buffer.concat([
  Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 31, 5]),
  ...[0, 1, 2, 3, 4].map((at) => Buffer.from([1, 0x65, 2, 0x66, 0x30 + at, 0, 0])),
]);
TALKATIVE[15] = 1 + 5 * 7;

/** What a page without fault gives. */
const NOTHING = Object.fromEntries(Object.keys(CHECKS).map((title) => [title, []]));

let other;
/** The same shop, cooked with other settings: all but the ids is new. */
const newer = mkdtempSync(join(tmpdir(), 'cookshelf-newer-'));
before(async () => {
  other = await serveFiles(() => ({ body: 'x' }));
  execFileSync(process.env.COOKSHELF_PROGRAM, ['cook', join(dirname(models), 'root'), '-o', newer, '--privacy-floor', '2', '--weight-bits', '8'], { stdio: 'ignore' });
});
after(async () => {
  await other?.stop();
  rmSync(newer, { recursive: true });
});

function site({ script = '', options = '', ...worker } = {}) {
  const policy = 'policy' in worker ? worker.policy : "default-src 'none'; script-src 'wasm-unsafe-eval'";
  return serveFiles((path) => {
    if (path === '/' || path === '/product') return { body: PAGE };
    if (path === '/page.js') return { body: `${honest(options)}\n${script.replaceAll('ELSEWHERE', JSON.stringify(other.origin.replace('127.0.0.1', 'localhost')))}`, headers: { 'content-type': 'text/javascript' } };
    if (path === '/airlock/worker.js') return { file: join(packageFolder, 'dist/worker.js'), headers: policy && { 'content-security-policy': policy } };
    if (path === '/other.wasm') return { body: TALKATIVE, headers: { 'content-type': 'application/wasm' } };
    if (path.startsWith('/package/')) return { file: join(packageFolder, 'dist', path.slice('/package/'.length)) };
    if (path === '/newer.json') return { file: join(newer, 'manifest.json') };
    if (path.startsWith('/models/')) return { file: [models, newer].map((folder) => join(folder, path.slice('/models/'.length))).find((file) => existsSync(file)) ?? join(models, 'missing') };
    return { body: 'thanks', status: 200 };
  });
}

for (const [name, start] of Object.entries(ENGINES)) {
  test(name, async (t) => {
    const engine = await start();
    t.after(() => engine.stop());

    await t.test('an honest page passes every check', async () => {
      const careful = await site();
      const found = await check(engine, careful.origin, ['/', '/product'], { alone: true });
      await careful.stop();
      assert.deepEqual(found, NOTHING);
    });

    await t.test('the demo shop passes every check', async () => {
      const demo = await startServer({ models, shop: process.env.COOKSHELF_SITE });
      const found = await check(engine, demo.origin, ['/'], { alone: true, ...(name !== 'chromium' && { pairs: ['device'] }) });
      await demo.stop();
      assert.deepEqual(found, NOTHING);
    });

    for (const [run, pair] of [['main', 'device'], ['worker', 'session'], ['airlock', 'device'], ['js', 'session']]) {
      await t.test(`two shoppers cause the same requests: ${run}, ${pair}`, async () => {
        const careful = await site();
        const found = await check(engine, careful.origin, [`/?run=${run}`], { only: ['only plain requests', 'twin personas'], pairs: [pair], pages: 2, alone: true });
        await careful.stop();
        assert.deepEqual(found, { 'only plain requests': [], 'twin personas': [] });
      });
    }

    await t.test('a newer model takes over under the eyes of two shoppers', async () => {
      const careful = await site();
      const found = await check(engine, careful.origin, ['/'], { only: ['twin personas'], pairs: ['session'], pages: 1, alone: true, newer: { of: '/models/manifest.json', by: '/newer.json' } });
      await careful.stop();
      assert.deepEqual(found, { 'twin personas': [] });
    });

    await t.test('a page with business of its own passes what is about the package, and is not alone', async () => {
      const busy = await site({ script: BUSY });
      const only = ['only plain requests', 'no other host', 'twin personas'];
      const found = await check(engine, busy.origin, ['/'], { only, pairs: ['session'], pages: 1 });
      const alone = await check(engine, busy.origin, ['/'], { only, pairs: ['session'], pages: 1, alone: true });
      await busy.stop();
      assert.deepEqual(found, { 'only plain requests': [], 'no other host': [], 'twin personas': [] });
      assert.match(alone['only plain requests'].join(), /is a POST.*has a query.*carries a cookie/s);
      assert.match(alone['no other host'].join(), /banner\.gif/);
    });

    for (const { title, why, everywhere = false, ...leak } of LEAKS) {
      if (name !== 'chromium' && !everywhere) continue;
      await t.test(`a page that leaks is found: ${title}, ${why}`, async () => {
        const leaking = await site(leak);
        const found = await check(engine, leaking.origin, ['/'], { only: [title], pairs: ['session'], pages: 1 });
        await leaking.stop();
        assert.notDeepEqual(found[title], [], JSON.stringify(found));
        t.diagnostic(`${title}, ${why}: ${found[title][0].slice(0, 150)}`);
      });
    }
  });
}
