/** The one recommender of this page, and the shopper's choice of what it may remember. */
import { createRecommender, type Recommender, type RunMode } from 'cookshelf';
import { cartIds, onCart } from './cart.js';
import { door } from './door.js';
import { isOffline } from './offline.js';

declare const ENGINE_FILE: string;
declare const WORKER_FILE: string;

declare global {
  /** For the curious: open the console and ask it. */
  // eslint-disable-next-line no-var
  var cookshelf: Promise<Recommender> | undefined;
}

/** The manifest; everything else is found from it. */
export const MODEL = '/models/manifest.json';
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

export function wasmFile(): URL {
  return new URL(ENGINE_FILE, document.baseURI);
}

async function open(): Promise<Recommender> {
  const worker = new URL(WORKER_FILE, document.baseURI);
  const made = await createRecommender({ model: MODEL, wasm: wasmFile(), worker, run: runMode(), profile: agreedTo(), fetch: door });
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

/** Keeps the shop's own files for visits without a network, when the shopper agreed to be remembered. Offline it has to wait. */
export async function keepShop(memory: Memory): Promise<void> {
  const workers = navigator.serviceWorker;
  if (!workers || (memory === 'device' && isOffline())) return;
  if (memory === 'device') {
    await workers.register('/sw.js').catch(() => undefined);
    return;
  }
  for (const kept of await workers.getRegistrations()) await kept.unregister();
  for (const name of await caches.keys()) if (name.startsWith('tarn-shell-')) await caches.delete(name);
}
