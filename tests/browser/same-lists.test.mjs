/**
 * Every engine of the package gives what the core gives natively, to the bit, for random small catalogues and questions
 * that use every field: lists and explanations.
 *
 * COOKSHELF_RANDOM_CATALOGUES is the program that writes catalogues, questions and native answers.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { startEngine, startScript, startWorker } from './built-package.mjs';
import { bundleBlobs } from './cooked-folder.mjs';
import { LIST_KINDS } from './kinds.mjs';

const CATALOGUES = Number(process.env.COOKSHELF_CATALOGUES ?? 500);

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

async function catalogue(number) {
  const text = await readFile(join(folder, `${number}.asked`), 'utf8');
  const asked = text.trim().split('\n').map((line) => line.split(' ').map((hex) => Buffer.from(hex, 'hex')));
  return { blobs: bundleBlobs(await readFile(join(folder, `${number}.shelf`))), asked };
}

function same(found, native, what) {
  const bytes = Buffer.from(found.buffer, found.byteOffset, found.byteLength);
  if (bytes.equals(native)) return;
  const numbers = new Float64Array(new Uint8Array(native).buffer);
  assert.deepEqual([...found], [...numbers], what);
  assert.fail(`${what}: zeros of different signs`);
}
