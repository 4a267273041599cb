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

// The engine is asked on every page: all is written into one room that stays, and copied out of it.
const room: number[] = [];
let end = 0;

export function encodeRequest({ kind, limit, seeds, profile, exclude, filter, fallback, moment, texts, repeats, wishes = [0] }: WireRequest): Uint8Array<ArrayBuffer> {
  end = 0;
  putKind(kind);
  putVarint(limit);
  putAll(seeds, putText);
  putAll(profile, ({ item, type, ageHours }) => {
    putText(item);
    put(EVENT_TYPES.indexOf(type));
    putVarint(ageHours);
  });
  putAll(exclude, putText);
  put(filter ? 1 : 0);
  filter?.forEach(put);
  putAll(fallback, putKind);
  putVarint(moment);
  texts.forEach(putText);
  put(Number(repeats));
  wishes.forEach(put);
  return new Uint8Array(room.slice(0, end));
}

function put(byte: number): void {
  room[end++] = byte;
}

function putVarint(value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) put((rest % 0x80) | 0x80);
  put(rest);
}

function putText(value: string): void {
  const start = end;
  putVarint(value.length);
  for (let at = 0; at < value.length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit >= 0x80) {
      // Beyond ASCII its length in bytes is another one.
      end = start;
      const bytes = new TextEncoder().encode(value);
      putVarint(bytes.length);
      return bytes.forEach(put);
    }
    put(unit);
  }
}

function putKind(kind: Kind): void {
  put(KINDS.indexOf(kind));
}

function putAll<T>(values: readonly T[], write: (value: T) => void): void {
  putVarint(values.length);
  values.forEach(write);
}

/** What `write` puts, where it is wanted by itself. */
function written(write: () => void): number[] {
  end = 0;
  write();
  return room.slice(0, end);
}

export function varint(value: number): number[] {
  return written(() => putVarint(value));
}

export function text(value: string): number[] {
  return written(() => putText(value));
}

export function list<T>(values: readonly T[], write: (value: T) => number[]): number[] {
  return [...varint(values.length), ...values.flatMap((value) => write(value))];
}
