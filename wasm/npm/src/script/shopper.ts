/**
 * From a profile to a point in the space of item factors, and the parts that its items have in a score.
 *
 * Solves `(G + ridge I + sum w c y y') x = sum w c y`, by Cholesky in 64 bits. Sums are taken in the order of the
 * Rust core, four lanes where it takes four, so that the bits are the same.
 */
import type { Bench, Weighted } from './bench.js';
import type { Model } from './model.js';
import type { Near } from './sections.js';
import type { Factors } from './tables.js';
import { PICKS } from './wire.js';

/** Levels of the point in an integer dot product: 14 bits and a sign. */
const POINT_LEVELS = 16383;

export interface Shopper {
  readonly factors: Factors;
  /** What was folded in. */
  readonly profile: readonly Weighted[];
  readonly point: Float64Array;
  /** Lower triangle of the Cholesky factor, row by row. */
  readonly lower: Float64Array;
}

/** `undefined` when no item of the profile has factors, or they do not give a point. */
export function foldIn(factors: Factors, profile: readonly Weighted[]): Shopper | undefined {
  const { dims, ridge, confidence } = factors;
  const lower = factors.gram.slice();
  const point = new Float64Array(dims);
  const known = profile.filter(({ position }) => factors.scales[position] !== 0);
  for (const { position, weight } of known) {
    const own = vectorOf(factors, position);
    const by = weight * confidence;
    for (let row = 0; row < dims; row++) {
      const scaled = by * own[row]!;
      point[row]! += scaled;
      for (let column = 0; column <= row; column++) lower[row * dims + column]! += scaled * own[column]!;
    }
  }
  for (let at = 0; at < dims; at++) lower[at * dims + at]! += ridge;
  if (known.length === 0 || !decompose(lower, dims)) return undefined;
  solve(lower, point);
  return point.every(Number.isFinite) ? { factors, profile, point, lower } : undefined;
}

/** Puts every item into the pool, scored against the shopper. Integer sums are exact, whatever their order. */
export function pushAll(bench: Bench, { factors, point }: Shopper): void {
  const { dims, levels, scales, items } = factors;
  const { positions, scores, because } = bench;
  const scale = point.reduce((most, value) => Math.max(most, Math.abs(value)), 0) / POINT_LEVELS;
  const rounded = Int16Array.from(point, (value) => (scale > 0 ? Math.floor(value / scale + 0.5) : 0));
  const by = Math.fround(scale);
  let at = 0;
  for (let position = 0; position < items; position++) {
    let sum = 0;
    for (let dim = 0; dim < dims; dim++) sum = (sum + Math.imul(levels[at++]!, rounded[dim]!)) | 0;
    positions[position] = position;
    scores[position] = Math.fround(Math.fround(sum) * scales[position]!) * by;
    because[position] = -1;
  }
  bench.count = items;
}

/** The decoded factors of an item. */
export function vectorOf({ dims, levels, scales }: Factors, position: number): Float64Array {
  const scale = scales[position]!;
  const values = new Float64Array(dims);
  for (let dim = 0; dim < dims; dim++) values[dim] = levels[position * dims + dim]! * scale;
  return values;
}

/** The sum of the products, one after the other. */
export function product(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at]!, 0);
}

/** Names, for each pick, the item of the profile that gave most of its score; `seeds` is the profile as seeds of rows. */
export function nameReasons(model: Model, { kept }: Bench, shopper: Shopper, seeds: readonly Weighted[]): void {
  const { factors, profile } = shopper;
  const vectors = profile.map(({ position }) => vectorOf(factors, position));
  for (const pick of kept) {
    const own = spread(shopper, pick.position);
    let most = 0;
    pick.because = -1;
    for (const [at, { position, weight }] of profile.entries()) {
      const part = dot(vectors[at]!, 0, own, 0, factors.dims) * weight * factors.confidence + rowPart(model, seeds[at]!, pick.position);
      if (part > most) [most, pick.because] = [part, position];
    }
  }
}

/** What the row of a seed among the picks says of an item. */
export function rowPart(model: Model, seed: Weighted, position: number): number {
  return Math.fround(seed.weight * says(model.near(PICKS, seed.position), seed.position, position));
}

/** What an item, as a seed, says of another or of itself. */
function says(near: Near | undefined, of: number, position: number): number {
  if (near === undefined) return 0;
  if (of === position) return near.own;
  const { starts, positions, weights, first } = near;
  const end = starts[of - first + 1] ?? 0;
  for (let at = starts[of - first] ?? 0; at < end; at++) if (positions[at] === position) return weights[at]!;
  return 0;
}

/** `A^-1 y` of an item, for the matrix `A` of this shopper. */
export function spread({ factors, lower }: Shopper, position: number): Float64Array {
  const own = vectorOf(factors, position);
  solve(lower, own);
  return own;
}

/** Replaces `x` by the solution of `A s = x`, for the Cholesky factor of `A`. */
function solve(lower: Float64Array, x: Float64Array): void {
  const dims = x.length;
  for (let row = 0; row < dims; row++) x[row] = (x[row]! - dot(lower, row * dims, x, 0, row)) / lower[row * dims + row]!;
  for (let row = dims - 1; row >= 0; row--) {
    const value = (x[row]! /= lower[row * dims + row]!);
    for (let at = 0; at < row; at++) x[at]! -= lower[row * dims + at]! * value;
  }
}

/** Cholesky in place, lower triangle; `false` when the matrix is not positive definite. */
function decompose(matrix: Float64Array, dims: number): boolean {
  for (let row = 0; row < dims; row++) {
    const from = row * dims;
    for (let column = 0; column < row; column++) {
      const other = column * dims;
      matrix[from + column] = (matrix[from + column]! - dot(matrix, from, matrix, other, column)) / matrix[other + column]!;
    }
    const left = matrix[from + row]! - dot(matrix, from, matrix, from, row);
    if (!(left > 0)) return false;
    matrix[from + row] = Math.sqrt(left);
  }
  return true;
}

/** A sum in four lanes, always in the same order. */
function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, count: number): number {
  let lane0 = 0;
  let lane1 = 0;
  let lane2 = 0;
  let lane3 = 0;
  let last = 0;
  const whole = count - (count % 4);
  for (let at = 0; at < whole; at += 4) {
    lane0 += a[atA + at]! * b[atB + at]!;
    lane1 += a[atA + at + 1]! * b[atB + at + 1]!;
    lane2 += a[atA + at + 2]! * b[atB + at + 2]!;
    lane3 += a[atA + at + 3]! * b[atB + at + 3]!;
  }
  for (let at = whole; at < count; at++) last += a[atA + at]! * b[atB + at]!;
  return lane0 + lane1 + (lane2 + lane3) + last;
}
