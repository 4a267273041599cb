/**
 * cookshelf/js as it is shipped: it works where there is no WebAssembly, asks for no wasm file, and gives the lists of
 * the other entries.
 */
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it, vi } from 'vitest';
import type { createRecommender as create } from '../../src/index.js';
import type { ListRequest, Recommender, RecommenderOptions, Result } from '../../src/types.js';
import { builtFile, describeReal, REAL_MANIFEST, realShop } from '../support/real-shop.js';

afterEach(() => vi.unstubAllGlobals());

async function openReal(entry: string, shop = realShop(), options: Partial<RecommenderOptions> = {}): Promise<{ shelf: Recommender; urls: () => string[] }> {
  const { createRecommender } = (await import(pathToFileURL(builtFile(entry)).href)) as { createRecommender: typeof create };
  const shelf = await createRecommender({ model: REAL_MANIFEST, fetch: shop.fetch, profile: 'session', ...options });
  return { shelf, urls: () => shop.requests.map(({ url }) => url) };
}

/** A page's worth of lists, of a shopper who looked at something. */
async function visit(shelf: Recommender): Promise<unknown> {
  const [first, other] = (await shelf.popular({ limit: 5 })).items.map(({ id }) => id);
  shelf.profile.observe({ type: 'view', item: first ?? '' });
  shelf.profile.observe({ type: 'purchase', item: other ?? '' });
  const requests: ListRequest[] = [
    { kind: 'picks', cards: true, diversity: 0.3 },
    { kind: 'similar', seeds: first ?? '', where: { inStock: true }, personal: 0.4 },
    { kind: 'trending', explore: 0.3, boost: [{ where: { inStock: true }, by: 2 }] },
    { kind: 'again', repeats: 'show' },
  ];
  const lists: Result[] = await shelf.recommendMany(requests);
  const found = lists[0]?.items[0]?.id ?? '';
  const why = await shelf.explain(found, requests[0] ?? { kind: 'picks' });
  return { why, lists: lists.map(({ items, level, removed }) => ({ items, level, removed })) };
}

describeReal('cookshelf/js', () => {
  it('gives the same lists without WebAssembly, and asks for the same blobs', async () => {
    const usual = await openReal('inline.js');
    const lists = await visit(usual.shelf);
    vi.stubGlobal('WebAssembly', undefined);
    const script = await openReal('js.js');
    expect(await visit(script.shelf)).toEqual(lists);
    expect(script.urls()).toEqual(usual.urls());
    expect(script.urls().filter((url) => url.includes('wasm'))).toEqual([]);
    usual.shelf.dispose();
    script.shelf.dispose();
  });

  it('asks for no wasm file where there is WebAssembly, whatever else it is told', async () => {
    const { shelf, urls } = await openReal('js.js', realShop(), { run: 'main', wasm: 'https://shop.example/cookshelf.wasm' });
    expect(shelf.engine).toEqual({ kind: 'js' });
    await visit(shelf);
    expect(urls().filter((url) => url.includes('wasm'))).toEqual([]);
    shelf.dispose();
  });

  it('is the same recommender as that of slim.js', async () => {
    const shop = realShop();
    const [{ shelf: one }, { shelf: other }] = [await openReal('js.js', shop), await openReal('slim.js', shop)];
    expect(other).toBe(one);
    one.dispose();
  });

  it('refuses spoiled blobs with a typed error', async () => {
    const shop = realShop();
    shop.spoil = (url, bytes) => (url.includes('/b/1/') ? bytes.fill(7, 30, 60) : bytes);
    await expect(openReal('js.js', shop)).rejects.toMatchObject({ name: 'RecoError' });
  });
});
