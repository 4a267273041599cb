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

export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** A positive number in one byte: five bits of exponent, three of fraction. Exact in 32 bits. */
export function smallFloat(byte: number): number {
  return byte && (8 + (byte & 7)) * 2 ** ((byte >> 3) - 23);
}

export function smallFloats(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.length);
  for (let at = 0; at < bytes.length; at++) values[at] = smallFloat(bytes[at]!);
  return values;
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
    return reachOf(this.values);
  }

  every(fits: (row: Uint32Array, at: number) => boolean): boolean {
    for (let at = 0; at < this.count; at++) if (!fits(this.row(at), at)) return false;
    return true;
  }
}

export function reachOf(values: Uint32Array): number {
  let reach = 0;
  for (const value of values) if (value >= reach) reach = value + 1;
  return reach;
}

export class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** Nothing is left over. */
  end(): void {
    must(this.left === 0);
  }

  take(count: number): Uint8Array {
    must(count <= this.left);
    return this.#bytes.subarray(this.#at, (this.#at += count));
  }

  u8(): number {
    const byte = this.#bytes[this.#at++];
    must(byte !== undefined);
    return byte;
  }

  f32(): number {
    return viewOf(this.take(4)).getFloat32(0, true);
  }

  f64(): number {
    return viewOf(this.take(8)).getFloat64(0, true);
  }

  flag(): boolean {
    const byte = this.u8();
    must(byte < 2);
    return byte > 0;
  }

  /** A varint of 64 bits: a number as long as that is exact. */
  wide(): number | bigint {
    const from = this.#at;
    let byte = this.u8();
    // Most take one byte.
    if (byte < 128) return byte;
    let value = byte & 127;
    let scale = 128;
    do {
      byte = this.u8();
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127 && this.#at < from + 10);
    // The tenth byte holds the last of 64 bits.
    must(byte < (this.#at < from + 10 ? 128 : 2));
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    let exact = 0n;
    for (let at = this.#at; at > from; ) exact = (exact << 7n) | BigInt((this.#bytes[--at] ?? 0) & 127);
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
    const counts = this.part();
    const values = this.part();
    const starts = new Uint32Array(counts.left + 1);
    const all = new Uint32Array(values.left);
    let [row, at] = [0, 0];
    while (counts.left > 0) {
      const count = counts.u32();
      must(count <= values.left);
      for (const end = at + count; at < end; at++) all[at] = values.u32();
      starts[++row] = at;
    }
    values.end();
    return new Rows(starts.slice(0, row + 1), all.slice(0, at));
  }

  names(): string[] {
    const lengths = this.part();
    const text = this.bytes();
    const whole = decode(text);
    const plain = whole.length === text.length;
    const cut = new Reader(text);
    const names: string[] = [];
    while (lengths.left > 0) {
      const bytes = cut.take(lengths.u32());
      names.push(plain ? whole.slice(cut.at - bytes.length, cut.at) : decode(bytes));
    }
    cut.end();
    return names;
  }
}
