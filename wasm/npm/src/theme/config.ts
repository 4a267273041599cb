/**
 * The page's JSON, as the theme block or a shop's own template writes it. Read with every field checked: a merchant may
 * have edited it by hand, and what cannot be used is left out.
 */
import type { ProfileMode, RecommenderOptions, RunMode } from '../types.js';

/** Element of the page that holds the config. */
const ID = 'cookshelf';

/** Whose word on consent counts: Shopify's, Google's, a TCF manager's, or the page's own. `none`: nothing is ever remembered. */
export type ConsentName = 'shopify' | 'google' | 'tcf' | 'page' | 'none';

const CONSENTS: readonly ConsentName[] = ['shopify', 'google', 'tcf', 'page', 'none'];
const MODES: readonly ProfileMode[] = ['off', 'session', 'device'];
const RUNS: readonly RunMode[] = ['auto', 'main', 'worker', 'airlock', 'js'];

export interface ThemeConfig {
  readonly element: HTMLElement;
  readonly options: RecommenderOptions;
  readonly consent: ConsentName;
  /** Also learn on pages without a shelf. */
  readonly everywhere: boolean;
}

/** The config, or `undefined` where there is none, or none that names a model. */
export function readConfig(): ThemeConfig | undefined {
  const element = document.getElementById(ID);
  const read = parse(element?.textContent ?? '');
  const model = address(read['model']);
  if (element === null || model === undefined) return undefined;
  const wasm = address(read['wasm']);
  const channel = id(read['channel']);
  const catalog = id(read['catalog']);
  const run = oneOf(RUNS, read['run']);
  return {
    element,
    options: {
      model,
      // The most that is kept: how much, the shopper says.
      profile: oneOf(MODES, read['profile']) ?? 'device',
      ...(wasm !== undefined && { wasm }),
      ...(channel !== undefined && { channel }),
      ...(catalog !== undefined && { catalog }),
      ...(run !== undefined && { run }),
    },
    consent: oneOf(CONSENTS, read['consent']) ?? 'page',
    everywhere: read['everywhere'] === true,
  };
}

/** Absolute: `asset_url` gives `//host/…`, and a relative address must not count from a script on another host. */
function address(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  try {
    return new URL(value.trim(), document.baseURI).href;
  } catch {
    return undefined;
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === 'object' && read !== null ? { ...read } : {};
  } catch {
    return {};
  }
}

function id(value: unknown): string | undefined {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : undefined;
}

function oneOf<T>(known: readonly T[], value: unknown): T | undefined {
  return known.find((one) => one === value);
}
