/**
 * An attacker between the shop and its shoppers, in a real browser and with a real model: whatever he does to manifests and
 * blobs, nothing of it is used, and what was good before is used on.
 *
 * COOKSHELF_MODELS is a cooked folder.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch } from './chromium.mjs';
import { ENDPOINT, foreign, honest, manifest, MANIFESTS, ours, spoiled, startHost } from './hostile-shop.mjs';

let host;
let browser;
before(async () => {
  host = await startHost();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await host?.stop();
});

/** What a page gets: the first items of a list, or the code of the error. */
async function visit(page, keys = [ours.public]) {
  await page.goto(host.origin);
  return page.evaluate(async (options) => {
    const heard = [];
    try {
      const { createRecommender } = await import('/package/index.js');
      const shelf = await createRecommender({ model: '/models/manifest.json', profile: 'device', onError: ({ code }) => heard.push(code), ...options });
      const { items } = await shelf.trending({ limit: 4 });
      const similar = await shelf.similar(items[0].id, { limit: 4 }).then((list) => list.items.length, ({ code }) => code);
      return { items: items.length, similar, stale: shelf.model.stale, heard };
    } catch (error) {
      return { code: error.code, hint: error.hint, heard };
    }
  }, { keys, endpoint: ENDPOINT });
}

async function opened(t, script) {
  const context = await browser.newContext();
  t.after(() => context.close());
  if (script !== undefined) await context.addInitScript(script);
  return context.newPage();
}

const GOOD_VISIT = { items: 4, similar: 4, stale: false, heard: [] };

test('what the shop signed is used, by the platform and by script', async (t) => {
  host.attack = () => undefined;
  assert.deepEqual(await visit(await opened(t)), GOOD_VISIT);
  const without = await opened(t, () => Object.defineProperty(SubtleCrypto.prototype, 'importKey', { value: () => Promise.reject(new DOMException('unknown', 'NotSupportedError')) }));
  assert.deepEqual(await visit(without), GOOD_VISIT);
  assert.equal((await visit(without, [foreign.public])).code, 'MODEL_UNTRUSTED');
});

for (const [name, text] of Object.entries(MANIFESTS)) {
  test(`a manifest that ${name} is not used, and what was kept is`, async (t) => {
    host.attack = (path) => (path.endsWith('/manifest.json') ? text : undefined);
    const first = await visit(await opened(t));
    assert.match(first.code, /^MODEL_(UNTRUSTED|FORMAT|INTEGRITY)$/, JSON.stringify(first));
    assert.ok(first.hint.length > 0);
    const returning = await opened(t);
    host.attack = () => undefined;
    assert.deepEqual(await visit(returning), GOOD_VISIT);
    host.attack = (path) => (path.endsWith('/manifest.json') ? text : undefined);
    const { heard, ...again } = await visit(returning);
    assert.deepEqual(again, { items: 4, similar: 4, stale: false });
    assert.match(heard.join(), /^MODEL_(UNTRUSTED|FORMAT|INTEGRITY)$/);
    assert.ok(host.sent() < 16_000_000, `${host.sent()} bytes were read`);
  });
}

test('a manifest that is older than one seen before is not used, and a return by the shop is', async (t) => {
  const page = await opened(t);
  host.attack = () => undefined;
  assert.deepEqual(await visit(page), GOOD_VISIT);
  for (const [sequence, expected] of [[4, 'MODEL_INTEGRITY'], [0, 'MODEL_INTEGRITY'], [6, ''], [5, 'MODEL_INTEGRITY']]) {
    host.attack = (path) => (path.endsWith('/manifest.json') ? manifest({ sequence, issuedAt: '2026-12-01T00:00:00Z' }) : undefined);
    const { heard, items } = await visit(page);
    assert.deepEqual([items, heard.join()], [4, expected], String(sequence));
  }
});

test('a manifest that is kept from growing newer is said to be stale', async (t) => {
  host.attack = (path) => (path.endsWith('/manifest.json') ? manifest({ sequence: 5, notAfter: '2020-01-01T00:00:00Z' }) : undefined);
  assert.deepEqual(await visit(await opened(t)), { ...GOOD_VISIT, stale: true });
});

test('blobs that are altered, cut, mixed up or endless are not used', async (t) => {
  const blobs = new Map();
  host.attack = (path) => void (path.includes('/b/1/') && blobs.set(path, undefined));
  assert.deepEqual(await visit(await opened(t)), GOOD_VISIT);
  for (const path of blobs.keys()) blobs.set(path, await honest(path));
  assert.ok(blobs.size >= 3);
  const paths = [...blobs.keys()];
  for (const [at, path] of paths.entries()) {
    for (const body of spoiled(blobs.get(path), blobs.get(paths[(at + 1) % paths.length]), at)) {
      host.attack = (asked) => (asked === path ? body : undefined);
      const { code, similar } = await visit(await opened(t));
      assert.equal(code ?? similar, 'MODEL_INTEGRITY', path);
    }
  }
});
