/**
 * The sections that a taste is scored with: factors, and how often items are bought again.
 */
import type { Reader } from './bytes.js';
import { must, smallFloat, unpack } from './engine.js';

const MAX_DIMS = 256;
/** The small float 1. */
const ONE = 160;

/** The table that picks are scored with. */
export interface Factors {
  readonly items: number;
  readonly dims: number;
  /** Item by item. */
  readonly levels: Int8Array;
  readonly scales: Float32Array;
  /** All of it, symmetric. */
  readonly gram: Float64Array;
  readonly ridge: number;
  readonly confidence: number;
  readonly step: number;
}

export function readFactors(reader: Reader): Factors {
  const float = (reader: Reader): number => reader.view(4).getFloat32(0, true);
  const [dims, bits, ridge, confidence, step] = [reader.u32(), reader.u8(), float(reader), float(reader), smallFloat(reader.u8())];
  const scales = smallFloats(reader.bytes());
  const triangle = reader.part();
  const packed = reader.bytes();
  reader.end();
  must(dims > 0 && dims <= MAX_DIMS && triangle.left === dims * (dims + 1) * 2 && step <= 1);
  // Each item begins with a byte of its own.
  const width = bits === 4 ? dims + (dims % 2) : dims;
  const raw = unpack(packed, bits, scales.length * width);
  const levels = new Int8Array(scales.length * dims);
  const zero = 2 ** (bits - 1);
  for (let item = 0, at = 0; item < scales.length; item++) {
    for (let dim = 0; dim < dims; dim++) levels[at++] = raw[item * width + dim]! - zero;
    must(width === dims || raw[item * width + dims] === 0);
  }
  const gram = new Float64Array(dims * dims);
  for (let row = 0; row < dims; row++) {
    for (let column = row; column < dims; column++) {
      gram[row * dims + column] = gram[column * dims + row] = float(triangle);
    }
  }
  must(ridge > 0 && confidence > 0 && [ridge, confidence, ...gram].every(Number.isFinite));
  return { items: scales.length, dims, levels, scales, gram, ridge, confidence, step };
}

/** How often items are bought again. */
export interface Habits {
  readonly items: number;
  readonly start: number;
  readonly fading: number;
  readonly trust: number;
  readonly days: Float32Array;
  readonly shares: Float32Array;
}

export function readHabits(reader: Reader): Habits {
  const [start, fading, trust, habits] = [reader.u8(), reader.u8(), reader.u8(), reader.bytes()];
  reader.end();
  const items = habits.length / 2;
  must(start > 0 && start <= ONE && trust > 0 && Number.isInteger(items));
  const [days, shares] = [habits.subarray(0, items), habits.subarray(items)];
  // A share up to 1 and an interval, or neither.
  must(days.every((day, at) => (day > 0 ? shares[at]! > 0 && shares[at]! <= ONE : shares[at] === 0)));
  return { items, start: smallFloat(start), fading: smallFloat(fading), trust: smallFloat(trust), days: smallFloats(days), shares: smallFloats(shares) };
}

function smallFloats(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, smallFloat);
}
