/**
 * Two engines that are fed and asked the same, the wasm module and the script, and questions that use every field.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { startModule } from '../../src/engine/module.js';
import { part, RecoError } from '../../src/errors.js';
import { list, text, varint } from '../../src/ask/request.js';
import { scriptRuntime } from '../../src/script/engine.js';
import { readFrame } from '../../src/script/frame.js';
import { Model } from '../../src/script/model.js';
import { Parts } from '../../src/script/parts.js';

export interface Twins {
  readonly wasm: Engine;
  readonly script: Engine;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export async function twins(): Promise<Twins> {
  const module = await startModule(() => Promise.resolve(readFileSync(here('../../build/cookshelf.wasm'))));
  return { wasm: module.create(), script: scriptRuntime(RecoError, part).create() };
}

/** What both answer, or the code that both refuse with. Numbers are compared by their bits. */
export async function both<T>({ wasm, script }: Twins, ask: (engine: Engine) => T | Promise<T>, what: string): Promise<T | string> {
  const [one, other] = [await outcome(wasm, ask), await outcome(script, ask)];
  expect(bits(other), what).toEqual(bits(one));
  return one;
}

async function outcome<T>(engine: Engine, ask: (engine: Engine) => T | Promise<T>): Promise<T | string> {
  try {
    return await ask(engine);
  } catch (error) {
    if (error instanceof RecoError) return error.code;
    throw error;
  }
}

/** Where two zeros differ. */
function bits(value: unknown): unknown {
  return value instanceof Float64Array ? Array.from(value, (number) => (Object.is(number, -0) ? 'minus zero' : number)) : value;
}

/** The blobs of the golden bundle of the core, the ids first: it has a section of every kind. */
export function goldenBlobs(): Uint8Array[] {
  const bundle = readFileSync(here('../../../../core/tests/golden/v1/small.shelf'));
  return bundleBlobs(bundle);
}

/** The blobs of a bundle, the ids first. */
export function bundleBlobs(bundle: Buffer): Uint8Array[] {
  const entries = Array.from({ length: bundle.readUInt32LE(12) }, (_, at) => 32 + 24 * at);
  const first = (entry: number): number => Number(bundle.readUInt16LE(entry) !== 2);
  return entries.sort((a, b) => first(a) - first(b)).map((entry) => {
    const from = bundle.readUInt32LE(entry + 12);
    return Uint8Array.from(bundle.subarray(from, from + bundle.readUInt32LE(entry + 16)));
  });
}

/** Reads the blobs of a cooked folder, and its bundle. */
export function folder(path: string): { blob: (hash: string) => Uint8Array; index: string; ids: string; bundle: Buffer } {
  const { payload } = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
  const { blobs, models } = JSON.parse(payload);
  const [{ index, ids }] = models;
  if (!existsSync(join(path, 'model.shelf'))) throw new Error(`${path} has no bundle`);
  const bundle = readFileSync(join(path, 'model.shelf'));
  return { blob: (hash) => Uint8Array.from(readFileSync(join(path, blobs, hash))), index: index.hash, ids: ids.hash, bundle };
}

/** Words that questions about a model may hold. */
export interface Words {
  readonly items: readonly string[];
  readonly categories: readonly string[];
  readonly columns: readonly { readonly name: string; readonly texts: readonly string[]; readonly numbers: readonly number[] }[];
  readonly channels: readonly string[];
  readonly catalogs: readonly string[];
  readonly names: readonly string[];
  readonly scenes: readonly string[];
}

export async function wordsOf(blobs: readonly Uint8Array[]): Promise<Words> {
  const parts = new Parts(part);
  await parts.load(['shop', 'taste', 'wishes']);
  const model = new Model(parts);
  for (const blob of blobs) model.read(readFrame(blob))();
  const { ids, items, attributes, availability, curated, charts } = model;
  return {
    items: [...Array.from({ length: items }, (_, position) => ids?.id(position) ?? ''), 'no such item', '', '007'],
    categories: [...(attributes?.categories ?? []), 'no such category'],
    columns: [...(attributes?.columns ?? []), { name: 'no such column', texts: [], numbers: [] }],
    channels: ['', '', '', '0', 'no such channel', ...(availability?.channels ?? []), ...(charts?.channels ?? [])],
    catalogs: ['', '', '', '0', ...(availability?.catalogs ?? [])],
    names: ['', 'no such list', ...(curated?.names ?? []).flatMap((name) => [name, name.toUpperCase(), name.toLowerCase()])],
    scenes: ['', '', 'no such scene', ...(curated?.scenes ?? [])],
  };
}

/** The same numbers in every run: 0 up to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const AGES = [0, 1, 5, 23, 24, 25, 47, 167, 168, 500, 2000, 40_000, 0xffffffff];
const MOMENTS = [0, 0, 1_700_000_000, 1_763_000_000, 1_893_456_001, 0xffffffff, 1];
const LIMITS = [0, 1, 2, 3, 5, 8, 8, 8, 12, 20, 50, 200, 1000];
const SHARES = [0, -0, 0.01, 0.1, 0.25, 0.3, 0.5, 0.75, 0.9, 1];

/** A question that uses any of its fields. `kind` is the list, or any. */
export function randomRequest(random: () => number, words: Words, kind?: number): Uint8Array {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const few = <T>(most: number, make: () => T): T[] => Array.from({ length: Math.floor(random() * random() * (most + 1)) }, make);
  const often = (chance: number): boolean => random() < chance;
  const word = (of: readonly string[]): number[] => text(one(of));
  const item = (): number[] => word(words.items);
  const listKind = (): number[] => [Math.floor(random() * 12)];
  const float32 = (value: number): number[] => [...new Uint8Array(Float32Array.of(value).buffer)];
  const float64 = (value: number): number[] => [...new Uint8Array(Float64Array.of(value).buffer)];
  const share = (): number[] => float32(often(0.3) ? random() : one(SHARES));
  const wire = (parts: readonly number[][]): number[] => list(parts, (part) => part);

  const filter = (depth: number): number[] => {
    const column = one(words.columns);
    const number = (): number => (column.numbers.length > 0 && often(0.9) ? one(column.numbers) : one([-Infinity, Infinity, NaN, 0, 50]));
    switch (Math.floor(random() * (depth > 1 ? 7 : 4))) {
      case 0:
        return [0, ...word(words.categories)];
      case 1:
        return [1, ...text(column.name), ...word([...column.texts, 'no such word'])];
      case 2:
        return [2, ...text(column.name), ...float64(number()), ...float64(number())];
      case 3:
        return [3];
      case 4:
        return [4, ...wire(few(3, () => filter(depth - 1)))];
      case 5:
        return [5, ...wire(few(4, () => filter(depth - 1)))];
      default:
        return [6, ...filter(depth - 1)];
    }
  };

  const wish: (() => number[])[] = [
    () => wire(few(5, () => [...filter(3), ...float32(one([0, 0, -0, 0.1, 0.5, 1, 1.5, 3, 100]))])),
    () => wire(few(5, () => [...item(), ...varint(1 + Math.floor(random() * (often(0.8) ? 12 : 1000)))])),
    share,
    () => varint(one([0, 1, 1, 2, 3, 10, 0xffffffff])),
    () => [...share(), ...varint(one([0, 1, 24, 100, 0xffffffff])), ...wire(few(30, () => [...item(), ...varint(one(AGES))]))],
    share,
    share,
    () => wire(few(60, item)),
    share,
  ];
  const chance = one([0, 0.15, 0.5]);
  const wishes = wish.flatMap((make, number) => (often(chance) ? [[number, ...make()]] : []));
  return Uint8Array.from([
    ...(kind === undefined ? listKind() : [kind]),
    ...varint(one(LIMITS)),
    ...wire(few(one([1, 3, 30]), item)),
    ...wire(few(one([0, 6, 40]), () => [...item(), Math.floor(random() * 7), ...varint(often(0.5) ? one(AGES) : Math.floor(random() * 5000))])),
    ...wire(few(4, item)),
    ...(often(0.3) ? [1, ...filter(one([1, 2, 3, 8]))] : [0]),
    ...wire(few(3, listKind)),
    ...varint(one(MOMENTS)),
    ...(often(0.3) ? word(words.channels) : [0]),
    ...(often(0.3) ? word(words.catalogs) : [0]),
    ...(kind === 11 || often(0.2) ? word(words.names) : [0]),
    ...(often(0.2) ? word(words.scenes) : [0]),
    Number(often(0.2)),
    ...wire(wishes),
  ]);
}

/** Everything that can be asked about a question, of both; gives the list. */
export async function askBoth(pair: Twins, request: Uint8Array, words: Words, random: () => number): Promise<Float64Array | string> {
  const what = `request ${Buffer.from(request).toString('hex')}`;
  const needs = await both(pair, (engine) => engine.needs(request), `needs of ${what}`);
  const answer = await both(pair, (engine) => engine.run(request), what);
  // Once more, now that nothing is remembered.
  if (random() < 0.1) await both(pair, (engine) => engine.run(request), `again ${what}`);
  const rows = typeof answer === 'string' ? [] : Array.from({ length: answer[1] ?? 0 }, (_, row) => answer[2 + 4 * row] ?? 0);
  const some = [rows[0], rows[Math.floor(random() * rows.length)], Math.floor(random() * words.items.length)];
  for (const position of some) {
    if (position === undefined || (needs.length === 0 && random() < 0.3)) continue;
    const item = new TextEncoder().encode(words.items[position]);
    await both(pair, (engine) => engine.explain(request, item), `explanation of ${words.items[position]} in ${what}`);
  }
  return answer;
}
