import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, PACKAGE, Project, run, tool, type Packed } from '../support/project.js';
import { describeReal, realFolder } from '../support/real-shop.js';

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

/** Serves a cooked folder to code that has only `fetch`. */
const FILE_FETCH = `import { readFile } from 'node:fs/promises';
const base = 'https://shop.example/models/';
export const model = base + 'manifest.json';
export const fetch = async (url) => {
  const bytes = await readFile(process.argv[2] + '/' + String(url).slice(base.length)).catch(() => undefined);
  return bytes === undefined ? new Response('', { status: 404 }) : new Response(bytes);
};
`;

describe('the tarball', () => {
  it('holds what is needed and nothing else', () => {
    const other = packed.files.filter((file) => !/^dist\/[\w.-]+\.(js|d\.ts|wasm)$/.test(file));
    expect(other).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(packed.files.filter((file) => file.endsWith('.wasm'))).toEqual(['dist/cookshelf.wasm']);
    expect(packed.files).toEqual(expect.arrayContaining(['dist/index.js', 'dist/inline.js', 'dist/slim.js', 'dist/index.d.ts', 'dist/slim.d.ts']));
  });

  it('needs no other package', () => {
    const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect(manifest['dependencies']).toBeUndefined();
    expect(manifest['peerDependencies']).toBeUndefined();
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
    const entries = ['index.js', 'inline.js', 'slim.js', 'js.js'];
    for (const name of readdirSync(join(project.folder, 'node_modules/cookshelf/dist')).filter((name) => name.endsWith('.js'))) {
      const text = readFileSync(join(project.folder, 'node_modules/cookshelf/dist', name), 'utf8');
      expect(text.match(/(?<![.#\w])fetch\(/g) ?? [], name).toHaveLength(entries.includes(name) ? 1 : 0);
      expect(text).not.toMatch(other);
    }
  });

  it('an entry needs no second file to start, and its later parts are in the tarball', () => {
    for (const name of ['index.js', 'inline.js', 'slim.js', 'js.js']) {
      const text = readFileSync(join(project.folder, 'node_modules/cookshelf/dist', name), 'utf8');
      expect(text, name).not.toMatch(/(?:^|[;}])import\s*[\w{*"'`]|\bfrom\s*["'`]\.\//);
      const imports = [...text.matchAll(/import\(["'](\.\/[\w-]+\.js)["']\)/g)].map(([, path = '']) => `dist/${path.slice(2)}`);
      const later = [...new Set(imports)];
      expect(later, name).toHaveLength(name === 'inline.js' ? 0 : 5);
      expect(packed.files).toEqual(expect.arrayContaining(later));
    }
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

  it('the types are right for Node and bundlers', () => {
    // It ends with an error when there is a problem. Only resolutions that an ESM-only package cannot have are left out.
    const report = tool('attw', [packed.tarball, '--profile', 'esm-only', '--exclude-entrypoints', './cookshelf.wasm', '--no-color', '--no-emoji'], place);
    expect(report).toContain('cookshelf/slim');
  }, 60_000);

  it.each(['nodenext', 'bundler'])('a strict TypeScript project compiles against it (%s)', (moduleResolution) => {
    project.write({
      'check.ts': `import { createRecommender, RecoError, type Query, type Result } from 'cookshelf';
import { createRecommender as slim } from 'cookshelf/slim';
const query: Query = { limit: 4, where: { category: 'x', inStock: true, price: { max: 9 }, any: [{ colour: ['a', 'b'] }] }, exclude: ['cart', 7] };
export async function page(): Promise<Result> {
  using shelf = await createRecommender({ model: '/models/manifest.json' });
  shelf.profile.observe({ type: 'view', item: 8214 });
  return shelf.similar('8214', query);
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

describeReal('with a real model', () => {
  const page = (from: string, extra = ''): string => `import { createRecommender } from '${from}';
import { fetch, model } from './files.mjs';
${extra}
const shelf = await createRecommender({ model, fetch${extra === '' ? '' : ', wasm'} });
const { items, level } = await shelf.popular({ limit: 3 });
console.log(level, items.length);
`;

  it('runs in Node and lets the process end', () => {
    project.write({ 'files.mjs': FILE_FETCH, 'page.mjs': page('cookshelf') });
    expect(run('node', ['page.mjs', realFolder()], project.folder).trim()).toBe('asked 3');
  });

  it('runs when bundled by esbuild, with the wasm as bytes or inlined', async () => {
    project.write({
      'files.mjs': FILE_FETCH,
      'slim.mjs': page('cookshelf/slim', `import wasm from 'cookshelf/cookshelf.wasm';`),
      'full.mjs': page('cookshelf'),
    });
    for (const name of ['slim', 'full']) {
      await build({
        absWorkingDir: project.folder, entryPoints: [`${name}.mjs`], outfile: `out/${name}.mjs`, bundle: true, format: 'esm',
        platform: 'node', target: 'node20', loader: { '.wasm': 'binary' }, logLevel: 'error',
      });
      expect(run('node', [`out/${name}.mjs`, realFolder()], project.folder).trim()).toBe('asked 3');
    }
  });
});
