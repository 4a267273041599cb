// @vitest-environment happy-dom
/** The plain script of themes, as far as it deletes; what it loads when is measured in a browser. */
import 'fake-indexeddb/auto';
import { afterEach, expect, it, vi } from 'vitest';
import { indexedDbStore } from '../../src/profile/profile-store.js';
import { FakeCaches } from '../support/fake-caches.js';
import { withCaches } from '../support/open.js';

afterEach(() => vi.unstubAllGlobals());

/** What is left of an earlier visit on a page with this JSON, and what the other tabs heard. */
async function left(json: object): Promise<{ databases: number; blobs: number; words: unknown[] }> {
  const caches = withCaches(new FakeCaches());
  caches.stores.set('cookshelf-v1', new Map());
  await indexedDbStore.update(() => ({ schema: 1, events: [] }));
  const script = Object.assign(document.createElement('script'), { type: 'application/json', id: 'cookshelf', textContent: JSON.stringify(json) });
  document.body.replaceChildren(script);
  const words: unknown[] = [];
  const tab = new BroadcastChannel('cookshelf');
  tab.onmessage = ({ data }) => words.push(data);
  vi.stubGlobal('IntersectionObserver', class { observe(): void {} disconnect(): void {} });
  vi.resetModules();
  await import('../../src/theme/loader.js');
  await new Promise((passed) => setTimeout(passed, 30));
  tab.close();
  return { databases: (await indexedDB.databases()).length, blobs: caches.stores.size, words };
}

it.each<[object, number, number, string[]]>([
  [{ consent: 'none' }, 0, 0, ['off']],
  [{ profile: 'off' }, 0, 0, ['off']],
  [{ profile: 'off', consent: 'google' }, 0, 0, ['off']],
  // Blobs without a profile are what that page asks for.
  [{ consent: 'none', cache: 'device' }, 0, 1, ['off']],
  [{ consent: 'page' }, 1, 1, []],
  [{ profile: 'device' }, 1, 1, []],
  [{ consent: 'nobody knows' }, 1, 1, []],
])('a page that says %j leaves %i databases and %i stores of blobs', async (json, databases, blobs, words) => {
  expect(await left({ model: '/m.json', ...json })).toEqual({ databases, blobs, words });
});
