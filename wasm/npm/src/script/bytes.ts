/**
 * Reads untrusted bytes. Every read stays within them; what does not fit is thrown, and becomes a typed error
 * at the door of the engine. Knows numbers, texts, rows and names, and no section.
 */

/** What the bytes promise and do not keep. */
export function must(fits: boolean): asserts fits {
  if (!fits) throw new Error('the bytes do not fit each other');
}

let decoder: TextDecoder | undefined;

/** The text, to the letter; anything that is not UTF-8 is refused. */
export function decode(bytes: Uint8Array): string {
  decoder ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return decoder.decode(bytes);
}

/** A positive number in one byte: five bits of exponent, three of fraction. Exact in 32 bits. */
export function smallFloat(byte: number): number {
  return byte && (8 + (byte & 7)) * 2 ** ((byte >> 3) - 23);
}

/** Rows of numbers, flat. */
export class Rows {
  readonly starts: Uint32Array;
  readonly values: Uint32Array;

  constructor(starts: Uint32Array, values: Uint32Array) {
    this.starts = starts;
    this.values = values;
  }

  get count(): number {
    return this.starts.length - 1;
  }

  /** Empty when there is no such row. */
  row(at: number): Uint32Array {
    return this.values.subarray(this.starts[at], this.starts[at + 1] ?? 0);
  }

  /** The largest value plus one; 0 when there is none. */
  get reach(): number {
    return this.values.reduce((reach, value) => Math.max(reach, value + 1), 0);
  }

  every(fits: (row: Uint32Array, at: number) => boolean): boolean {
    for (let at = 0; at < this.count; at++) if (!fits(this.row(at), at)) return false;
    return true;
  }
}

export class Reader {
  readonly #bytes: Uint8Array;
  /** Where the next byte is. */
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  /** Nothing is left over. */
  end(): void {
    must(this.left === 0);
  }

  take(count: number): Uint8Array {
    must(count <= this.left);
    return this.#bytes.subarray(this.at, (this.at += count));
  }

  u8(): number {
    const byte = this.#bytes[this.at++];
    must(byte !== undefined);
    return byte;
  }

  view(count: number): DataView {
    const { buffer, byteOffset } = this.take(count);
    return new DataView(buffer, byteOffset, count);
  }

  flag(): boolean {
    const byte = this.u8();
    must(byte < 2);
    return byte > 0;
  }

  /** A varint of 64 bits: a number as long as that is exact. */
  wide(): number | bigint {
    let byte: number;
    let value = 0;
    let scale = 1;
    do {
      byte = this.u8();
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    // The tenth byte holds the last of 64 bits.
    must(scale < 2 ** 70 || (scale === 2 ** 70 && byte < 2));
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    let exact = 0n;
    for (let at = this.at; scale > 1; scale /= 128) exact = (exact << 7n) | BigInt(this.#bytes[--at]! & 127);
    return exact;
  }

  /** A varint that fits 32 bits. */
  u32(): number {
    const value = this.wide();
    must(typeof value === 'number' && value <= 0xffffffff);
    return value;
  }

  bytes(): Uint8Array {
    return this.take(this.u32());
  }

  /** A reader of the bytes that follow their length. */
  part(): Reader {
    return new Reader(this.bytes());
  }

  text(): string {
    return decode(this.bytes());
  }

  /** Each thing takes at least a byte: a count above that is a lie. */
  many<T>(read: (reader: Reader) => T): T[] {
    const count = this.u32();
    must(count <= this.left);
    const things: T[] = [];
    while (things.length < count) things.push(read(this));
    return things;
  }

  rows(): Rows {
    const [counts, values] = [this.part(), this.part()];
    const [starts, all]: [number[], number[]] = [[0], []];
    while (counts.left > 0) {
      for (let count = counts.u32(); count > 0; count--) all.push(values.u32());
      starts.push(all.length);
    }
    values.end();
    return new Rows(Uint32Array.from(starts), Uint32Array.from(all));
  }

  names(): string[] {
    const lengths = this.part();
    const cut = this.part();
    const names: string[] = [];
    while (lengths.left > 0) names.push(decode(cut.take(lengths.u32())));
    cut.end();
    return names;
  }
}
