/**
 * Item ids by position, and the position of an id: a few ascending runs, of numbers or of front-coded texts.
 */
import { decode, must, Reader } from './bytes.js';

const MAX_ID_BYTES = 255;
const MAX_RUNS = 4096;
/** Every such text of a run shares nothing with the one before. */
const BLOCK = 16;
const MAX_NUMBER = 2n ** 64n - 1n;

interface Run {
  readonly first: number;
  readonly count: number;
  /** Ascending; a number where that is exact. */
  readonly numbers?: readonly (number | bigint)[];
  /** Or front-coded texts. */
  readonly bytes: Uint8Array;
  /** Where each block starts. */
  readonly blocks: readonly number[];
}

export class Ids {
  readonly count: number;
  readonly #runs: readonly Run[];
  readonly #texts = new Texts();

  constructor(reader: Reader) {
    let first = 0;
    this.#runs = reader.many(() => {
      const texts = reader.flag();
      const count = reader.u32();
      const bytes = reader.bytes();
      must(count > 0 && count <= bytes.length);
      const run = { first, count, bytes };
      first += count;
      return texts ? { ...run, blocks: readTexts(bytes, count) } : { ...run, numbers: readNumbers(bytes, count), blocks: [] };
    });
    reader.end();
    must(this.#runs.length <= MAX_RUNS && first <= 0xffffffff);
    this.count = first;
  }

  /** Whether these name the same items. */
  equals(other: Ids): boolean {
    const text = ({ numbers, count, bytes }: Run): string => (numbers ? `n${numbers}` : `t${count},${bytes}`);
    return this.#runs.map(text).join() === other.#runs.map(text).join();
  }

  position(id: string): number | undefined {
    const number = asNumber(id);
    const bytes = number === undefined ? new TextEncoder().encode(id) : undefined;
    for (const run of this.#runs) {
      const at = run.numbers ? number !== undefined && find(run.numbers, number) : bytes && findText(run, bytes, this.#texts);
      if (typeof at === 'number') return run.first + at;
    }
    return undefined;
  }

  /** Empty where there is no such position. */
  id(position: number): string {
    const run = this.#runs.find(({ first, count }) => position >= first && position < first + count);
    if (run === undefined) return '';
    const at = position - run.first;
    if (run.numbers) return String(run.numbers[at]);
    const texts = this.#texts.start(run.bytes, run.blocks[Math.floor(at / BLOCK)]);
    for (let rest = at % BLOCK; rest >= 0; rest--) texts.next();
    return decode(texts.bytes.subarray(0, texts.length));
  }
}

/** The number an id spells, when spelling that number gives the id again. */
function asNumber(id: string): number | bigint | undefined {
  if (!/^(0|[1-9]\d{0,19})$/.test(id)) return undefined;
  if (id.length < 16) return Number(id);
  const number = BigInt(id);
  return number > MAX_NUMBER ? undefined : plain(number);
}

function plain(number: bigint): number | bigint {
  return number > Number.MAX_SAFE_INTEGER ? number : Number(number);
}

function readNumbers(bytes: Uint8Array, count: number): (number | bigint)[] {
  const reader = new Reader(bytes);
  const numbers: (number | bigint)[] = [];
  let last: number | bigint = -1;
  while (numbers.length < count) {
    const gap = reader.wide();
    let next: number | bigint = typeof last === 'number' && typeof gap === 'number' ? last + 1 + gap : 2 ** 53;
    if (next > Number.MAX_SAFE_INTEGER) {
      next = plain(BigInt(last) + 1n + BigInt(gap));
      must(next <= MAX_NUMBER);
    }
    numbers.push((last = next));
  }
  reader.end();
  return numbers;
}

/** Checks the texts; gives where each block starts. */
function readTexts(bytes: Uint8Array, count: number): number[] {
  const texts = new Texts().start(bytes);
  const last = new Uint8Array(MAX_ID_BYTES);
  const blocks: number[] = [];
  let lastLength = 0;
  for (let at = 0; at < count; at++) {
    if (at % BLOCK === 0) {
      blocks.push(texts.at);
      texts.length = 0;
    }
    texts.next();
    const { bytes, length } = texts;
    let order = 0;
    let all = 0;
    let digits = true;
    for (let at = 0; at < length; at++) {
      const byte = bytes[at]!;
      must(byte >= 32);
      order ||= byte - (at < lastLength ? last[at]! : -1);
      all |= byte;
      digits &&= byte > 47 && byte < 58;
    }
    must(order > 0);
    // Only what is not plain ASCII can be no text, and only digits can be a number.
    if (all > 127 || digits) must(asNumber(decode(bytes.subarray(0, length))) === undefined);
    last.set(bytes);
    lastLength = length;
  }
  must(texts.at === bytes.length);
  return blocks;
}

/** Walks front-coded texts; the latest is there until the next. */
class Texts {
  readonly bytes = new Uint8Array(MAX_ID_BYTES);
  length = 0;
  #reader = new Reader(this.bytes);

  start(bytes: Uint8Array, at = 0): this {
    this.#reader = new Reader(bytes, at);
    this.length = 0;
    return this;
  }

  get at(): number {
    return this.#reader.at;
  }

  next(): void {
    const shared = this.#reader.u32();
    const length = shared + this.#reader.u32();
    must(shared <= this.length && length <= MAX_ID_BYTES);
    for (let at = shared; at < length; at++) this.bytes[at] = this.#reader.u8();
    this.length = length;
  }

  /** By bytes, as texts are sorted. */
  compare(id: Uint8Array): number {
    const both = Math.min(this.length, id.length);
    for (let at = 0; at < both; at++) if (this.bytes[at] !== id[at]) return this.bytes[at]! - id[at]!;
    return this.length - id.length;
  }
}

function find(numbers: readonly (number | bigint)[], number: number | bigint): number | undefined {
  const at = firstWhere(numbers.length, (at) => (numbers[at] ?? 0) >= number);
  return numbers[at] === number ? at : undefined;
}

function findText({ bytes, blocks, count }: Run, id: Uint8Array, texts: Texts): number | undefined {
  const block = firstWhere(blocks.length, (at) => {
    texts.start(bytes, blocks[at]).next();
    return texts.compare(id) > 0;
  }) - 1;
  texts.start(bytes, blocks[block]);
  for (let at = block * BLOCK; at >= 0 && at < Math.min(count, (block + 1) * BLOCK); at++) {
    texts.next();
    if (texts.compare(id) === 0) return at;
  }
  return undefined;
}

/** The first place from which on something holds; `length` when it holds nowhere. */
export function firstWhere(length: number, holds: (at: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
