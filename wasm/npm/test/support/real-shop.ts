/**
 * A cooked folder on disk, offered through `fetch`. The folder comes from COOKSHELF_TEST_MODEL
 * (`cargo xtask test` sets it). Without it the tests that need it say how to make one; under CI
 * they fail.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

export const REAL_BASE = 'https://shop.example/models/';
export const REAL_MANIFEST = `${REAL_BASE}manifest.json`;

const HOW_TO =
  'COOKSHELF_TEST_MODEL must name a cooked folder: cookshelf demo-data /tmp/shop --items 600 --shoppers 2500, ' +
  'cookshelf cook /tmp/shop/root -o /tmp/shop/models, COOKSHELF_TEST_MODEL=/tmp/shop/models npm test';

const given = process.env['COOKSHELF_TEST_MODEL'] ?? '';
const present = existsSync(join(given, 'manifest.json')) && given !== '';
const strict = process.env['CI'] === 'true';

if (!present && !strict) console.warn(`skipping the tests with a real model: ${HOW_TO}`);

/** `describe` for tests that need a cooked folder. */
export const describeReal = present || strict ? describe : describe.skip;

export function realFolder(): string {
  if (!present) throw new Error(HOW_TO);
  return given;
}

/** The built package; its tests run against what is shipped, not against the sources. */
export function builtFile(name: string): string {
  const file = fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build first`);
  return file;
}

export interface RealShop {
  readonly requests: { url: string; init: RequestInit }[];
  readonly fetch: typeof fetch;
  online: boolean;
  /** Changes what is answered, for tests that spoil bytes. */
  spoil: (url: string, bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}

export function realShop(folder = realFolder()): RealShop {
  const shop: RealShop = {
    requests: [],
    online: true,
    spoil: (_, bytes) => bytes,
    fetch: async (input, init = {}) => {
      const url = String(input);
      shop.requests.push({ url, init });
      if (!shop.online) throw new TypeError('fetch failed');
      const file = join(folder, decodeURIComponent(url.slice(REAL_BASE.length)));
      if (!url.startsWith(REAL_BASE) || !existsSync(file)) return new Response('', { status: 404 });
      return new Response(shop.spoil(url, new Uint8Array(readFileSync(file))));
    },
  };
  return shop;
}
