/**
 * Pages and scripts for an empty project with the packed package, the same for all who bundle or run them, and what the README
 * tells them to set.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE } from './project.js';

export const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');

/** What the README says to set for a bundler, in the order of its row. */
export function settings(bundler: string): string[] {
  const row = README.split('\n').find((line) => line.startsWith(`| ${bundler} |`));
  if (row === undefined) throw new Error(`the README's table has no row for ${bundler}`);
  return [...row.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/**
 * The first lines of a script that brings the scorer's file along as the README's row says (`wasm`), and what else the
 * row says to set.
 */
export function slimScript(bundler: string): { head: string; more: string[] } {
  const [entry = '', imported = '', ...more] = settings(bundler);
  return { head: `import { createRecommender } from '${entry}';\n${imported};\nimport { listsOf } from './lists.js';\n`, more };
}

/** Asked for in every way of bundling; `where` needs question-*.js, `recommendMany` more-*.js. */
export const LISTS = `export async function listsOf(shelf) {
  const told = ({ items }) => items.map(({ id, score }) => [id, score]);
  const [{ id }] = (await shelf.popular({ limit: 1 })).items;
  return {
    similar: told(await shelf.similar(id, { limit: 6 })),
    filtered: told(await shelf.popular({ limit: 6, where: { inStock: true } })),
    page: (await shelf.recommendMany([{ kind: 'popular', limit: 3 }, { kind: 'similar', seeds: id, limit: 3 }])).map(told),
  };
}
`;

/** Tells the test what a function gives, or why it fails. */
export const TELL = `const tell = (value) => fetch('/told', { method: 'POST', body: JSON.stringify(value) });
export const telling = (make) => make().then(tell, (error) => tell({ code: error.code, message: String(error.stack ?? error) }));
`;

/** Makes the lists in the page, in a worker and by script (`where` needs script-wishes-*.js), and keeps a profile in between: device-*.js. */
export const PAGE = `import { createRecommender } from 'cookshelf';
import { listsOf } from './lists.js';
import { telling } from './tell.js';
import { extra } from './extra.js';
const model = '/models/manifest.json';
telling(async () => {
  const out = { requests: [] };
  for (const run of ['main', 'worker', 'js']) {
    const shelf = await createRecommender({ model, run });
    const lists = await listsOf(shelf);
    shelf.profile.mode = 'device';
    shelf.profile.observe({ type: 'view', item: lists.similar[0][0] });
    await shelf.profile.settled();
    const { stored } = shelf.profile.explain();
    await shelf.profile.erase();
    out[run] = { engine: shelf.engine.kind, stored, lists };
    out.requests.push(...shelf.network.log().map(({ url }) => new URL(url).pathname));
    shelf.dispose();
  }
  return { ...out, ...(await extra(model)) };
});
`;

/** What one of the bundlers does besides. */
export const EXTRAS = {
  nothing: `export const extra = async () => ({});`,
  element: `import 'cookshelf/element/define';
export const extra = (model) => new Promise((resolve, reject) => {
  const shelf = Object.assign(document.createElement('cook-shelf'), { innerHTML: '<p>One moment</p>' });
  for (const [name, value] of Object.entries({ model, kind: 'popular', limit: '3' })) shelf.setAttribute(name, value);
  shelf.addEventListener('cook-shelf:list', ({ detail }) => resolve({ element: detail.items.map(({ id, score }) => [id, score]) }));
  shelf.addEventListener('cook-shelf:error', ({ detail }) => reject(detail));
  document.body.append(shelf);
});
`,
  inline: `import { createRecommender } from 'cookshelf/inline';
import { listsOf } from './lists.js';
export const extra = async (model) => ({ inline: await listsOf(await createRecommender({ model })) });
`,
} as const;

/** In Node the cooked folder is a folder. */
export const FILES = `import { readFile } from 'node:fs/promises';
const base = 'https://shop.example/models/';
export const model = base + 'manifest.json';
export const fetch = async (url) => {
  const bytes = await readFile(process.argv[2] + '/' + String(url).slice(base.length)).catch(() => undefined);
  return bytes === undefined ? new Response('', { status: 404 }) : new Response(bytes);
};
`;

export const nodePage = (from: string, more = ''): string => `import { createRecommender } from '${from}';
${more === '' ? '' : `import ${more} from 'cookshelf/cookshelf.wasm';`}
import { fetch, model } from './files.mjs';
import { listsOf } from './lists.js';
const shelf = await createRecommender({ model, fetch, ${more} });
console.log(JSON.stringify(await listsOf(shelf)));
`;

/** What `LISTS` makes. */
export interface Lists {
  readonly similar: readonly unknown[];
  readonly filtered: readonly unknown[];
  readonly page: ReadonlyArray<readonly unknown[]>;
}
