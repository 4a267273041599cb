/**
 * Loaded where the platform cannot check Ed25519 signatures: RFC 8032 in script. Only checks, so nothing in it is secret
 * and nothing has to take the same time. Encodings that are not the shortest are refused.
 */
/*! noble-hashes - MIT License (c) 2022 Paul Miller (paulmillr.com) */
import { sha512 } from '@noble/hashes/sha2.js';

type Bytes = Uint8Array;

/** A point as X/Z, Y/Z, with T = XY/Z. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);
const NEUTRAL: Point = [0n, 1n, 1n, 0n];
const BASE = pointOf(mod(4n * power(5n, P - 2n)), 0n);

/** Whether `signature` of `message` is by the owner of `key`. */
export function verify(key: Bytes, signature: Bytes, message: Bytes): boolean {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [owner, commitment] = [decode(key), decode(signature.subarray(0, 32))];
  const scalar = number(signature.subarray(32));
  if (owner === undefined || commitment === undefined || BASE === undefined || scalar >= ORDER) return false;
  const hashed = new Uint8Array(64 + message.length);
  hashed.set(signature.subarray(0, 32));
  hashed.set(key, 32);
  hashed.set(message, 64);
  const challenge = number(sha512(hashed)) % ORDER;
  return same(times(BASE, scalar), add(commitment, times(owner, challenge)));
}

function mod(value: bigint): bigint {
  const rest = value % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, base];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = mod(result * square);
    square = mod(square * square);
  }
  return result;
}

/** Little-endian bytes as a number. */
function number(bytes: Bytes): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function decode(bytes: Bytes): Point | undefined {
  const value = number(bytes);
  const y = value & (2n ** 255n - 1n);
  return y < P ? pointOf(y, value >> 255n) : undefined;
}

/** The point with this y, of whose two x the one with the sign; `undefined` when it is on no curve. */
function pointOf(y: bigint, sign: bigint): Point | undefined {
  const square = mod(y * y);
  const [above, below] = [mod(square - 1n), mod(D * square + 1n)];
  const cube = mod(below * below * below);
  let x = mod(above * cube * power(mod(above * cube * mod(below ** 4n)), (P - 5n) / 8n));
  const found = mod(below * x * x);
  if (found !== above) {
    if (found !== mod(-above)) return undefined;
    x = mod(x * ROOT_OF_MINUS_ONE);
  }
  if (x === 0n && sign === 1n) return undefined;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * D * t1 * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(point: Point, factor: bigint): Point {
  let [result, doubled] = [NEUTRAL, point];
  for (let rest = factor; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = add(result, doubled);
    doubled = add(doubled, doubled);
  }
  return result;
}

function same([x1, y1, z1]: Point, [x2, y2, z2]: Point): boolean {
  return mod(x1 * z2) === mod(x2 * z1) && mod(y1 * z2) === mod(y2 * z1);
}
