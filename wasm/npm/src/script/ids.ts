/**
 * Item ids by position, and the position of an id: a few ascending runs, of numbers or of front-coded texts.
 */
import { decode, must, Reader } from './bytes.js';

const MAX_ID_BYTES = 255;
const MAX_RUNS = 4096;
/** Every such text of a run shares nothing with the one before. */
const BLOCK = 16;
const MAX_NUMBER = 2n ** 64n - 1n;

export class Ids {
  readonly #ids: string[] = [];
  readonly #positions = new Map<string, number>();
  /** Whether a run is of texts, how many they are; the texts as they came, or the numbers. */
  readonly #runs: readonly unknown[];

  constructor(reader: Reader) {
    this.#runs = reader.many(() => {
      const [texts, count, bytes] = [reader.flag(), reader.u32(), reader.bytes()];
      must(count > 0 && count <= bytes.length);
      const ids = texts ? readTexts(new Reader(bytes), count) : readNumbers(new Reader(bytes), count);
      for (const id of ids) {
        if (!this.#positions.has(id)) this.#positions.set(id, this.count);
        this.#ids.push(id);
      }
      return [texts, count, texts ? bytes : ids];
    });
    reader.end();
    must(this.#runs.length <= MAX_RUNS);
  }

  get count(): number {
    return this.#ids.length;
  }

  /** Whether these name the same items. */
  equals(other: Ids): boolean {
    return String(this.#runs) === String(other.#runs);
  }

  position(id: string): number | undefined {
    return this.#positions.get(id);
  }

  /** Empty where there is no such position. */
  id(position: number): string {
    return this.#ids[position] ?? '';
  }
}

function readNumbers(reader: Reader, count: number): string[] {
  const ids: string[] = [];
  for (let next = 0n; ids.length < count; next++) {
    next += BigInt(reader.wide());
    must(next <= MAX_NUMBER);
    ids.push(String(next));
  }
  reader.end();
  return ids;
}

function readTexts(reader: Reader, count: number): string[] {
  // One after the other with an end of line behind each, which no id has inside.
  const all: number[] = [];
  let last: readonly number[] = [];
  for (let number = 0; number < count; number++) {
    const shared = reader.u32();
    must(shared <= (number % BLOCK && last.length));
    const id = [...last.slice(0, shared), ...reader.bytes()];
    const differs = id.findIndex((byte, at) => byte !== last[at]);
    must(differs >= 0 && !(id[differs]! < last[differs]!) && id.length <= MAX_ID_BYTES && id.every((byte) => byte > 31));
    all.push(...id, 10);
    last = id;
  }
  reader.end();
  const ids = decode(Uint8Array.from(all)).split('\n').slice(0, -1);
  // What a number spells is one, and in another run.
  must(!ids.some((id) => /^(0|[1-9]\d{0,19})$/.test(id) && BigInt(id) <= MAX_NUMBER));
  return ids;
}
