/**
 * The packed package in an empty project: each bundler, Node and TypeScript make lists with it, and they are the lists
 * that `cookshelf/inline` makes in Node. What is set for a bundler is taken from the README, word by word.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, createServer, preview } from 'vite';
import { createServer as createServer7 } from 'vite7';
import webpack from 'webpack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PageHost } from '../support/chromium.js';
import { EXTRAS, FILES, LISTS, nodePage, PAGE, README, settings, slimScript, TELL, type Lists } from '../support/pages.js';
import { pack, Project, run, tool } from '../support/project.js';
import { describeReal, realFolder } from '../support/real-shop.js';

const PATIENCE_MS = 120_000;
const place = mkdtempSync(join(tmpdir(), 'cookshelf-bundlers-'));
const host = new PageHost();
const project = new Project();
const newcomer = new Project();

afterAll(() => {
  for (const one of [project, newcomer, host]) one.remove();
  rmSync(place, { recursive: true, force: true });
});

let lists: Lists;
/** What a page of `PAGE` tells when all is well. */
let asExpected: object;

const inNode = (file: string): Lists => JSON.parse(run('node', [file, realFolder()], project.folder)) as Lists;

/** The one page of the project, with what it does besides. */
function write(extra: keyof typeof EXTRAS): void {
  const html = '<!doctype html><title>Shop</title><body><script type="module" src="main.js"></script>';
  project.write({ 'index.html': html, 'extra.js': EXTRAS[extra] });
}

function expectLists(told: unknown, more: object = {}): void {
  expect(told).toMatchObject({ ...asExpected, ...more, requests: expect.arrayContaining(['/models/manifest.json']) });
  for (const path of (told as { requests: readonly string[] }).requests) expect(path).toMatch(/^\/models\/manifest\.json$|^\/models\/b\/1\/[0-9a-f]{32}$|\.wasm$/);
}

const wasms = (folder: string): string[] => readdirSync(join(project.folder, folder), { recursive: true }).map(String).filter((name) => name.endsWith('.wasm'));

/** A server of Vite, of any version, for development or preview. */
interface Served {
  listen?(): Promise<unknown>;
  readonly resolvedUrls: { readonly local: readonly string[] } | null;
  close(): Promise<unknown>;
}

/** Runs a server of Vite for as long as its page is open. */
async function visitVite(starting: Promise<Served>): Promise<unknown> {
  const server = await starting;
  try {
    await server.listen?.();
    return await host.visit(server.resolvedUrls?.local[0] ?? '');
  } finally {
    await server.close();
  }
}

/** What the test needs; a configuration file is the newcomer's. */
function vite({ folder: root }: Project) {
  const server = { port: 0, host: '127.0.0.1' };
  return { root, logLevel: 'error' as const, cacheDir: mkdtempSync(join(place, 'vite-')), plugins: [host.vite], server, preview: server };
}

describeReal('the packed package', () => {
  beforeAll(() => {
    const { tarball } = pack(place);
    project.install(tarball);
    project.write({ 'lists.js': LISTS, 'tell.js': TELL, 'main.js': PAGE, 'files.mjs': FILES, 'expected.mjs': nodePage('cookshelf/inline') });
    lists = inNode('expected.mjs');
    asExpected = { main: { engine: 'wasm', stored: true, lists }, worker: { engine: 'worker', stored: true, lists }, js: { engine: 'js', stored: true, lists } };
  }, PATIENCE_MS);

  it('cookshelf/inline in Node makes the lists that the others are compared with', () => {
    expect([lists.similar.length, lists.filtered.length, lists.page.map(({ length }) => length)]).toEqual([6, 6, [3, 3]]);
  });

  it('Node', () => {
    project.write({ 'node.mjs': nodePage('cookshelf') });
    expect(inNode('node.mjs')).toEqual(lists);
  });

  it('TypeScript, compiled for Node', () => {
    const types = {
      'files.d.mts': `export const model: string;\nexport const fetch: typeof globalThis.fetch;\n`,
      'lists.d.ts': `import type { Recommender } from 'cookshelf';\nexport function listsOf(shelf: Recommender): Promise<object>;\n`,
    };
    const compilerOptions = { target: 'es2022', lib: ['es2022', 'dom'], module: 'nodenext', moduleResolution: 'nodenext', strict: true, types: [] };
    project.write({ ...types, 'typed.mts': nodePage('cookshelf'), 'tsconfig.json': JSON.stringify({ compilerOptions, files: ['typed.mts'] }) });
    expect(tool('tsc', ['-p', 'tsconfig.json'], project.folder)).toBe('');
    expect(inNode('typed.mjs')).toEqual(lists);
  }, PATIENCE_MS);

  it('Vite 8, dev server', async () => {
    write('element');
    expectLists(await visitVite(createServer(vite(project))), { element: lists.page[0] });
  }, PATIENCE_MS);

  it('Vite 7, dev server, with the line for it', async () => {
    write('nothing');
    project.write({ 'vite.config.js': settings('Vite 7 and older')[1] ?? '' });
    expectLists(await visitVite(createServer7(vite(project))));
    rmSync(join(project.folder, 'vite.config.js'));
  }, PATIENCE_MS);

  it('Vite 7, dev server, without it: an error that names it', async () => {
    write('nothing');
    const told = await visitVite(createServer7(vite(project)));
    expect(told).toMatchObject({ code: 'WASM_URL_IS_HTML', message: expect.stringContaining('optimizeDeps') });
  }, PATIENCE_MS);

  it('Vite 8, build', async () => {
    write('element');
    await build({ ...vite(project), build: { outDir: 'out/vite' } });
    expect(wasms('out/vite')).toEqual([expect.stringMatching(/^assets\/cookshelf-[\w-]+\.wasm$/)]);
    expectLists(await host.visitFolder(join(project.folder, 'out/vite')), { element: lists.page[0] });
  }, PATIENCE_MS);

  it('webpack 5', async () => {
    write('element');
    const path = join(project.folder, 'out/webpack');
    await new Promise<void>((resolve, reject) => {
      webpack({ mode: 'production', context: project.folder, entry: './main.js', output: { path } }, (error, stats) => {
        if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString()));
        else resolve();
      });
    });
    expect(wasms('out/webpack')).toEqual([expect.stringMatching(/^[0-9a-f]{20}\.wasm$/)]);
    cpSync(join(project.folder, 'index.html'), join(path, 'index.html'));
    expectLists(await host.visitFolder(path), { element: lists.page[0] });
  }, PATIENCE_MS);

  it('Rollup 4', async () => {
    write('nothing');
    const [plugins = '', resolving = '', assets = ''] = settings('Rollup 4');
    // The newcomer has installed the plugins; here they are this package's.
    const url = (name: string): string => pathToFileURL(createRequire(import.meta.url).resolve(name)).href;
    project.write({
      'rollup.config.mjs': `import { nodeResolve } from '${url(resolving)}';
import { importMetaAssets } from '${url(assets)}';
export default { input: 'main.js', output: { dir: 'out/rollup' }, ${plugins} };
`,
    });
    tool('rollup', ['--config', '--silent'], project.folder);
    const dir = join(project.folder, 'out/rollup');
    expect(wasms('out/rollup')).toEqual([expect.stringMatching(/^assets\/cookshelf-[\w-]+\.wasm$/)]);
    cpSync(join(project.folder, 'index.html'), join(dir, 'index.html'));
    expectLists(await host.visitFolder(dir));
  }, PATIENCE_MS);

  it('Parcel 2', async () => {
    write('inline');
    const manifest = JSON.parse(readFileSync(join(project.folder, 'package.json'), 'utf8')) as object;
    project.write({ 'package.json': JSON.stringify({ ...manifest, ...(JSON.parse(`{${settings('Parcel 2')[1]}}`) as object) }) });
    tool('parcel', ['build', 'index.html', '--dist-dir', 'out/parcel', '--no-cache', '--no-source-maps'], project.folder);
    expect(wasms('out/parcel')).toEqual([expect.stringMatching(/^cookshelf\.[0-9a-f]{8}\.wasm$/)]);
    expectLists(await host.visitFolder(join(project.folder, 'out/parcel')), { inline: lists });
  }, PATIENCE_MS);

  it('esbuild, with the command that copies the two files', async () => {
    write('nothing');
    const [program = '', ...words] = settings('esbuild')[0]?.split(' ') ?? [];
    tool(program, [...words, '--log-level=warning'], project.folder);
    expect(wasms('dist')).toEqual(['cookshelf.wasm']);
    cpSync(join(project.folder, 'index.html'), join(project.folder, 'dist/index.html'));
    expectLists(await host.visitFolder(join(project.folder, 'dist')));
  }, PATIENCE_MS);

  it('esbuild, one script for a page, the wasm a file', async () => {
    const { head, more: [file = ''] } = slimScript('esbuild, one script');
    project.write({
      'slim.js': `${head}import { telling } from './tell.js';
telling(async () => listsOf(await createRecommender({ model: '/models/manifest.json', wasm })));
`,
      'out/slim/index.html': '<!doctype html><script type="module" src="slim.js"></script>',
    });
    tool('esbuild', ['slim.js', '--bundle', '--format=esm', file, '--outdir=out/slim', '--log-level=warning'], project.folder);
    expect(await host.visitFolder(join(project.folder, 'out/slim'))).toEqual(lists);
  }, PATIENCE_MS);

  it('esbuild, one script for Node, the wasm as bytes or inlined', () => {
    const binary = settings('esbuild, one script')[3]?.split(' ') ?? [];
    project.write({ 'bytes.mjs': nodePage('cookshelf/slim', 'wasm'), 'full.mjs': nodePage('cookshelf') });
    for (const name of ['bytes', 'full']) {
      tool('esbuild', [`${name}.mjs`, '--bundle', '--format=esm', '--platform=node', ...binary, `--outfile=out/${name}.mjs`, '--log-level=warning'], project.folder);
      expect(inNode(`out/${name}.mjs`), name).toEqual(lists);
    }
  }, PATIENCE_MS);
});

/** A newcomer writes a page, pastes the first lines of the README, and starts Vite. */
describeReal('a newcomer with an empty Vite app', () => {
  const WATCH = `const tell = (value) => fetch('/told', { method: 'POST', body: JSON.stringify(value) });
addEventListener('error', ({ message }) => tell({ message }));
addEventListener('unhandledrejection', ({ reason }) => tell({ message: String(reason) }));
new MutationObserver(() => {
  const links = [...document.querySelectorAll('#similar a')];
  if (links.length === 6) tell(links.map((link) => [link.textContent, link.getAttribute('href')]));
}).observe(document, { childList: true, subtree: true });
`;
  const watch = { name: 'watch', transformIndexHtml: () => [{ tag: 'script', children: WATCH, injectTo: 'head-prepend' as const }] };
  const watched = () => ({ ...vite(newcomer), plugins: [host.vite, watch] });
  let links: readonly (readonly unknown[])[];

  beforeAll(() => {
    const [, snippet = ''] = /```js\n([\s\S]*?)```/.exec(README) ?? [];
    newcomer.install(pack(place).tarball);
    newcomer.write({
      'index.html': '<!doctype html><title>Shop</title><div id="similar"></div><script type="module" src="/main.js"></script>',
      'main.js': snippet,
      'files.mjs': FILES,
      // The question of the snippet.
      'links.mjs': `import { createRecommender } from 'cookshelf/inline';
import { fetch, model } from './files.mjs';
const { items } = await (await createRecommender({ model, fetch })).similar('8214', { limit: 6, cards: true });
console.log(JSON.stringify(items.map(({ card }) => [card.title, card.address])));
`,
    });
    cpSync(realFolder(), join(newcomer.folder, 'public/models'), { recursive: true });
    links = JSON.parse(run('node', ['links.mjs', realFolder()], newcomer.folder)) as typeof links;
    expect(links.flat()).toHaveLength(12);
  }, PATIENCE_MS);

  it('sees recommendations when the dev server starts', async () => {
    expect(await visitVite(createServer(watched()))).toEqual(links);
  }, PATIENCE_MS);

  it('sees them after build and preview', async () => {
    await build(watched());
    expect(await visitVite(preview(vite(newcomer)))).toEqual(links);
  }, PATIENCE_MS);
});
