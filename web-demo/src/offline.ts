/**
 * Whether the shopper took this page offline, to see its lists go on without a network.
 *
 * With a shop that is kept on the device the service worker reads the same mark, so that it holds for the next visit, too.
 */
const MARK = '/offline';
/** The service worker knows this name, too. */
const KEPT = 'tarn-shell-offline';
const CHANGED = 'tarn:offline';

let offline = false;

export function isOffline(): boolean {
  return offline;
}

/** From the last visit. Asking makes no store. */
export async function recallOffline(): Promise<void> {
  if (typeof caches !== 'undefined') offline = (await caches.match(MARK).catch(() => undefined)) !== undefined;
}

/** `kept`: the shopper agreed that the shop keeps things on this device. */
export async function setOffline(on: boolean, kept: boolean): Promise<void> {
  offline = on;
  if (typeof caches !== 'undefined') {
    if (on && kept) await caches.open(KEPT).then((cache) => cache.put(MARK, new Response(''))).catch(() => undefined);
    else await caches.delete(KEPT).catch(() => false);
  }
  window.dispatchEvent(new Event(CHANGED));
}

export function onOffline(listener: () => void): void {
  window.addEventListener(CHANGED, listener);
}
