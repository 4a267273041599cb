// @vitest-environment happy-dom
/** Every code block of the README is run, here or in a browser, and does what its text says. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transform } from 'esbuild';
import * as React from 'react';
import { renderToString } from 'react-dom/server';
import * as runtime from 'react/jsx-runtime';
import { createSSRApp, h, ref } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import * as consent from '../../src/consent.js';
import * as counts from '../../src/counts.js';
import * as react from '../../src/react.js';
import * as shopify from '../../src/shopify.js';
import * as svelte from '../../src/svelte.js';
import * as testing from '../../src/testing.js';
import * as vue from '../../src/vue.js';
import type { ListState } from '../../src/react.js';
import type { RecommenderOptions } from '../../src/types.js';
import { PageHost } from '../support/chromium.js';
import { MANIFEST } from '../support/fake-shop.js';
import { openingFakes } from '../support/open.js';
import { describeReal, realFolder } from '../support/real-shop.js';
import { SignedShop, SigningKey } from '../support/signed-shop.js';
import { Snippets } from '../support/snippets.js';

const PACKAGE = join(import.meta.dirname, '../..');
const snippets = new Snippets(readFileSync(join(PACKAGE, 'README.md'), 'utf8'));
const MODULES: Readonly<Record<string, object>> = {
  'cookshelf/consent': consent, 'cookshelf/counts': counts, 'cookshelf/shopify': shopify, 'cookshelf/react': react, 'cookshelf/vue': vue, 'cookshelf/svelte': svelte,
  'cookshelf/testing': testing, 'react/jsx-runtime': runtime, react: React,
};

const openShop = openingFakes();
afterEach(() => vi.unstubAllGlobals());

type Given = Readonly<Record<string, unknown>>;

/** Runs a snippet with what the reader has; gives back the names that it declares. */
async function run(code: string, given: Given, wanted: readonly string[]): Promise<Record<string, unknown>> {
  return (await compiled(code, given, wanted))();
}

async function compiled(code: string, given: Given, wanted: readonly string[]): Promise<() => Promise<Record<string, unknown>>> {
  const { code: script } = await transform(code, { loader: 'jsx', format: 'esm', jsx: 'automatic' });
  const names = { ...given };
  const body = script
    .replace(/^import \{([^}]*)\} from "([^"]+)";$/gm, (_, list: string, from: string) => {
      for (const name of list.split(',').map((part) => part.trim())) {
        const [original = '', local = original] = name.split(' as ');
        expect(MODULES[from], from).toHaveProperty(original);
        names[local] = Reflect.get(MODULES[from] ?? {}, original);
      }
      return '';
    })
    .replace(/^export \{[\s\S]*?\};$/gm, '');
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<Record<string, unknown>>;
  const made = new AsyncFunction(...Object.keys(names), `${body}\nreturn { ${wanted.join()} };`);
  return () => made(...Object.values(names));
}

/** Stands in for the package's own entry: a fake that follows consent and events as the real one does. */
const createRecommender = async (options: RecommenderOptions): Promise<testing.FakeRecommender> => {
  const shelf = testing.fakeRecommender({ profile: 'off', answer: ({ kind }) => [{ id: kind, card: { id: kind, title: kind, address: '/products/x', image: '/x.jpg' } }] });
  await options.fetch?.(options.model, { credentials: 'omit' });
  options.consent?.follow((mode) => {
    shelf.profile.mode = mode;
  });
  for (const feed of options.events ?? []) feed.follow(shelf.profile);
  return shelf;
};
const model = 'https://shop.example/models/manifest.json';

describe('README', () => {
  it('Consent', async () => {
    const { shelf } = await run(snippets.take('Consent', 'js'), { createRecommender, model }, ['shelf']);
    expect(shelf).toMatchObject({ profile: { mode: 'device' } });
  });

  it('Signed manifests', async () => {
    const snippet = snippets.take('Signed manifests', 'js');
    // The README's key is that of the first test of RFC 8032, whose private half is known.
    const own = new SigningKey('own', '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60');
    expect(snippet).toContain(own.public);
    const shop = new SignedShop();
    const release = (by: SigningKey) => shop.release({ version: 1, by: [by], edit: (payload) => (payload['endpoint'] = 'acme/endpoints/web') });
    const opened = async (options: RecommenderOptions) => (await openShop(shop, options)).shelf;
    const tried = () => run(snippet, { createRecommender: opened, model: MANIFEST }, ['shelf']);
    release(shop.key);
    await expect(tried()).rejects.toMatchObject({ code: 'MODEL_UNTRUSTED' });
    release(own);
    expect(await tried()).toMatchObject({ shelf: { model: { stale: false } } });
  });

  it('Counts of lists', async () => {
    const sent: [string, string][] = [];
    const sendBeacon = (...given: [string, string]): boolean => sent.push(given) > 0;
    vi.stubGlobal('navigator', { sendBeacon });
    const [shelf, shadow] = [await createRecommender({ model }), await createRecommender({ model })];
    const { counter, items } = await run(snippets.take('Signed manifests', 'js', 'cookshelf/counts'), { shelf, shadow }, ['counter', 'items']);
    expect(items).toMatchObject([{ id: 'similar' }]);
    await (counter as counts.Counter).settled();
    expect(sent).toEqual([]);
    dispatchEvent(new Event('pagehide'));
    expect(sent.map(([to]) => to)).toEqual(['/counts']);
    expect(JSON.parse(sent[0]?.[1] ?? '')).toMatchObject([{ counts: { lists: 1, failed: 0, compared: 1, shared: 1 } }]);
  });

  it('Shopify', async () => {
    vi.stubGlobal('Shopify', { routes: { root: '/de/' } });
    const { cards } = await run(snippets.take('Shopify', 'js'), { createRecommender, model }, ['cards']);
    expect(cards).toMatchObject([{ address: '/de/products/x' }]);
    const page = new DOMParser().parseFromString(snippets.take('Shopify', 'html'), 'text/html');
    expect(JSON.parse(page.getElementById('cookshelf')?.textContent ?? '')).toEqual({ model: '/models/manifest.json', consent: 'page' });
  });

  it('React', async () => {
    const { Page } = await run(snippets.take('React, Vue, Svelte', 'jsx'), {}, ['Page']);
    expect(renderToString(React.createElement(Page as React.FC))).toBe('<p>One moment</p>');
  });

  it('Vue', async () => {
    const snippet = snippets.take('React, Vue, Svelte', 'js', 'cookshelf/vue');
    const start = await compiled(snippet, { product: ref('8214') }, ['list']);
    const page = {
      async setup() {
        const { list } = (await start()) as { list: { value: ListState } };
        return () => h('p', list.value.status);
      },
    };
    expect(await renderVue(createSSRApp(page).use(vue.createCookshelf({ model })))).toBe('<p>waiting</p>');
  });

  it('Svelte', async () => {
    const snippet = snippets.take('React, Vue, Svelte', 'js', 'cookshelf/svelte');
    const { similar } = await run(snippet, { model }, ['similar']);
    let state: ListState | undefined;
    // As on a server, where nothing is asked.
    vi.stubGlobal('document', undefined);
    (similar as svelte.Readable<ListState>).subscribe((next) => {
      state = next;
    })();
    expect(state?.items).toEqual([]);
  });

  it('Testing', async () => {
    const { fake } = await run(snippets.take('Testing', 'js'), { createRecommender }, ['fake']);
    expect((fake as testing.FakeRecommender).calls).toEqual([{ kind: 'similar', seeds: '8214', limit: 2 }]);
  });
});

interface Shown {
  readonly items: number;
  readonly level: string;
  readonly second: string;
}

/** What the page in Chromium tells. */
interface Told {
  readonly message?: string;
  /** Two items of the cooked shop, in the place of those that the README names. */
  readonly seed: string;
  readonly pinned: string;
  readonly lines: readonly { readonly text: string; readonly href: string | null }[];
  readonly lists: readonly Shown[];
  readonly wishes: readonly Shown[];
  readonly profile: { readonly mode: string; readonly noted: readonly string[]; readonly left: number; readonly databases: readonly (string | undefined)[] };
  readonly engine: string;
}

/** A module that runs a snippet with what the reader has, and gives back names that it declares. */
function moduleOf(code: string, given: string, wanted: string): string {
  const imports = code.match(/^import .*$/gm) ?? [];
  return `${imports.join('\n')}\nexport default async ({ ${given} }) => {\n${code.replace(/^import .*$/gm, '')}\nreturn { ${wanted} };\n};\n`.replaceAll("'8214'", 'globalThis.seed').replaceAll("'77'", 'globalThis.pinned');
}

const PAGE = `import { createRecommender } from 'cookshelf';
const model = '/models/manifest.json';
const done = async () => {
  const first = await createRecommender({ model });
  const { items } = await first.popular({ limit: 50 });
  globalThis.seed = items[0].id;
  globalThis.pinned = items[40].id;
  first.dispose();
  const run = async (name, given = {}) => (await import('./' + name + '.js')).default(given);
  const told = { seed, pinned };

  const lines = await run('lines');
  told.lines = [...document.querySelectorAll('#similar a')].map((link) => ({ text: link.textContent, href: link.getAttribute('href') }));
  lines.shelf.dispose();

  const shelf = await createRecommender({ model });
  const results = [];
  const spy = Object.fromEntries(['similar', 'trending', 'forYou'].map((name) => [name, async (...ask) => {
    const result = await shelf[name](...ask);
    results.push({ items: result.items.length, level: result.level, second: result.items[1]?.id ?? '' });
    return result;
  }]));
  await run('lists', { shelf: spy });
  told.lists = results.splice(0);
  await run('wishes', { shelf: spy, idsOfThePage: items.slice(0, 20).map(({ id }) => id) });
  told.wishes = results.splice(0);
  shelf.dispose();

  const noted = [];
  const whole = async (options) => {
    const own = await createRecommender(options);
    own.on('change', () => noted.push(...own.profile.explain().items.map(({ item, did }) => did + ' ' + item)));
    return own;
  };
  const { shelf: kept } = await run('profile', { createRecommender: whole, model });
  told.profile = { mode: kept.profile.mode, noted, left: kept.profile.explain().events, databases: (await indexedDB.databases()).map(({ name }) => name) };
  kept.dispose();

  const { shelf: made } = await run('made', { createRecommender, model });
  told.engine = made.engine.kind;
  made.dispose();

  return told;
};
const tell = (value) => fetch('/told', { method: 'POST', body: JSON.stringify(value) });
done().then(tell, (error) => tell({ message: String(error?.stack ?? error) }));
`;

/** The shelf stands a little below the window, where it may take the place of what the server shows. */
const ELEMENT = `<script>
  addEventListener('cook-shelf:list', ({ target: shelf }) => setTimeout(() => fetch('/told', { method: 'POST', body: JSON.stringify({
    items: shelf.items.length, state: shelf.state, reasons: shelf.querySelectorAll('.cook-shelf-reason').length, dismiss: shelf.querySelectorAll('.cook-shelf-dismiss').length,
    sheet: document.adoptedStyleSheets.length,
  }) })));
</script><div style="height: calc(100vh + 200px)"></div>`;

describeReal('README in a browser', () => {
  const home = mkdtempSync(join(tmpdir(), 'cookshelf-readme-'));
  const host = new PageHost();
  afterAll(() => {
    rmSync(home, { recursive: true, force: true });
    host.remove();
  });

  it('the ten lines, Lists, Wishes, The profile, Where lists are made, The element', async () => {
    expect(realFolder()).not.toBe('');
    for (const page of ['.', 'element']) cpSync(join(PACKAGE, 'dist'), join(home, page, 'cookshelf'), { recursive: true });
    const files: Record<string, string> = {
      'main.js': PAGE,
      'lines.js': moduleOf(snippets.take('cookshelf', 'js'), '', 'shelf'),
      'lists.js': moduleOf(snippets.take('Lists', 'js'), 'shelf', ''),
      'wishes.js': moduleOf(snippets.take('Wishes', 'js'), 'shelf, idsOfThePage', ''),
      'profile.js': moduleOf(snippets.take('The profile', 'js'), 'createRecommender, model', 'shelf'),
      'made.js': moduleOf(snippets.take('Where lists are made', 'js'), 'createRecommender, model', 'shelf'),
      'index.html': '<!doctype html><title>README</title><script type="importmap">{"imports":{"cookshelf":"/cookshelf/index.js"}}</script><div id="similar"></div><script type="module" src="/main.js"></script>',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(home, name), text);
    const told = (await host.visitFolder(home)) as Told;
    expect(told.message).toBeUndefined();
    expect(told.lines).toHaveLength(6);
    for (const { text } of told.lines) expect(text).not.toBe('');
    expect(told.lists).toEqual([expect.objectContaining({ level: expect.any(String) })]);
    expect(told.wishes).toEqual([{ items: 8, level: expect.any(String), second: told.pinned }, { items: 20, level: expect.any(String), second: expect.any(String) }]);
    expect(told.profile).toEqual({ mode: 'device', noted: [`addToCart ${told.seed}`, `view ${told.pinned}`, `addToCart ${told.seed}`], left: 0, databases: [] });
    expect(told.engine).toBe('wasm');
    writeFileSync(join(home, 'element/index.html'), `<!doctype html><title>Shop</title>${ELEMENT}${snippets.take('The element', 'html').replaceAll('8214', told.seed)}`);
    // The sheet is the linked one; the script brought only what a list needs.
    expect(await host.visitFolder(join(home, 'element'))).toEqual({ items: 8, state: 'filled', reasons: 8, dismiss: 8, sheet: 1 });
  }, 120_000);

  it('no block is left that no test runs', () => {
    expect(snippets.count).toBeGreaterThan(10);
    expect(snippets.left).toEqual([]);
  });
});
