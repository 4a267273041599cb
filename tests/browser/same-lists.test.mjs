/**
 * Every engine of the package gives what the core gives natively, to the bit, for random small catalogues and questions
 * that use every field: lists and explanations.
 *
 * COOKSHELF_RANDOM_CATALOGUES is the program that writes catalogues, questions and native answers. CHROMIUM is the browser of the airlock.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { packageFolder, startEngine, startScript, startWorker } from './built-package.mjs';
import { launch } from './chromium.mjs';
import { bundleBlobs } from './cooked-folder.mjs';
import { serveFiles } from './file-server.mjs';
import { LIST_KINDS } from './kinds.mjs';

const CATALOGUES = Number(process.env.COOKSHELF_CATALOGUES ?? 500);

/** As many of them go through an airlock in a browser, where each blob crosses twice. */
const IN_AIRLOCK = Math.min(40, CATALOGUES);

/** What starts an engine; its methods may answer later. Worker and airlock are one script, under different policies. */
const ENGINES = { wasm: startEngine, worker: startWorker, script: startScript };

let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cookshelf-catalogues-'));
  execFileSync(process.env.COOKSHELF_RANDOM_CATALOGUES, [folder, String(CATALOGUES)]);
});
after(() => rm(folder, { recursive: true }));

for (const [name, start] of Object.entries(ENGINES)) {
  test(`${name}: lists and explanations are those of the core`, async (t) => {
    const Engine = await start();
    t.after(() => Engine.stop?.());
    const shown = LIST_KINDS.map(() => 0);
    for (let number = 0; number < CATALOGUES; number += 1) {
      const engine = new Engine();
      const { blobs, asked } = await catalogue(number);
      for (const blob of blobs) await engine.add(blob);
      for (const [request, list, item, why] of asked) {
        const what = `${name}, catalogue ${number}, request ${request.toString('hex')}`;
        same(await engine.run(new Uint8Array(request)), list, what);
        same(await engine.explain(new Uint8Array(request), new Uint8Array(item)), why, `${what}, explanation of ${item}`);
        shown[request[0]] += list.readDoubleLE(8);
      }
      engine.free();
    }
    for (const [kind, items] of shown.entries()) assert.ok(items > CATALOGUES, `only ${items} items in lists of ${LIST_KINDS[kind]}`);
  });
}

test('airlock in Chromium: lists and explanations are those of the core', async (t) => {
  const site = await serveFiles((path) => {
    if (path === '/') return { body: '<!doctype html><title>airlock</title><link rel="icon" href="data:,">' };
    if (path === '/worker.js') return { file: join(packageFolder, 'dist/worker.js'), headers: { 'content-security-policy': "default-src 'none'; script-src 'wasm-unsafe-eval'" } };
    if (path === '/cookshelf.wasm') return { file: join(packageFolder, 'dist/cookshelf.wasm') };
    return undefined;
  });
  const browser = await launch();
  t.after(async () => {
    await browser.close();
    await site.stop();
  });
  const page = await browser.newPage();
  await page.goto(site.origin);
  assert.equal(await page.evaluate(openAirlock), false, 'no request can leave the worker');
  const hex = (bytes) => Buffer.from(bytes).toString('hex');
  for (let number = 0; number < IN_AIRLOCK; number += 1) {
    const { blobs, asked } = await catalogue(number);
    const found = await page.evaluate(([all, questions]) => globalThis.inAirlock(all, questions), [blobs.map(hex), asked.map(([request, , item]) => [hex(request), hex(item)])]);
    for (const [at, [request, list, item, why]] of asked.entries()) {
      const what = `airlock, catalogue ${number}, request ${request.toString('hex')}`;
      same(Buffer.from(found[at][0], 'hex'), list, what);
      same(Buffer.from(found[at][1], 'hex'), why, `${what}, explanation of ${item}`);
    }
  }
});

/** Runs in the page: speaks with the worker as the package does. Gives whether requests could leave it. */
async function openAirlock() {
  const worker = new Worker('/worker.js');
  const waiting = new Map();
  worker.onmessage = ({ data }) => {
    const { resolve, reject } = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.message === undefined) resolve(data.value);
    else reject(new Error(data.message));
  };
  let calls = 0;
  const ask = (call) => new Promise((resolve, reject) => {
    calls += 1;
    waiting.set(calls, { resolve, reject });
    worker.postMessage({ ...call, id: calls });
  });
  const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  const hexOf = ({ buffer, byteOffset, byteLength }) => [...new Uint8Array(buffer, byteOffset, byteLength)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const open = await ask({ do: 'start', wasm: await (await fetch('/cookshelf.wasm')).arrayBuffer() });
  let engine = 0;
  globalThis.inAirlock = async (blobs, questions) => {
    engine += 1;
    const method = (name, ...args) => ask({ do: 'ask', engine, method: name, args });
    await ask({ do: 'create', engine });
    for (const blob of blobs) await method('add', bytesOf(blob));
    const answers = [];
    for (const [request, item] of questions) answers.push([hexOf(await method('run', bytesOf(request))), hexOf(await method('explain', bytesOf(request), bytesOf(item)))]);
    await ask({ do: 'free', engine });
    return answers;
  };
  return open;
}

async function catalogue(number) {
  const text = await readFile(join(folder, `${number}.asked`), 'utf8');
  const asked = text.trim().split('\n').map((line) => line.split(' ').map((hex) => Buffer.from(hex, 'hex')));
  return { blobs: bundleBlobs(await readFile(join(folder, `${number}.shelf`))), asked };
}

function same(found, native, what) {
  const bytes = Buffer.from(found.buffer, found.byteOffset, found.byteLength);
  if (bytes.equals(native)) return;
  const numbers = (all) => [...new Float64Array(new Uint8Array(all).buffer)];
  assert.deepEqual(numbers(bytes), numbers(native), what);
  assert.fail(`${what}: zeros of different signs`);
}
