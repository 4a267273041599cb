/**
 * Which arm of an experiment somebody belongs to, as `bucket.rs` of the core has it: version 2 of GrowthBook's hash, over
 * UTF-8, in whole numbers. The same vectors test both.
 */

/** How finely people can be divided. */
export const BUCKETS = 10_000;

const BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** The bucket of `value` for one `seed`: 0 to 9,999. */
export function bucket(seed: string, value: string): number {
  return fnv1a(String(fnv1a(seed + value))) % BUCKETS;
}

/**
 * The arm of `value`, or -1 when it takes part in nothing. Weights count in ten-thousandths of everybody and begin one
 * after the other; of each of these stretches, `coverage` ten-thousandths take part.
 */
export function variant(seed: string, value: string, coverage: number, weights: readonly number[]): number {
  const own = bucket(seed, value);
  let start = 0;
  return weights.findIndex((asked) => {
    const weight = Math.min(asked, BUCKETS - start);
    const from = start;
    start += weight;
    return own >= from && own < from + Math.ceil((weight * Math.min(coverage, BUCKETS)) / BUCKETS);
  });
}

function fnv1a(text: string): number {
  let state = BASIS;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, PRIME);
  return state >>> 0;
}
