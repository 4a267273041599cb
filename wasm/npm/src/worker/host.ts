/**
 * The page's side of a worker: an engine whose answers come later. When the worker dies, every open call fails.
 */
import type { Engine, Runtime } from '../engine/engine.js';
import type { RecoError, RecoErrorCode } from '../errors.js';
import type { Answer, Answered, Call, Method } from './protocol.js';

/** The page's own class of errors. */
type Errors = typeof RecoError;

/** A worker that owes an answer and says nothing for this long does not run, or does not run any more; in milliseconds. */
const PATIENCE_MS = 10_000;

interface Open {
  resolve(value: unknown): void;
  reject(error: RecoError): void;
}

export interface Started extends Runtime {
  /** Whether requests could leave the worker. */
  readonly open: boolean;
}

/** What a call is besides its number. */
type Asked = Call extends infer C ? (C extends Call ? Omit<C, 'id'> : never) : never;

export async function startWorker(script: string, wasm: BufferSource | WebAssembly.Module, Failure: Errors): Promise<Started> {
  const worker = spawn(script, Failure);
  const host = new Host(worker, Failure);
  try {
    // A script of another origin runs under the page's policy, whatever it came with.
    const open = (await host.ask({ do: 'start', wasm })) !== false || !isOwn(script);
    return { open, create: () => host.create(), close: () => host.close() };
  } catch (error) {
    host.close();
    throw error;
  }
}

/** A worker's script must come from the page's own origin; one from elsewhere is called by one that does. */
function spawn(script: string, Failure: Errors): Worker {
  if (typeof Worker === 'undefined') throw new Failure('WORKER_BLOCKED', 'there are no workers here');
  try {
    if (isOwn(script)) return new Worker(script);
    const own = URL.createObjectURL(new Blob([`importScripts(${JSON.stringify(script)})`], { type: 'text/javascript' }));
    const worker = new Worker(own);
    URL.revokeObjectURL(own);
    return worker;
  } catch (cause) {
    throw new Failure('WORKER_BLOCKED', `${script} could not be started`, cause);
  }
}

function isOwn(script: string): boolean {
  return new URL(script).origin === globalThis.location?.origin;
}

class Host {
  readonly #worker: Worker;
  readonly #Failure: Errors;
  readonly #open = new Map<number, Open>();
  #calls = 0;
  #engines = 0;
  #dead: RecoError | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(worker: Worker, Failure: Errors) {
    this.#worker = worker;
    this.#Failure = Failure;
    worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#settle(data);
    // Until it has answered, the script was not found or is not allowed; afterwards it broke.
    worker.onerror = (event) => {
      event.preventDefault();
      this.#broke('the worker failed');
    };
  }

  ask(call: Asked): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== undefined) return reject(this.#dead);
      const id = (this.#calls += 1);
      this.#open.set(id, { resolve, reject });
      if (this.#open.size === 1) this.#wait();
      this.#worker.postMessage({ ...call, id });
    });
  }

  fail(code: RecoErrorCode, message: string): void {
    const dead = (this.#dead ??= new this.#Failure(code, message));
    clearTimeout(this.#watch);
    for (const { reject } of this.#open.values()) reject(dead);
    this.#open.clear();
  }

  #broke(message: string): void {
    this.fail(this.#calls > 1 ? 'WASM_TRAP' : 'WORKER_BLOCKED', message);
  }

  /** Some browsers end a worker without a word. */
  #wait(): void {
    clearTimeout(this.#watch);
    if (this.#open.size > 0) this.#watch = setTimeout(() => this.#broke('the worker does not answer'), PATIENCE_MS);
  }

  close(): void {
    this.#worker.terminate();
    this.fail('DISPOSED', 'disposed');
  }

  create(): Engine {
    const engine = (this.#engines += 1);
    const created = this.ask({ do: 'create', engine });
    created.catch(() => {});
    const ask = async <M extends Method>(method: M, ...args: readonly unknown[]): Promise<Answered<M>> =>
      (await this.ask({ do: 'ask', engine, method, args })) as Answered<M>;
    return {
      add: (blob) => ask('add', blob),
      needs: (request) => ask('needs', request),
      run: (request) => ask('run', request),
      explain: (request, item) => ask('explain', request, item),
      ids: async (positions) => (positions.length === 0 ? [] : ask('ids', positions)),
      cardNeeds: (positions) => ask('cardNeeds', positions),
      cards: (positions) => ask('cards', positions),
      items: () => ask('items'),
      free: () => {
        this.ask({ do: 'free', engine }).catch(() => {});
      },
    };
  }

  #settle(answer: Answer): void {
    const open = this.#open.get(answer.id);
    this.#open.delete(answer.id);
    this.#wait();
    if ('value' in answer) open?.resolve(answer.value);
    else open?.reject(new this.#Failure(answer.code ?? 'MODEL_FORMAT', answer.message));
  }
}
