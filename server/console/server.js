/** Talks to the server's routes, with the key of the person who looks. The key goes into a header and nowhere else. */

const KEPT = 'cookshelf.key';

/** What the server answered instead of doing it. */
export class Refused extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {string} request */
  constructor(status, code, message, request) {
    super(message);
    this.status = status;
    this.code = code;
    this.request = request;
  }
}

let key = sessionStorage.getItem(KEPT) ?? '';
/** @type {import('./shapes.js').Caller | undefined} */
let caller;
let refused = () => {};

/** Calls this when the key stops to open anything. @param {() => void} act */
export function whenRefused(act) {
  refused = act;
}

/** Whether there is a key to try. */
export const hasKey = () => key !== '';

/** Who it is. */
export const who = () => caller;

/**
 * Tries a key, and keeps it for this page, or until the tab is closed.
 * @param {string} [typed] @param {boolean} [keep]
 */
export async function signIn(typed, keep) {
  if (typed !== undefined) key = typed;
  try {
    caller = await get('/caller');
  } catch (error) {
    if (error instanceof Refused && error.status === 401) signOut();
    throw error;
  }
  if (typed !== undefined && keep) sessionStorage.setItem(KEPT, key);
}

/** Forgets the key. */
export function signOut() {
  key = '';
  caller = undefined;
  sessionStorage.removeItem(KEPT);
}

/**
 * Whether the key may do this, as the server itself says; what it may not is not offered.
 * @param {string} verb @param {string} [place] the whole server when missing
 */
export function may(verb, place = '*') {
  const holds = (/** @type {string} */ on) => on === '*' || on === place || place.startsWith(`${on}/`);
  return caller?.grants.some(({ on, may: verbs }) => holds(on) && verbs.includes(verb)) ?? false;
}

/** @param {string} path */
export const path = (path) => `/v1/accounts/${path}`;

/**
 * One request.
 * @param {string} method @param {string} address @param {unknown} [body] @param {AbortSignal} [signal]
 * @template T
 * @returns {Promise<T>}
 */
export async function ask(method, address, body, signal) {
  const response = await send(method, address, body, signal);
  return response.json();
}

/**
 * @template T
 * @param {string} address @param {AbortSignal} [signal]
 * @returns {Promise<T>}
 */
export function get(address, signal) {
  return ask('GET', address, undefined, signal);
}

/** @param {string} method @param {string} address @param {unknown} body @param {AbortSignal | undefined} signal */
async function send(method, address, body, signal) {
  /** @type {Record<string, string>} */
  const headers = { authorization: `Bearer ${key}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const wanted = address.startsWith('/v1/') ? address : `/v1${address}`;
  const response = await fetch(wanted, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: signal ?? null,
    credentials: 'omit',
    cache: 'no-store',
  }).catch((error) => {
    throw error.name === 'AbortError' ? error : new Refused(0, 'unreachable', 'The server cannot be reached.', '');
  });
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({ error: {} }));
  const said = new Refused(response.status, error?.code ?? '', error?.message ?? `The server answered ${response.status}.`, error?.request ?? '');
  if (said.status === 401 && caller !== undefined) refused();
  throw said;
}

/**
 * A cook as it goes on: `hear` is told each change, until it is over. What breaks off is taken up again.
 * @param {string} cook its address @param {(cook: import('./shapes.js').Cook) => void} hear @param {AbortSignal} signal
 */
export async function watch(cook, hear, signal) {
  for (let wait = 500; !signal.aborted; wait = Math.min(wait * 2, 10_000)) {
    try {
      const { body } = await send('GET', `${cook}/events`, undefined, signal);
      for await (const data of events(/** @type {ReadableStream<Uint8Array>} */ (body))) {
        const seen = JSON.parse(data);
        wait = 500;
        hear(seen);
        if (!['queued', 'running'].includes(seen.state)) return;
      }
    } catch (error) {
      if (signal.aborted || (error instanceof Refused && error.status >= 400 && error.status < 500)) return;
    }
    await new Promise((resolve) => { setTimeout(resolve, wait); });
  }
}

/** The data of server-sent events. @param {ReadableStream<Uint8Array>} body */
async function* events(body) {
  const reader = body.getReader();
  const letters = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + letters.decode(value, { stream: true })).split('\n\n');
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const data = part.split('\n').filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
        if (data.length > 0) yield data.join('\n');
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
