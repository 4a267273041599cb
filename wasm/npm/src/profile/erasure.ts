/**
 * Deletes the profile from the device. It comes with the first script, so that a shopper's wish to be
 * forgotten needs nothing more from the network.
 */

export const DATABASE = 'cookshelf';

/** Deletes the whole database. */
export async function eraseDatabase(): Promise<void> {
  if (typeof indexedDB !== 'undefined') await settled(indexedDB.deleteDatabase(DATABASE));
}

/** The channel between the tabs of this shop. */
export const CHANNEL = 'cookshelf';

/** A word to the other tabs, also from one that does not listen to them itself. */
export function tellTabs(message: string): void {
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
}

export function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the request failed'));
  });
}
