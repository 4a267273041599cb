/**
 * Native and wasm give the same lists to the bit, for requests of every kind.
 *
 * COOKSHELF_MODELS is a cooked folder, COOKSHELF_NATIVE_LISTS the program that asks the same bundle natively.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

import { startEngine } from './built-package.mjs';
import { ask, openEngine } from './cooked-folder.mjs';

const models = process.env.COOKSHELF_MODELS;
const native = execFileSync(process.env.COOKSHELF_NATIVE_LISTS, [join(models, 'model.shelf')], { maxBuffer: 1 << 28 });
const cases = native.toString().trim().split('\n').map((line) => line.split(' ').map((hex) => Buffer.from(hex, 'hex')));
const LISTS = ['picks', 'similar', 'together', 'next', 'popular', 'trending', 'new', 'text', 'look', 'again', 'recent'];

const Engine = await startEngine();
const { engine, blob } = await openEngine(Engine, models);

for (const [number, name] of LISTS.entries()) {
  test(`${name}: native and wasm agree to the bit`, async () => {
    const mine = cases.filter(([request]) => request[0] === number);
    assert.ok(mine.length >= 20, `only ${mine.length} requests for ${name}`);
    for (const [request, answer] of mine) {
      const found = Buffer.from((await ask(engine, blob, request)).buffer);
      assert.ok(found.equals(answer), `request ${request.toString('hex')}\nwasm   ${numbers(found)}\nnative ${numbers(answer)}`);
    }
  });
}

test('the requests lead to real lists', () => {
  const items = (name) => cases.filter(([r]) => r[0] === LISTS.indexOf(name)).map(([, a]) => a.readDoubleLE(8));
  for (const name of ['picks', 'similar', 'together', 'popular', 'trending', 'new']) {
    assert.ok(items(name).some((count) => count >= 8), `no ${name} list has eight items`);
  }
});

function numbers(bytes) {
  return [...new Float64Array(new Uint8Array(bytes).buffer)].slice(0, 30).join(' ');
}
