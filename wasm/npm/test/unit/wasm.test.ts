import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BlobCache } from '../../src/load/cache.js';
import { digest } from '../../src/load/loader.js';
import { Network } from '../../src/load/net.js';
import { absolute, readWasm, type WasmReader } from '../../src/engine/wasm.js';

const URL_ = 'https://shop.example/cookshelf.wasm';
const GOOD = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const OLD = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, 1, 0);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function reader(answer: (cache: RequestCache | undefined) => Response): WasmReader {
  const net = new Network(async (_, init) => answer(init?.cache), () => 0);
  return { net, cache: new BlobCache(() => {}), digest, expected: sha256(GOOD) };
}

afterEach(() => vi.unstubAllGlobals());

describe('readWasm', () => {
  it('takes an address, bytes, a response or a module', async () => {
    const from = reader(() => new Response(GOOD));
    expect(await readWasm(URL_, from)).toEqual(GOOD);
    expect(await readWasm(new URL(URL_), from)).toEqual(GOOD);
    expect(await readWasm(GOOD, from)).toEqual(GOOD);
    expect(await readWasm(GOOD.buffer, from)).toEqual(GOOD);
    expect(await readWasm(new Response(GOOD), from)).toEqual(GOOD);
    const module = new WebAssembly.Module(GOOD);
    expect(await readWasm(module, from)).toBe(module);
  });

  it('knows an HTML page when it sees one', async () => {
    const failure = readWasm(URL_, reader(() => new Response('\n<!doctype html><title>Shop</title>')));
    await expect(failure).rejects.toMatchObject({ code: 'WASM_URL_IS_HTML', hint: expect.stringContaining('optimizeDeps') });
  });

  it.each([['text', 'not found'], ['nothing', '']])('%s is not a wasm file', async (_, body) => {
    await expect(readWasm(URL_, reader(() => new Response(body)))).rejects.toMatchObject({ code: 'WASM_FETCH' });
  });

  it('a missing file', async () => {
    await expect(readWasm(URL_, reader(() => new Response('', { status: 404 })))).rejects.toMatchObject({ code: 'WASM_FETCH' });
  });

  it('a file of another build is fetched past the HTTP cache, then refused', async () => {
    expect(await readWasm(URL_, reader((cache) => new Response(cache === 'reload' ? GOOD : OLD)))).toEqual(GOOD);
    await expect(readWasm(URL_, reader(() => new Response(OLD)))).rejects.toMatchObject({ code: 'WASM_VERSION' });
    await expect(readWasm(OLD, reader(() => new Response(OLD)))).rejects.toMatchObject({ code: 'WASM_VERSION' });
  });
});

describe('SHA-256 without crypto.subtle', () => {
  it.each([0, 1, 55, 56, 63, 64, 65, 1000])('is the same in script, of %i bytes', async (length) => {
    vi.stubGlobal('crypto', {});
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 7 + 3) % 256);
    expect(Buffer.from(await digest(bytes)).toString('hex')).toBe(sha256(bytes));
  });
});

describe('absolute', () => {
  it('counts from the page', () => {
    vi.stubGlobal('document', { baseURI: 'https://shop.example/de/p/1' });
    expect(absolute('/models/manifest.json')).toBe('https://shop.example/models/manifest.json');
    expect(absolute('x')).toBe('https://shop.example/de/p/x');
  });
  it('needs an absolute address elsewhere', () => {
    expect(() => absolute('/models/manifest.json')).toThrow();
  });
});
