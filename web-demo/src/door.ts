/**
 * The way out for everything that lists need: it is shut while the page is offline, and it keeps a copy of what came in, so
 * that a made-up shopper's lists are made from it and not fetched once more.
 */
import { isOffline } from './offline.js';

/** By address. They are the same for everyone. */
const copies = new Map<string, Promise<ArrayBuffer>>();
/** Addresses that were answered from here. */
const answered = new Set<string>();

export const door: typeof fetch = async (input, init) => {
  if (isOffline()) throw new TypeError('this page is offline');
  const response = await fetch(input, init);
  if (response.ok) keep(String(input), response.clone());
  return response;
};

/** From what this page has, in memory or kept on the device; only what it lacks is fetched. */
export const fromThisPage: typeof fetch = async (input, init) => {
  const address = String(input);
  const copy = await copies.get(address)?.catch(() => undefined);
  const kept = copy === undefined && typeof caches !== 'undefined' ? await caches.match(address).catch(() => undefined) : undefined;
  if (copy === undefined && kept === undefined) return door(input, init);
  answered.add(address);
  return kept ?? new Response(copy);
};

/** Whether `fromThisPage` had it here. */
export function wasHere(address: string): boolean {
  return answered.has(address);
}

function keep(address: string, response: Response): void {
  const copy = response.arrayBuffer();
  copies.set(address, copy);
  copy.catch(() => copies.delete(address));
}
