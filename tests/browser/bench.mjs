/**
 * Decoding and scoring in Chromium, the engine against plain JavaScript; prints one JSON document.
 *
 *   node bench.mjs --calls N FILE.blobs …      files of the program bench-model, named by their number of items
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

import { openBench } from './bench-page.mjs';
import { launch } from './chromium.mjs';

const { values, positionals } = parseArgs({ options: { calls: { type: 'string', default: '300' } }, allowPositionals: true });

const bench = await openBench(positionals);
const browser = await launch();
try {
  const results = [];
  for (const file of positionals) {
    const items = Number(basename(file, '.blobs'));
    // A fresh page for each size: one model's garbage is not collected in another one's time.
    const page = await browser.newPage();
    await page.goto(bench.origin);
    await page.waitForFunction(() => typeof globalThis.bench === 'function');
    const calls = Math.max(40, Math.round(Number(values.calls) / Math.max(1, items / 20_000)));
    results.push(await page.evaluate((plan) => globalThis.bench(plan), { items, calls }));
    await page.close();
  }
  console.log(JSON.stringify({ browser: `Chromium ${browser.version()}`, results }));
} finally {
  await browser.close();
  bench.close();
}
