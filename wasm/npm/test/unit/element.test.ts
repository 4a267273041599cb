import { describe, expect, it } from 'vitest';
import { put, questionOf } from '../../src/element/ask.js';
import { queue } from '../../src/element/group.js';
import { address, fieldsOf, money } from '../../src/element/fields.js';
import { ENGLISH, say } from '../../src/element/labels.js';
import { fields } from '../../src/page-json.js';
import { reasonsOf } from '../../src/element/reasons.js';
import { aboutShopper } from '../../src/ask/about.js';
import { ATTRIBUTES, QUESTION, unreadable } from '../../src/element/names.js';
import { allOf, requestOf } from '../../src/element/request.js';
import type { ListRequest, ResultItem } from '../../src/types.js';
import { FakeShop } from '../support/fake-shop.js';
import { openFake } from '../support/open.js';

const ask = (attributes: Record<string, string>): ListRequest => requestOf((name) => attributes[name] ?? null, ATTRIBUTES);
/** As people of that language write it, but with plain blanks. */
const plain = (text: string): string => text.replaceAll(/\s/g, ' ');

describe('attributes', () => {
  it.each([
    [{}, { kind: 'picks', cards: true }],
    [{ seed: '8214' }, { kind: 'similar', seeds: ['8214'], cards: true }],
    [{ seed: '', limit: '' }, { kind: 'picks', cards: true }],
    [{ seed: ' 1  2,3 ', kind: 'together' }, { kind: 'together', seeds: ['1', '2', '3'], cards: true }],
    [{ seed: 'cart', kind: 'together' }, { kind: 'together', seeds: 'cart', cards: true }],
    [{ 'seed-image': 'hero', kind: 'look' }, { kind: 'look', seeds: { image: 'hero' }, cards: true }],
    [{ name: 'summer' }, { kind: 'named', name: 'summer', cards: true }],
    [{ limit: '6', diversity: '0.3', explore: '0.1', personal: '1', 'min-score': '0.2', 'per-category': '2' }, { kind: 'picks', limit: 6, diversity: 0.3, explore: 0.1, personal: 1, minScore: 0.2, perCategory: 2, cards: true }],
    [{ where: '{"inStock":true}', boost: '[{"where":{},"by":2}]', pins: '[{"item":"1","place":1}]' }, { kind: 'picks', where: { inStock: true }, boost: [{ where: {}, by: 2 }], pins: [{ item: '1', place: 1 }], cards: true }],
    [{ exclude: 'cart seen 7', among: '1 2', fallback: 'trending,popular' }, { kind: 'picks', exclude: ['cart', 'seen', '7'], among: ['1', '2'], fallback: ['trending', 'popular'], cards: true }],
    [{ rotate: '0.5' }, { kind: 'picks', rotate: 0.5, cards: true }],
    [{ rotate: '0.5 12' }, { kind: 'picks', rotate: { rate: 0.5, halfLifeHours: 12 }, cards: true }],
    [{ repeats: 'show', channel: 'web', catalog: 'eu', cards: 'shown' }, { kind: 'picks', repeats: 'show', channel: 'web', catalog: 'eu', cards: 'shown' }],
  ])('%j is asked as %j', (attributes, request) => {
    expect(ask(attributes)).toEqual(request);
  });

  it('cover every plain option of a query', () => {
    const camel = QUESTION.map((name) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
    const options: Array<keyof ListRequest> = ['kind', 'name', 'limit', 'where', 'repeats', 'exclude', 'boost', 'pins', 'diversity', 'perCategory', 'rotate', 'minScore', 'personal', 'among', 'explore', 'fallback', 'cards', 'channel', 'catalog'];
    expect(camel).toEqual(expect.arrayContaining(options));
  });

  it('what cannot be read is named; what makes no sense is refused by the recommender', async () => {
    expect(() => ask({ where: '{' })).toThrow(unreadable('where="{" cannot be read'));
    const { shelf } = await openFake(new FakeShop());
    for (const wrong of [{ kind: 'best' }, { diversity: 'much' }, { rotate: 'often' }, { boost: '{}' }, { 'per-category': '1.5' }]) {
      await expect(shelf.recommend(ask(wrong)), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    }
    shelf.dispose();
  });

  it('tell which lists may depend on the shopper', () => {
    const personal: ListRequest[] = [{ kind: 'picks' }, { kind: 'recent' }, { kind: 'similar', personal: 0.1 }, { kind: 'popular', exclude: 'cart' }, { kind: 'popular', exclude: ['seen'] }, { kind: 'popular', exclude: ['dismissed'] }, { kind: 'new', rotate: 0 }, { kind: 'together', seeds: 'cart' }, { kind: 'similar', seeds: '1', fallback: ['picks'] }];
    const open: ListRequest[] = [{ kind: 'similar', seeds: ['1'] }, { kind: 'popular', exclude: [1, '2'] }, { kind: 'trending', personal: 0 }, { kind: 'similar', seeds: ['cart'] }];
    expect(personal.map(aboutShopper)).toEqual(personal.map(() => true));
    expect(open.map(aboutShopper)).toEqual(open.map(() => false));
  });
});

describe('cards', () => {
  it.each([
    ['12.50', 'EUR', 'en', '€12.50'],
    ['12.50', 'EUR', 'de', '12,50 €'],
    ['1200', 'JPY', 'en', '¥1,200'],
    ['19', '', 'en', '19'],
    ['44.9', '', 'en', '44.90'],
    ['free', 'EUR', 'en', 'free EUR'],
    ['5', 'nonsense', 'en', '5 nonsense'],
    ['5', 'EUR', 'no such language', '5 EUR'],
    [undefined, 'EUR', 'en', ''],
  ])('%s %s in %s is %s', (price, currency, lang, text) => {
    expect(plain(money(price, currency, lang))).toBe(text);
  });

  it.each([
    ['/p/1', '/p/1'], ['p/1?a=b', 'p/1?a=b'], ['https://shop.example/p', 'https://shop.example/p'], ['//cdn.example/i.jpg', '//cdn.example/i.jpg'],
    ['javascript:alert(1)', undefined], [' JaVaScRiPt:alert(1)', undefined], ['java\nscript:alert(1)', undefined], ['data:text/html,x', undefined], ['vbscript:x', undefined],
    ['blob:https://shop.example/1', undefined], ['https://', undefined], ['', undefined],
  ])('the address %j becomes %j', (text, kept) => {
    expect(address(text, 'https://shop.example/')).toBe(kept);
  });

  it('have an address of the page where the data has none', () => {
    const item: ResultItem = { id: 'a/b', score: 1, rank: 3, reason: { kind: 'popular' } };
    const place = { lang: 'en', currency: 'EUR', link: '/p/{id}' };
    expect(fieldsOf(item, 'why', place)).toMatchObject({ address: '/p/a%2Fb', rank: '3', title: '', reason: 'why' });
    const card = { id: 'a/b', title: 'A', price: '2', address: '/own', image: '/i' };
    expect(fieldsOf({ ...item, card }, '', place)).toMatchObject({ address: '/own', url: '/own', price: '€2.00', image: '/i' });
  });
});

describe('words', () => {
  it('follow number and language, and are never markup', () => {
    expect(say(ENGLISH['updated'], { count: 1 }, 'en')).toBe('Updated: 1 recommendation');
    expect(say(ENGLISH['updated'], { count: 2000 }, 'en')).toBe('Updated: 2,000 recommendations');
    expect(say({ one: '{count} raz', few: '{count} razy', many: '{count} razów', other: '?' }, { count: 3 }, 'pl')).toBe('3 razy');
    expect(say('About {title}', { title: '$& {count}' })).toBe('About $& 0');
    expect(say('About {title}')).toBe('');
    expect(say(undefined)).toBe('');
  });

  it('of a page that cannot be read are left out', () => {
    for (const text of ['', '{', '7', '"a"', 'null', null, undefined]) expect(fields(text)).toEqual({});
    expect(fields('{"next":"Weiter"}')).toEqual({ next: 'Weiter' });
  });
});

describe('a shelf among others', () => {
  const plain: ListRequest = { kind: 'similar', seeds: ['1'], exclude: ['7'] };

  it('leaves out what others show; for the shopper\'s sake not in its own question, also when that is nothing', () => {
    const others = [{ aboutShopper: false, shown: ['a'] }, { aboutShopper: true, shown: ['b'] }, { aboutShopper: true, shown: [] }];
    expect(questionOf(plain, [], undefined)).toEqual({ request: { ...plain, exclude: ['7'] }, aboutShopper: false, without: undefined });
    expect(questionOf(plain, others.slice(0, 1), undefined)).toEqual({ request: { ...plain, exclude: ['7', 'a'] }, aboutShopper: false, without: undefined });
    expect(questionOf(plain, others, undefined)).toEqual({ request: { ...plain, exclude: ['7', 'a'] }, aboutShopper: true, without: ['b'] });
    expect(questionOf(plain, others.slice(2), undefined)).toMatchObject({ aboutShopper: true, without: [] });
    expect(questionOf({ kind: 'picks' }, [], undefined)).toMatchObject({ aboutShopper: true, without: undefined });
  });

  it('leaves out what was dismissed, here and on other pages', () => {
    const request = { ...plain, exclude: ['7', 'dismissed'], rotate: 0 };
    expect(questionOf(plain, [], [])).toEqual({ request, aboutShopper: true, without: [] });
    expect(questionOf({ ...plain, rotate: 0.5 }, [], ['x'])).toEqual({ request: { ...request, rotate: 0.5 }, aboutShopper: true, without: ['x'] });
  });

  it('asks for what it leaves out first, in one go', async () => {
    const { shelf } = await openFake(new FakeShop());
    const asked: unknown[] = [];
    const answer = await shelf.popular();
    const spy = { ...shelf, recommend: async (request: ListRequest) => (asked.push(request), answer), recommendMany: async (requests: readonly ListRequest[]) => (asked.push(requests), [answer, answer]) };
    await put(questionOf(plain, [], undefined), spy as never, { lang: 'en', currency: '', link: '' });
    await put(questionOf(plain, [], ['x']), spy as never, { lang: 'en', currency: '', link: '' });
    expect(asked).toEqual([{ ...plain, exclude: ['7'] }, [{ ...allOf(['x']), rotate: 0 }, { ...plain, exclude: ['7', 'dismissed'], rotate: 0 }]]);
    shelf.dispose();
  });

  it('waits for one that is gone no longer', async () => {
    const node = { compareDocumentPosition: () => 0 } as never;
    (globalThis as { Node?: unknown }).Node ??= { DOCUMENT_POSITION_PRECEDING: 2 };
    const done: string[] = [];
    const [hanging, gone] = [new AbortController(), new AbortController()];
    const { signal } = new AbortController();
    queue('page', { node, signal: hanging.signal, work: () => new Promise(() => {}) });
    await Promise.resolve();
    await Promise.resolve();
    queue('page', { node: { ...(node as object) } as never, signal: gone.signal, work: async () => void done.push('gone') });
    queue('page', { node: { ...(node as object) } as never, signal, work: async () => void done.push('next') });
    gone.abort();
    await new Promise((passed) => setTimeout(passed, 10));
    expect(done).toEqual([]);
    hanging.abort();
    await new Promise((passed) => setTimeout(passed, 10));
    expect(done).toEqual(['next']);
  });
});

describe('reasons', () => {
  const because = (item: string): ResultItem => ({ id: `for-${item}`, score: 1, rank: 1, reason: { kind: 'similar-to', because: item } });

  /** The lines of a list, and what they asked for. */
  async function linesOf(request: ListRequest, items: readonly ResultItem[], aboutShopper: boolean): Promise<{ lines: Record<string, string>; asked: ListRequest[] }> {
    const { shelf } = await openFake(new FakeShop(), { profile: 'session' });
    shelf.profile.observe({ type: 'view', item: 'i2' });
    shelf.profile.observe({ type: 'purchase', item: 'i3' });
    shelf.profile.cart = ['i4'];
    const asked: ListRequest[] = [];
    const recommender = {
      ...shelf,
      profile: shelf.profile,
      recommend: (question: ListRequest) => {
        asked.push(question);
        return shelf.popular({ limit: 1 }).then((result) => ({ ...result, items: (question.among ?? []).map((id) => ({ ...because(''), id: String(id), card: { id: String(id), title: `T${id}`, address: '', image: '' } })) }));
      },
    };
    const lines = await reasonsOf({ ...(await shelf.popular()), items }, { recommender, aboutShopper, labels: { popular: 'Beliebt' }, request, say, allOf });
    shelf.dispose();
    return { lines: Object.fromEntries(lines), asked };
  }

  it('say what the shopper did, in the words of the page', async () => {
    const items: ResultItem[] = [...['i2', 'i3', 'i4', 'i5', 'i6'].map(because), { id: 'p', score: 1, rank: 6, reason: { kind: 'popular' } }];
    const { lines, asked } = await linesOf({ kind: 'together', seeds: ['i6'] }, items, true);
    expect(lines).toEqual({
      'for-i2': 'Because you viewed Ti2', 'for-i3': 'Because you bought Ti3', 'for-i4': 'Because your cart has Ti4', 'for-i5': 'Similar to Ti5', 'for-i6': '', p: 'Beliebt',
    });
    expect(asked).toEqual([{ ...allOf(['i2', 'i3', 'i4', 'i5', 'i6']), rotate: 0, cards: true }]);
  });

  it('fetch nothing for a list about one item of the page, and of several only these', async () => {
    expect(await linesOf({ kind: 'similar', seeds: 'i6' }, ['i6'].map(because), false)).toEqual({ lines: { 'for-i6': '' }, asked: [] });
    const { lines, asked } = await linesOf({ kind: 'similar', seeds: ['i5', 'i6'] }, ['i6'].map(because), false);
    expect(lines).toEqual({ 'for-i6': 'Similar to Ti6' });
    expect(asked).toEqual([{ ...allOf(['i5', 'i6']), cards: true }]);
  });

  it('ask the same whatever the shopper did, and never for single items of the profile', async () => {
    expect((await linesOf({ kind: 'picks' }, [], true)).asked).toHaveLength(1);
    const { lines, asked } = await linesOf({ kind: 'picks', cards: 'shown' }, ['i2'].map(because), true);
    expect(asked).toEqual([]);
    expect(lines).toEqual({ 'for-i2': 'Chosen for you' });
  });
});
