/**
 * Which engine makes the lists, and which one instead when that cannot be. The usual one, wasm in the page, is
 * here; what else there is comes with modes.ts, and is loaded when it is needed.
 */
import { part, RecoError } from '../errors.js';
import type { EngineKind, RunMode } from '../types.js';
import type { Runtime } from './engine.js';

/** Catalogues from this size on are scored in a worker: on a phone they would hold up the page. */
const LARGE = 20_000;

export type WasmBytes = BufferSource | WebAssembly.Module;

export interface ChoiceParts {
  readonly run: RunMode;
  /** Fetches and checks the module, once. */
  readonly bytes: () => Promise<WasmBytes>;
  readonly start: (bytes: () => Promise<WasmBytes>) => Promise<Runtime>;
  /** Absolute address of the worker's script. */
  readonly worker: string | undefined;
}

export interface Chosen {
  readonly kind: EngineKind;
  readonly runtime: Runtime;
  /** Why it is not what was asked for. */
  readonly why: RecoError | undefined;
}

export class Choice {
  readonly #parts: ChoiceParts;
  /** Compiles while the manifest is on its way. */
  readonly #main: Promise<Runtime> | undefined;
  #chosen: Promise<Chosen> | undefined;
  #traps = 0;
  /** As soon as it is chosen. */
  now: Pick<Chosen, 'kind' | 'why'>;

  constructor(parts: ChoiceParts) {
    const { run, start, bytes } = parts;
    this.#parts = parts;
    this.now = { kind: run === 'main' || run === 'auto' ? 'wasm' : run, why: undefined };
    if (this.now.kind === 'wasm' && typeof WebAssembly !== 'undefined') {
      this.#main = start(bytes);
      this.#main.catch(() => {});
    }
  }

  /** What makes engines, for a catalogue of `items`; decided once. */
  async runtime(items: number): Promise<Runtime> {
    return (await (this.#chosen ??= this.#note(this.#choose(items)))).runtime;
  }

  /** Another runtime after a trap: once the same again, then the script. */
  async renew(why: RecoError): Promise<Runtime> {
    this.#traps += 1;
    const { kind } = this.now;
    this.close();
    this.#chosen = this.#note(this.#traps > 1 ? this.#inScript(why) : kind === 'wasm' ? this.#inPage() : this.#instead([kind, 'wasm', 'js'], undefined));
    return (await this.#chosen).runtime;
  }

  close(): void {
    this.#chosen?.then(({ runtime }) => runtime.close?.(), () => {});
  }

  async #note(choosing: Promise<Chosen>): Promise<Chosen> {
    const chosen = await choosing;
    this.now = chosen;
    return chosen;
  }

  async #choose(items: number): Promise<Chosen> {
    const { run } = this.#parts;
    const large = items >= LARGE && typeof Worker !== 'undefined';
    if (run === 'js') return this.#inScript(undefined);
    if (run === 'airlock' || run === 'worker') return this.#instead([run, 'wasm', 'js'], undefined);
    if (run === 'auto' && large) return this.#instead(['worker', 'wasm', 'js'], undefined);
    try {
      return await this.#inPage();
    } catch (error) {
      // A file that is missing or wrong is for the developer to see; what the page forbids has another way.
      if (!(error instanceof RecoError) || error.code !== 'WASM_BLOCKED_BY_CSP') throw error;
      return typeof WebAssembly === 'undefined' ? this.#inScript(error) : this.#instead(['worker', 'js'], error);
    }
  }

  async #inPage(): Promise<Chosen> {
    const { start, bytes } = this.#parts;
    return { kind: 'wasm', runtime: await (this.#traps > 0 ? start(bytes) : this.#main ?? start(bytes)), why: undefined };
  }

  async #inScript(why: RecoError | undefined): Promise<Chosen> {
    const { scriptRuntime } = await part(import('../script/engine.js'));
    return { kind: 'js', runtime: scriptRuntime(RecoError, part), why };
  }

  async #instead(kinds: readonly EngineKind[], why: RecoError | undefined): Promise<Chosen> {
    const { firstOf } = await part(import('./modes.js'));
    return firstOf(kinds, why, { wasm: () => this.#inPage(), js: () => this.#inScript(undefined) }, this.#parts, RecoError);
  }
}
