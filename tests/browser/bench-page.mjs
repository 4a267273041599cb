/** Serves the page in which the engine is timed, and the models for it. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename } from 'node:path';

import { glueFile, wasmFile } from './built-package.mjs';

const here = (name) => new URL(name, import.meta.url);
const PAGE = '<!doctype html><title>bench</title><script type="module" src="/bench/page.mjs"></script>';

/** `models` are files of the program bench-model. */
export async function openBench(models) {
  const files = new Map([
    ['/bench/page.mjs', here('bench/page.mjs')],
    ['/bench/twin.mjs', here('bench/twin.mjs')],
    ['/request-bytes.mjs', here('request-bytes.mjs')],
    ['/kinds.mjs', here('kinds.mjs')],
    ['/glue.js', glueFile],
    ['/cookshelf.wasm', wasmFile],
    ...models.map((file) => [`/model/${basename(file)}`, file]),
  ]);
  const server = createServer(async (request, response) => {
    const file = files.get(request.url);
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
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
