/**
 * Deletes the profile from the device. It comes with the first script, so that a shopper's wish to be
 * forgotten needs nothing more from the network.
 */

export const DATABASE = 'cookshelf';

/** Somebody who does not let go of the database may keep others waiting so long. */
const PATIENCE_MS = 1_000;

/** Deletes the whole database; fails where that has not happened. */
export async function eraseDatabase(): Promise<void> {
  if (typeof indexedDB !== 'undefined') await settled(indexedDB.deleteDatabase(DATABASE));
}

export function settled(request: IDBOpenDBRequest): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    // Our own tabs let go at once; who else has it open keeps it until he closes it.
    request.onblocked = () => setTimeout(reject, PATIENCE_MS, new Error('held open elsewhere'));
  });
}
