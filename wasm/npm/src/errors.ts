/**
 * Typed errors. Every code says what happened and what to do next; a page may switch on `code`.
 */

export type RecoErrorCode =
  | 'WASM_BLOCKED_BY_CSP'
  | 'WASM_URL_IS_HTML'
  | 'WASM_FETCH'
  | 'WASM_VERSION'
  | 'WASM_TRAP'
  | 'WORKER_BLOCKED'
  | 'AIRLOCK_OPEN'
  | 'MODEL_FETCH'
  | 'MODEL_INTEGRITY'
  | 'MODEL_UNTRUSTED'
  | 'MODEL_FORMAT'
  | 'QUERY_INVALID'
  | 'STORAGE_DENIED'
  | 'ABORTED'
  | 'DISPOSED';

/** Of every code but those that a later part of the script brings with their hint. */
const HINTS: Readonly<Partial<Record<RecoErrorCode, string>>> = {
  WASM_BLOCKED_BY_CSP: "add 'wasm-unsafe-eval' to script-src",
  WASM_URL_IS_HTML: "pass { wasm: url }, or in Vite 7 exclude 'cookshelf' from optimizeDeps",
  WASM_FETCH: 'deploy cookshelf.wasm beside the script, or pass { wasm: url }',
  WASM_VERSION: 'deploy script and wasm together',
  WASM_TRAP: 'reload the page',
  WORKER_BLOCKED: 'allow it in worker-src, or pass { worker: url }',
  AIRLOCK_OPEN: "serve worker.js with a policy of its own, see the README",
  MODEL_FETCH: 'check the address of the manifest, and CORS',
  MODEL_INTEGRITY: 'publish blobs first and the manifest last',
  MODEL_FORMAT: 'cook again, or update the package',
  QUERY_INVALID: 'see the types Query and Where',
  STORAGE_DENIED: 'memory is used instead',
  ABORTED: 'the caller gave up',
  DISPOSED: 'create a new recommender',
};

export class RecoError extends Error {
  override readonly name = 'RecoError';
  readonly code: RecoErrorCode;
  /** What to do about it, in one line. */
  readonly hint: string;
  /** Where the package's README explains this code. */
  readonly docs: string;

  constructor(code: RecoErrorCode, message: string, cause?: unknown, hint = HINTS[code] as string) {
    super(`${message} [${code}: ${hint}]`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.docs = `cookshelf/README.md#${code.toLowerCase()}`;
  }
}

/** The error as ours, or wrapped under `code`. */
export function asRecoError(error: unknown, code: RecoErrorCode, what: string): RecoError {
  return error instanceof RecoError ? error : new RecoError(code, `${what}: ${messageOf(error)}`, error);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A part of the script that is loaded when it is needed. */
export function part<T>(loading: Promise<T>): Promise<T> {
  return loading.catch((error: unknown) => {
    throw asRecoError(error, 'MODEL_FETCH', 'part of the script is missing');
  });
}

/** Throws ABORTED when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal);
}

function aborted({ reason }: AbortSignal): RecoError {
  return new RecoError('ABORTED', 'the call was aborted', reason);
}

/** Waits for `promise`, but no longer than `signal` allows. The work itself goes on for others. */
export async function until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  throwIfAborted(signal);
  let stop = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(aborted(signal));
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
