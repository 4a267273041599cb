/**
 * The engine as a wasm module in this thread, and the only file that touches the generated glue. What comes
 * back is believed: the file that it comes from has the SHA-256 of this build. What it refuses becomes a typed error.
 */
import { Engine as Raw, start } from '../../pkg/glue.js';
import { asRecoError, messageOf, RecoError, type RecoErrorCode } from '../errors.js';
import type { Card } from '../types.js';
import type { Engine, Runtime } from './engine.js';

let started: Promise<Runtime> | undefined;

/** Starts the module; every later call gets the same one, whatever it passes. */
export function startModule(bytes: () => Promise<BufferSource | WebAssembly.Module>): Promise<Runtime> {
  started ??= bytes().then(instantiate);
  started.catch(() => {
    started = undefined;
  });
  return started;
}

async function instantiate(source: BufferSource | WebAssembly.Module): Promise<Runtime> {
  try {
    await start(source);
  } catch (error) {
    throw /content security policy|\bCSP\b|unsafe-eval/i.test(messageOf(error))
      ? new RecoError('WASM_BLOCKED_BY_CSP', 'WebAssembly is forbidden here', error)
      : asRecoError(error, 'WASM_VERSION', 'wasm and script do not fit');
  }
  return { create: () => guarded(guard(() => new Raw())) };
}

function guarded(raw: Raw): Engine {
  /** An empty answer may be a refusal. */
  const asked = <T extends { readonly length: number } | void>(call: () => T): T => guard(() => {
    const answer = call();
    if (!answer?.length) refuse(raw.fault());
    return answer;
  });
  return {
    add: (blob) => asked(() => raw.add(blob)),
    needs: (request) => lines(asked(() => raw.needs(request))),
    run: (request) => asked(() => raw.run(request)),
    explain: (request, item) => asked(() => raw.explain(request, item)),
    ids: (positions) => (positions.length === 0 ? [] : guard(() => raw.ids(positions).split('\n'))),
    cardNeeds: (positions) => guard(() => lines(raw.cardNeeds(positions))),
    cards: (positions) => guard(() => readCards(raw.cards(positions), positions.length)),
    items: () => guard(() => raw.items()),
    free: () => guard(() => raw.free()),
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
export function readCards(bytes: Uint8Array, count: number): (Card | undefined)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  const text = (): string => {
    const from = at + 4;
    at = from + view.getUint32(at, true);
    return new TextDecoder().decode(bytes.subarray(from, at));
  };
  return Array.from({ length: count }, () => {
    if (bytes[at++] !== 1) return undefined;
    const [id, title, price, currency, address, image] = [text(), text(), text(), text(), text(), text()];
    return { id, title, ...(price && { price }), ...(currency && { currency }), address, image };
  });
}

/** Set when the module has trapped: its memory can no longer be trusted. */
let trapped: RecoError | undefined;

function guard<T>(call: () => T): T {
  if (trapped !== undefined) throw trapped;
  try {
    return call();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
      throw (trapped = asRecoError(error, 'WASM_TRAP', 'the engine stopped'));
    }
    throw asRecoError(error, 'MODEL_FORMAT', 'the engine refused');
  }
}
