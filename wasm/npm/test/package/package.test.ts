import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, PACKAGE, Project, run, tool, type Packed } from '../support/project.js';

const place = mkdtempSync(join(tmpdir(), 'cookshelf-pack-'));
const project = new Project();
let packed: Packed;

beforeAll(() => {
  packed = pack(place);
  project.install(packed.tarball);
}, 60_000);
afterAll(() => {
  project.remove();
  rmSync(place, { recursive: true, force: true });
});

describe('the tarball', () => {
  it('holds what is needed and nothing else', () => {
    const other = packed.files.filter((file) => !/^dist\/([\w.-]+\.(js|d\.ts|wasm|css)|\w+\/[\w.-]+\.(d\.ts|js))$|^theme\/\w+\/[\w.-]+\.(liquid|json)$/.test(file));
    expect(other).toEqual(['API.md', 'LICENSE', 'README.md', 'RECIPES.md', 'THREAT-MODEL.md', 'bin/cookshelf-theme.mjs', 'custom-elements.json', 'package.json', 'theme/shopify.extension.toml']);
    expect(packed.files.filter((file) => file.endsWith('.wasm'))).toEqual(['dist/cookshelf.wasm', 'dist/rich.wasm']);
    expect(packed.files).toEqual(expect.arrayContaining(['dist/index.js', 'dist/inline.js', 'dist/slim.js', 'dist/index.d.ts', 'dist/slim.d.ts']));
  });

  it('needs no other package', () => {
    const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['dependencies']).toBeUndefined();
    // A framework is the page's own, and only wanted by the entry that is named after it.
    const peers = Object.keys(manifest['peerDependencies'] ?? {});
    expect(peers).toEqual(['react', 'svelte', 'vue']);
    expect(manifest['peerDependenciesMeta']).toEqual(Object.fromEntries(peers.map((name) => [name, { optional: true }])));
    expect(readdirSync(join(project.folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['cookshelf']);
  });

  it('only the default entry names the wasm file, and only by a URL that bundlers know', () => {
    const text = (name: string): string => readFileSync(join(project.folder, 'node_modules/cookshelf/dist', name), 'utf8');
    expect(text('index.js')).toMatch(/new URL\(["']\.\/cookshelf\.wasm["'],\s*import\.meta\.url\)/);
    expect(text('slim.js')).not.toMatch(/import\.meta|new URL\(["']/);
    expect(text('inline.js')).not.toMatch(/import\.meta|node:/);
  });

  it('has one way out: a single call of fetch per entry, and no other', () => {
    const other = /XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeerConnection|WebTransport|new Image\b|\.cookie\b|localStorage|sessionStorage|importScripts|\beval\(|new Function/;
    // One that would fetch is in each of these; the worker asks its browser with an address that no request is made for.
    const entries = ['index.js', 'inline.js', 'slim.js', 'worker.js'];
    expect(readFileSync(join(project.folder, 'node_modules/cookshelf/dist/worker.js'), 'utf8')).toMatch(/fetch\(["'`]data:,["'`]\)/);
    // testing.js names the ways out to watch them, in the tests of pages; no page loads it.
    for (const name of readdirSync(join(project.folder, 'node_modules/cookshelf/dist')).filter((name) => name.endsWith('.js') && name !== 'testing.js')) {
      const text = readFileSync(join(project.folder, 'node_modules/cookshelf/dist', name), 'utf8');
      expect(text.match(/(?<![.#\w])fetch\(/g) ?? [], name).toHaveLength(entries.includes(name) ? 1 : 0);
      // The script of a worker on another origin, whose address is the shop's own setting.
      expect(text.replace('importScripts(${JSON.stringify(', ''), name).not.toSatisfy((code: string) => other.test(code), 'another way out');
    }
  });

  it('an entry needs no second file to start, and its later parts are in the tarball', () => {
    for (const name of ['index.js', 'inline.js', 'slim.js']) {
      const text = readFileSync(join(project.folder, 'node_modules/cookshelf/dist', name), 'utf8');
      expect(text, name).not.toMatch(/(?:^|[;}])import\s*[\w{*"'`]|\bfrom\s*["'`]\.\//);
      const imports = [...text.matchAll(/import\(["'](\.\/[\w-]+\.js)["']\)/g)].map(([, path = '']) => `dist/${path.slice(2)}`);
      const later = [...new Set(imports)];
      expect(later, name).toHaveLength(7);
      expect(packed.files).toEqual(expect.arrayContaining(later));
    }
  });

  it('cookshelf/js is the client of slim.js, and the engine in script is there once, whoever loads it', () => {
    const folder = join(project.folder, 'node_modules/cookshelf/dist');
    const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
    const named = (name: string): string[] => [...new Set([...text(name).matchAll(/["']\.\/([\w-]+\.js)["']/g)].map(([, path = '']) => path))].sort();
    const [first = '', ...others] = readdirSync(folder).filter((name) => name.startsWith('script-')).sort();
    expect(first).toMatch(/^script-engine-\w{8}\.js$/);
    expect(others.map((name) => name.split('-')[1])).toEqual(['explain', 'shop', 'taste', 'wishes']);
    expect(named('js.js')).toEqual([first, 'slim.js']);
    expect(named(first)).toEqual(others);
    for (const name of others) expect(named(name), name).toEqual([first]);
    for (const name of ['index.js', 'inline.js', 'slim.js']) expect(named(name), name).toContain(first);
    expect(packed.files).toEqual(expect.arrayContaining([first, ...others].map((name) => `dist/${name}`)));
  });

  it('the lock file names no host that only we can reach', () => {
    expect(readFileSync(join(PACKAGE, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"/);
  });
});

describe('gates', () => {
  it('publint has nothing to say', async () => {
    const { messages, pkg } = await publint({ pkgDir: PACKAGE, strict: true, pack: false });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it('the public surface is the one in API.md', () => {
    // It ends with an error and says what to do when it is not.
    run('node', ['api.mjs'], PACKAGE);
  });

  it('the types are right for Node and bundlers', () => {
    // It ends with an error when there is a problem. Only resolutions that an ESM-only package cannot have are left out.
    const report = tool('attw', [packed.tarball, '--profile', 'esm-only', '--exclude-entrypoints', './cookshelf.wasm', './rich.wasm', './worker.js', './element.css', './theme/cookshelf.iife.js', '--no-color', '--no-emoji'], place);
    expect(report).toContain('cookshelf/slim');
  }, 60_000);

  it.each(['nodenext', 'bundler'])('a strict TypeScript project compiles against it (%s)', (moduleResolution) => {
    project.write({
      'check.ts': `import { createRecommender, RecoError, type Query, type Result } from 'cookshelf';
import { createRecommender as slim } from 'cookshelf/slim';
import { manual } from 'cookshelf/consent';
import { shopifyEvents } from 'cookshelf/shopify';
import { fakeRecommender } from 'cookshelf/testing';
import { CookShelf, define } from 'cookshelf/element';
import 'cookshelf/element/define';
const query: Query = { limit: 4, where: { category: 'x', inStock: true, price: { max: 9 }, any: [{ colour: ['a', 'b'] }] }, exclude: ['cart', 7] };
export async function page(): Promise<Result> {
  using shelf = await createRecommender({ model: '/models/manifest.json' });
  shelf.profile.observe({ type: 'view', item: 8214 });
  return shelf.similar('8214', query);
}
export function shelves(): void {
  CookShelf.recommender = () => createRecommender({ model: '/models/manifest.json' });
  define();
  const shelf = document.createElement('cook-shelf');
  shelf.request = { kind: 'similar', seeds: 8214 };
  shelf.addEventListener('cook-shelf:list', ({ detail }) => detail.items.length);
}
export async function shop(): Promise<readonly string[]> {
  const consent = manual();
  const shelf = await createRecommender({ model: '/models/manifest.json', consent, events: [shopifyEvents({ item: (product) => product })] });
  consent.set('session');
  const fake = fakeRecommender({ lists: { similar: ['1'], 'named:gifts': [{ id: 2 }] } });
  return [shelf, fake].map(({ engine }) => engine.kind);
}
// @ts-expect-error slim needs the wasm
void slim({ model: '/models/manifest.json' });
export const isOurs = (error: unknown): boolean => error instanceof RecoError && error.code === 'MODEL_FETCH';
`,
      'tsconfig.json': JSON.stringify({
        compilerOptions: {
          target: 'es2022', lib: ['es2022', 'dom'], module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext', moduleResolution,
          strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, types: [], noEmit: true,
        },
        files: ['check.ts'],
      }),
    });
    expect(tool('tsc', ['-p', 'tsconfig.json'], project.folder)).toBe('');
  }, 60_000);
});

describe('in Node', () => {
  it('importing touches nothing and unreachable models are a typed error', () => {
    project.write({
      'import.mjs': `for (const name of ['fetch', 'crypto', 'document', 'indexedDB', 'caches', 'BroadcastChannel', 'WebAssembly'])
  Object.defineProperty(globalThis, name, { configurable: true, get() { throw new Error(name + ' was touched at import'); } });
const { createRecommender } = await import('cookshelf');
await import('cookshelf/slim');
await import('cookshelf/element');
console.log(typeof createRecommender);
`,
      'unreachable.mjs': `import { createRecommender, RecoError } from 'cookshelf';
const error = await createRecommender({ model: 'http://127.0.0.1:9/manifest.json' }).catch((error) => error);
console.log(error instanceof RecoError, error.code);
`,
    });
    expect(run('node', ['import.mjs'], project.folder).trim()).toBe('function');
    expect(run('node', ['unreachable.mjs'], project.folder).trim()).toBe('true MODEL_FETCH');
  });
});

describe('the theme extension', () => {
  it('is put together by one command, as the build does', () => {
    run('node', ['node_modules/.bin/cookshelf-theme', 'extensions/shelf'], project.folder);
    const files = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String).sort();
    expect(files(join(project.folder, 'extensions/shelf'))).toEqual(files(join(PACKAGE, 'build/theme')));
  });
});

describe('bindings', () => {
  it.each(['react', 'vue', 'svelte'])('%s finds the engine of the page when it is bundled, and leaves the framework to the page', async (name) => {
    project.write({ [`${name}.mjs`]: `export * from 'cookshelf/${name}';` });
    const { metafile } = await build({
      absWorkingDir: project.folder, entryPoints: [`${name}.mjs`], outdir: `out/${name}`, bundle: true, splitting: true, format: 'esm', platform: 'browser',
      external: ['react', 'vue', 'svelte'], metafile: true, logLevel: 'error',
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs).toEqual(expect.arrayContaining([`node_modules/cookshelf/dist/${name}.js`, 'node_modules/cookshelf/dist/index.js']));
    const first = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === `${name}.mjs`);
    expect(Object.keys(first?.inputs ?? {})).not.toContain('node_modules/cookshelf/dist/index.js');
  });
});

describe('<cook-shelf> in frameworks', () => {
  it('is known with the attributes that it has', () => {
    interface Named { readonly name: string }
    interface Declared { readonly tagName?: string; readonly attributes?: readonly Named[] }
    const { modules } = JSON.parse(readFileSync(join(PACKAGE, 'custom-elements.json'), 'utf8')) as { modules: readonly { declarations?: readonly Declared[] }[] };
    const element = modules.flatMap(({ declarations = [] }) => declarations).find(({ tagName }) => tagName === 'cook-shelf');
    const known = [...readFileSync(join(PACKAGE, 'src/bindings/attributes.ts'), 'utf8').matchAll(/^  '?([\w-]+)'?\?:/gm)].map(([, name]) => name);
    // It writes its state itself.
    expect(known.sort()).toEqual(element?.attributes?.map(({ name }) => name).filter((name) => name !== 'state').sort());
  });
});
