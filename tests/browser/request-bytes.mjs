/** Request bytes for the engine, as far as the tests and the bench need them. */

import { LIST_KINDS } from './kinds.mjs';

const text = new TextEncoder();
const room = new Uint8Array(1 << 16);

/** `profile` holds `{ item, kind, ageHours }`, newest first; `kind` is the number on the wire. */
export function requestBytes({ list, limit, seeds = [], profile = [] }) {
  const kind = LIST_KINDS.indexOf(list);
  if (kind < 0) throw new Error(`there is no list ${list}`);
  room[0] = kind;
  let at = number(1, limit);
  at = number(at, seeds.length);
  for (const seed of seeds) at = word(at, seed);
  at = number(at, profile.length);
  for (const event of profile) {
    at = word(at, event.item);
    room[at] = event.kind;
    at = number(at + 1, event.ageHours);
  }
  // Nothing excluded, no filter, no fallback, no moment, channel, catalogue, name or image, no repeats, no wishes.
  room.fill(0, at, at + 10);
  return room.slice(0, at + 10);
}

function number(at, value) {
  let [place, rest] = [at, value];
  for (; rest > 127; rest = Math.floor(rest / 128)) room[place++] = (rest % 128) + 128;
  room[place] = rest;
  return place + 1;
}

function word(at, value) {
  // Ids of tests are short: their length takes one byte.
  const { written } = text.encodeInto(value, room.subarray(at + 1, at + 128));
  room[at] = written;
  return at + 1 + written;
}
