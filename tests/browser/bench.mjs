/**
 * Decoding and scoring in Chromium, the engine against plain JavaScript; prints one JSON document.
 *
 *   node bench.mjs --calls N FILE.blobs …      files of the program bench-model, named by their number of items
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

import { glueFile, wasmFile } from './built-package.mjs';
import { launch } from './chromium.mjs';

const { values, positionals } = parseArgs({ options: { calls: { type: 'string', default: '300' } }, allowPositionals: true });

const here = (name) => new URL(name, import.meta.url);
const FILES = new Map([
  ['/bench/page.mjs', here('bench/page.mjs')],
  ['/bench/twin.mjs', here('bench/twin.mjs')],
  ['/request-bytes.mjs', here('request-bytes.mjs')],
  ['/glue.js', glueFile],
  ['/cookshelf.wasm', wasmFile],
  ...positionals.map((file) => [`/model/${basename(file)}`, file]),
]);
const PAGE = '<!doctype html><title>bench</title><script type="module" src="/bench/page.mjs"></script>';

const server = createServer(async (request, response) => {
  const file = FILES.get(request.url);
  const type = /\.m?js$/.test(request.url) ? 'text/javascript' : request.url === '/' ? 'text/html' : 'application/octet-stream';
  response.writeHead(file || request.url === '/' ? 200 : 404, {
    'content-type': type,
    // An isolated page has a fine clock.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
  });
  response.end(file ? await readFile(file) : request.url === '/' ? PAGE : '');
});
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));

const browser = await launch();
try {
  const results = [];
  for (const file of positionals) {
    const items = Number(basename(file, '.blobs'));
    // A fresh page for each size: one model's garbage is not collected in another one's time.
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => typeof globalThis.bench === 'function');
    const calls = Math.max(40, Math.round(Number(values.calls) / Math.max(1, items / 20_000)));
    results.push(await page.evaluate((plan) => globalThis.bench(plan), { items, calls }));
    await page.close();
  }
  console.log(JSON.stringify({ browser: `Chromium ${browser.version()}`, results }));
} finally {
  await browser.close();
  server.close();
}
