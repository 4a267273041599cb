import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { createRecommender as create } from '../../src/index.js';
import { parseManifest } from '../../src/load/manifest.js';
import { names } from '../../src/load/refresh.js';
import { fromBase64 } from '../../src/load/session.js';
import type { Query, Recommender, RecommenderOptions, Result } from '../../src/types.js';
import { builtFile, describeReal, REAL_BASE, REAL_MANIFEST, realFolder, realShop, type RealShop } from '../support/real-shop.js';

let shop: RealShop;
let shelves: Recommender[] = [];

async function openReal(options: Partial<RecommenderOptions> = {}, entry = 'inline.js'): Promise<Recommender> {
  const { createRecommender } = (await import(pathToFileURL(builtFile(entry)).href)) as { createRecommender: typeof create };
  const shelf = await createRecommender({ model: REAL_MANIFEST, fetch: shop.fetch, ...options });
  shelves.push(shelf);
  return shelf;
}

const ids = ({ items }: Result): string[] => items.map(({ id }) => id);
const manifest = () => parseManifest(readFileSync(join(realFolder(), 'manifest.json'), 'utf8'), REAL_MANIFEST);
const blobsAsked = (): string[] => shop.requests.map(({ url }) => url).filter((url) => url.includes('/b/1/'));

/** An item that has both similar and bought-together rows, found as a page would find one. */
async function someItem(shelf: Recommender): Promise<string> {
  const [first] = ids(await shelf.popular({ limit: 1 }));
  if (first === undefined) throw new Error('the model has no popular items');
  return first;
}

beforeEach(() => {
  shop = realShop();
});
afterEach(() => {
  for (const shelf of shelves) shelf.dispose();
  shelves = [];
});

describeReal('a cooked folder and the built package', () => {
  it('agree about the model', async () => {
    const { model } = await openReal();
    const { items, bytes, index, cookedAt } = manifest();
    expect(model).toEqual({ id: index.hash, format: 1, cookedAt, items, bytes, stale: false });
  });

  it('make every list', async () => {
    const shelf = await openReal({ profile: 'session' });
    const item = await someItem(shelf);
    shelf.profile.observe({ type: 'view', item });
    for (const ask of [shelf.popular(), shelf.trending(), shelf.fresh(), shelf.similar(item), shelf.together(item), shelf.forYou(), shelf.recent()]) {
      const { items, level } = await ask;
      expect(level).not.toBe('empty');
      expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      for (const [at, { id, score, rank, reason }] of items.entries()) {
        expect(id).not.toBe('');
        expect(Number.isFinite(score)).toBe(true);
        expect(rank).toBe(at + 1);
        expect(reason.because).not.toBe('');
      }
    }
  });

  it('similar says whom it is similar to and leaves the seed out', async () => {
    const shelf = await openReal();
    const item = await someItem(shelf);
    const { items, level } = await shelf.similar(item, { limit: 5, fallback: [] });
    expect(level).toBe('asked');
    expect(items.length).toBeGreaterThan(0);
    for (const { id, reason } of items) {
      expect(id).not.toBe(item);
      expect(reason).toEqual({ kind: 'similar-to', because: item });
    }
  });

  it('forYou is personal after one event, and its reasons name it', async () => {
    const shelf = await openReal({ profile: 'session' });
    expect(await shelf.forYou()).toMatchObject({ level: 'fallback', used: { profile: false, engine: 'wasm' } });
    const item = await someItem(shelf);
    shelf.profile.observe({ type: 'purchase', item });
    const { items, level, used } = await shelf.forYou({ limit: 4 });
    expect(level).toBe('asked');
    expect(used.profile).toBe(true);
    expect(ids({ items } as Result)).not.toContain(item);
    expect(items[0]?.reason).toEqual({ kind: 'your-taste', because: item });
  });

  it('unknown items, categories and columns are answered, not thrown', async () => {
    const shelf = await openReal();
    expect((await shelf.similar('no such item')).level).toBe('fallback');
    expect((await shelf.similar('no such item', { fallback: [] })).level).toBe('empty');
    expect((await shelf.trending({ where: { category: 'no such category' } })).level).toBe('empty');
    expect((await shelf.trending({ where: { noSuchColumn: { min: 1 } } })).level).toBe('empty');
    expect((await shelf.trending({ where: { not: { noSuchColumn: 'x' } } })).items.length).toBeGreaterThan(0);
  });

  it('exclude and limit hold', async () => {
    const shelf = await openReal();
    const all = ids(await shelf.popular({ limit: 10 }));
    const gone = all.slice(0, 3);
    expect(ids(await shelf.popular({ limit: 7, exclude: gone }))).toEqual(all.slice(3, 10));
  });

  it('the deepest filter that the package lets through is one the engine reads', async () => {
    const shelf = await openReal();
    let where: NonNullable<Query['where']> = { inStock: true };
    for (let depth = 1; depth < 8; depth += 1) where = { not: where };
    await shelf.trending({ where });
    await expect(shelf.trending({ where: { not: where } })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });

  it('cards have titles', async () => {
    const shelf = await openReal();
    const { items } = await shelf.popular({ limit: 5, cards: true });
    for (const { id, card } of items) {
      expect(card?.id).toBe(id);
      expect(card?.title).not.toBe('');
    }
  });
});

describeReal('loading a cooked folder', () => {
  it('a first product page is manifest, ids and one shard (and script and wasm in a browser)', async () => {
    const first = await openReal();
    const item = await someItem(first);
    first.dispose();
    shop.requests.length = 0;
    const shelf = await openReal();
    await shelf.similar(item, { fallback: [] });
    const index = manifest().index.inline === undefined ? 1 : 0;
    expect(shop.requests).toHaveLength(3 + index);
  });

  it('every blob that was fetched is one that the index names by its raw hash', async () => {
    const { index, ids: idsRef } = manifest();
    const bytes = index.inline === undefined ? readFileSync(join(realFolder(), 'b/1', index.hash)) : fromBase64(index.inline);
    const shelf = await openReal({ profile: 'session' });
    await shelf.warm();
    await shelf.similar(await someItem(shelf), { where: { inStock: true }, cards: true });
    const fetched = blobsAsked().map((url) => url.slice(`${REAL_BASE}b/1/`.length)).filter((hash) => hash !== index.hash && hash !== idsRef.hash);
    expect(fetched.length).toBeGreaterThan(3);
    for (const hash of fetched) expect(names(bytes, hash)).toBe(true);
    const strangers = readdirSync(join(realFolder(), 'b/1')).map((hash) => createHash('sha256').update(hash).digest('hex').slice(0, 32));
    for (const hash of strangers) expect(names(bytes, hash)).toBe(false);
  });

  it('no altered byte gets through, whichever blob it is in', async () => {
    const good = await openReal();
    const item = await someItem(good);
    await good.similar(item);
    good.dispose();
    const blobs = [...new Set(blobsAsked())];
    expect(blobs.length).toBeGreaterThan(1);
    for (const victim of blobs) {
      shop.spoil = (url, bytes) => (url === victim ? bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 4 : byte)) : bytes);
      const spoilt = openReal().then((shelf) => Promise.all([shelf.popular(), shelf.similar(item)]));
      await expect(spoilt, victim).rejects.toMatchObject({ code: 'MODEL_INTEGRITY' });
      for (const shelf of shelves) shelf.dispose();
    }
  });

  it('a blob with the right hash but unreadable content is MODEL_FORMAT', async () => {
    const junk = new TextEncoder().encode('not a section');
    const hash = createHash('sha256').update(junk).digest('hex').slice(0, 32);
    const outer = JSON.parse(readFileSync(join(realFolder(), 'manifest.json'), 'utf8')) as { payload: string };
    const payload = JSON.parse(outer.payload) as { models: { ids: unknown }[] };
    if (payload.models[0] !== undefined) payload.models[0].ids = { hash, size: junk.length };
    const forged = new TextEncoder().encode(JSON.stringify({ ...outer, payload: JSON.stringify(payload) }));
    const answer = shop.fetch;
    const fetch: typeof answer = async (input, init) => {
      if (String(input) === REAL_MANIFEST) return new Response(forged);
      return String(input).endsWith(hash) ? new Response(junk) : answer(input, init);
    };
    await expect(openReal({ fetch })).rejects.toMatchObject({ code: 'MODEL_FORMAT', name: 'RecoError' });
  });

  it('slim takes the wasm from the caller, and says so when it is missing', async () => {
    await expect(openReal({}, 'slim.js')).rejects.toMatchObject({ code: 'WASM_FETCH' });
    const shelf = await openReal({ wasm: readFileSync(builtFile('cookshelf.wasm')) }, 'slim.js');
    expect((await shelf.popular()).items.length).toBeGreaterThan(0);
  });
});

describeReal('twin personas with the real engine', () => {
  const PERSONAS: ((shelf: Recommender, items: readonly string[]) => void)[] = [
    () => {},
    (shelf, items) => items.forEach((item) => shelf.profile.observe({ type: 'purchase', item })),
    (shelf, items) => items.slice(3, 6).forEach((item) => shelf.profile.observe({ type: 'dismiss', item })),
    (shelf, items) => items.slice(6).forEach((item) => shelf.profile.observe({ type: 'addToCart', item })),
  ];

  it.each<Query>([{}, { exclude: ['seen', 'cart'] }, { where: { inStock: true }, cards: true }])('same pages, same requests: %j', async (query) => {
    const scout = await openReal();
    const items = ids(await scout.popular({ limit: 12 }));
    scout.dispose();
    const logs: string[][] = [];
    for (const live of PERSONAS) {
      shop = realShop();
      const shelf = await openReal({ profile: 'session' });
      live(shelf, items);
      await shelf.forYou(query);
      await shelf.similar(items[0] ?? '', query);
      await shelf.together(items[1] ?? '', query);
      await shelf.recent(query);
      await shelf.trending(query);
      shelf.dispose();
      logs.push(shop.requests.map(({ url, init }) => `${init.method} ${url} ${init.cache} ${init.credentials}`));
    }
    for (const log of logs) expect(log).toEqual(logs[0]);
  });
});
