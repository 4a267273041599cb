/** The one recommender of this page, and the shopper's choice of what it may remember. */
import { createRecommender, type ProfileMode, type Recommender } from 'cookshelf';
import { cartIds, onCart } from './cart.js';

declare const ENGINE_FILE: string;

const KEY = 'tarn.remember';

/**
 * The demo remembers on this device until the shopper says otherwise, because that is what it is there to show.
 * A real shop asks first: it starts with `off` or `session` and sets `device` after a yes.
 */
function chosenMode(): ProfileMode {
  try {
    return localStorage.getItem(KEY) === 'session' ? 'session' : 'device';
  } catch {
    return 'session';
  }
}

let opened: Promise<Recommender> | undefined;

/** Opens it at the first call. The model's files are the same for everyone, so they may be kept for offline use. */
export function recommender(): Promise<Recommender> {
  opened ??= open();
  return opened;
}

async function open(): Promise<Recommender> {
  const wasm = new URL(ENGINE_FILE, document.baseURI);
  const made = await createRecommender({ model: '/models/manifest.json', wasm, profile: chosenMode(), cache: 'device' });
  made.profile.cart = cartIds();
  onCart(() => {
    made.profile.cart = cartIds();
  });
  return made;
}

export async function remember(mode: 'session' | 'device'): Promise<void> {
  const { profile } = await recommender();
  profile.mode = mode;
  try {
    if (mode === 'session') localStorage.setItem(KEY, mode);
    else localStorage.removeItem(KEY);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** Notes what happened, on this device. A shop without recommendations is still a shop. */
export function observe(type: 'view' | 'addToCart' | 'removeFromCart' | 'purchase' | 'dismiss', item: string): void {
  void recommender().then(({ profile }) => profile.observe({ type, item })).catch(() => undefined);
}
