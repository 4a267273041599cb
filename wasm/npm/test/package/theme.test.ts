// @vitest-environment happy-dom
/** The theme extension as the build puts it together, against the limits that the host sets. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { locale, openTheme, type Schema } from '../support/liquid-host.mjs';

const FOLDER = join(import.meta.dirname, '../../build/theme');
const LANGUAGES = ['en', 'de'];
const theme = openTheme(FOLDER);
const files = (readdirSync(FOLDER, { recursive: true }) as string[]).filter((name) => statSync(join(FOLDER, name)).isFile());
const product = { id: 7, variants: [{ id: 71 }, { id: 72 }] };
const onProduct = { product, request: { page_type: 'product', design_mode: false } };
const collection = { products_count: 2, products: [
  { url: '/products/a', title: 'Lamp <b>', price: 1250, featured_image: '//cdn.example/a.jpg' }, { url: '/products/b', title: 'Chair', price: 9900 },
] };

beforeEach(() => document.body.replaceChildren());

function shelf(settings: object = {}, page: object = {}): Element {
  document.body.innerHTML = theme.render('cook-shelf', { settings, page });
  const found = document.querySelector('cook-shelf');
  if (found === null) throw new Error('the block renders no shelf');
  return found;
}

function config(settings: object = {}, page: object = {}): Record<string, unknown> {
  document.body.innerHTML = theme.render('cook-shelf-embed', { settings, page });
  return JSON.parse(document.querySelector('#cookshelf')?.textContent ?? '') as Record<string, unknown>;
}

describe('the folder', () => {
  it('holds only what the host takes, within its limits', () => {
    for (const name of files.filter((name) => name.startsWith('assets/'))) expect(name).toMatch(/\.(css|gif|jpeg|jpg|js|json|png|svg|wasm)$/);
    for (const name of files) expect(name).toMatch(/^(assets\/[\w.-]+|blocks\/[\w-]+\.liquid|snippets\/[\w-]+\.liquid|locales\/[\w.-]+\.json|shopify\.extension\.toml)$/);
    const size = (names: readonly string[]): number => names.reduce((sum, name) => sum + statSync(join(FOLDER, name)).size, 0);
    expect(size(files.filter((name) => name.endsWith('.liquid')))).toBeLessThan(100_000);
    expect(size(files)).toBeLessThan(10_000_000);
    expect(readFileSync(join(FOLDER, 'shopify.extension.toml'), 'utf8')).toMatch(/^type = "theme"$/m);
  });

  it('a block loads one small script', () => {
    const { javascript = '', stylesheet = '' } = theme.schema('cook-shelf');
    const asset = (name: string): Buffer => readFileSync(join(FOLDER, 'assets', name));
    expect(gzipSync(asset(javascript), { level: 9 }).length).toBeLessThan(10_000);
    expect(brotliCompressSync(asset(javascript)).length).toBeLessThan(8_000);
    expect(gzipSync(asset(stylesheet), { level: 9 }).length).toBeLessThan(100_000);
    // Everything of a page's script before a shelf is near.
    const before = [javascript, 'theme.js', 'element.js'].reduce((sum, name) => sum + brotliCompressSync(asset(name)).length, 0);
    expect(before).toBeLessThan(10_000);
  });

  it('a classic script names no module of its own: it could not find one from another host', () => {
    const text = readFileSync(join(FOLDER, 'assets/cookshelf.js'), 'utf8');
    expect(text).not.toMatch(/import\(["'`]|^\s*import\b|export\b/);
    expect(() => new Function(text)).not.toThrow();
  });

  it('every module that an asset imports is there', () => {
    for (const name of files.filter((name) => /^assets\/.*\.js$/.test(name))) {
      for (const [, path = ''] of readFileSync(join(FOLDER, name), 'utf8').matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g)) expect(files, name).toContain(`assets/${path}`);
    }
  });
});

describe.each(theme.blocks)('the schema of %s', (name) => {
  const schema: Schema = theme.schema(name);

  it('keeps the limits', () => {
    expect(schema.settings.length).toBeLessThanOrEqual(25);
    expect(['section', 'head', 'body', 'compliance_head']).toContain(schema.target);
    const ids = schema.settings.flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const setting of schema.settings) {
      expect(['checkbox', 'collection', 'header', 'range', 'select', 'text']).toContain(setting.type);
      if (setting.type === 'select') expect(setting.options?.map(({ value }) => value)).toContain(setting.default);
      if (setting.type !== 'range') continue;
      const { min = 0, max = 0, step = 0, default: value = NaN, unit = '' } = setting;
      // The editor draws at most 101 steps, and the default on one of them.
      expect((max - min) / step).toBeLessThanOrEqual(101);
      expect((max - min) / step).toBeGreaterThanOrEqual(2);
      expect((Number(value) - min) % step).toBe(0);
      expect(unit.length).toBeLessThanOrEqual(3);
    }
  });

  it.each(LANGUAGES)('says everything in %s, names in 25 letters', (language) => {
    const words = locale(FOLDER, language, true);
    const texts = JSON.stringify(schema).match(/"t:[\w.]+"/g)?.map((text) => text.slice(3, -1)) ?? [];
    expect(texts.length).toBeGreaterThan(5);
    for (const key of texts) expect(wordAt(words, key), key).toBeTypeOf('string');
    expect(String(wordAt(words, schema.name.slice(2))).length).toBeLessThanOrEqual(25);
  });

  it('reads no setting that it does not have', () => {
    const text = readFileSync(join(FOLDER, 'blocks', `${name}.liquid`), 'utf8');
    const read = [...text.matchAll(/block\.settings\.(\w+)/g)].map(([, id]) => id);
    const ids = schema.settings.flatMap(({ id }) => id ?? []);
    expect(new Set(read)).toEqual(new Set(ids));
  });
});

describe('words', () => {
  it.each([false, true])('are the same in every language, and none is left over (of the editor: %s)', (ofEditor) => {
    const [english = '', ...others] = LANGUAGES.map((language) => keys(locale(FOLDER, language, ofEditor)).join('\n'));
    for (const other of others) expect(other).toBe(english);
    const source = files.filter((name) => name.endsWith('.liquid')).map((name) => readFileSync(join(FOLDER, name), 'utf8')).join('\n');
    for (const key of english.split('\n')) expect(source, key).toContain(ofEditor ? `t:${key}` : `'${key}' | t`);
  });

  it('keep their blanks in every language', () => {
    const blanks = (language: string): string[] => keys(locale(FOLDER, language, false)).map((key) => `${key} ${(String(wordAt(locale(FOLDER, language, false), key)).match(/\{\w+\}/g) ?? []).join()}`);
    for (const language of LANGUAGES) expect(blanks(language)).toEqual(blanks('en'));
  });
});

describe('the block', () => {
  it('is about the product of the page', () => {
    const found = shelf({}, onProduct);
    expect(found.getAttributeNames()).toEqual(expect.arrayContaining(['kind', 'seed', 'limit', 'heading', 'columns', 'data-shopify-editor-block']));
    expect([found.getAttribute('kind'), found.getAttribute('seed'), found.getAttribute('columns')]).toEqual(['similar', '7', '2 4']);
    expect(found.children).toHaveLength(0);
  });

  it('is about the cart where there is no product, and about the visitor where there is neither', () => {
    const cart = { item_count: 3, items: [{ product_id: 9 }, { product_id: 8 }, { product_id: 9 }] };
    expect(shelf({ kind: 'together' }, { cart }).getAttribute('seed')).toBe('9,8');
    const home = shelf({ kind: 'together' });
    expect([home.getAttribute('kind'), home.hasAttribute('seed')]).toEqual(['picks', false]);
    expect(shelf({ kind: 'next' }).getAttribute('kind')).toBe('next');
    expect(shelf({ kind: 'trending' }, onProduct).hasAttribute('seed')).toBe(false);
  });

  it('passes its settings on', () => {
    const found = shelf({ kind: 'named', name: 'Gifts "24"', personal: 30, in_stock: true, distinct: false, reasons: true, dismissible: true, heading: '<i>Hi</i>' });
    expect(Object.fromEntries(['name', 'personal', 'where', 'exclude', 'heading'].map((name) => [name, found.getAttribute(name)]))).toEqual({ name: 'Gifts "24"', personal: '0.3', where: '{"inStock":true}', exclude: 'cart', heading: '<i>Hi</i>' });
    expect(['reasons', 'dismissible', 'distinct-group'].map((name) => found.hasAttribute(name))).toEqual([true, true, false]);
  });

  it('shows a collection of the server first', () => {
    const found = shelf({ collection, limit: 2, heading: 'For you' });
    expect([...found.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual(['/products/a', '/products/b']);
    expect(found.querySelector('.cook-shelf-title')?.textContent).toBe('Lamp <b>');
    expect(found.querySelector('.cook-shelf-price')?.textContent).toBe('€12.50');
    expect(found.querySelectorAll('img')).toHaveLength(1);
  });

  it('tells a merchant in the editor what is remembered, and nobody else', () => {
    shelf({}, { request: { page_type: 'index', design_mode: true } });
    expect(document.querySelector('.cook-shelf-editor')?.textContent).toContain('consents');
    shelf();
    expect(document.querySelector('.cook-shelf-editor')).toBeNull();
  });
});

describe('the embed', () => {
  it('is data only, about the page', () => {
    const cart = { item_count: 1, items: [{ product_id: 9, variant_id: 91, key: '91:abc' }] };
    const read = config({ channel: ' web ' }, { ...onProduct, cart });
    expect(read).toMatchObject({
      model: '/apps/cookshelf/manifest.json', script: '//cdn.example/assets/theme.js?v=1700000000', wasm: '//cdn.example/assets/cookshelf.wasm?v=1700000000',
      consent: 'shopify', profile: 'device', everywhere: false, channel: 'web', currency: 'EUR',
      page: { product: 7, variants: [71, 72], cart: [{ product: 9, variant: 91, key: '91:abc' }] },
    });
    expect(document.querySelectorAll('script[src]')).toHaveLength(0);
    expect(config()['page']).toEqual({ product: null, variants: [], cart: [] });
  });

  it('loads the script everywhere only when the merchant wants that', () => {
    expect(theme.render('cook-shelf-embed', { settings: { everywhere: true } })).toMatch(/<script src="[^"]*\/cookshelf\.js\?v=\d+" defer>/);
  });

  it('nothing that a merchant types can end the script', () => {
    const evil = '</script><script>alert(1)</script>';
    expect(theme.render('cook-shelf-embed', { settings: { model: evil, channel: evil } })).not.toContain('<script>alert');
    expect(config({ model: evil })['model']).toBe(evil);
  });
});

function keys(words: object, path = ''): string[] {
  return Object.entries(words).flatMap(([name, word]: [string, unknown]) => (typeof word === 'object' && word !== null ? keys(word, `${path}${name}.`) : [`${path}${name}`]));
}

function wordAt(words: unknown, key: string): unknown {
  return key.split('.').reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined), words);
}
