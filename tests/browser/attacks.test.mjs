/**
 * An attacker between the shop and its shoppers, in a real browser and with a real model: whatever he does to manifests and
 * blobs, nothing of it is used, and what was good before is used on.
 *
 * COOKSHELF_MODELS is a cooked folder.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { packageFolder } from './built-package.mjs';
import { launch } from './chromium.mjs';

const models = process.env.COOKSHELF_MODELS;
const { payload: folder } = JSON.parse(await readFile(join(models, 'manifest.json'), 'utf8'));
const [ours, foreign] = [keyPair(), keyPair()];
const GOOD = manifest({ sequence: 5 });

/** What the attacker answers by the end of the address; nothing where he lets the shop answer. */
let attack = () => undefined;
let server;
let origin;
let browser;
before(async () => {
  server = http.createServer(async (request, response) => {
    const path = request.url;
    const body = attack(path) ?? (await honest(path).catch(() => undefined));
    const type = path.endsWith('.js') ? 'text/javascript' : path === '/' ? 'text/html' : path.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type, 'cache-control': 'no-store' });
    if (body !== ENDLESS) return response.end(body);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 32))) endless += 65_536;
    };
    response.on('drain', more);
    return more();
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.closeAllConnections();
  server?.close();
});

const ENDLESS = Symbol('a body without an end');
let endless = 0;

function keyPair() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { privateKey, public: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64') };
}

/** A manifest of the folder with these changes, signed. */
function manifest(changes, by = ours, prefix = 'cookshelf-manifest-v1\0') {
  const later = { issuedAt: '2026-11-22T00:00:00Z', notAfter: '2999-01-01T00:00:00Z', endpoint: 'acme/endpoints/web' };
  const payload = JSON.stringify({ ...JSON.parse(folder), ...later, ...changes });
  const body = Buffer.from(payload);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(body.length));
  const signature = sign(null, Buffer.concat([Buffer.from(prefix), length, body]), by.privateKey).toString('base64');
  return JSON.stringify({ cookshelf: 1, payload, signatures: [{ key: 'k', algorithm: 'ed25519', signature }] });
}

/** A good envelope with these fields instead. */
const altered = (changes) => JSON.stringify({ ...JSON.parse(GOOD), ...changes });

async function honest(path) {
  if (path === '/') return '<!doctype html><title>attacks</title><link rel="icon" href="data:,">';
  if (path.endsWith('/manifest.json')) return GOOD;
  if (path.startsWith('/package/')) return readFile(join(packageFolder, 'dist', path.slice('/package/'.length)));
  return readFile(join(models, path.slice('/models/'.length)));
}

/** What a page gets: the first items of a list, or the code of the error. */
async function visit(page, keys = [ours.public]) {
  await page.goto(origin);
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
  }, { keys, endpoint: 'acme/endpoints/web' });
}

async function opened(t, script) {
  const context = await browser.newContext();
  t.after(() => context.close());
  if (script !== undefined) await context.addInitScript(script);
  return context.newPage();
}

const GOOD_VISIT = { items: 4, similar: 4, stale: false, heard: [] };
const MANIFESTS = {
  'is not signed': altered({ signatures: [] }),
  'is signed by another': manifest({ sequence: 9 }, foreign),
  'was signed for something else': manifest({ sequence: 9 }, ours, 'something-else-v1\0'),
  'has the signature of another': altered({ payload: JSON.parse(manifest({ sequence: 9 })).payload }),
  'is of another endpoint': manifest({ sequence: 9, endpoint: 'acme/endpoints/other' }),
  'is longer by a space': altered({ payload: `${JSON.parse(GOOD).payload} ` }),
  'is a page': '<!doctype html><title>log in</title>',
  'is nothing': '',
  'has no end': ENDLESS,
};

test('what the shop signed is used, by the platform and by script', async (t) => {
  attack = () => undefined;
  assert.deepEqual(await visit(await opened(t)), GOOD_VISIT);
  const without = await opened(t, () => Object.defineProperty(SubtleCrypto.prototype, 'importKey', { value: () => Promise.reject(new DOMException('unknown', 'NotSupportedError')) }));
  assert.deepEqual(await visit(without), GOOD_VISIT);
  assert.equal((await visit(without, [foreign.public])).code, 'MODEL_UNTRUSTED');
});

for (const [name, text] of Object.entries(MANIFESTS)) {
  test(`a manifest that ${name} is not used, and what was kept is`, async (t) => {
    endless = 0;
    attack = (path) => (path.endsWith('/manifest.json') ? text : undefined);
    const first = await visit(await opened(t));
    assert.match(first.code, /^MODEL_(UNTRUSTED|FORMAT|INTEGRITY)$/, JSON.stringify(first));
    assert.ok(first.hint.length > 0);
    const returning = await opened(t);
    attack = () => undefined;
    assert.deepEqual(await visit(returning), GOOD_VISIT);
    attack = (path) => (path.endsWith('/manifest.json') ? text : undefined);
    const { heard, ...again } = await visit(returning);
    assert.deepEqual(again, { items: 4, similar: 4, stale: false });
    assert.match(heard.join(), /^MODEL_(UNTRUSTED|FORMAT|INTEGRITY)$/);
    assert.ok(endless < 16_000_000, `${endless} bytes were read`);
  });
}

test('a manifest that is older than one seen before is not used, and a return by the shop is', async (t) => {
  const page = await opened(t);
  attack = () => undefined;
  assert.deepEqual(await visit(page), GOOD_VISIT);
  for (const [sequence, expected] of [[4, 'MODEL_INTEGRITY'], [0, 'MODEL_INTEGRITY'], [6, ''], [5, 'MODEL_INTEGRITY']]) {
    attack = (path) => (path.endsWith('/manifest.json') ? manifest({ sequence, issuedAt: '2026-12-01T00:00:00Z' }) : undefined);
    const { heard, items } = await visit(page);
    assert.deepEqual([items, heard.join()], [4, expected], String(sequence));
  }
});

test('a manifest that is kept from growing newer is said to be stale', async (t) => {
  attack = (path) => (path.endsWith('/manifest.json') ? manifest({ sequence: 5, notAfter: '2020-01-01T00:00:00Z' }) : undefined);
  assert.deepEqual(await visit(await opened(t)), { ...GOOD_VISIT, stale: true });
});

test('blobs that are altered, cut, mixed up or endless are not used', async (t) => {
  const blobs = new Map();
  attack = (path) => void (path.includes('/b/1/') && blobs.set(path, undefined));
  assert.deepEqual(await visit(await opened(t)), GOOD_VISIT);
  for (const path of blobs.keys()) blobs.set(path, await honest(path));
  assert.ok(blobs.size >= 3);
  const paths = [...blobs.keys()];
  for (const [at, path] of paths.entries()) {
    const good = blobs.get(path);
    const flipped = Buffer.from(good);
    flipped[(at * 97) % good.length] ^= 1;
    for (const body of [flipped, good.subarray(0, -1), Buffer.concat([good, Buffer.alloc(1)]), blobs.get(paths[(at + 1) % paths.length]), ENDLESS]) {
      attack = (asked) => (asked === path ? body : undefined);
      const { code, similar } = await visit(await opened(t));
      assert.equal(code ?? similar, 'MODEL_INTEGRITY', path);
    }
  }
});
