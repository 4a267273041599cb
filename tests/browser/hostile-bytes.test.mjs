/**
 * Hostile bytes in the browser module: a typed error every time, never a trap, and the engine works on.
 *
 * For one blob of every section kind: every truncation, every single-byte change, and the changes again
 * behind a forged checksum, so that they reach the decoder of the section.
 */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';

import { startEngine } from './built-package.mjs';
import { FRAME_BYTES, withChecksum } from './checksum.mjs';
import { ask, goldenBlobs, openEngine, openFolder, openGolden } from './cooked-folder.mjs';
import { SECTION_KINDS } from './kinds.mjs';

/** More changes than this per blob are thinned out evenly. */
const MOST = 4000;
/** Bytes of a blob whose body is worth changing. */
const WORTH = 300;
/** limit 8 of `popular`, and nothing else is said. */
const POPULAR = Uint8Array.of(4, 8, ...new Uint8Array(12));

const Engine = await startEngine();
const models = process.env.COOKSHELF_MODELS;
const samples = await oneOfEachKind();
const cooked = new Set(samples.keys());
// What the cooked shop does not have comes from the golden bundle, and goes into an engine with its ids.
for (const blob of await goldenBlobs()) {
  if (!samples.has(kindOf(blob))) samples.set(kindOf(blob), blob);
}

for (const [kind, blob] of samples) {
  test(`${SECTION_KINDS[kind]}: every truncation is refused`, async () => {
    const engine = await ready(kind);
    for (const length of spread(blob.length)) {
      assert.equal(codeOf(() => engine.add(blob.subarray(0, length))), 'MODEL_FORMAT', `${length} bytes`);
    }
    await stillWorks();
  });

  test(`${SECTION_KINDS[kind]}: every changed byte is refused`, async () => {
    const engine = await ready(kind);
    for (const place of spread(blob.length)) {
      const code = codeOf(() => engine.add(changed(blob, place)));
      assert.equal(code, 'MODEL_FORMAT', `byte ${place}`);
    }
    await stillWorks();
  });

  test(`${SECTION_KINDS[kind]}: changed bytes with a good checksum are refused or harmless`, async () => {
    let refused = 0;
    let engine;
    for (const [at, place] of spread(blob.length - FRAME_BYTES).entries()) {
      // A section that passes replaces the good one: every so often a new engine is taken.
      if (at % 200 === 0) engine = await ready(kind);
      const forged = withChecksum(changed(blob, FRAME_BYTES + place, at));
      const code = codeOf(() => engine.add(forged));
      assert.ok(code === 'MODEL_FORMAT' || code === 'QUERY_INVALID' || code === undefined, `byte ${place}: ${code}`);
      refused += code === undefined ? 0 : 1;
      assert.ok(traps(() => engine.needs(POPULAR)) === false, `byte ${place} breaks the engine`);
    }
    assert.ok(refused > 0 || kind === 7 || kind === 1, 'nothing was refused');
  });
}

test('every kind of section was tried', () => {
  assert.deepEqual([...samples.keys()].sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('bodies that promise more than there is are refused at once', async () => {
  for (const [kind, blob] of samples) {
    for (const promise of [0xff, 0x7f]) {
      const bomb = Uint8Array.from(blob);
      bomb.fill(promise, FRAME_BYTES, Math.min(bomb.length, FRAME_BYTES + 16));
      const engine = await ready(kind);
      const started = performance.now();
      const code = codeOf(() => engine.add(withChecksum(bomb)));
      assert.ok(code === 'MODEL_FORMAT' || code === undefined, `${SECTION_KINDS[kind]}: ${code}`);
      assert.ok(performance.now() - started < 500, `${SECTION_KINDS[kind]} took too long`);
    }
  }
});

test('requests of any bytes are refused or answered', async () => {
  const engine = await ready();
  for (let first = 0; first < 256; first += 1) {
    for (let length = 0; length < 12; length += 1) {
      const request = Uint8Array.from({ length }, (_, at) => (at === 0 ? first : (first * 31 + at * 17) & 255));
      const code = codeOf(() => engine.needs(request));
      assert.ok(code === undefined || code === 'QUERY_INVALID', `${request}: ${code}`);
    }
  }
  await stillWorks();
});

async function ready(kind) {
  if (kind !== undefined && !cooked.has(kind)) return openGolden(Engine);
  const { engine } = await openEngine(Engine, models);
  return engine;
}

async function stillWorks() {
  const { engine, blob } = await openEngine(Engine, models);
  const answer = await ask(engine, blob, POPULAR);
  assert.equal(answer[1], 8, 'the popular list has eight items');
}

/** The `.code` of the error that `act` throws; undefined when it throws none; a trap fails the test. */
function codeOf(act) {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    return error.code ?? String(error);
  }
}

function traps(act) {
  try {
    act();
    return false;
  } catch (error) {
    return error instanceof WebAssembly.RuntimeError;
  }
}

function changed(blob, place, salt = 0) {
  const copy = Uint8Array.from(blob);
  copy[place] ^= 1 + ((place * 151 + salt * 13) % 255);
  return copy;
}

/** 0, 1, 2 … below `length`, thinned out evenly. */
function spread(length) {
  const step = Math.max(1, Math.ceil(length / MOST));
  return Array.from({ length: Math.ceil(length / step) }, (_, at) => at * step);
}

function kindOf(blob) {
  return blob[6] | (blob[7] << 8);
}

/** The smallest blob with a body worth changing, or the largest there is. */
async function oneOfEachKind() {
  const { payload } = await openFolder(models);
  const folder = join(models, payload.blobs);
  const found = new Map();
  for (const name of await readdir(folder)) {
    const bytes = new Uint8Array(await readFile(join(folder, name)));
    const kind = kindOf(bytes);
    const known = found.get(kind);
    const better = known === undefined || (known.length < WORTH ? bytes.length > known.length : bytes.length >= WORTH && bytes.length < known.length);
    if (better) found.set(kind, bytes);
  }
  return new Map([...found].sort(([a], [b]) => a - b));
}
