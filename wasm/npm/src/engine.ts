/**
 * The engine alone, for who brings the bytes himself: a function at the edge, a notebook, a test. Questions and lists
 * are plain objects; `cookshelf/rich.wasm` is its module.
 *
 * ```js
 * const { create } = await startEngine(bytesOfRichWasm);
 * const engine = create();
 * engine.add(index); engine.add(ids);
 * for (const { hash } of engine.missing(question)) engine.add(await blob(hash));
 * const { items } = engine.list(question);
 * ```
 */
import { initSync, RichEngine } from '../pkg-rich/rich.js';
import type { Card, EventType, Kind, Level, ReasonKind, Rule } from './types.js';

export interface Question {
  readonly kind: Kind;
  /** 8 when missing. */
  readonly limit?: number;
  readonly seeds?: readonly string[];
  /** What the shopper did, newest first. */
  readonly profile?: readonly { readonly item: string; readonly type: EventType; readonly ageHours?: number }[];
  readonly exclude?: readonly string[];
  readonly fallback?: readonly Kind[];
  readonly channel?: string;
  readonly catalog?: string;
  /** Which list of the kind `named`. */
  readonly name?: string;
  /** An image of the shop whose items become seeds. */
  readonly image?: string;
  /** Unix seconds; without it no dates are looked at. */
  readonly moment?: number;
  /** Whether seeds and what the profile holds may be shown. */
  readonly repeats?: boolean;
}

export interface EngineList {
  readonly level: Level;
  readonly items: readonly {
    readonly id: string;
    readonly score: number;
    readonly reason: ReasonKind;
    readonly because?: string;
    /** When the blob of cards is loaded. */
    readonly card?: Card;
  }[];
  /** How many items each rule kept out. */
  readonly removed: Readonly<Partial<Record<Rule, number>>>;
}

export interface Engine {
  /** Takes in a blob: the index and the ids first. Throws an Error with `code`. */
  add(blob: Uint8Array): void;
  /** The blobs a question still needs. */
  missing(question: Question): { readonly hash: string; readonly size: number }[];
  /** `undefined` while blobs are missing. */
  list(question: Question): EngineList | undefined;
  items(): number;
  free(): void;
}

/** Starts the module. */
export async function startEngine(wasm: BufferSource | WebAssembly.Module): Promise<{ create(): Engine }> {
  initSync({ module: wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm) });
  return { create: () => new RichEngine() };
}
