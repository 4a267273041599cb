/**
 * Native and wasm give the same lists to the bit, for requests of every kind.
 *
 * COOKSHELF_MODELS is a cooked folder, COOKSHELF_NATIVE_LISTS the program that asks the same bundle natively.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startEngine } from './built-package.mjs';
import { ask, openEngine } from './cooked-folder.mjs';

const models = process.env.COOKSHELF_MODELS;
const LISTS = ['picks', 'similar', 'together', 'next', 'popular', 'trending', 'new', 'text', 'look', 'again', 'recent', 'named'];
/** A bundle of the core's own tests: it has a section of every kind, a cooked shop need not. */
const golden = fileURLToPath(new URL('../../core/tests/golden/v1/small.shelf', import.meta.url));

const Engine = await startEngine();
const cases = native(join(models, 'model.shelf'));
const { engine, blob } = await openEngine(Engine, models);
const whole = new Engine();
for (const section of sections(await readFile(golden))) whole.add(section);

for (const [number, name] of LISTS.entries()) {
  test(`${name}: native and wasm agree to the bit`, () => agree(cases, number, (request) => ask(engine, blob, request)));
  test(`${name}: they agree about channels, dates and what the shop chose`, () => agree(native(golden), number, (request) => whole.run(request)));
}

test('the shop decides in some of the lists', () => {
  const chosen = native(golden).filter(([, answer]) => answer.includes(Buffer.from(new Float64Array([7]).buffer)));
  assert.ok(chosen.length >= 10, `only ${chosen.length} lists have an item that the shop chose`);
});

test('the requests lead to real lists', () => {
  const items = (name) => cases.filter(([r]) => r[0] === LISTS.indexOf(name)).map(([, a]) => a.readDoubleLE(8));
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

/** The blobs of a bundle, the ids first, as FORMAT.md lays them out. */
function sections(bundle) {
  const entries = Array.from({ length: bundle.readUInt32LE(12) }, (_, at) => 32 + 24 * at);
  const ids = entries.filter((entry) => bundle.readUInt16LE(entry) === 2);
  const others = entries.filter((entry) => bundle.readUInt16LE(entry) !== 2);
  return [...ids, ...others].map((entry) => {
    const from = bundle.readUInt32LE(entry + 12);
    return new Uint8Array(bundle.subarray(from, from + bundle.readUInt32LE(entry + 16)));
  });
}
