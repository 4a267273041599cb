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
import { ask, golden, openEngine, openGolden } from './cooked-folder.mjs';
import { LIST_KINDS } from './kinds.mjs';

const models = process.env.COOKSHELF_MODELS;

const Engine = await startEngine();
const cases = native(join(models, 'model.shelf'));
const { engine, blob } = await openEngine(Engine, models);
const whole = await openGolden(Engine);

for (const [number, name] of LIST_KINDS.entries()) {
  test(`${name}: native and wasm agree to the bit`, () => agree(cases, number, (request) => ask(engine, blob, request)));
  test(`${name}: they agree about channels, dates and what the shop chose`, () => agree(native(golden), number, (request) => whole.run(request)));
}

test('the shop decides in some of the lists', () => {
  // After level and count come position, score, reason and because of each item; reason 7 is "chosen".
  const numbersOf = ([, answer]) => [...new Float64Array(new Uint8Array(answer).buffer)];
  const chosen = native(golden).filter((both) => numbersOf(both).some((value, at) => at >= 2 && at % 4 === 0 && value === 7));
  assert.ok(chosen.length >= 10, `only ${chosen.length} lists have an item that the shop chose`);
});

test('the requests lead to real lists', () => {
  const items = (name) => cases.filter(([r]) => r[0] === LIST_KINDS.indexOf(name)).map(([, a]) => a.readDoubleLE(8));
  for (const name of ['picks', 'similar', 'together', 'popular', 'trending', 'new']) {
    assert.ok(items(name).some((count) => count >= 8), `no ${name} list has eight items`);
  }
});

function numbers(bytes) {
  return [...new Float64Array(new Uint8Array(bytes).buffer)].slice(0, 30).join(' ');
}

async function agree(all, number, answerTo) {
  const mine = all.filter(([request]) => request[0] === number);
  assert.ok(mine.length >= 20, `only ${mine.length} requests`);
  for (const [request, answer] of mine) {
    const found = Buffer.from((await answerTo(request)).buffer);
    assert.ok(found.equals(answer), `request ${request.toString('hex')}\nwasm   ${numbers(found)}\nnative ${numbers(answer)}`);
  }
}

/** Requests and native answers. */
function native(bundle) {
  const lines = execFileSync(process.env.COOKSHELF_NATIVE_LISTS, [bundle], { maxBuffer: 1 << 28 }).toString().trim().split('\n');
  return lines.map((line) => line.split(' ').map((hex) => Buffer.from(hex, 'hex')));
}
