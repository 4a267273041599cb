/**
 * Finds the bytes of the wasm file and checks that they are the ones this script was built with.
 * A wrong file is named here, in words, and not by the wasm compiler.
 */
import type { BlobCache } from '../load/cache.js';
import { RecoError } from '../errors.js';
import { fetchChecked, hex, type Digest } from '../load/loader.js';
import type { Network } from '../load/net.js';
import type { WasmSource } from '../types.js';

/** SHA-256 of the wasm file of this build; written in by the build, empty in unit tests. */
declare const COOKSHELF_WASM_SHA256: string;

const EXPECTED = typeof COOKSHELF_WASM_SHA256 === 'string' ? COOKSHELF_WASM_SHA256 : '';
const LIMIT = 4 * 1024 * 1024;

export interface WasmReader {
  readonly net: Network;
  readonly cache: BlobCache;
  readonly digest: Digest;
  /** SHA-256 that the file must have; empty accepts any. */
  readonly expected?: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes, or the module that the caller compiled himself. */
export async function readWasm(source: WasmSource, reader: WasmReader): Promise<BufferSource | WebAssembly.Module> {
  // In some browsers there is none at all: Lockdown Mode.
  if (typeof WebAssembly === 'undefined') throw new RecoError('WASM_BLOCKED_BY_CSP', 'there is no WebAssembly here');
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) {
    const url = absolute(source);
    return fetchChecked(url, { code: 'WASM_FETCH', limit: LIMIT }, reader.net, reader.cache, (bytes) => wrong(bytes, url, reader));
  }
  const bytes = await bytesOf(source);
  const error = await wrong(bytes, 'the given wasm', reader);
  if (error !== undefined) throw error;
  return bytes;
}

async function bytesOf(source: Response | BufferSource): Promise<Bytes> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength));
  }
  return new Uint8Array(await source.arrayBuffer());
}

/** What keeps the bytes from being started, if anything does. */
async function wrong(bytes: Bytes, where: string, { expected = EXPECTED, digest }: WasmReader): Promise<RecoError | undefined> {
  const start = new TextDecoder().decode(bytes.subarray(0, 64));
  if (!start.startsWith('\0asm')) {
    return /^\s*</.test(start)
      ? new RecoError('WASM_URL_IS_HTML', `${where} is an HTML page`)
      : new RecoError('WASM_FETCH', `${where} is not a wasm file`);
  }
  return expected === '' || hex(await digest(bytes)) === expected
    ? undefined
    : new RecoError('WASM_VERSION', `${where} is of another build`);
}

/** Relative addresses count from the page; outside a page only absolute ones work. */
export function absolute(url: string | URL): string {
  const base: string | undefined = globalThis.document?.baseURI ?? globalThis.location?.href;
  return new URL(url, base).href;
}
