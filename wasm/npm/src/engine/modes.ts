/**
 * Loaded where lists are not made by wasm in the page: the ways to make them, tried in order.
 */
import type { RecoError } from '../errors.js';
import type { EngineKind } from '../types.js';
import { startWorker } from '../worker/host.js';
import type { ChoiceParts, Chosen } from './choice.js';

/** The ways that need nothing from here. */
interface Here {
  wasm(): Promise<Chosen>;
  js(): Promise<Chosen>;
}

/** The first of `kinds` that works. What kept an earlier one from it is told. */
export async function firstOf(
  kinds: readonly EngineKind[],
  why: RecoError | undefined,
  here: Here,
  parts: ChoiceParts,
  Failure: typeof RecoError,
): Promise<Chosen> {
  let reason = why;
  for (const kind of kinds) {
    try {
      const chosen = await made(kind, here, parts, Failure);
      return { ...chosen, why: chosen.why ?? reason };
    } catch (error) {
      if (!(error instanceof Failure) || !PASSED_OVER.includes(error.code)) throw error;
      reason ??= error;
    }
  }
  throw reason ?? new Failure('QUERY_INVALID', 'no engine is named');
}

/** What a page or a browser forbids has another way; what is missing or wrong is for the developer to see. */
const PASSED_OVER: readonly string[] = ['WORKER_BLOCKED', 'WASM_BLOCKED_BY_CSP'];

async function made(kind: EngineKind, here: Here, parts: ChoiceParts, Failure: typeof RecoError): Promise<Chosen> {
  if (kind === 'wasm' || kind === 'js') return here[kind]();
  if (parts.worker === undefined) throw new Failure('WORKER_BLOCKED', 'the address of worker.js is not known');
  const started = await startWorker(parts.worker, await parts.bytes(), Failure);
  if (kind === 'worker' || !started.open) return { kind, runtime: started, why: undefined };
  const why = new Failure('AIRLOCK_OPEN', `${parts.worker} came without its policy`);
  return { kind: 'worker', runtime: started, why };
}
