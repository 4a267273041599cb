/**
 * Files over HTTP with the headers that a test wants, and every request written down.
 */
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname } from 'node:path';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json', '.svg': 'image/svg+xml' };

/**
 * `answer(path)` gives `{ body | file, headers, status, delay }` or nothing for 404. The server is
 * `{ origin, requests, stop() }`; a request is `{ method, path, headers, body }`.
 */
export async function serveFiles(answer) {
  const requests = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const path = request.url;
    requests.push({ method: request.method, path, headers: request.headers, body: Buffer.concat(chunks).toString() });
    const found = await answer(path.split('?')[0], request);
    if (found?.delay) await new Promise((passed) => { setTimeout(passed, found.delay); });
    const body = found?.body ?? (found?.file && (await readFile(found.file).catch(() => undefined)));
    response.writeHead(body === undefined ? 404 : (found.status ?? 200), {
      'content-type': TYPES[extname(found?.file ?? path)] ?? 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...found?.headers,
    });
    response.end(body ?? 'not here');
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => { server.close(closed); });
    },
  };
}
