/**
 * A real model without a network: a cooked shop of twelve items, answered from memory. With it a real recommender runs
 * in a test; in Node the engine is inside the default entry, elsewhere take `cookshelf/inline`.
 */
import { fromBase64 } from '../load/session.js';
import { BLOBS, MANIFEST } from './fixture-model.js';

const BASE = 'https://fixture.example/models/';

/** The items of the fixture, by category. */
export const FIXTURE_ITEMS = {
  Teapots: ['101', '102', '103', '104'],
  Chairs: ['201', '202', '203', '204'],
  Lamps: ['301', '302', '303', '304'],
} as const;

export interface FixtureModel {
  /** For the option `model`. */
  readonly model: string;
  /** For the option `fetch`. */
  readonly fetch: typeof fetch;
  /** Addresses that were asked for, in order. */
  readonly requests: readonly string[];
}

/** `createRecommender(fixtureModel())` opens it. Each call has an address of its own, so that tests do not share a recommender. */
export function fixtureModel(): FixtureModel {
  fixtures += 1;
  const base = `${BASE}${fixtures}/`;
  const requests: string[] = [];
  return {
    model: `${base}manifest.json`,
    requests,
    fetch: async (input) => {
      const url = input instanceof Request ? input.url : String(input);
      requests.push(url);
      const path = url.startsWith(base) ? url.slice(base.length) : '';
      if (path === 'manifest.json') return new Response(MANIFEST);
      const blob = BLOBS[path];
      return blob === undefined ? new Response('', { status: 404 }) : new Response(fromBase64(blob));
    },
  };
}

let fixtures = 0;
