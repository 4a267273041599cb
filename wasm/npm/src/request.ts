/**
 * Turns a question into the request bytes that the engine decodes (postcard).
 * It knows the wire and nothing else: no network, no profile rules, no defaults.
 */
import { RecoError } from './errors.js';
import type { EventType, Kind, Range, ReasonKind, Where } from './types.js';

/** The number of each list kind on the wire. */
export const LIST_NUMBER: Readonly<Record<Kind, number>> = {
  picks: 0,
  similar: 1,
  together: 2,
  next: 3,
  popular: 4,
  trending: 5,
  new: 6,
  text: 7,
  look: 8,
  again: 9,
  recent: 10,
};

/** The event kinds in wire order. */
export const EVENT_TYPES: readonly EventType[] = [
  'view',
  'select',
  'addToCart',
  'removeFromCart',
  'purchase',
  'like',
  'dismiss',
];

export const REASONS: readonly ReasonKind[] = [
  'similar-to',
  'together-with',
  'your-taste',
  'trending',
  'popular',
  'new',
  'recent',
];

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

export function encodeRequest(request: WireRequest): Uint8Array<ArrayBuffer> {
  const out = new Writer();
  out.byte(LIST_NUMBER[request.kind]);
  out.varint(request.limit);
  out.texts(request.seeds);
  out.varint(request.profile.length);
  for (const event of request.profile) {
    out.text(event.item);
    out.byte(EVENT_TYPES.indexOf(event.type));
    out.varint(event.ageHours);
  }
  out.texts(request.exclude);
  if (request.filter === undefined) {
    out.byte(0);
  } else {
    out.byte(1);
    writeFilter(out, request.filter, 1);
  }
  out.varint(request.fallback.length);
  for (const kind of request.fallback) out.byte(LIST_NUMBER[kind]);
  return out.done();
}

function writeFilter(out: Writer, filter: Filter, depth: number): void {
  if (depth > MAX_DEPTH) throw tooDeep();
  switch (filter.is) {
    case 'category':
      out.byte(0);
      out.text(filter.value);
      return;
    case 'column':
      out.byte(1);
      out.text(filter.column);
      out.text(filter.value);
      return;
    case 'range':
      out.byte(2);
      out.text(filter.column);
      out.float64(filter.min);
      out.float64(filter.max);
      return;
    case 'inStock':
      out.byte(3);
      return;
    case 'all':
    case 'any':
      out.byte(filter.is === 'all' ? 4 : 5);
      out.varint(filter.of.length);
      for (const part of filter.of) writeFilter(out, part, depth + 1);
      return;
    case 'not':
      out.byte(6);
      writeFilter(out, filter.of, depth + 1);
  }
}

/** The filter that `where` describes; `undefined` when it asks for nothing. */
export function filterOf(where: Where | undefined): Filter | undefined {
  return where === undefined ? undefined : joined('all', conditions(where, 0));
}

function conditions(where: unknown, depth: number): Filter[] {
  if (!isRecord(where)) throw bad('where', 'must be an object');
  if (depth > MAX_DEPTH) throw tooDeep();
  const parts: Filter[] = [];
  for (const [name, value] of Object.entries(where)) {
    const part = value === undefined ? undefined : condition(name, value, depth);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

function condition(name: string, value: unknown, depth: number): Filter | undefined {
  if (name === 'inStock') {
    if (typeof value !== 'boolean') throw bad(name, 'must be true or false');
    return value ? { is: 'inStock' } : { is: 'not', of: { is: 'inStock' } };
  }
  if (name === 'not') {
    const inner = joined('all', conditions(value, depth + 1));
    return inner === undefined ? undefined : { is: 'not', of: inner };
  }
  if (name === 'any') {
    if (!Array.isArray(value)) throw bad(name, 'must be a list of conditions');
    return anyOf(value.map((one) => joined('all', conditions(one, depth + 1)) ?? { is: 'all', of: [] }));
  }
  if (isRange(value)) {
    const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = value;
    return { is: 'range', column: name, min: bound(name, min), max: bound(name, max) };
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return anyOf(values.map((one) => equality(name, one)));
}

function equality(column: string, value: unknown): Filter {
  if (typeof value !== 'string') throw bad(column, 'must be a text, a list of texts or { min, max }');
  return column === 'category' ? { is: 'category', value } : { is: 'column', column, value };
}

function anyOf(parts: readonly Filter[]): Filter {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { is: 'any', of: parts };
}

function joined(is: 'all', parts: readonly Filter[]): Filter | undefined {
  return parts.length > 1 ? { is, of: parts } : parts[0];
}

function bound(name: string, value: number): number {
  if (Number.isNaN(value)) throw bad(name, 'has a bound that is not a number');
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

function isRange(value: unknown): value is Range {
  if (!isRecord(value)) return false;
  const numeric = (bound: unknown): boolean => bound === undefined || typeof bound === 'number';
  return Object.keys(value).every((key) => key === 'min' || key === 'max') && numeric(value['min']) && numeric(value['max']);
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

/** A growing buffer that writes postcard's primitives. */
class Writer {
  #bytes = new Uint8Array(256);
  #length = 0;

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.#length++] = value;
  }

  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.varint(bytes.length);
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  texts(values: readonly string[]): void {
    this.varint(values.length);
    for (const value of values) this.text(value);
  }

  float64(value: number): void {
    this.#room(8);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #room(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    bigger.set(this.#bytes);
    this.#bytes = bigger;
  }
}
