/**
 * Watches the ways out of a page while something runs, and fails when anything leaves but plain requests for the manifest,
 * blobs and the wasm file. It replaces the ways out for that time and puts them back; it sends nothing. What they are
 * is in ways.ts.
 */
import { scriptsLoaded, watchWays, type Note } from './ways.js';

export interface EgressOptions {
  /** Requests that the page makes for itself, and may. Everything else about them is still checked. */
  allow?: (url: URL) => boolean;
  /** Whether pictures may be loaded, as those of the shown products are; `false` when missing. */
  images?: boolean;
}

/** Puts the watch on a `fetch` that the test brings, such as that of `fixtureModel()`. */
export type Guard = (own: typeof fetch) => typeof fetch;

/** Something left that should not have. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  readonly breaches: readonly string[];

  constructor(breaches: readonly string[]) {
    super(`left this page:\n${breaches.join('\n')}`);
    this.breaches = breaches;
  }
}

/** What the package asks for: a manifest, a blob named by its hash, the engine. */
const OURS = /\/manifest\.json$|\/b\/\d+\/[0-9a-f]{32}$|\.wasm$/;
/**
 * Runs `run` under watch; gives back the addresses that were asked for, or fails with an `EgressError`. Watched are `fetch`, `XMLHttpRequest`,
 * beacons, sockets and other channels, workers, forms that are sent, cookies, pictures, and other elements that load; in browsers also scripts that
 * `import()` loads: they may come without a query from the page's own host. Not watched: what runs inside a worker, navigation by `location`, and what
 * began before.
 */
export async function assertNoEgress(run: (guard: Guard) => unknown, options: EgressOptions = {}): Promise<readonly string[]> {
  const asked: string[] = [];
  const breaches: string[] = [];
  const note: Note = (url, init = {}) => {
    asked.push(String(url));
    breaches.push(...faults(String(url), init, options));
  };
  const breach = (what: string): void => void breaches.push(what);
  const guard: Guard = (own) => (input, init) => {
    note(input instanceof Request ? input.url : input, input instanceof Request ? fromRequest(input, init) : init);
    return own(input, init);
  };
  const since = globalThis.performance?.now() ?? 0;
  const restore = watchWays({ note, breach, fetch: guard, images: options.images !== true });
  const cookies = cookieText();
  try {
    await run(guard);
  } finally {
    restore();
  }
  for (const script of await scriptsLoaded(since)) {
    if (options.allow?.(new URL(script)) !== true && !asked.includes(script)) breach(`a script from ${script}`);
  }
  if (cookieText() !== cookies) breach('a cookie was set, which the next request carries');
  if (breaches.length > 0) throw new EgressError(breaches);
  return asked;
}

/** What is wrong with a request. */
function faults(address: string, { method = 'GET', body, headers, credentials }: RequestInit, { allow }: EgressOptions): string[] {
  const url = new URL(address, globalThis.document?.baseURI ?? 'https://page.example/');
  if (url.protocol === 'data:' || url.protocol === 'blob:') return [];
  const found: string[] = [];
  const allowed = allow?.(url) === true;
  if (method.toUpperCase() !== 'GET') found.push(`${method} ${url.href}`);
  if (body !== undefined && body !== null) found.push(`a body to ${url.href}`);
  if (!allowed && !OURS.test(url.pathname)) found.push(`a request to ${url.href}`);
  if (allowed) return found;
  if (url.search !== '' && !url.pathname.endsWith('.wasm')) found.push(`a query in ${url.href}`);
  if (headers !== undefined && [...new Headers(headers)].length > 0) found.push(`own headers to ${url.href}`);
  if (OURS.test(url.pathname) && credentials !== 'omit') found.push(`cookies may go to ${url.href}`);
  return found;
}

function fromRequest({ method, headers, body, credentials }: Request, init: RequestInit | undefined): RequestInit {
  return { method, headers, body, credentials, ...init };
}

function cookieText(): string {
  return typeof document === 'undefined' ? '' : document.cookie;
}
