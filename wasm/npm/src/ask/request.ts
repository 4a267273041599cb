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
  return Uint8Array.from([
    KINDS.indexOf(kind),
    ...varint(limit),
    ...list(seeds, text),
    ...list(profile, ({ item, type, ageHours }) => [...text(item), EVENT_TYPES.indexOf(type), ...varint(ageHours)]),
    ...list(exclude, text),
    ...(filter === undefined ? [0] : [1, ...filter]),
    ...list(fallback, (kind) => [KINDS.indexOf(kind)]),
    ...varint(moment),
    ...texts.flatMap(text),
    Number(repeats),
    ...wishes,
  ]);
}

export function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))];
}

export function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...varint(bytes.length), ...bytes];
}

export function list<T>(values: readonly T[], write: (value: T) => number[]): number[] {
  return [...varint(values.length), ...values.flatMap((value) => write(value))];
}
