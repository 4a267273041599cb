/**
 * A storefront as its host runs it: pages from Liquid on one origin, assets of the extension on another, the model on
 * the shop's own. The host's consent interface and events are stood in for, in the page; nothing of it stores anything.
 */
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { extname, join } from 'node:path';

import { packageFolder } from './built-package.mjs';
import { fixtureModel } from '../../wasm/npm/dist/testing.js';
import { openTheme } from '../../wasm/npm/test/support/liquid-host.mjs';

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm', '.json': 'application/json', '.html': 'text/html; charset=utf-8', '.svg': 'image/svg+xml' };
/** A picture. */
export const DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>';

/** Opens both origins over a cooked folder. `asked` fills with what browsers ask: origin, method, path. */
export async function openHost(models) {
  const asked = [];
  const folder = join(packageFolder, 'build/theme');
  const cdn = await listen(asked, 'cdn', {}, (path) => path.startsWith('/assets/') && file(join(folder, path)));
  let theme;
  // A model whose items have addresses.
  const fixture = fixtureModel();
  const assets = `http://127.0.0.1:${cdn.port}`;
  // What a page with shelves must allow, and no more: its own inline data and script are the theme's.
  const policy = `default-src 'none'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' ${assets}; connect-src 'self' ${assets}; style-src 'self' 'unsafe-inline' ${assets}; img-src 'self' data: https:`;
  const shop = await listen(asked, 'shop', { 'content-security-policy': policy }, async (path, query) => {
    if (path.startsWith('/apps/small/')) return fixtureFile(fixture, path.slice('/apps/small/'.length));
    if (path.startsWith('/apps/cookshelf/')) return file(join(models, path.slice('/apps/cookshelf/'.length)));
    if (path.startsWith('/cookshelf/')) return file(join(packageFolder, 'dist', path.slice('/cookshelf/'.length)));
    if (/\.(svg|jpg)$/.test(path)) return { type: TYPES['.svg'], bytes: DOT };
    const [, product] = /^\/products\/(\w+)$/.exec(path) ?? [];
    if (path === '/plain') return html(plainPage());
    return product || path === '/' ? html(page(theme, product, query)) : undefined;
  });
  theme = openTheme(folder, { assets: `//127.0.0.1:${cdn.port}/assets/` });
  return { origin: `http://127.0.0.1:${shop.port}`, asked, close: () => Promise.all([shop.close(), cdn.close()]) };
}

/** A theme's page: the embed in its head, the block below the window, what the host adds around both. */
function page(theme, product, query) {
  const consent = query.get('source') ?? 'shopify';
  const settings = { model: query.get('model') ?? '/apps/cookshelf/manifest.json', consent, everywhere: query.has('everywhere') };
  const on = { request: { page_type: product ? 'product' : 'index', design_mode: query.has('editor') } };
  if (product) on.product = { id: Number(product), variants: [{ id: Number(`${product}1`) }] };
  const collection = { products_count: 1, products: [{ url: '/products/first', title: 'What the server has', price: 900, featured_image: '/first.jpg' }] };
  // The page as it would be without anything of ours.
  const [without, bare] = [query.has('without'), query.has('without') || query.has('bare')];
  const block = bare ? '' : theme.tags('cook-shelf') + theme.render('cook-shelf', { settings: { kind: product ? 'similar' : 'picks', ...(query.has('fallback') && { collection }) }, page: on });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<script>(${host})(${JSON.stringify({ editor: query.has('editor') })});</script>
${without ? '' : theme.render('cook-shelf-embed', { settings, page: on })}</head>
<body><h1>Shop</h1><div style="block-size:${query.has('near') ? 100 : 3000}px"></div>${block}</body></html>`;
}

/** Any shop: the JSON, the script, a shelf. */
function plainPage() {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,">
<script>addEventListener('cook-shelf:ready', ({ detail }) => { globalThis.shelf = detail; });</script>
<script type="application/json" id="cookshelf">{ "model": "/apps/cookshelf/manifest.json" }</script>
<script src="/cookshelf/theme/cookshelf.iife.js" defer></script></head>
<body><cook-shelf kind="popular" limit="4" heading="Bestsellers"></cook-shelf></body></html>`;
}

/** Runs in the page before all else: the host's interfaces for consent, and ways to decide. */
function host({ editor }) {
  addEventListener('cook-shelf:ready', ({ detail }) => { globalThis.shelf = detail; });
  globalThis.shifts = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) globalThis.shifts += shift.value;
  }).observe({ type: 'layout-shift', buffered: true });
  let word = '';
  globalThis.Shopify = {
    designMode: editor || undefined,
    routes: { root: '/de/' },
    currency: { active: 'EUR' },
    loadFeatures: (features, done) => setTimeout(done, 0),
    customerPrivacy: {
      currentVisitorConsent: () => ({ preferences: word, analytics: word, marketing: word, sale_of_data: '' }),
      preferencesProcessingAllowed: () => word === 'yes',
      shouldShowBanner: () => word === '',
    },
  };
  globalThis.dataLayer = [];
  function gtag() { globalThis.dataLayer.push(arguments); }
  gtag('consent', 'default', { personalization_storage: 'denied' });
  const listeners = [];
  let state = { eventStatus: 'cmpuishown', gdprApplies: true };
  globalThis.__tcfapi = (command, version, callback) => {
    if (command === 'addEventListener') callback({ ...state, listenerId: listeners.push(callback) }, true);
  };
  globalThis.decide = (agreed) => {
    word = agreed ? 'yes' : 'no';
    document.dispatchEvent(new CustomEvent('visitorConsentCollected', { detail: { preferencesAllowed: agreed } }));
    gtag('consent', 'update', { personalization_storage: agreed ? 'granted' : 'denied' });
    state = { gdprApplies: true, eventStatus: 'useractioncomplete', purpose: { consents: agreed ? { 1: true, 5: true, 6: true } : {} } };
    listeners.forEach((listener, at) => listener({ ...state, listenerId: at + 1 }, true));
    document.getElementById('cookshelf').dataset.consent = agreed ? 'device' : 'off';
  };
  globalThis.happen = (name, payload, from = document.body) =>
    from.dispatchEvent(Object.assign(new Event(`shopify:${name}`, { bubbles: true, cancelable: true }), payload));
}

async function listen(asked, name, more, answer) {
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1');
    asked.push({ from: name, method: request.method, path: url.pathname, search: url.search, cookie: request.headers.cookie });
    const found = await answer(url.pathname, url.searchParams);
    const headers = { 'access-control-allow-origin': '*', 'cache-control': 'max-age=3600', ...more };
    response.writeHead(found ? 200 : 404, { ...headers, 'content-type': found ? found.type : 'text/plain' });
    response.end(found ? found.bytes : 'not here');
  });
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  const close = () => {
    server.closeAllConnections();
    return new Promise((closed) => { server.close(closed); });
  };
  return { port: server.address().port, close };
}

async function fixtureFile({ fetch, model }, path) {
  const response = await fetch(new URL(path, model).href);
  return response.ok ? { type: TYPES[extname(path)] ?? 'application/octet-stream', bytes: Buffer.from(await response.arrayBuffer()) } : undefined;
}

async function file(path) {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes && { bytes, type: TYPES[extname(path)] ?? 'application/octet-stream' };
}

function html(bytes) {
  return { bytes, type: TYPES['.html'] };
}
