/**
 * A long life in one page: a thousand recommenders come and go, and leave nothing behind.
 *
 * COOKSHELF_MODELS is a cooked folder.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { packageFolder } from './built-package.mjs';
import { launch } from './chromium.mjs';
import { serveFiles } from './file-server.mjs';

const PAGE = '<!doctype html><title>life</title><link rel="icon" href="data:,">';
const WARM = 200;
const CYCLES = 1000;
/** What a garbage collector may leave lying about; a leaked model of this shop would be a hundred times as much. */
const MOST_GROWTH = 300_000;

let site;
let browser;
before(async () => {
  site = await serveFiles((path) => {
    if (path === '/') return { body: PAGE };
    if (path.startsWith('/package/')) return { file: join(packageFolder, 'dist', path.slice('/package/'.length)), headers: { 'cache-control': 'max-age=600' } };
    if (path.startsWith('/models/')) return { file: join(process.env.COOKSHELF_MODELS, path.slice('/models/'.length)), headers: { 'cache-control': 'max-age=600' } };
    return undefined;
  });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

for (const [run, cycles] of [['main', CYCLES], ['js', CYCLES], ['worker', 200]]) {
  test(`${cycles} recommenders come and go: ${run}`, async (t) => {
    const page = await browser.newPage();
    t.after(() => page.close());
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    await page.goto(site.origin);
    await page.evaluate(async () => {
      // The module's memory, by whoever starts it.
      globalThis.memories = [];
      const instantiate = WebAssembly.instantiate;
      WebAssembly.instantiate = async (...given) => {
        const made = await instantiate.apply(WebAssembly, given);
        const { exports } = made.instance ?? made;
        memories.push(...Object.values(exports).filter((one) => one instanceof WebAssembly.Memory));
        return made;
      };
      const { createRecommender } = await import('/package/index.js');
      globalThis.live = async (run, cycles) => {
        let shown = 0;
        for (let cycle = 0; cycle < cycles; cycle += 1) {
          const shelf = await createRecommender({ model: '/models/manifest.json', run, profile: 'session' });
          const { items } = await shelf.trending({ limit: 4 });
          shelf.profile.observe({ type: 'view', item: items[0].id });
          shown += (await shelf.similar(items[0].id, { limit: 4 })).items.length;
          shelf.dispose();
        }
        return shown;
      };
    });
    const heap = async () => {
      for (let times = 0; times < 3; times += 1) await session.send('HeapProfiler.collectGarbage');
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
    };
    const wasm = () => page.evaluate(() => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
    const warm = Math.min(WARM, cycles / 4);
    await page.evaluate(([how, often]) => live(how, often), [run, warm]);
    const [heapBefore, wasmBefore] = [await heap(), await wasm()];
    const shown = await page.evaluate(([how, often]) => live(how, often), [run, cycles - warm]);
    assert.equal(shown, 4 * (cycles - warm), 'every list is there');
    const [grown, more] = [(await heap()) - heapBefore, (await wasm()) - wasmBefore];
    t.diagnostic(`heap ${grown} B more after ${cycles - warm} more recommenders, wasm ${more} B more`);
    assert.ok(grown < MOST_GROWTH, `the heap has grown by ${grown} bytes`);
    assert.equal(more, 0, 'the memory of the module has grown');
    assert.equal(page.workers().length, 0, 'no worker is left');
  });
}
