/** The one recommender of this page, and the shopper's choice of what it may remember. */
import { createRecommender, type Recommender, type RunMode } from 'cookshelf';
import { cartIds, onCart } from './cart.js';

declare const ENGINE_FILE: string;
declare const WORKER_FILE: string;

declare global {
  /** For the curious: open the console and ask it. */
  // eslint-disable-next-line no-var
  var cookshelf: Promise<Recommender> | undefined;
}

/** Kept only after a yes: that there was one. */
const KEY = 'tarn.remember';
const RUN_MODES: readonly RunMode[] = ['auto', 'main', 'worker', 'airlock', 'js'];

export type Memory = 'session' | 'device';

/** What the shopper agreed to: nothing outlives the page before a yes. */
export function agreedTo(): Memory {
  try {
    return localStorage.getItem(KEY) === 'device' ? 'device' : 'session';
  } catch {
    return 'session';
  }
}

/** Where lists are made, as the address says: `?run=airlock`. */
export function runMode(): RunMode {
  const asked = new URLSearchParams(location.search).get('run');
  return RUN_MODES.find((mode) => mode === asked) ?? 'auto';
}

let opened: Promise<Recommender> | undefined;

/** Opens it at the first call. */
export function recommender(): Promise<Recommender> {
  opened ??= globalThis.cookshelf = open();
  return opened;
}

async function open(): Promise<Recommender> {
  const [wasm, worker] = [new URL(ENGINE_FILE, document.baseURI), new URL(WORKER_FILE, document.baseURI)];
  const made = await createRecommender({ model: '/models/manifest.json', wasm, worker, run: runMode(), profile: agreedTo() });
  made.profile.cart = cartIds();
  onCart(() => {
    made.profile.cart = cartIds();
  });
  return made;
}

export async function remember(memory: Memory): Promise<void> {
  const { profile } = await recommender();
  profile.mode = memory;
  try {
    if (memory === 'device') localStorage.setItem(KEY, memory);
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  await keepShop(memory);
}

/** Keeps the shop's own files for visits without a network, when the shopper agreed to be remembered. */
export async function keepShop(memory: Memory): Promise<void> {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  if (memory === 'device') {
    await workers.register('/sw.js').catch(() => undefined);
    return;
  }
  for (const kept of await workers.getRegistrations()) await kept.unregister();
  for (const name of await caches.keys()) if (name.startsWith('tarn-shell-')) await caches.delete(name);
}

/** Notes what happened, on this device. A shop without recommendations is still a shop. */
export function observe(type: 'view' | 'addToCart' | 'removeFromCart' | 'purchase' | 'dismiss', item: string): void {
  void recommender().then(({ profile }) => profile.observe({ type, item })).catch(() => undefined);
}
