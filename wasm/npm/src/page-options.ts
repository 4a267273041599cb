/**
 * From the page's JSON to the options of its recommender, for element and theme alike. Every field is named here and
 * checked: somebody may have edited it by hand, and what was meant must not be guessed where it is about consent.
 */
import { consentNamed, CONSENTS } from './consent/named.js';
import { unreadable } from './element/names.js';
import { pageElement, pageJson, type ConsentName, type Fields } from './page-json.js';
import type { ConsentSource, ProfileMode, RecommenderOptions, RunMode } from './types.js';

const MODES: readonly ProfileMode[] = ['off', 'session', 'device'];
const RUNS: readonly RunMode[] = ['auto', 'main', 'worker', 'airlock', 'js'];
const CACHES: readonly NonNullable<RecommenderOptions['cache']>[] = ['auto', 'memory', 'device'];

/** Followed once, however many shelves open something. */
const sources = new WeakMap<HTMLElement, ConsentSource | undefined>();

/**
 * The options; `undefined` where nobody names a model. `model` wins over the page's; `consent` is the source where
 * somebody follows it already.
 */
export function pageOptions(model?: string, consent?: ConsentSource): RecommenderOptions | undefined {
  const [element, json] = [pageElement(), pageJson()];
  const address = reader(json, addressOf, 'an address');
  const id = reader(json, idOf, 'an id');
  const manifest = model ?? address('model');
  if (manifest === undefined) return undefined;
  const name = oneOf(json, 'consent', CONSENTS) ?? 'page';
  // With a source this is the most that is kept: how much, the shopper says.
  const profile = oneOf(json, 'profile', MODES);
  const given: { [name in keyof RecommenderOptions]?: RecommenderOptions[name] | undefined } = {
    model: manifest,
    wasm: address('wasm'),
    worker: address('worker'),
    channel: id('channel'),
    catalog: id('catalog'),
    run: oneOf(json, 'run', RUNS),
    cache: oneOf(json, 'cache', CACHES),
    ...(element && (name === 'none' ? { profile: 'off' } : { profile, consent: consent ?? sourceOf(name, element) })),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as RecommenderOptions;
}

/** Of a shelf, which cannot do without. */
export function shelfOptions(model: string | null): RecommenderOptions {
  const options = pageOptions(model ?? undefined);
  if (options === undefined) throw unreadable('neither the shelf nor the page names a model');
  return options;
}

function sourceOf(name: ConsentName, element: HTMLElement): ConsentSource | undefined {
  if (!sources.has(element)) sources.set(element, consentNamed(name, element));
  return sources.get(element);
}

/** Reads fields of one sort; an empty one is as good as none. */
function reader<T>(json: Fields, read: (value: unknown) => T | undefined, what: string): (name: string) => T | undefined {
  return (name) => {
    const value = json[name];
    if (value === undefined || value === null || value === '') return undefined;
    const found = read(value);
    if (found === undefined) throw wrong(name, value, what);
    return found;
  };
}

function oneOf<T extends string>(json: Fields, name: string, known: readonly T[]): T | undefined {
  return reader(json, (value) => known.find((one) => one === value), `one of ${known.join(', ')}`)(name);
}

/** Absolute: `asset_url` gives `//host/…`, and a relative address must not count from a script on another host. */
function addressOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  try {
    return new URL(value.trim(), document.baseURI).href;
  } catch {
    return undefined;
  }
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** In the shape of RecoError, whose class comes with the engine. */
function wrong(name: string, value: unknown, what: string): Error {
  const [code, hint] = ['QUERY_INVALID', 'see the type Settings'];
  const error = new Error(`"${name}" of #cookshelf is ${JSON.stringify(value)}, not ${what} [${code}: ${hint}]`);
  return Object.assign(error, { name: 'RecoError', code, hint, docs: 'cookshelf/README.md#query_invalid' });
}
