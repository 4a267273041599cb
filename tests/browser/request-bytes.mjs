/** Request bytes for the engine, as far as the tests and the bench need them. */

const text = new TextEncoder();
const room = new Uint8Array(1 << 16);

export const LISTS = { picks: 0, similar: 1, together: 2, next: 3, popular: 4, trending: 5, new: 6, text: 7, look: 8, again: 9, recent: 10 };

/** `profile` holds `{ item, kind, ageHours }`, newest first; `kind` is the number on the wire. */
export function requestBytes({ list, limit, seeds = [], profile = [] }) {
  if (!(list in LISTS)) throw new Error(`there is no list ${list}`);
  room[0] = LISTS[list];
  let at = number(1, limit);
  at = number(at, seeds.length);
  for (const seed of seeds) at = word(at, seed);
  at = number(at, profile.length);
  for (const { item, kind, ageHours } of profile) {
    at = word(at, item);
    room[at] = kind;
    at = number(at + 1, ageHours);
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
