/**
 * Turns a question into the request bytes that the engine decodes (postcard).
 * It knows the wire and nothing else: no network, no profile rules, no defaults.
 */
import { RecoError } from './errors.js';
import type { EventType, Kind, Range, ReasonKind, Where } from './types.js';

/** The list kinds in wire order. */
export const KINDS: readonly Kind[] = ['picks', 'similar', 'together', 'next', 'popular', 'trending', 'new', 'text', 'look', 'again', 'recent'];

/** The event kinds in wire order. */
export const EVENT_TYPES: readonly EventType[] = ['view', 'select', 'addToCart', 'removeFromCart', 'purchase', 'like', 'dismiss'];

export const REASONS: readonly ReasonKind[] = ['similar-to', 'together-with', 'your-taste', 'trending', 'popular', 'new', 'recent'];

export interface WireEvent {
  readonly item: string;
  readonly type: EventType;
  readonly ageHours: number;
}

export type Filter =
  | { readonly is: 'category'; readonly value: string }
  | { readonly is: 'column'; readonly column: string; readonly value: string }
  | { readonly is: 'range'; readonly column: string; readonly min: number; readonly max: number }
  | { readonly is: 'inStock' }
  | { readonly is: 'all' | 'any'; readonly of: readonly Filter[] }
  | { readonly is: 'not'; readonly of: Filter };

export interface WireRequest {
  readonly kind: Kind;
  readonly limit: number;
  readonly seeds: readonly string[];
  readonly profile: readonly WireEvent[];
  readonly exclude: readonly string[];
  readonly filter: Filter | undefined;
  readonly fallback: readonly Kind[];
}

/** The engine refuses filters nested deeper than this (it also stops a self-referring object). */
const MAX_DEPTH = 8;

export function encodeRequest({ kind, limit, seeds, profile, exclude, filter, fallback }: WireRequest): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    KINDS.indexOf(kind),
    ...varint(limit),
    ...list(seeds, text),
    ...list(profile, ({ item, type, ageHours }) => [...text(item), EVENT_TYPES.indexOf(type), ...varint(ageHours)]),
    ...list(exclude, text),
    ...(filter === undefined ? [0] : [1, ...filterBytes(filter, 1)]),
    ...list(fallback, (kind) => [KINDS.indexOf(kind)]),
  ]);
}

function filterBytes(filter: Filter, depth: number): number[] {
  if (depth > MAX_DEPTH) throw tooDeep();
  switch (filter.is) {
    case 'category':
      return [0, ...text(filter.value)];
    case 'column':
      return [1, ...text(filter.column), ...text(filter.value)];
    case 'range':
      return [2, ...text(filter.column), ...float64(filter.min), ...float64(filter.max)];
    case 'inStock':
      return [3];
    case 'not':
      return [6, ...filterBytes(filter.of, depth + 1)];
    default:
      return [filter.is === 'all' ? 4 : 5, ...list(filter.of, (part) => filterBytes(part, depth + 1))];
  }
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...varint(bytes.length), ...bytes];
}

/** Little-endian on every machine. */
function float64(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}

function list<T>(values: readonly T[], write: (value: T) => number[]): number[] {
  return [...varint(values.length), ...values.flatMap((value) => write(value))];
}

/** The filter that `where` describes; `undefined` when it asks for nothing. */
export function filterOf(where: Where | undefined): Filter | undefined {
  return where === undefined ? undefined : allOf(where, 0);
}

/** All conditions of one `where` together. */
function allOf(where: unknown, depth: number): Filter | undefined {
  if (!isRecord(where)) throw bad('where', 'must be an object');
  if (depth > MAX_DEPTH) throw tooDeep();
  const parts = Object.entries(where).flatMap(([name, value]) => (value === undefined ? [] : (condition(name, value, depth + 1) ?? [])));
  return parts.length > 1 ? { is: 'all', of: parts } : parts[0];
}

function condition(name: string, value: unknown, depth: number): Filter | undefined {
  if (name === 'inStock') {
    if (typeof value !== 'boolean') throw bad(name, 'must be true or false');
    return value ? { is: name } : { is: 'not', of: { is: name } };
  }
  if (name === 'not') {
    const of = allOf(value, depth);
    return of && { is: name, of };
  }
  if (name === 'any') {
    if (!Array.isArray(value)) throw bad(name, 'must be a list of conditions');
    return anyOf(value.map((one) => allOf(one, depth) ?? { is: 'all', of: [] }));
  }
  if (isRange(value)) {
    const { min = -Infinity, max = Infinity } = value;
    return { is: 'range', column: name, min: bound(name, min), max: bound(name, max) };
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return anyOf(values.map((one) => equality(name, one)));
}

function equality(column: string, value: unknown): Filter {
  if (typeof value !== 'string') throw bad(column, 'must be a text, a list of texts or { min, max }');
  return column === 'category' ? { is: column, value } : { is: 'column', column, value };
}

function anyOf(of: readonly Filter[]): Filter {
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { is: 'any', of };
}

function bound(name: string, value: number): number {
  if (Number.isNaN(value)) throw bad(name, 'has a bound that is not a number');
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

function isRange(value: unknown): value is Range {
  if (!isRecord(value)) return false;
  return Object.entries(value).every(([key, bound]) => (key === 'min' || key === 'max') && (bound === undefined || typeof bound === 'number'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooDeep(): RecoError {
  return bad('where', `is nested deeper than ${MAX_DEPTH}`);
}

function bad(name: string, why: string): RecoError {
  return new RecoError('QUERY_INVALID', `${name} ${why}`);
}
