import { deflateRawSync } from 'node:zlib';
import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { BlobCache } from '../../src/load/cache.js';
import { digest, Loader } from '../../src/load/loader.js';
import { Network } from '../../src/load/net.js';
import { parseManifest } from '../../src/load/manifest.js';
import { patched, patchFrom } from '../../src/load/patch.js';

type Bytes = Uint8Array<ArrayBuffer>;

const MANIFEST = 'https://shop.example/models/manifest.json';
const BASE = 'https://shop.example/models/b/1/';

const bytes = (from: ArrayLike<number>): Bytes => Uint8Array.from(from);
const name = (blob: Uint8Array): string => createHash('sha256').update(blob).digest('hex').slice(0, 32);
const varint = (number: number): number[] => (number < 128 ? [number] : [(number % 128) + 128, ...varint(Math.floor(number / 128))]);
const zigzag = (number: number): number => (number < 0 ? -2 * number - 1 : 2 * number);

/** A patch as the cook writes it. */
function patchOf(steps: readonly (readonly [sums: readonly number[], inserted: readonly number[], skip: number])[]): Bytes {
  const controls = steps.flatMap(([sums, inserted, skip]) => [sums.length, inserted.length, zigzag(skip)].flatMap(varint));
  const plain = [...varint(steps.length), ...controls, ...steps.flatMap(([sums]) => sums), ...steps.flatMap(([, inserted]) => inserted)];
  return bytes(deflateRawSync(bytes(plain)));
}

/** An index of one list, as FORMAT.md has it. */
function indexOf(blobs: readonly Uint8Array[]): Bytes {
  const hashes = blobs.flatMap((blob) => [...Buffer.from(name(blob), 'hex')]);
  const sizes = blobs.flatMap((blob) => varint(blob.length));
  return bytes([...Array.from({ length: 24 }, () => 0), 1, 5, 1, ...varint(sizes.length), ...sizes, ...varint(hashes.length), ...hashes]);
}

function manifestOf(index: Bytes, patchedFrom: readonly string[] = []): string {
  const ref = { hash: name(index), size: index.length };
  const model = { name: 'shop', cookedAt: '2026-11-21T07:59:00Z', items: 1, format: { major: 1, minor: 0 }, bytes: 1, index: { ...ref, inline: Buffer.from(index).toString('base64') }, ids: ref, patchedFrom };
  const payload = { schema: 1, endpoint: 'default', sequence: 1, issuedAt: '2026-11-21T08:00:00Z', notAfter: '2026-12-21T08:00:00Z', strategy: { kind: 'all' }, models: [model], blobs: 'b/1/' };
  return JSON.stringify({ cookshelf: 1, payload: JSON.stringify(payload), signatures: [] });
}

describe('what a patch makes', () => {
  it('is sums, insertions and skips, forwards and back', async () => {
    const old = bytes([1, 2, 3, 4, 250]);
    const patch = patchOf([[[0, 0, 5], [77], 1], [[10], [], -5], [[0], [9, 9], 0]]);
    expect(await patched(patch, old, 8)).toEqual(bytes([1, 2, 8, 77, 4, 1, 9, 9]));
  });

  it('is nothing when it does not fit', async () => {
    const old = bytes([1, 2, 3]);
    const wrong = [
      patchOf([[[0, 0, 0, 0], [], 0]]),
      patchOf([[[0], [], -9], [[0], [], 0]]),
      patchOf([[[], [1, 2, 3, 4, 5], 0]]),
      bytes(deflateRawSync(bytes([255, 255, 255]))),
      bytes(deflateRawSync(new Uint8Array(1_000_000))),
      bytes([1, 2, 3]),
      new Uint8Array(),
    ];
    for (const patch of wrong) await expect(patched(patch, old, 4)).rejects.toThrow();
  });
});

describe('a blob of a newer model', () => {
  const old = bytes(randomBytes(500));
  const next = bytes(old.map((byte, at) => (at === 9 ? byte + 1 : byte)));
  const same = bytes(randomBytes(100));
  const [before, after] = [indexOf([old, same]), indexOf([next, same])];
  const address = `${BASE}${name(next)}-${name(old)}`;
  const good = patchOf([[Array.from(old, (_, at) => (at === 9 ? 1 : 0)), [], 0]]);
  const text = manifestOf(after, ['f'.repeat(32), name(before)]);
  const files = new Map<string, Bytes>();
  let asked: string[] = [];
  let cache: BlobCache;
  let loader: Loader;

  beforeEach(() => {
    files.clear();
    asked = [];
    for (const blob of [old, next, same]) files.set(BASE + name(blob), blob);
    files.set(address, good);
    const net = new Network(async (url) => {
      asked.push(String(url));
      const file = files.get(String(url));
      return file === undefined ? new Response('', { status: 404 }) : new Response(file);
    }, () => 0);
    cache = new BlobCache((error) => { throw error; });
    loader = new Loader(net, cache, digest);
  });

  const fetched = (blob: Bytes): Promise<Bytes> => loader.blob(BASE, { hash: name(blob), size: blob.length });
  const newer = (from: string = text): ReturnType<typeof patchFrom> => {
    const manifest = parseManifest(from, MANIFEST);
    return patchFrom(from, manifest, parseManifest(manifestOf(before), MANIFEST), loader, cache);
  };

  it('is made out of the one in its place, and kept as itself', async () => {
    await fetched(old);
    expect((await newer()).map(({ hash }) => hash)).toEqual([name(before)]);
    expect(await fetched(next)).toEqual(next);
    expect(await fetched(next)).toEqual(next);
    expect(asked).toEqual([BASE + name(old), address]);
  });

  it('is made so on a later page, too, that knows nothing of the earlier model but what was kept', async () => {
    await fetched(old);
    await newer();
    loader = new Loader(new Network(async (url) => { asked.push(String(url)); return new Response(files.get(String(url))); }, () => 0), cache, digest);
    const manifest = parseManifest(text, MANIFEST);
    await patchFrom(text, manifest, manifest, loader, cache);
    expect(await fetched(next)).toEqual(next);
    expect(asked.at(-1)).toBe(address);
  });

  it.each<[string, (() => void) | undefined]>([
    ['there is no patch', () => files.delete(address)],
    ['the patch makes something else', () => files.set(address, patchOf([[Array.from(old, () => 1), [], 0]]))],
    ['the patch is no patch', () => files.set(address, bytes([7, 7, 7]))],
  ])('is fetched whole when %s', async (_, spoil) => {
    await fetched(old);
    spoil?.();
    await newer();
    expect(await fetched(next)).toEqual(next);
    expect(asked.at(-1)).toBe(BASE + name(next));
  });

  it('is fetched whole at once when nothing of the earlier one is here, or the manifest offers nothing', async () => {
    await newer();
    expect(await fetched(next)).toEqual(next);
    await fetched(old);
    await newer(manifestOf(after));
    expect(asked).toEqual([BASE + name(next), BASE + name(old)]);
  });
});
