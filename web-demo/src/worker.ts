/**
 * The shop's own service worker, registered when the shopper agreed to be remembered: keeps the shop's files for offline visits.
 *
 * While the page is offline on purpose (offline.ts) it answers from what is kept, and asks nobody.
 * It never touches `/models/`: cookshelf keeps those itself. Nothing about the shopper passes here.
 */
declare const SHELL_FILES: readonly string[];
declare const SHELL_VERSION: string;

/** What the shop sells, and its pictures: they change, so the kept copy is for when there is no network. */
const DATA_FILES = ['/products.json', '/art.json'];

/** What the page leaves here while it is offline on purpose; offline.ts knows these names, too. */
const OFFLINE = '/offline';
const OFFLINE_SHELL = 'tarn-shell-offline';

const scope = self as unknown as ServiceWorkerGlobalScope;
const shell = `tarn-shell-${SHELL_VERSION}`;

async function install(): Promise<void> {
  const cache = await caches.open(shell);
  await cache.addAll([...SHELL_FILES, ...DATA_FILES]);
  await scope.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('tarn-shell-') && name !== shell && name !== OFFLINE_SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** The network, unless the page is offline on purpose. */
async function ask(request: Request): Promise<Response> {
  if (await caches.match(OFFLINE)) return Response.error();
  return fetch(request);
}

/** Files named by their content never change: the kept copy is the file. */
async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? ask(request);
}

/** Files that may change: the network while there is one, the kept copy otherwise. */
async function networkFirst(request: Request): Promise<Response> {
  const answer = await ask(request).catch(() => Response.error());
  if (answer.ok && request.mode !== 'navigate') await (await caches.open(shell)).put(request, answer.clone());
  if (answer.type !== 'error') return answer;
  return (await caches.match(request.mode === 'navigate' ? '/' : request)) ?? answer;
}

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== scope.location.origin) return;
  if (url.pathname.startsWith('/models/')) return;
  const named = SHELL_FILES.includes(url.pathname) && url.pathname !== '/';
  if (named) event.respondWith(keptFirst(request));
  else if (request.mode === 'navigate' || DATA_FILES.includes(url.pathname)) {
    event.respondWith(networkFirst(request));
  }
});

export {};
