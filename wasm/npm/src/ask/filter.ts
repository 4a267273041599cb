/**
 * Turns `where` into the bytes of a filter.
 * What cannot be understood is refused here and not by the engine, so that the message names it.
 */
import { list, text } from './request.js';
import type { Range, Where } from '../types.js';

export type Filter =
  | { readonly is: 'category'; readonly value: string }
  | { readonly is: 'column'; readonly column: string; readonly value: string }
  | { readonly is: 'range'; readonly column: string; readonly min: number; readonly max: number }
  | { readonly is: 'inStock' }
  | { readonly is: 'all' | 'any'; readonly of: readonly Filter[] }
  | { readonly is: 'not'; readonly of: Filter };

/** The engine refuses filters nested deeper than this (it also stops a self-referring object). */
const MAX_DEPTH = 8;

/** Something in `where` is not a condition. Passed on as QUERY_INVALID. */
export class WhereError extends Error {}

/** The filter that `where` describes, as bytes; `undefined` when it asks for nothing. */
export function filterOf(where: Where): readonly number[] | undefined {
  const filter = allOf(where, 0);
  return filter && filterBytes(filter, 1);
}

export function filterBytes(filter: Filter, depth: number): number[] {
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

/** Little-endian on every machine. */
function float64(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
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

function tooDeep(): WhereError {
  return bad('where', `is nested deeper than ${MAX_DEPTH}`);
}

function bad(name: string, why: string): WhereError {
  return new WhereError(`${name} ${why}`);
}
