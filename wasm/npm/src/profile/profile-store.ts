/**
 * The place of the profile on the device: one record in IndexedDB. Every operation opens and closes
 * the database, so that no tab ever stands in the way of an erasure by another one.
 */
import { DATABASE, settled } from './erasure.js';
import { LeftAlone } from './profile-data.js';

export interface ProfileStore {
  read(): Promise<unknown>;
  /** Replaces the record in one transaction, so that two tabs cannot overwrite each other. When `change` throws, nothing is changed. */
  update(change: (old: unknown) => unknown): Promise<void>;
}

const STORE = 'profile';
const KEY = 'shopper';

/** Behind an erasure that somebody else's connection holds up, a database does not open. */
const PATIENCE_MS = 10_000;

export const indexedDbStore: ProfileStore = {
  /** Without a database there is nothing to read, and none is made: another tab may just have erased it. */
  read: () => within('readonly', (store, done) => {
    const get = store.get(KEY);
    get.onsuccess = () => done(get.result);
  }),

  async update(change) {
    await within('readwrite', (store, _done, fail) => {
      const get = store.get(KEY);
      get.onsuccess = () => {
        try {
          store.put(change(get.result), KEY);
        } catch (error) {
          fail(error);
        }
      };
    });
  },
};

type Work = (store: IDBObjectStore, done: (value: unknown) => void, fail: (error: unknown) => void) => void;

async function within(mode: IDBTransactionMode, work: Work): Promise<unknown> {
  if (typeof indexedDB === 'undefined') throw new Error('there is no IndexedDB here');
  const open = indexedDB.open(DATABASE, 1);
  let absent = false;
  open.onupgradeneeded = () => {
    absent = mode === 'readonly';
    if (absent) open.transaction?.abort();
    else open.result.createObjectStore(STORE);
  };
  const database = await patiently(open).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'VersionError') throw new LeftAlone('the database on this device is of a later version; it is left alone');
    if (!absent) throw error;
  });
  if (database === undefined) return undefined;
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      let result: unknown;
      transaction.oncomplete = () => resolve(result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error('the transaction failed'));
      const done = (value: unknown): void => {
        result = value;
      };
      work(transaction.objectStore(STORE), done, (error) => {
        reject(error);
        transaction.abort();
      });
    });
  } finally {
    database.close();
  }
}

async function patiently(open: IDBOpenDBRequest): Promise<IDBDatabase> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      // Should it open after all, it must neither stand in anybody's way nor be made anew.
      open.onupgradeneeded = () => open.transaction?.abort();
      open.onsuccess = () => open.result.close();
      reject(new LeftAlone('the database on this device does not open; it is left alone'));
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([settled(open), late]);
  } finally {
    clearTimeout(timer);
  }
}
