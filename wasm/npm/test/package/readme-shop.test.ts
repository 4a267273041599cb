// @vitest-environment happy-dom
/** The README's sections on consent, Shopify, bindings and testing do what they say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';
import * as React from 'react';
import { renderToString } from 'react-dom/server';
import * as runtime from 'react/jsx-runtime';
import { createSSRApp, h, ref } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as consent from '../../src/consent.js';
import * as react from '../../src/react.js';
import * as shopify from '../../src/shopify.js';
import * as svelte from '../../src/svelte.js';
import * as testing from '../../src/testing.js';
import * as vue from '../../src/vue.js';
import type { ListState } from '../../src/react.js';
import type { RecommenderOptions } from '../../src/types.js';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const MODULES: Readonly<Record<string, object>> = {
  'cookshelf/consent': consent, 'cookshelf/shopify': shopify, 'cookshelf/react': react, 'cookshelf/vue': vue, 'cookshelf/svelte': svelte,
  'cookshelf/testing': testing, 'react/jsx-runtime': runtime, react: React,
};

afterEach(() => vi.unstubAllGlobals());

/** Code blocks of a language below a heading. */
function blocks(heading: string, language: string): string[] {
  const section = README.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const found = [...section.matchAll(/```(\w+)\n([\s\S]*?)```/g)].filter(([, name]) => name === language).map(([, , code = '']) => code);
  if (found.length === 0) throw new Error(`the README has no ${language} under ${heading}`);
  return found;
}

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
    const { shelf } = await run(blocks('Consent', 'js')[0] ?? '', { createRecommender, model }, ['shelf']);
    expect(shelf).toMatchObject({ profile: { mode: 'device' } });
  });

  it('Shopify', async () => {
    vi.stubGlobal('Shopify', { routes: { root: '/de/' } });
    const { cards } = await run(blocks('Shopify', 'js')[0] ?? '', { createRecommender, model }, ['cards']);
    expect(cards).toMatchObject([{ address: '/de/products/x' }]);
    const page = new DOMParser().parseFromString(blocks('Shopify', 'html')[0] ?? '', 'text/html');
    expect(JSON.parse(page.getElementById('cookshelf')?.textContent ?? '')).toEqual({ model: '/models/manifest.json', consent: 'page' });
  });

  it('React', async () => {
    const { Page } = await run(blocks('React, Vue, Svelte', 'jsx')[0] ?? '', {}, ['Page']);
    expect(renderToString(React.createElement(Page as React.FC))).toBe('<p>One moment</p>');
  });

  it('Vue', async () => {
    const snippet = blocks('React, Vue, Svelte', 'js').find((code) => code.includes('cookshelf/vue')) ?? '';
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
    const snippet = blocks('React, Vue, Svelte', 'js').find((code) => code.includes('cookshelf/svelte')) ?? '';
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
    const { fake } = await run(blocks('Testing', 'js')[0] ?? '', { createRecommender }, ['fake']);
    expect((fake as testing.FakeRecommender).calls).toEqual([{ kind: 'similar', seeds: '8214', limit: 2 }]);
  });
});
