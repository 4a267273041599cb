/**
 * The ways out of a page, each replaced by one that tells, and put back. What is wrong with a request is said in egress.ts. Channels and
 * beacons lead nowhere, and a form that is sent is stopped, since the page would go away with it; everything else goes on.
 */

/** Hears of a request. */
export type Note = (url: unknown, init?: RequestInit) => void;

export interface Watch {
  readonly note: Note;
  /** Hears of what is wrong whatever its address. */
  readonly breach: (what: string) => void;
  readonly fetch: (own: typeof fetch) => typeof fetch;
  /** Whether pictures are watched, too. */
  readonly images: boolean;
}

type Undo = () => void;

const CHANNELS = ['WebSocket', 'EventSource', 'RTCPeerConnection', 'WebTransport'] as const;

/** Elements that load what an attribute names, and the interface that has it as a property. */
const LOADING: ReadonlyArray<readonly [tag: string, owner: string, attributes: readonly string[]]> = [
  ['img', 'HTMLImageElement', ['src', 'srcset']],
  ['source', 'HTMLSourceElement', ['src', 'srcset']],
  ['script', 'HTMLScriptElement', ['src']],
  ['iframe', 'HTMLIFrameElement', ['src']],
  ['link', 'HTMLLinkElement', ['href']],
  ['video', 'HTMLMediaElement', ['src']],
  ['audio', 'HTMLMediaElement', ['src']],
  ['embed', 'HTMLEmbedElement', ['src']],
  ['object', 'HTMLObjectElement', ['data']],
];
const PICTURES = ['img', 'source'];

/** Replaces every way; gives back how to undo it. */
export function watchWays(watch: Watch): Undo {
  const { note, breach } = watch;
  const undo = [
    watchFetch(watch),
    watchXhr(note),
    watchBeacon(breach),
    ...CHANNELS.map((name) => forbid(name, breach)),
    ...['Worker', 'SharedWorker'].map((name) => watchWorker(name, watch)),
    watchForms(breach),
    watchElements(watch),
  ];
  return () => {
    for (const put of undo.reverse()) put();
  };
}

/** Scripts with a query, or from another host, that the browser has loaded since. Nothing else tells of `import()`. */
export async function scriptsLoaded(since: number): Promise<readonly string[]> {
  const { performance, location } = globalThis;
  if (typeof performance?.getEntriesByType !== 'function' || location === undefined) return [];
  // The browser writes a load down a moment after it.
  await new Promise((passed) => setTimeout(passed, 0));
  const loaded = performance.getEntriesByType('resource').filter((entry) => entry.startTime >= since);
  const scripts = loaded.filter((entry) => 'initiatorType' in entry && ['script', 'other'].includes(String(entry.initiatorType)));
  return scripts.map(({ name }) => name).filter((name) => {
    const url = new URL(name);
    return /^https?:$/.test(url.protocol) && (url.search !== '' || url.origin !== location.origin);
  });
}

function watchFetch({ fetch: guard }: Watch): Undo {
  const own = globalThis.fetch;
  return typeof own === 'function' ? replace(globalThis, 'fetch', guard(own)) : () => {};
}

function watchXhr(note: Note): Undo {
  if (typeof XMLHttpRequest === 'undefined') return () => {};
  const { prototype } = XMLHttpRequest;
  const { open, send } = prototype;
  const opened = new WeakMap<XMLHttpRequest, readonly [string, unknown]>();
  const undo = [
    replace(prototype, 'open', function watched(this: XMLHttpRequest, ...args: [string, string | URL, boolean]) {
      opened.set(this, [args[0], args[1]]);
      Reflect.apply(open, this, args);
    }),
    replace(prototype, 'send', function watched(this: XMLHttpRequest, body?: XMLHttpRequestBodyInit | null) {
      const [method, url] = opened.get(this) ?? ['GET', ''];
      // To the page's own host it always takes the cookies along.
      note(url, { method, body: body ?? null, credentials: 'include' });
      Reflect.apply(send, this, [body]);
    }),
  ];
  return () => undo.forEach((put) => put());
}

function watchBeacon(breach: Watch['breach']): Undo {
  const own: unknown = globalThis.navigator?.sendBeacon;
  if (typeof own !== 'function') return () => {};
  return replace(globalThis.navigator, 'sendBeacon', (url: string | URL) => {
    breach(`a beacon to ${String(url)}`);
    return true;
  });
}

/** A channel that is opened is a breach, whatever goes through it. */
function forbid(name: string, breach: Watch['breach']): Undo {
  if (typeof Reflect.get(globalThis, name) !== 'function') return () => {};
  return replace(globalThis, name, function forbidden(address: unknown) {
    breach(`${name} ${typeof address === 'string' ? address : ''}`.trim());
    throw new TypeError(`${name} is forbidden while egress is watched`);
  });
}

/** A worker's script is a request like any other; what it does then, nobody sees. */
function watchWorker(name: string, { note }: Watch): Undo {
  const own: unknown = Reflect.get(globalThis, name);
  if (typeof own !== 'function') return () => {};
  return replace(globalThis, name, function watched(address: string | URL, ...more: unknown[]) {
    note(address, { credentials: 'omit' });
    return Reflect.construct(own, [address, ...more]);
  });
}

function watchForms(breach: Watch['breach']): Undo {
  if (typeof HTMLFormElement === 'undefined') return () => {};
  const told = (form: HTMLFormElement): void => breach(`a form to ${form.action}`);
  const sent = (event: Event): void => {
    if (event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return;
    event.preventDefault();
    told(event.target);
  };
  globalThis.addEventListener('submit', sent);
  const undo = replace(HTMLFormElement.prototype, 'submit', function watched(this: HTMLFormElement) {
    told(this);
  });
  return () => {
    globalThis.removeEventListener('submit', sent);
    undo();
  };
}

function watchElements({ note, images }: Watch): Undo {
  if (typeof Element === 'undefined') return () => {};
  const loading = LOADING.filter(([tag]) => images || !PICTURES.includes(tag));
  /** A property is set by way of its attribute in some DOMs. */
  let inside = false;
  const noted = (element: Element, attribute: string, value: unknown, set: () => void): void => {
    if (!inside && loading.some(([tag, , names]) => tag === element.localName && names.includes(attribute)) && asksFor(element)) {
      for (const url of attribute === 'srcset' ? candidates(String(value)) : [value]) note(url, { credentials: 'omit' });
    }
    const before = inside;
    inside = true;
    try {
      set();
    } finally {
      inside = before;
    }
  };
  const { setAttribute } = Element.prototype;
  const undo = [
    replace(Element.prototype, 'setAttribute', function watched(this: Element, name: string, value: string) {
      noted(this, name.toLowerCase(), value, () => Reflect.apply(setAttribute, this, [name, value]));
    }),
  ];
  for (const [, owner, attributes] of loading) {
    const prototype: unknown = Reflect.get(Reflect.get(globalThis, owner) ?? {}, 'prototype');
    if (typeof prototype !== 'object' || prototype === null) continue;
    for (const attribute of attributes) undo.push(watchProperty(prototype, attribute, noted));
  }
  return () => {
    for (const put of undo.reverse()) put();
  };
}

function watchProperty(prototype: object, attribute: string, noted: (element: Element, attribute: string, value: unknown, set: () => void) => void): Undo {
  const own = Object.getOwnPropertyDescriptor(prototype, attribute);
  const set = own?.set;
  if (own === undefined || set === undefined) return () => {};
  Object.defineProperty(prototype, attribute, {
    ...own,
    set(this: Element, value: unknown) {
      noted(this, attribute, value, () => set.call(this, value));
    },
  });
  return () => {
    Object.defineProperty(prototype, attribute, own);
  };
}

/** Most links only point somewhere. */
function asksFor(element: Element): boolean {
  return element.localName !== 'link' || !/^(alternate|author|canonical|help|license|next|prev|search)?$/i.test(element.getAttribute('rel') ?? '');
}

function candidates(srcset: string): string[] {
  return srcset.split(/,\s+/).map((one) => one.trim().split(/\s+/)[0] ?? '').filter((url) => url !== '');
}

/** Puts `made` in the place of a property; gives back how to undo it. */
function replace(owner: object, name: string, made: unknown): Undo {
  const own = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value: made, configurable: true, writable: true });
  return () => {
    if (own === undefined) Reflect.deleteProperty(owner, name);
    else Object.defineProperty(owner, name, own);
  };
}
