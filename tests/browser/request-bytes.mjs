/** Request bytes for the engine, as far as the tests and the bench need them. */

const text = new TextEncoder();

export const LISTS = { picks: 0, similar: 1, together: 2, popular: 4, trending: 5, new: 6 };

/** `profile` holds `{ item, kind, ageHours }`, newest first; `kind` is the number on the wire. */
export function requestBytes({ list, limit, seeds = [], profile = [] }) {
  const out = [LISTS[list]];
  const number = (value) => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
    out.push(rest);
  };
  const word = (value) => {
    const bytes = text.encode(value);
    number(bytes.length);
    out.push(...bytes);
  };
  number(limit);
  number(seeds.length);
  seeds.forEach(word);
  number(profile.length);
  for (const { item, kind, ageHours } of profile) {
    word(item);
    out.push(kind);
    number(ageHours);
  }
  out.push(0, 0, 0);
  return Uint8Array.from(out);
}
