/**
 * Watches every way out of a page while something runs, and fails when anything leaves but plain requests for the
 * manifest, blobs and the wasm file. It replaces the ways out for that time and puts them back; it sends nothing.
 */

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
const CHANNELS = ['WebSocket', 'EventSource', 'RTCPeerConnection', 'WebTransport'] as const;

/** Runs `run` under watch; gives back the addresses that were asked for, or fails with an `EgressError`. */
export async function assertNoEgress(run: (guard: Guard) => unknown, options: EgressOptions = {}): Promise<readonly string[]> {
  const asked: string[] = [];
  const breaches: string[] = [];
  const note = (url: unknown, init: RequestInit = {}): void => {
    asked.push(String(url));
    breaches.push(...faults(String(url), init, options));
  };
  const guard: Guard = (own) => (input, init) => {
    note(input instanceof Request ? input.url : input, input instanceof Request ? fromRequest(input, init) : init);
    return own(input, init);
  };
  const restore = [
    watchFetch(guard),
    watchForms(note),
    watchBeacon(breaches),
    ...CHANNELS.map((name) => forbid(name, breaches)),
    options.images === true ? () => {} : watchImages(note),
  ];
  const cookies = cookieText();
  try {
    await run(guard);
  } finally {
    for (const put of restore.reverse()) put();
  }
  if (cookieText() !== cookies) breaches.push('a cookie was set, which the next request carries');
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

function watchFetch(guard: Guard): () => void {
  const own = globalThis.fetch;
  if (typeof own !== 'function') return () => {};
  return replace(globalThis, 'fetch', guard(own));
}

function watchForms(note: (url: unknown, init: RequestInit) => void): () => void {
  if (typeof XMLHttpRequest === 'undefined') return () => {};
  const { prototype } = XMLHttpRequest;
  const { open } = prototype;
  return replace(prototype, 'open', function watched(this: XMLHttpRequest, ...args: [string, string | URL, boolean]) {
    note(args[1], { method: args[0], credentials: 'omit' });
    Reflect.apply(open, this, args);
  });
}

function watchBeacon(breaches: string[]): () => void {
  const own: unknown = globalThis.navigator?.sendBeacon;
  if (typeof own !== 'function') return () => {};
  return replace(globalThis.navigator, 'sendBeacon', (url: string | URL) => {
    breaches.push(`a beacon to ${String(url)}`);
    return true;
  });
}

/** A channel that is opened is a breach, whatever goes through it. */
function forbid(name: string, breaches: string[]): () => void {
  const own: unknown = Reflect.get(globalThis, name);
  if (typeof own !== 'function') return () => {};
  return replace(globalThis, name, function forbidden(address: unknown) {
    breaches.push(`${name} ${typeof address === 'string' ? address : ''}`.trim());
    throw new TypeError(`${name} is forbidden while egress is watched`);
  });
}

function watchImages(note: (url: unknown, init: RequestInit) => void): () => void {
  if (typeof HTMLImageElement === 'undefined') return () => {};
  const { prototype } = HTMLImageElement;
  const own = Object.getOwnPropertyDescriptor(prototype, 'src');
  if (own?.set === undefined) return () => {};
  Object.defineProperty(prototype, 'src', {
    ...own,
    set(this: HTMLImageElement, address: string) {
      note(address, { credentials: 'omit' });
      own.set?.call(this, address);
    },
  });
  return () => {
    Object.defineProperty(prototype, 'src', own);
  };
}

/** Puts `made` in the place of a property; gives back how to undo it. */
function replace(owner: object, name: string, made: unknown): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value: made, configurable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, own);
  };
}

function cookieText(): string {
  return typeof document === 'undefined' ? '' : document.cookie;
}
