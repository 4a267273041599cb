/**
 * Finds the bytes of the wasm file and checks that they are the ones this script was built with.
 * A wrong file is named here, in words, and not by the wasm compiler.
 */
import type { BlobCache } from './cache.js';
import { RecoError } from './errors.js';
import { hex, type Digest } from './loader.js';
import type { Network } from './net.js';
import type { WasmSource } from './types.js';

/** SHA-256 of the wasm file of this build; written in by the build, empty in unit tests. */
declare const COOKSHELF_WASM_SHA256: string;

const EXPECTED = typeof COOKSHELF_WASM_SHA256 === 'string' ? COOKSHELF_WASM_SHA256 : '';
const LIMIT = 4 * 1024 * 1024;

export interface WasmReader {
  readonly net: Network;
  readonly cache: BlobCache;
  /** Undefined where the platform has no digest; the check is then left out. */
  readonly digest: Digest | undefined;
  /** SHA-256 that the file must have; empty accepts any. */
  readonly expected?: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** The bytes, or the module that the caller compiled himself. */
export async function readWasm(source: WasmSource, reader: WasmReader): Promise<BufferSource | WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof source === 'string' || source instanceof URL) return fetchWasm(absolute(source), reader);
  const bytes = await bytesOf(source);
  return checked(bytes, 'the given wasm', reader);
}

async function bytesOf(source: Response | BufferSource): Promise<Bytes> {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength));
  }
  return new Uint8Array(await source.arrayBuffer());
}

async function fetchWasm(url: string, reader: WasmReader): Promise<Bytes> {
  const kept = await reader.cache.get(url);
  if (kept !== undefined && (await isExpected(kept, reader))) {
    reader.net.noteCached(url, kept.length);
    return kept;
  }
  const get = (cache: RequestCache): Promise<Bytes> => reader.net.get(url, { code: 'WASM_FETCH', limit: LIMIT, cache });
  let bytes = await get('default');
  // An HTTP cache may still hold the file of the previous deployment.
  if (isWasm(bytes) && !(await isExpected(bytes, reader))) bytes = await get('reload');
  await checked(bytes, url, reader);
  await reader.cache.put(url, bytes);
  return bytes;
}

async function checked(bytes: Bytes, where: string, reader: WasmReader): Promise<Bytes> {
  if (!isWasm(bytes)) {
    const html = /^\s*</.test(new TextDecoder().decode(bytes.subarray(0, 64)));
    throw html
      ? new RecoError('WASM_URL_IS_HTML', `${where} is an HTML page, not a wasm file`)
      : new RecoError('WASM_FETCH', `${where} is not a wasm file`);
  }
  if (!(await isExpected(bytes, reader))) throw new RecoError('WASM_VERSION', `${where} belongs to another build of cookshelf`);
  return bytes;
}

/** The first four bytes are `\0asm`. */
function isWasm(bytes: Bytes): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

async function isExpected(bytes: Bytes, reader: WasmReader): Promise<boolean> {
  const expected = reader.expected ?? EXPECTED;
  if (expected === '' || reader.digest === undefined) return true;
  return hex(await reader.digest(bytes)) === expected;
}

/** Relative addresses count from the page; outside a page only absolute ones work. */
export function absolute(url: string | URL): string {
  const base: string | undefined = globalThis.document?.baseURI ?? globalThis.location?.href;
  return new URL(url, base).href;
}
