/**
 * The engine as a wasm module in this thread, and the only file that touches the generated glue. What comes
 * back is believed: the file that it comes from has the SHA-256 of this build. What it refuses becomes a typed error.
 */
import { Engine as Raw, start } from '../../pkg/glue.js';
import { asRecoError, messageOf, RecoError, type RecoErrorCode } from '../errors.js';
import type { Card } from '../types.js';
import type { Engine, Runtime } from './engine.js';

/** One started module, until it traps. */
interface Life {
  /** Set when the module has trapped: its memory can no longer be trusted. */
  trapped: RecoError | undefined;
}

let started: Promise<Runtime> | undefined;

/** Starts the module; every later call gets the same one, whatever it passes, until that one traps. */
export function startModule(bytes: () => Promise<BufferSource | WebAssembly.Module>): Promise<Runtime> {
  started ??= bytes().then(instantiate);
  started.catch(forget);
  return started;
}

function forget(): void {
  started = undefined;
}

async function instantiate(source: BufferSource | WebAssembly.Module): Promise<Runtime> {
  try {
    await start(source);
  } catch (error) {
    throw /content security policy|\bCSP\b|unsafe-eval/i.test(messageOf(error))
      ? new RecoError('WASM_BLOCKED_BY_CSP', 'WebAssembly is forbidden here', error)
      : asRecoError(error, 'WASM_VERSION', 'wasm and script do not fit');
  }
  const life: Life = { trapped: undefined };
  return { create: () => guarded(guard(life, () => new Raw()), life) };
}

function guarded(raw: Raw, life: Life): Engine {
  const asked = <T>(call: () => T): T => guard(life, call);
  /** An empty answer may be a refusal. */
  const checked = <T extends { readonly length: number } | void>(call: () => T): T => asked(() => {
    const answer = call();
    if (!answer?.length) refuse(raw.fault());
    return answer;
  });
  return {
    add: (blob) => checked(() => raw.add(blob)),
    needs: (request) => lines(checked(() => raw.needs(request))),
    run: (request) => checked(() => raw.run(request)),
    explain: (request, item) => checked(() => raw.explain(request, item)),
    ids: (positions) => (positions.length === 0 ? [] : asked(() => raw.ids(positions).split('\n'))),
    cardNeeds: (positions) => asked(() => lines(raw.cardNeeds(positions))),
    cards: (positions) => asked(() => readCards(raw.cards(positions), positions.length)),
    items: () => asked(() => raw.items()),
    // What has trapped goes as a whole.
    free: () => life.trapped ?? asked(() => raw.free()),
  };
}

function lines(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

/** `fault` is a code and which part is meant, or empty when nothing was refused. */
function refuse(fault: string): void {
  const [code, text] = fault.split(/ (.*)/s);
  if (text) throw new RecoError(code as RecoErrorCode, `the engine refused: ${text}`);
}

/** For each card a byte, 0 or 1, and after 1 six texts, each its length in four bytes and then UTF-8. */
function readCards(bytes: Uint8Array, count: number): (Card | undefined)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  const text = (): string => {
    const from = at + 4;
    at = from + view.getUint32(at, true);
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(from, at));
  };
  return Array.from({ length: count }, () => {
    if (bytes[at++] !== 1) return undefined;
    const [id, title, price, currency, address, image] = [text(), text(), text(), text(), text(), text()];
    return { id, title, ...(price && { price }), ...(currency && { currency }), address, image };
  });
}

function guard<T>(life: Life, call: () => T): T {
  if (life.trapped !== undefined) throw life.trapped;
  try {
    return call();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
      forget();
      throw (life.trapped = asRecoError(error, 'WASM_TRAP', 'the engine stopped'));
    }
    throw asRecoError(error, 'MODEL_FORMAT', 'the engine refused');
  }
}
