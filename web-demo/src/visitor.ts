/**
 * Who the shop is shown to: its shopper, or a made-up one.
 *
 * A made-up shopper has a recommender and a profile of their own in the memory of this page. The shopper's own profile is
 * neither read nor written meanwhile, and nothing about a made-up one is ever kept.
 */
import { createRecommender, type Recommender } from 'cookshelf';
import { cartIds, onCart } from './cart.js';
import { fromThisPage, wasHere } from './door.js';
import { requestsSince } from './outgoing.js';
import type { Persona } from './personas.js';
import { MODEL, recommender, wasmFile } from './recommender.js';

const CHANGED = 'tarn:visitor';

let persona: Persona | undefined;
let guest: Promise<Recommender> | undefined;
let shown: Recommender | undefined;
let turns = 0;
let switched: { readonly page: number; readonly clock: number } | undefined;

onCart(() => {
  guest?.then(({ profile }) => (profile.cart = cartIds()), () => undefined);
});

/** Nobody made up: the shopper. */
export function visitor(): Persona | undefined {
  return persona;
}

/** What makes the lists that are shown now. */
export async function shownTo(): Promise<Recommender> {
  const opened = await (persona === undefined ? recommender() : invite());
  return (shown = opened);
}

/** The same, once it has made a list. */
export function shownNow(): Recommender | undefined {
  return shown;
}

export async function become(next: Persona | undefined): Promise<void> {
  const now = { page: performance.now(), clock: Date.now() };
  const turn = (turns += 1);
  // Whoever comes is a stranger to whoever was here. (A profile that is turned off would be off in every tab, for the shopper as well.)
  if (next) {
    const former = guest;
    guest = undefined;
    await former?.then(({ dispose }) => dispose(), () => undefined);
  }
  const profile = next && (await invite()).profile;
  if (turn !== turns) return;
  [persona, switched] = [next, now];
  if (profile) {
    profile.cart = cartIds();
    for (const item of next.viewed) profile.observe({ type: 'view', item });
  }
  window.dispatchEvent(new Event(CHANGED));
}

export function onVisitor(listener: () => void): void {
  window.addEventListener(CHANGED, listener);
}

/** Requests since the last switch: those in the recommenders' own logs, and all that the browser counted. */
export async function requestsSinceSwitch(): Promise<{ readonly logged: number; readonly all: number } | undefined> {
  if (switched === undefined) return undefined;
  const { page, clock } = switched;
  const logs = await Promise.all([recommender(), guest].map(async (source) => (await source)?.network.log() ?? []));
  const logged = logs.flat().filter(({ url, cached, at }) => !cached && at >= clock && !wasHere(url));
  return { logged: logged.length, all: requestsSince(page) };
}

/** The recommender of whoever is made up; the second one comes to the same. */
function invite(): Promise<Recommender> {
  guest ??= openGuest();
  guest.catch(() => (guest = undefined));
  return guest;
}

async function openGuest(): Promise<Recommender> {
  const { engine } = await recommender();
  return createRecommender({
    model: MODEL,
    // The whole shop, as without a channel; but the same model with a channel is another recommender.
    channel: '0',
    wasm: wasmFile(),
    // A worker would have to be fetched.
    run: engine.kind === 'js' ? 'js' : 'main',
    profile: 'session',
    cache: 'memory',
    fetch: fromThisPage,
  });
}

/** Notes what happened with whoever is here, on this device. A shop without recommendations is still a shop. */
export function observe(type: 'view' | 'addToCart' | 'removeFromCart' | 'purchase' | 'dismiss', item: string): void {
  void shownTo().then(({ profile }) => profile.observe({ type, item })).catch(() => undefined);
}
