/**
 * The only file that talks to the network, so that "what leaves this device" can be read in one sitting.
 * Every request is a GET of a fixed address, without credentials, referrer, query or own headers,
 * and every one is written into the ledger behind `network.log()`.
 */
import { messageOf, RecoError, type RecoErrorCode } from '../errors.js';
import type { NetworkEntry } from '../types.js';

/** The ledger keeps this many lines; older ones are dropped. */
const LEDGER_LINES = 1000;

export interface GetOptions {
  /** The code a failure is reported under. */
  readonly code: RecoErrorCode;
  /** Reading stops with an error beyond this many bytes. */
  readonly limit: number;
  /** `no-cache` asks the server whether the HTTP cache is current; `reload` ignores that cache. */
  readonly cache: RequestCache;
  readonly signal?: AbortSignal | undefined;
}

export class Network {
  readonly #fetch: typeof fetch | undefined;
  readonly #now: () => number;
  #ledger: NetworkEntry[] = [];

  constructor(own: typeof fetch | undefined, now: () => number) {
    this.#fetch = own;
    this.#now = now;
  }

  /** The body at `url`. Never reads more than `limit` bytes. */
  async get(url: string, options: GetOptions): Promise<Uint8Array<ArrayBuffer>> {
    const entry = { url, bytes: 0, cached: false, at: this.#now() };
    this.#write(entry);
    try {
      const { code, limit, cache, signal = null } = options;
      const init: RequestInit = { method: 'GET', credentials: 'omit', referrerPolicy: 'no-referrer', cache, signal };
      const own = this.#fetch;
      const response = await (own === undefined ? fetch(url, init) : own(url, init));
      if (!response.ok) throw new RecoError(code, `${url} answered ${response.status}`);
      return await readBody(response, url, limit, entry);
    } catch (error) {
      throw failure(error, url, options);
    }
  }

  /** Notes a body that came from the device's own store: no request was made. */
  noteCached(url: string, bytes: number): void {
    this.#write({ url, bytes, cached: true, at: this.#now() });
  }

  log(): readonly NetworkEntry[] {
    return this.#ledger.map((entry) => ({ ...entry }));
  }

  #write(entry: NetworkEntry): void {
    this.#ledger.push(entry);
    if (this.#ledger.length > LEDGER_LINES) this.#ledger.shift();
  }
}

async function readBody(
  response: Response,
  url: string,
  limit: number,
  entry: { bytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    entry.bytes += value.length;
    if (entry.bytes > limit) {
      reader.cancel().catch(() => {});
      throw new RecoError('MODEL_INTEGRITY', `${url} is longer than ${limit} bytes`);
    }
    chunks.push(value);
  }
  const body = new Uint8Array(entry.bytes);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function failure(error: unknown, url: string, options: GetOptions): RecoError {
  if (error instanceof RecoError) return error;
  if (options.signal?.aborted === true) return new RecoError('ABORTED', `${url} was aborted`, error);
  return new RecoError(options.code, `${url} could not be fetched: ${messageOf(error)}`, error);
}
