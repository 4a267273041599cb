import { afterEach, vi } from 'vitest';
import { open } from '../../src/recommender.js';
import type { RecoError } from '../../src/errors.js';
import type { Recommender, RecommenderOptions } from '../../src/types.js';
import { fakeRuntime, type Seen } from './fake-engine.js';
import { MANIFEST, type FakeShop } from './fake-shop.js';

export const NOON = Date.parse('2026-11-21T12:00:00Z');

/** A recommender over the fake shop and engine; errors that were survived are collected. */
export async function openFake(
  shop: FakeShop,
  options: Partial<RecommenderOptions> = {},
  seen?: Seen,
): Promise<{ shelf: Recommender; errors: RecoError[] }> {
  const errors: RecoError[] = [];
  const shelf = await open(
    { model: MANIFEST, fetch: shop.fetch, now: () => NOON, onError: (error) => errors.push(error), ...options },
    async () => fakeRuntime(seen),
  );
  return { shelf, errors };
}

/** `openFake` for a file of tests: after each, what it opened is disposed of, and what was stubbed is as before. */
export function openingFakes(): typeof openFake {
  const opened: Recommender[] = [];
  afterEach(() => {
    for (const shelf of opened.splice(0)) shelf.dispose();
    vi.unstubAllGlobals();
  });
  return async (...args) => {
    const made = await openFake(...args);
    opened.push(made.shelf);
    return made;
  };
}

export function withCaches<T>(caches: T): T {
  vi.stubGlobal('caches', caches);
  return caches;
}
