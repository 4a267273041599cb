import { describe, expect, it } from 'vitest';
import { filterBytes, filterOf, WhereError, type Filter } from '../../src/ask/filter.js';
import { encodeRequest, type WireRequest } from '../../src/ask/request.js';
import { wishesOf } from '../../src/ask/wishes.js';
import type { Where } from '../../src/types.js';
import { decodeRequest } from '../support/decode.js';

const EMPTY: WireRequest = { kind: 'picks', limit: 0, seeds: [], profile: [], exclude: [], filter: undefined, fallback: [], moment: 0, texts: ['', '', '', ''], repeats: false };
/** No moment, channel, catalogue, name, image, repeats, wishes. */
const END = '00000000000000';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('encodeRequest', () => {
  const filter = (of: Filter): Pick<WireRequest, 'filter'> => ({ filter: filterBytes(of, 1) });
  const vectors: [string, Partial<WireRequest>, string][] = [
    ['nothing', {}, '00000000000000'],
    ['list numbers', { kind: 'recent' }, '0a000000000000'],
    ['a limit of one varint byte', { limit: 127 }, '007f0000000000'],
    ['a limit of two varint bytes', { limit: 300 }, '00ac020000000000'],
    ['the largest u32', { limit: 0xffff_ffff }, '00ffffffff0f0000000000'],
    ['seeds', { kind: 'similar', seeds: ['a', 'bc'] }, '01000201610262630000' + '0000'],
    ['text beyond ASCII by its UTF-8 length', { exclude: ['é'] }, '0000000001' + '02c3a9' + '0000'],
    ['an event', { profile: [{ item: 'a', type: 'purchase', ageHours: 200 }] }, '000000' + '01' + '0161' + '04' + 'c801' + '000000'],
    ['fallback lists', { fallback: ['trending', 'popular'] }, '000000000000' + '02' + '0504'],
    ['the moment', { moment: 300 }, '00000000000000' + 'ac02' + '000000000000'],
    ['channel, catalogue, name and image', { texts: ['w', '', 'né', 'i'] }, '00000000000000' + '00' + '0177' + '00' + '036ec3a9' + '0169' + '0000'],
    ['repeats', { repeats: true, moment: 0 }, '00000000000000' + '0000000000' + '0100'],
    ['category', filter({ is: 'category', value: 'x' }), '0000000000' + '01' + '00' + '0178' + '00'],
    ['column', filter({ is: 'column', column: 'c', value: 'v' }), '0000000000' + '01' + '01' + '0163' + '0176' + '00'],
    [
      'range as two little-endian doubles',
      filter({ is: 'range', column: 'p', min: 1, max: -2 }),
      '0000000000' + '01' + '02' + '0170' + '000000000000f03f' + '00000000000000c0' + '00',
    ],
    [
      'nested filters',
      filter({ is: 'all', of: [{ is: 'inStock' }, { is: 'not', of: { is: 'any', of: [] } }] }),
      '0000000000' + '01' + '04' + '02' + '03' + '06' + '05' + '00' + '00',
    ],
  ];
  it.each(vectors)('writes %s', (_, part, expected) => {
    expect(hex(encodeRequest({ ...EMPTY, ...part }))).toBe(expected + END.slice(part.moment === undefined && part.texts === undefined ? 0 : END.length));
  });

  it('grows beyond its first buffer and reads back', () => {
    const request: WireRequest = {
      kind: 'together',
      limit: 50,
      seeds: ['x'.repeat(500), 'y'],
      profile: Array.from({ length: 200 }, (_, at) => ({ item: `item-${at}`, type: 'view', ageHours: at * 24 })),
      exclude: Array.from({ length: 90 }, (_, at) => `gone-${at}`),
      ...filter({ is: 'range', column: 'price', min: 0.5, max: 99.25 }),
      fallback: ['new'],
      moment: 1_763_000_000,
      texts: ['web', 'sale', 'summer', 'living-room'],
      repeats: true,
    };
    expect(decodeRequest(encodeRequest(request))).toEqual({
      list: 2,
      limit: 50,
      seeds: request.seeds,
      profile: request.profile.map(({ item, ageHours }) => ({ item, kind: 0, ageHours })),
      exclude: request.exclude,
      filter: { range: ['price', 0.5, 99.25] },
      fallback: [6],
      moment: 1_763_000_000,
      channel: 'web',
      catalog: 'sale',
      name: 'summer',
      scene: 'living-room',
      repeats: true,
      wishes: {},
    });
  });
});

/** How many arguments a call of `push` had at most, while `work` was done. */
function mostPushed(work: () => void): number {
  const { push } = Array.prototype;
  let most = 0;
  Array.prototype.push = function (...items: unknown[]) {
    most = Math.max(most, items.length);
    return push.apply(this, items);
  };
  try {
    work();
  } finally {
    Array.prototype.push = push;
  }
  return most;
}

describe('a very long request', () => {
  const ids = (count: number, letter: string): string[] => Array.from({ length: count }, (_, at) => letter.repeat(36 - 4) + String(at).padStart(4, '0'));

  it('is written byte by byte: browsers refuse calls with that many arguments', () => {
    const among = ids(1_000, 'a');
    const colours = ids(300, 'b');
    // As many parts as are allowed, with all of the conditions among them.
    const boost = Array.from({ length: 60 }, (_, at) => ({ where: { colour: colours.slice(5 * at, 5 * at + 5) }, by: 2 }));
    const where = { colour: colours };
    const exclude = ['ü'.repeat(2_000)];
    let bytes = new Uint8Array();
    expect(mostPushed(() => {
      const wishes = wishesOf({ among, boost }, { shown: new Map(), now: 0, idText: String }).all;
      bytes = encodeRequest({ ...EMPTY, exclude, filter: filterOf(where), wishes });
    })).toBeLessThan(100);
    const is = (colour: string): unknown => ({ is: ['colour', colour] });
    expect(decodeRequest(bytes)).toMatchObject({
      exclude,
      filter: { any: colours.map(is) },
      wishes: { among, boosts: boost.map((one) => [{ any: one.where.colour.map(is) }, 2]) },
    });
  });
});

describe('filterOf', () => {
  const decoded = (where: Where): unknown => decodeRequest(encodeRequest({ ...EMPTY, filter: filterOf(where) })).filter;

  it.each<[Where, unknown]>([
    [{}, undefined],
    [{ category: 'shoes' }, { category: 'shoes' }],
    [{ category: ['shoes', 'bags'] }, { any: [{ category: 'shoes' }, { category: 'bags' }] }],
    [{ category: [] }, { any: [] }],
    [{ inStock: true }, 'inStock'],
    [{ inStock: false }, { not: 'inStock' }],
    [{ colour: 'red' }, { is: ['colour', 'red'] }],
    [{ price: { max: 20 } }, { range: ['price', -Number.MAX_VALUE, 20] }],
    [{ price: { min: 3, max: Infinity } }, { range: ['price', 3, Number.MAX_VALUE] }],
    [{ category: 'a', inStock: true }, { all: [{ category: 'a' }, 'inStock'] }],
    [{ any: [{ colour: 'red' }, { colour: 'blue', size: 'L' }] }, { any: [{ is: ['colour', 'red'] }, { all: [{ is: ['colour', 'blue'] }, { is: ['size', 'L'] }] }] }],
    [{ not: { category: 'a' } }, { not: { category: 'a' } }],
    [{ category: undefined, colour: 'red' }, { is: ['colour', 'red'] }],
  ])('%j', (where, expected) => {
    expect(decoded(where)).toEqual(expected);
  });

  it.each([{ colour: 7 }, { inStock: 'yes' }, { any: { colour: 'red' } }, { not: 'red' }, { price: { min: Number.NaN } }, { colour: [null] }])(
    'refuses %j',
    (where) => {
      expect(() => filterOf(where as unknown as Where)).toThrow(WhereError);
    },
  );

  it('refuses a filter that contains itself', () => {
    const where: Record<string, unknown> = {};
    where['not'] = where;
    expect(() => filterOf(where as Where)).toThrow(/nested deeper/);
  });
});
