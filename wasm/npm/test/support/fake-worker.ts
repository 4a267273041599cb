/** A worker in the same thread: real guest, real messages (cloned), scripted engine. */
import { RecoError } from '../../src/errors.js';
import type { Runtime } from '../../src/engine/engine.js';
import { serve } from '../../src/worker/guest.js';
import type { Answer, Call } from '../../src/worker/protocol.js';
import { fakeRuntime, type Seen } from './fake-engine.js';

export interface Habits {
  readonly seen?: Seen;
  /** Whether its policy forbids requests. */
  readonly sealed?: boolean;
  /** Wasm is forbidden here, too. */
  readonly blocked?: boolean;
  /** The script cannot be loaded: an error event instead of an answer. */
  readonly missing?: boolean;
  /** Never answers. */
  readonly mute?: boolean;
}

/** A class for `Worker`, and what was made of it. */
export function fakeWorkers(habits: Habits = {}): { Worker: unknown; made: { url: string; terminated: boolean; break(): void }[] } {
  const made: FakeWorker[] = [];
  class FakeWorker {
    onmessage: ((event: { data: Answer }) => void) | undefined;
    onerror: ((event: { preventDefault(): void }) => void) | undefined;
    terminated = false;
    readonly url: string;
    readonly #answer: (call: Call) => void;

    constructor(url: string) {
      this.url = url;
      const start = async (): Promise<Runtime> => {
        if (habits.blocked === true) throw new RecoError('WASM_BLOCKED_BY_CSP', 'forbidden');
        return fakeRuntime(habits.seen);
      };
      this.#answer = serve((data) => {
        if (!this.terminated) this.onmessage?.({ data: structuredClone(sealed(data, habits)) });
      }, start);
      made.push(this);
    }

    postMessage(call: Call): void {
      if (habits.missing === true) queueMicrotask(() => this.break());
      else if (habits.mute !== true && !this.terminated) this.#answer(structuredClone(call));
    }

    terminate(): void {
      this.terminated = true;
    }

    break(): void {
      this.onerror?.({ preventDefault: () => {} });
    }
  }
  return { Worker: FakeWorker, made };
}

/** In Node `fetch('data:,')` succeeds, as in a worker without a policy. */
function sealed(answer: Answer, { sealed: isSealed = false }: Habits): Answer {
  return isSealed && 'value' in answer && answer.value === true ? { ...answer, value: false } : answer;
}
