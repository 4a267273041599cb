import { describe, expect, it } from 'vitest';
import { address, fieldsOf, money } from '../../src/element/card.js';
import { ENGLISH, say } from '../../src/element/labels.js';
import { fields } from '../../src/page-json.js';
import { reasonsOf } from '../../src/element/reasons.js';
import { aboutShopper } from '../../src/ask/about.js';
import { allOf, AttributeError, QUESTION, requestOf } from '../../src/element/request.js';
import type { ListRequest, ResultItem } from '../../src/types.js';
import { FakeShop } from '../support/fake-shop.js';
import { openFake } from '../support/open.js';

const ask = (attributes: Record<string, string>): ListRequest => requestOf((name) => attributes[name] ?? null);
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
    expect(() => ask({ where: '{' })).toThrow(new AttributeError('where="{" cannot be read'));
    const { shelf } = await openFake(new FakeShop());
    for (const wrong of [{ kind: 'best' }, { diversity: 'much' }, { rotate: 'often' }, { boost: '{}' }, { 'per-category': '1.5' }]) {
      await expect(shelf.recommend(ask(wrong)), JSON.stringify(wrong)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    }
    shelf.dispose();
  });

  it('tell which lists may depend on the shopper', () => {
    const personal: ListRequest[] = [{ kind: 'picks' }, { kind: 'recent' }, { kind: 'similar', personal: 0.1 }, { kind: 'popular', exclude: 'cart' }, { kind: 'popular', exclude: ['seen'] }, { kind: 'new', rotate: 0 }, { kind: 'together', seeds: 'cart' }, { kind: 'similar', seeds: '1', fallback: ['picks'] }];
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

describe('reasons', () => {
  it('say what the shopper did, in the words of the page', async () => {
    const { shelf } = await openFake(new FakeShop(), { profile: 'session' });
    shelf.profile.observe({ type: 'view', item: 'i2' });
    shelf.profile.observe({ type: 'purchase', item: 'i3' });
    shelf.profile.cart = ['i4'];
    const because = (item: string): ResultItem => ({ id: `for-${item}`, score: 1, rank: 1, reason: { kind: 'similar-to', because: item } });
    const items: ResultItem[] = [...['i2', 'i3', 'i4', 'i5', 'i6'].map(because), { id: 'p', score: 1, rank: 6, reason: { kind: 'popular' } }];
    const asked: ListRequest[] = [];
    const engine = {
      ...shelf,
      profile: shelf.profile,
      recommend: (request: ListRequest) => {
        asked.push(request);
        return shelf.popular({ limit: 1 }).then((result) => ({ ...result, items: (request.among ?? []).map((id) => ({ ...because(''), id: String(id), card: { id: String(id), title: `T${id}`, address: '', image: '' } })) }));
      },
    };
    const lines = await reasonsOf({ ...(await shelf.popular()), items }, { engine, labels: { popular: 'Beliebt' }, request: { kind: 'together', seeds: ['i6'] }, say, allOf });
    expect(Object.fromEntries(lines)).toEqual({
      'for-i2': 'Because you viewed Ti2', 'for-i3': 'Because you bought Ti3', 'for-i4': 'Because your cart has Ti4', 'for-i5': 'Similar to Ti5', 'for-i6': '', p: 'Beliebt',
    });
    expect(asked).toEqual([{ ...allOf(['i2', 'i3', 'i4', 'i5', 'i6']), rotate: 0, cards: true }]);
    shelf.dispose();
  });
});
