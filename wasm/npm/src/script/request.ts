/**
 * A question, read from its bytes into the model's positions. Ids that the model does not know are passed over.
 */
import { must, Reader } from './bytes.js';
import type { Model } from './model.js';
import type { PartName } from './parts.js';
import { AGAIN, NAMED, NEXT, PICKS, RECENT } from './wire.js';
import type { Wishes } from './wishes.js';

const MAX_LIMIT = 1000;
const DISMISS = 6;

export interface Event {
  readonly position: number | undefined;
  readonly kind: number;
  readonly age: number;
}

export interface Request {
  readonly list: number;
  readonly limit: number;
  readonly seeds: readonly number[];
  /** Whether there were seeds, known or not. */
  readonly seeded: boolean;
  /** What the shopper did, newest first. */
  readonly profile: readonly Event[];
  readonly exclude: readonly number[];
  readonly fallback: readonly number[];
  /** Unix seconds; 0 when dates are not to be looked at. */
  readonly moment: number;
  /** Empty for the whole shop. */
  readonly channel: string;
  readonly catalog: string;
  readonly name: string;
  readonly scene: string;
  readonly repeats: boolean;
  /** What is wished of a list beyond its kind, and of its items. */
  readonly wishes: Wishes | undefined;
  /** Whether one of its lists may be made from what the shopper did. */
  readonly ofTaste: boolean;
}

/** The question, or the parts of the engine that must be loaded before more of it can be read. */
export function readRequest(bytes: Uint8Array, model: Model): Request | readonly PartName[] {
  const { ids, parts } = model;
  must(ids !== undefined);
  const reader = new Reader(bytes);
  const items = (): (number | undefined)[] => reader.many((one) => ids.position(one.text()));
  const [list, limit, seeds] = [listKind(reader), reader.u32(), items()];
  must(limit <= MAX_LIMIT);
  const profile = reader.many((): Event => ({ position: ids.position(reader.text()), kind: eventKind(reader), age: reader.u32() }));
  const isOfTaste = (list: number): boolean => list === PICKS || list === AGAIN || list === RECENT || (list === NEXT && seeds.length === 0);
  let ofTaste = profile.length > 0 || isOfTaste(list);
  const lacking: readonly PartName[] = ofTaste ? ['wishes', 'taste'] : ['wishes'];
  const exclude = knownOf(items());
  const filtered = reader.flag();
  if (filtered && !parts.wishes) return lacking;
  const filter = filtered ? parts.wishes!.readFilter(reader, model.attributes) : undefined;
  const plain = {
    list,
    limit,
    profile,
    exclude,
    seeds: knownOf(seeds),
    seeded: seeds.length > 0,
    fallback: reader.many(listKind),
    moment: reader.u32(),
    channel: scope(reader),
    catalog: scope(reader),
    name: reader.text(),
    scene: reader.text(),
    repeats: reader.flag(),
  };
  const count = reader.u32();
  if (count > 0 && !parts.wishes) return lacking;
  const wishes = filter || count > 0 ? parts.wishes!.readWishes(reader, count, { list, limit, filter }, model) : undefined;
  reader.end();
  ofTaste ||= plain.fallback.some(isOfTaste) || (wishes?.personal ?? 0) > 0;
  return ofTaste && !parts.taste ? ['taste'] : { ...plain, wishes, ofTaste };
}

function listKind(reader: Reader): number {
  const list = reader.u8();
  must(list <= NAMED);
  return list;
}

function eventKind(reader: Reader): number {
  const kind = reader.u8();
  must(kind <= DISMISS);
  return kind;
}

/** The reserved name of the default channel and catalogue means the same as no name. */
function scope(reader: Reader): string {
  const name = reader.text();
  return name === '0' ? '' : name;
}

export function knownOf(positions: readonly (number | undefined)[]): number[] {
  return positions.filter((position) => position !== undefined);
}
