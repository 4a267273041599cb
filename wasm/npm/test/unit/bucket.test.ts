import { describe, expect, it } from 'vitest';
import { bucket, variant } from '../../src/load/bucket.js';

describe('bucket', () => {
  // The vectors that GrowthBook publishes for version 2 of its hash; the core has the same ones.
  it.each([
    ['seed', 'a', 505],
    ['seed', 'b', 2_696],
    ['foo', 'ab', 2_575],
    ['foo', 'def', 2_019],
    ['89123klj', '8952klfjas09ujkasdf', 1_240],
    ['90850943850283058242805', '123', 7_516],
    ['()**(%$##$%#$#', '___)((*":&', 128],
  ])('of %j and %j is the published one', (seed, value, expected) => {
    expect(bucket(seed, value)).toBe(expected);
  });

  it.each([
    ['', '', 2_305],
    ['größe', 'überraschung', 9_368],
    ['s', '😀', 7_953],
    ['日本', '語', 8_546],
  ])('of %j and %j is that of the bytes', (seed, value, expected) => {
    expect(bucket(seed, value)).toBe(expected);
  });
});

describe('variant', () => {
  /** Some value in this bucket of the seed `s`. */
  const valueIn = (own: number): string => {
    for (let n = 0; ; n += 1) if (bucket('s', String(n)) === own) return String(n);
  };

  it.each([
    [0, 0],
    [399, 0],
    [400, -1],
    [1_999, -1],
    [2_000, 1],
    [2_599, 1],
    [2_600, -1],
    [5_000, 2],
    [5_999, 2],
    [6_000, -1],
    [9_999, -1],
  ])('of bucket %i is that of the published ranges', (own, arm) => {
    expect(variant('s', valueIn(own), 2_000, [2_000, 3_000, 5_000])).toBe(arm);
  });

  it('gives more than everybody to everybody, and nothing to nobody', () => {
    expect(variant('s', valueIn(9_999), 60_000, [7_000, 6_000, 9])).toBe(1);
    expect(variant('s', valueIn(0), 0, [5_000, 5_000])).toBe(-1);
    expect(variant('s', 'x', 10_000, [])).toBe(-1);
  });
});
