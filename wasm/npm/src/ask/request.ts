/**
 * Turns a question into the request bytes that the engine decodes (postcard).
 * It knows the wire and nothing else: no network, no profile rules, no defaults.
 */
import type { EventType, Kind, ReasonKind, Rule } from '../types.js';

/** The list kinds in wire order. */
export const KINDS: readonly Kind[] = ['picks', 'similar', 'together', 'next', 'popular', 'trending', 'new', 'text', 'look', 'again', 'recent', 'named'];

/** The event kinds in wire order. */
export const EVENT_TYPES: readonly EventType[] = ['view', 'select', 'addToCart', 'removeFromCart', 'purchase', 'like', 'dismiss'];

export const REASONS: readonly ReasonKind[] = ['similar-to', 'together-with', 'your-taste', 'trending', 'popular', 'new', 'recent', 'chosen', 'given', 'again'];

/** The rules that keep items out of a list, in wire order. */
export const RULES: readonly Rule[] = ['excluded', 'seed', 'dismissed', 'known', 'unavailable', 'filter', 'shop', 'shown', 'boost', 'among', 'score', 'category'];

export interface WireEvent {
  readonly item: string;
  readonly type: EventType;
  readonly ageHours: number;
}

export interface WireRequest {
  readonly kind: Kind;
  readonly limit: number;
  readonly seeds: readonly string[];
  readonly profile: readonly WireEvent[];
  readonly exclude: readonly string[];
  /** As filter.ts makes them. */
  readonly filter: readonly number[] | undefined;
  readonly fallback: readonly Kind[];
  /** Unix seconds; 0 when dates are not to be looked at. */
  readonly moment: number;
  /** Channel, catalogue, name of a named list, image; empty where there is none. */
  readonly texts: readonly string[];
  /** Whether seeds and what the profile holds may be shown again. */
  readonly repeats: boolean;
  /** As wishes.ts makes them. */
  readonly wishes?: readonly number[] | undefined;
}

export function encodeRequest({ kind, limit, seeds, profile, exclude, filter, fallback, moment, texts, repeats, wishes = [0] }: WireRequest): Uint8Array<ArrayBuffer> {
  const to = [KINDS.indexOf(kind)];
  putVarint(to, limit);
  putTexts(to, seeds);
  putVarint(to, profile.length);
  for (const { item, type, ageHours } of profile) {
    putText(to, item);
    to.push(EVENT_TYPES.indexOf(type));
    putVarint(to, ageHours);
  }
  putTexts(to, exclude);
  for (const byte of filter ? [1, ...filter] : [0]) to.push(byte);
  putVarint(to, fallback.length);
  for (const other of fallback) to.push(KINDS.indexOf(other));
  putVarint(to, moment);
  for (const text of texts) putText(to, text);
  return new Uint8Array([...to, Number(repeats), ...wishes]);
}

// The engine is asked on every page: these write where they stand, without an array for each value. Browsers refuse
// calls with very many arguments: bytes are pushed one by one.

function putVarint(to: number[], value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) to.push((rest % 0x80) | 0x80);
  to.push(rest);
}

function putText(to: number[], value: string): void {
  const start = to.length;
  putVarint(to, value.length);
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit >= 0x80) {
      // Beyond ASCII its length in bytes is another one.
      to.length = start;
      const bytes = new TextEncoder().encode(value);
      putVarint(to, bytes.length);
      for (const byte of bytes) to.push(byte);
      return;
    }
    to.push(unit);
  }
}

function putTexts(to: number[], values: readonly string[]): void {
  putVarint(to, values.length);
  for (const value of values) putText(to, value);
}

export function varint(value: number): number[] {
  const to: number[] = [];
  putVarint(to, value);
  return to;
}

export function text(value: string): number[] {
  const to: number[] = [];
  putText(to, value);
  return to;
}

export function list<T>(values: readonly T[], write: (value: T) => number[]): number[] {
  return [...varint(values.length), ...values.flatMap((value) => write(value))];
}
