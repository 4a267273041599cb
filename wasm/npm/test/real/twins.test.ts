/**
 * The engine in script gives what the wasm module gives, to the bit: lists, needs, explanations, ids and cards.
 */
import { expect, it, describe } from 'vitest';
import { describeReal, realFolder } from '../support/real-shop.js';
import { askBoth, both, bundleBlobs, folder, goldenBlobs, randomRequest, seeded, twins, wordsOf, type Twins, type Words } from '../support/twins.js';

const KINDS = ['picks', 'similar', 'together', 'next', 'popular', 'trending', 'new', 'text', 'look', 'again', 'recent', 'named'];
const ROUNDS = Number(process.env['COOKSHELF_TWIN_ROUNDS'] ?? 300);

async function everyItem(pair: Twins, items: number): Promise<void> {
  const positions = Uint32Array.from([...Array(items).keys(), items, items + 511, 0xffffffff]);
  expect(await both(pair, (engine) => engine.items(), 'items')).toBe(items);
  await both(pair, (engine) => engine.ids(positions), 'ids');
  await both(pair, (engine) => engine.ids(new Uint32Array()), 'no ids');
  await both(pair, (engine) => engine.cardNeeds(positions), 'card needs');
  await both(pair, (engine) => engine.cards(positions), 'cards');
}

describe('the golden bundle', async () => {
  const blobs = goldenBlobs();
  const words = await wordsOf(blobs);

  async function whole(): Promise<Twins> {
    const pair = await twins();
    for (const blob of blobs) await both(pair, (engine) => engine.add(blob), 'add');
    return pair;
  }

  it.each(KINDS.map((name, kind) => [name, kind] as const))('%s: random questions', async (_, kind) => {
    const [pair, random] = [await whole(), seeded(kind + 1)];
    let shown = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const answer = await askBoth(pair, randomRequest(random, words, kind), words, random);
      expect(answer).toBeInstanceOf(Float64Array);
      shown += Number(answer[1]);
    }
    expect(shown).toBeGreaterThan(ROUNDS / 10);
  });

  it('ids and cards', async () => {
    await everyItem(await twins(), 0);
    await everyItem(await whole(), 12);
  });

  it('models of some of the sections, taken in in any order', async () => {
    const random = seeded(99);
    for (let round = 0; round < ROUNDS; round++) {
      const pair = await twins();
      const some = [...blobs].filter(() => random() < 0.7).sort(() => random() - 0.5);
      for (const blob of [...some, ...some.slice(0, 1)]) await both(pair, (engine) => engine.add(blob), 'add');
      for (let ask = 0; ask < 3; ask++) await askBoth(pair, randomRequest(random, words), words, random);
      await everyItem(pair, Number(await pair.wasm.items()));
    }
  });

  it('questions of any bytes are refused or answered alike', async () => {
    const [pair, random] = [await whole(), seeded(5)];
    for (let round = 0; round < 4 * ROUNDS; round++) {
      const request = randomRequest(random, words);
      const at = Math.floor(random() * request.length);
      if (round % 3 === 0) request[at]! ^= 1 << Math.floor(random() * 8);
      const cut = round % 3 === 1 ? request.subarray(0, 1 + at) : round % 3 === 2 ? Uint8Array.of(...request, 0) : request;
      await both(pair, (engine) => engine.needs(cut), `needs of ${cut}`);
      await both(pair, (engine) => engine.run(cut), `${cut}`);
      await both(pair, (engine) => engine.explain(cut, request.subarray(at)), `${cut}`);
    }
  });
});

describeReal('a cooked shop', async () => {
  const { blob, index, ids, bundle } = folder(realFolder());
  const words: Words = await wordsOf(bundleBlobs(bundle));

  it.each(KINDS.map((name, kind) => [name, kind] as const))('%s: random questions, blobs as they are needed', async (_, kind) => {
    const [pair, random] = [await twins(), seeded(100 + kind)];
    for (const hash of [index, ids]) await both(pair, (engine) => engine.add(blob(hash)), 'add');
    for (let round = 0; round < ROUNDS / 3; round++) {
      const request = randomRequest(random, words, kind);
      for (;;) {
        await askBoth(pair, request, words, random);
        const needs = await both(pair, (engine) => engine.needs(request), 'needs');
        if (needs.length === 0 || typeof needs === 'string') break;
        for (const need of needs) {
          const one = blob(need.split(':')[0] ?? '');
          await both(pair, (engine) => engine.add(one), need);
        }
      }
    }
  });

  it('ids and cards', async () => {
    const pair = await twins();
    for (const one of bundleBlobs(bundle)) await both(pair, (engine) => engine.add(one), 'add');
    await everyItem(pair, words.items.length - 3);
  });
});
