/**
 * The place of the profile on the device: one record in IndexedDB. Every operation opens and closes
 * the database, so that no tab ever stands in the way of an erasure by another one.
 */

export interface ProfileStore {
  read(): Promise<unknown>;
  /** Replaces the record in one transaction, so that two tabs cannot overwrite each other. */
  update(change: (old: unknown) => unknown): Promise<void>;
  /** Deletes the whole database. */
  erase(): Promise<void>;
}

const DATABASE = 'cookshelf';
const STORE = 'profile';
const KEY = 'shopper';

export const indexedDbStore: ProfileStore = {
  read: () => within('readonly', (store, done) => {
    const get = store.get(KEY);
    get.onsuccess = () => done(get.result);
  }),

  async update(change) {
    await within('readwrite', (store) => {
      const get = store.get(KEY);
      get.onsuccess = () => store.put(change(get.result), KEY);
    });
  },

  async erase() {
    if (typeof indexedDB === 'undefined') return;
    await settled(indexedDB.deleteDatabase(DATABASE));
  },
};

type Work = (store: IDBObjectStore, done: (value: unknown) => void) => void;

async function within(mode: IDBTransactionMode, work: Work): Promise<unknown> {
  if (typeof indexedDB === 'undefined') throw new Error('there is no IndexedDB here');
  const open = indexedDB.open(DATABASE, 1);
  open.onupgradeneeded = () => open.result.createObjectStore(STORE);
  const database = await settled(open);
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      let result: unknown;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('the transaction failed'));
      work(transaction.objectStore(STORE), (value) => {
        result = value;
      });
    });
  } finally {
    database.close();
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the request failed'));
  });
}
