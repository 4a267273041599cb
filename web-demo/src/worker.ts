/**
 * The shop's own service worker, registered when the shopper agreed to be remembered: keeps the shop's files for offline visits.
 *
 * It never touches `/models/`: cookshelf keeps those itself. Nothing about the shopper passes here.
 */
declare const SHELL_FILES: readonly string[];
declare const SHELL_VERSION: string;

/** What the shop sells, and its pictures: they change, so the kept copy is for when there is no network. */
const DATA_FILES = ['/products.json', '/art.json'];

const scope = self as unknown as ServiceWorkerGlobalScope;
const shell = `tarn-shell-${SHELL_VERSION}`;

async function install(): Promise<void> {
  const cache = await caches.open(shell);
  await cache.addAll([...SHELL_FILES, ...DATA_FILES]);
  await scope.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('tarn-shell-') && name !== shell);
  await Promise.all(old.map((name) => caches.delete(name)));
  await scope.clients.claim();
}

/** Files named by their content never change: the kept copy is the file. */
async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** Files that may change: the network while there is one, the kept copy otherwise. */
async function networkFirst(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request);
    if (answer.ok && request.mode !== 'navigate') await (await caches.open(shell)).put(request, answer.clone());
    return answer;
  } catch (problem) {
    const kept = await caches.match(request.mode === 'navigate' ? '/' : request);
    if (kept) return kept;
    throw problem;
  }
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
