/**
 * The same attacker before a program of Node that uses the npm package, as a page is made ready on a server or a mail is
 * written: whatever he does to manifests and blobs, nothing of it is used, and what was good before is used on.
 *
 * COOKSHELF_MODELS and COOKSHELF_LARGE_MODELS are two cooked folders.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

import { packageFolder } from './built-package.mjs';
import { ENDLESS, ENDPOINT, foreign, honest, manifest, MANIFESTS, ours, spoiled, startHost } from './hostile-shop.mjs';
import { until } from './recorded-server.mjs';

const { createRecommender } = await import(pathToFileURL(join(packageFolder, 'dist/inline.js')).href);
const other = process.env.COOKSHELF_LARGE_MODELS;
const REFUSED = /^MODEL_(UNTRUSTED|FORMAT|INTEGRITY)$/;
const MINUTE = 60_000;

let host;
let visits = 0;
before(async () => { host = await startHost(); });
after(() => host?.stop());

/** A program that begins: an address of its own, so that nothing is known from earlier ones. */
function begin({ keys = [ours.public], now = Date.parse('2026-11-22T12:00:00Z') } = {}) {
  visits += 1;
  const clock = { now, heard: [], base: `/visit-${visits}` };
  /** `attack` by the path below this address. */
  clock.under = (attack) => {
    host.attack = async (path) => {
      if (!path.startsWith(`${clock.base}/`)) return undefined;
      const below = path.slice(clock.base.length);
      return (await attack(below)) ?? honest(below).catch(() => undefined);
    };
  };
  clock.open = () => createRecommender({
    model: `${host.origin}${clock.base}/models/manifest.json`,
    keys,
    endpoint: ENDPOINT,
    now: () => clock.now,
    onError: ({ code }) => clock.heard.push(code),
  });
  return clock;
}

const isManifest = (path) => path.endsWith('/manifest.json');

/** What a list shows, by ids. */
const ids = async (list) => (await list).items.map(({ id }) => id);

/** Lets two hours pass, and with them a look for a newer manifest that comes to an end. */
async function later(shelf, clock) {
  const looks = () => shelf.network.log().filter(({ url }) => url.endsWith('/manifest.json')).length;
  const [before, heard] = [looks(), clock.heard.length];
  clock.now += 120 * MINUTE;
  await shelf.trending();
  await until(() => looks() > before || clock.heard.length > heard, 'a newer manifest is looked for');
  await new Promise((passed) => { setTimeout(passed, 50); });
}

test('what the shop signed is used, from a plain static host', async () => {
  const clock = begin();
  clock.under(() => undefined);
  const shelf = await clock.open();
  const [first] = await ids(shelf.trending({ limit: 4 }));
  assert.equal((await ids(shelf.similar(first, { limit: 4 }))).length, 4);
  assert.deepEqual([shelf.model.stale, clock.heard, shelf.engine.kind], [false, [], 'wasm']);
  shelf.dispose();
  const stranger = begin({ keys: [foreign.public] });
  stranger.under(() => undefined);
  await assert.rejects(stranger.open(), { code: 'MODEL_UNTRUSTED' });
});

for (const [name, text] of Object.entries(MANIFESTS)) {
  test(`a manifest that ${name} is not used, and what was good is used on`, async () => {
    const first = begin();
    first.under((path) => (isManifest(path) ? text : undefined));
    await assert.rejects(first.open(), ({ code, hint }) => REFUSED.test(code) && hint.length > 0);
    const running = begin();
    running.under(() => undefined);
    const shelf = await running.open();
    const [model, shown] = [shelf.model.id, await ids(shelf.trending({ limit: 4 }))];
    running.under((path) => (isManifest(path) ? text : undefined));
    await later(shelf, running);
    await until(() => running.heard.length > 0, 'the manifest is refused');
    assert.match(running.heard[0], REFUSED);
    assert.deepEqual([shelf.model.id, await ids(shelf.trending({ limit: 4 }))], [model, shown]);
    // What was not needed before can still be had.
    assert.equal((await ids(shelf.similar(shown[0], { limit: 4 }))).length, 4);
    assert.ok(host.sent() < 16_000_000, `${host.sent()} bytes were read`);
    shelf.dispose();
  });
}

test('a manifest that is older than one seen before is not used, by anything in the program, and a return by the shop is', async () => {
  const clock = begin();
  let sequence = 5;
  clock.under((path) => (isManifest(path) ? manifest({ sequence, issuedAt: `2026-11-2${sequence % 10}T00:00:00Z` }) : undefined));
  const shelf = await clock.open();
  for (const [next, expected] of [[4, 'MODEL_INTEGRITY'], [6, undefined], [5, 'MODEL_INTEGRITY'], [0, 'MODEL_INTEGRITY'], [7, undefined]]) {
    sequence = next;
    await later(shelf, clock);
    assert.equal(clock.heard.splice(0)[0], expected, String(next));
  }
  shelf.dispose();
  sequence = 6;
  await assert.rejects(clock.open(), { code: 'MODEL_INTEGRITY' });
});

test('a manifest that is kept from growing newer is used on, and said to be stale', async () => {
  const clock = begin();
  clock.under((path) => (isManifest(path) ? manifest({ sequence: 5, notAfter: '2026-11-22T13:00:00Z' }) : undefined));
  const shelf = await clock.open();
  assert.equal(shelf.model.stale, false);
  await later(shelf, clock);
  assert.deepEqual([shelf.model.stale, (await ids(shelf.trending({ limit: 4 }))).length], [true, 4]);
  shelf.dispose();
});

/** The blobs that a visit fetches, by path. */
async function blobsOf(folder) {
  const clock = begin();
  const paths = new Set();
  clock.under((path) => {
    if (path.includes('/b/1/')) paths.add(path);
    return folder === undefined ? undefined : theirs(folder, path);
  });
  const shelf = await clock.open();
  const [first] = await ids(shelf.trending({ limit: 4 }));
  await shelf.similar(first, { limit: 4 });
  shelf.dispose();
  return new Map(await Promise.all([...paths].map(async (path) => [path, await (folder === undefined ? honest(path) : theirs(folder, path))])));
}

/** The answers of another release of the same shop. */
async function theirs(folder, path) {
  if (!isManifest(path)) return readFile(join(folder, path.slice('/models/'.length))).catch(() => undefined);
  const { models } = JSON.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')).payload);
  return manifest({ sequence: 6, issuedAt: '2026-11-23T00:00:00Z', models });
}

/** What a program gets: `good`, or the code of what was refused. */
async function outcome(clock) {
  try {
    const shelf = await clock.open();
    const [first] = await ids(shelf.trending({ limit: 4 }));
    await shelf.similar(first, { limit: 4 }).finally(() => shelf.dispose());
    return 'good';
  } catch ({ code }) {
    return code;
  }
}

test('blobs that are altered, cut, mixed up, endless or blown up are not used', async () => {
  const blobs = await blobsOf();
  const paths = [...blobs.keys()];
  assert.ok(paths.length >= 3);
  const bomb = { body: gzipSync(Buffer.alloc(64 << 20)), headers: { 'content-encoding': 'gzip' } };
  let accepted = 0;
  for (const [at, path] of paths.entries()) {
    const good = blobs.get(path);
    const foreignBlob = blobs.get(paths[(at + 1) % paths.length]);
    const flips = Array.from({ length: 40 }, (_, flip) => spoiled(good, foreignBlob, flip * 31 + at)[0]);
    const cuts = Array.from({ length: 20 }, (_, cut) => good.subarray(0, Math.floor((good.length * cut) / 20)));
    for (const body of [...spoiled(good, foreignBlob, at), ...flips, ...cuts, bomb]) {
      const clock = begin();
      clock.under((asked) => (asked === path ? body : undefined));
      const said = await outcome(clock);
      accepted += Number(said === 'good');
      assert.equal(said, 'MODEL_INTEGRITY', path);
    }
  }
  assert.equal(accepted, 0);
});

test('no mixture of two releases is used: every choice of their blobs', async () => {
  const [old, next] = [await blobsOf(), await blobsOf(other)];
  const [mine, foreignOnes] = [[...next.keys()].slice(0, 6), [...old.values()]];
  assert.ok(mine.length >= 3);
  for (let swap = 0; swap < 2 ** mine.length; swap += 1) {
    const clock = begin();
    clock.under((path) => {
      const at = mine.indexOf(path);
      return at >= 0 && swap & (2 ** at) ? foreignOnes[at % foreignOnes.length] : theirs(other, path);
    });
    assert.equal(await outcome(clock), swap === 0 ? 'good' : 'MODEL_INTEGRITY', String(swap));
  }
});

test('a newer release whose blobs are spoiled does not take the place of a good one', async () => {
  const clock = begin();
  clock.under(() => undefined);
  const shelf = await clock.open();
  const [model, [first]] = [shelf.model.id, await ids(shelf.trending({ limit: 4 }))];
  const similar = await ids(shelf.similar(first, { limit: 4 }));
  for (const body of [ENDLESS, Buffer.alloc(1000), '']) {
    clock.under((path) => (path.includes('/b/1/') ? body : theirs(other, path)));
    await later(shelf, clock);
    await until(() => clock.heard.length > 0, 'the release is refused');
    assert.match(clock.heard.splice(0)[0], REFUSED);
    assert.deepEqual([shelf.model.id, await ids(shelf.similar(first, { limit: 4 }))], [model, similar]);
  }
  clock.under((path) => theirs(other, path));
  await later(shelf, clock);
  await until(() => shelf.model.id !== model, 'the good one takes over');
  shelf.dispose();
});
