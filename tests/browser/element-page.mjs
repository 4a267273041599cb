/**
 * A small shop page for the element: built files of the package, a cooked model, and pages that tests write.
 * Every file can be slow, and every page can have a policy.
 */
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { join } from 'node:path';

import { packageFolder } from './built-package.mjs';

const TYPES = { js: 'text/javascript', css: 'text/css', wasm: 'application/wasm', json: 'application/json', svg: 'image/svg+xml', html: 'text/html' };

/** Pictures have the addresses of the catalogue's own shop. */
export const SHOP = 'https://shop.example';

export const THEME = `
body { margin: 0; font: 16px/1.5 Georgia, serif; color: #2a2522; background: #fffdf9; }
main { max-inline-size: 70rem; margin-inline: auto; padding: 1rem; }
h1, h2, h3 { font-weight: 500; letter-spacing: -0.01em; }
h2 { margin: 2em 0 1em; }
ul { margin: 1em; padding: 0 0 0 40px; }
button { padding: 1rem 2rem; background: #2a2522; color: #fff; border: 0; }
img { max-width: 100%; height: auto; }
.after { margin-block-start: 2rem; }
@media (prefers-color-scheme: dark) { :root { color-scheme: dark; } body { color: #ece6df; background: #1b1917; } button { background: #ece6df; color: #1b1917; } }
`;

/** Serves the package, the model and `pages`; `delays` holds milliseconds by the start of a path. */
export async function startPages({ models }) {
  const pages = new Map();
  const delays = new Map();
  const asked = [];
  const answer = async (path) => {
    if (path === '/theme.css') return THEME;
    const [folder, file] = path.startsWith('/dist/') ? [packageFolder, path] : [join(models, '..'), path];
    return readFile(join(folder, file));
  };
  const server = http.createServer(async ({ url }, response) => {
    const { pathname } = new URL(url, 'http://shop.example');
    asked.push(pathname);
    for (const [start, wait] of delays) {
      if (pathname.startsWith(start)) await new Promise((passed) => { setTimeout(passed, wait); });
    }
    const page = pages.get(pathname);
    const body = page?.html ?? await answer(pathname).catch(() => undefined);
    if (page?.policy) response.setHeader('content-security-policy', page.policy);
    const type = page ? 'html' : /\.(\w+)$/.exec(pathname)?.[1];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': `${TYPES[type] ?? 'application/octet-stream'}; charset=utf-8`, 'cache-control': 'no-store' });
    response.end(body);
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  const origin = `http://127.0.0.1:${server.address().port}`;
  let made = 0;
  return {
    origin, asked, delays,
    /** Puts a page up and gives its address. */
    put(html, policy) {
      made += 1;
      pages.set(`/${made}.html`, { html, policy });
      return `${origin}/${made}.html`;
    },
    stop: () => new Promise((closed) => {
      server.closeAllConnections();
      server.close(closed);
    }),
  };
}

/** A page of the shop around some shelves. */
export function shopPage(body, { lang = 'en', dir = 'ltr', css = true, define = true, head = '', profile = 'session' } = {}) {
  return `<!doctype html><html lang="${lang}" dir="${dir}"><head><meta charset="utf-8"><title>Shop</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/theme.css">${css ? '<link rel="stylesheet" href="/dist/element.css">' : ''}
<script type="application/json" id="cookshelf" data-consent="${profile}">{"model":"/models/manifest.json","profile":"${profile}","link":"/p/{id}"}</script>${head}
${define ? '<script type="module" src="/dist/element.define.js"></script>' : ''}</head>
<body><main><h1>A shop</h1>${body}<p class="after">What comes after the shelves.</p></main></body></html>`;
}

/** Notes what moves and what complains; runs in the page before anything else. */
export function watch() {
  globalThis.shifts = [];
  globalThis.told = [];
  globalThis.complaints = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries()) globalThis.shifts.push(`${value} ${sources.map(({ node }) => node?.outerHTML?.slice(0, 80)).join()}`);
  }).observe({ type: 'layout-shift', buffered: true });
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => globalThis.complaints.push(`${violatedDirective} ${blockedURI}`));
  for (const name of ['ready', 'list', 'select', 'dismiss', 'empty', 'error']) {
    document.addEventListener(`cook-shelf:${name}`, ({ detail, target }) => globalThis.told.push({ name, id: target.id, item: detail?.id, code: detail?.code, level: detail?.level }));
  }
}
