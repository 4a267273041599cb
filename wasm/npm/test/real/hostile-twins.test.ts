/**
 * Hostile bytes: the engine in script refuses exactly what the wasm module refuses, and of what neither refuses both make
 * the same lists.
 */
import { describe, expect, it } from 'vitest';
import { checksum } from '../../src/script/frame.js';
import { describeReal, realFolder } from '../support/real-shop.js';
import { askBoth, both, bundleBlobs, folder, goldenBlobs, randomRequest, seeded, twins, wordsOf, type Twins } from '../support/twins.js';

const SECTIONS = ['', 'meta', 'ids', 'popular', 'factors', 'near', 'attributes', 'cards', 'index', 'availability', 'curated', 'again'];
const FRAME_BYTES = 24;
/** Changes of a blob, spread over it. */
const CHANGES = Number(process.env['COOKSHELF_TWIN_ROUNDS'] ?? 120);
/** As many forged sections replace good ones before two new engines are taken. */
const WORN = 25;

const kindOf = (blob: Uint8Array): number => blob[6] ?? 0;

function forged(blob: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(blob);
  const view = new DataView(copy.buffer);
  if (copy.length < FRAME_BYTES) return copy;
  view.setUint32(16, copy.length - FRAME_BYTES, true);
  view.setUint32(20, checksum(copy), true);
  return copy;
}

function whole(blobs: readonly Uint8Array[]): () => Promise<Twins> {
  return async () => {
    const pair = await twins();
    for (const blob of blobs) await both(pair, (engine) => engine.add(blob), 'add');
    return pair;
  };
}

/** Tries every changed blob on two engines that have all others; how many were refused. */
async function tryAll(changes: Iterable<Uint8Array>, fresh: () => Promise<Twins>, blobs: readonly Uint8Array[]): Promise<number> {
  const [words, random] = [await wordsOf(blobs), seeded(7)];
  const bare = await twins();
  let [pair, refused, used] = [await fresh(), 0, 0];
  for (const change of changes) {
    const what = `blob ${Buffer.from(change).toString('hex').slice(0, 4000)}`;
    // Before there are ids, a good section is refused for another reason.
    if (random() < 0.1) await both(kindOf(change) === 2 || kindOf(change) === 8 ? await twins() : bare, (engine) => engine.add(change), what);
    // Ids are taken in once.
    const into = kindOf(change) === 2 && used % 2 === 0 ? await twins() : pair;
    const code = await both(into, (engine) => engine.add(change), what);
    if (code !== undefined) {
      refused += 1;
      continue;
    }
    for (let round = 0; round < 2; round++) await askBoth(into, randomRequest(random, words), words, random);
    const items = Math.min(Number(await both(into, (engine) => engine.items(), what)), 2000);
    const positions = Uint32Array.from([...Array(items + 2).keys()]);
    await both(into, (engine) => engine.ids(positions), what);
    await both(into, (engine) => engine.cards(positions), what);
    await both(into, (engine) => engine.cardNeeds(positions), what);
    if (++used % WORN === 0) pair = await fresh();
  }
  return refused;
}

function* truncations(blob: Uint8Array): Generator<Uint8Array> {
  const step = Math.max(1, Math.floor(blob.length / CHANGES));
  for (let length = 0; length < blob.length; length += step) {
    yield blob.subarray(0, length);
    yield forged(blob.subarray(0, length));
  }
  yield forged(Uint8Array.of(...blob, 0));
}

/** Small steps, flipped bits and extremes; in the frame, too. */
function* changed(blob: Uint8Array): Generator<Uint8Array> {
  const random = seeded(blob.length);
  for (let round = 0; round < CHANGES * 2; round++) {
    const copy = Uint8Array.from(blob);
    for (let more = 0; more <= (round % 5 === 0 ? 2 : 0); more++) {
      const at = random() < 0.1 ? Math.floor(random() * FRAME_BYTES) : FRAME_BYTES + Math.floor(random() * (blob.length - FRAME_BYTES));
      const byte = copy[at] ?? 0;
      copy[at] = [byte + 1, byte - 1, byte ^ (1 << Math.floor(random() * 8)), 0, 255, 127, 128, byte + 16, Math.floor(random() * 256)][Math.floor(random() * 9)] ?? 0;
    }
    // A byte less or more moves all that follows.
    if (round % 7 === 0) {
      const at = FRAME_BYTES + Math.floor(random() * (blob.length - FRAME_BYTES));
      yield forged(Uint8Array.of(...copy.subarray(0, at), ...copy.subarray(at + 1)));
      yield forged(Uint8Array.of(...copy.subarray(0, at), Math.floor(random() * 256), ...copy.subarray(at)));
    }
    yield forged(copy);
    if (round % 20 === 0) yield copy;
  }
}

function suite(blobs: readonly Uint8Array[], samples: readonly Uint8Array[]): void {
  const cases = samples.map((blob) => [SECTIONS[kindOf(blob)], blob] as const);

  it.each(cases)('%s: every truncation is refused by both', async (_, blob) => {
    const cuts = [...truncations(blob)];
    expect(await tryAll(cuts, whole(blobs), blobs)).toBeGreaterThan(cuts.length / 2);
  });

  it.each(cases)('%s: changed bytes with a good checksum are refused by both, or by neither', async (_, blob) => {
    expect(await tryAll(changed(blob), whole(blobs), blobs)).toBeGreaterThan(0);
  });

  it.each(cases)('%s: promises of more than there is are refused at once', async (_, blob) => {
    const started = performance.now();
    const bombs = [0xff, 0x7f, 0x80, 0x00].map((byte) => forged(Uint8Array.from(blob).fill(byte, FRAME_BYTES, Math.min(blob.length, FRAME_BYTES + 16))));
    await tryAll(bombs, whole(blobs), blobs);
    expect(performance.now() - started).toBeLessThan(5000);
  });
}

describe('the golden bundle', () => {
  const blobs = goldenBlobs();
  suite(blobs, blobs);
});

describeReal('a cooked shop', () => {
  // The smallest of each kind that is not next to nothing; more would only take longer.
  const samples = new Map<number, Uint8Array>();
  for (const blob of bundleBlobs(folder(realFolder()).bundle).sort((a, b) => a.length - b.length)) {
    if (blob.length > 200 && !samples.has(kindOf(blob))) samples.set(kindOf(blob), blob);
  }
  const first = (blob: Uint8Array): number => Number(kindOf(blob) !== 2);
  const blobs = [...samples.values()].sort((a, b) => first(a) - first(b));
  suite(blobs, blobs);
});
