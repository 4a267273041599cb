import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, createServer, preview, type InlineConfig } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, Project } from '../support/project.js';
import { describeReal, realFolder } from '../support/real-shop.js';

const CHROMIUM = process.env['COOKSHELF_CHROMIUM'] ?? '/usr/bin/chromium';
const place = mkdtempSync(join(tmpdir(), 'cookshelf-browser-'));
const project = new Project();

/** The page of a newcomer: the README's lines, and what came out written into the page. */
const PAGE = `import { createRecommender } from 'cookshelf';
const out = (value) => { document.querySelector('#out').textContent = JSON.stringify(value); };
try {
  const shelf = await createRecommender({ model: '/models/manifest.json' });
  const [first] = (await shelf.popular({ limit: 1 })).items;
  const { items, level, used } = await shelf.similar(first.id, { limit: 4 });
  out({ level, engine: used.engine, items: items.length, requests: shelf.network.log().map(({ url }) => new URL(url).pathname) });
} catch (error) {
  out({ code: error.code, message: error.message });
}
`;

interface Out {
  readonly level?: string;
  readonly engine?: string;
  readonly items?: number;
  readonly requests?: string[];
  readonly code?: string;
  readonly message?: string;
}

/** Opens the page in Chromium and reads what it wrote. */
async function visit(address: string): Promise<Out> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium, or set COOKSHELF_CHROMIUM`);
  const home = mkdtempSync(join(place, 'home-'));
  const { stdout } = await promisify(execFile)(CHROMIUM, [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${home}`,
    '--virtual-time-budget=15000', '--dump-dom', address,
  ], { timeout: 60_000 });
  const [, text = ''] = /<pre id="out">([\s\S]*?)<\/pre>/.exec(stdout) ?? [];
  if (text === '') throw new Error(`the page wrote nothing:\n${stdout.slice(0, 2000)}`);
  return JSON.parse(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')) as Out;
}

describeReal('a newcomer with Vite', () => {
  const config: InlineConfig = { root: project.folder, logLevel: 'error', configFile: false, server: { port: 0, host: '127.0.0.1' }, preview: { port: 0, host: '127.0.0.1' } };

  beforeAll(() => {
    project.install(pack(place).tarball);
    project.write({ 'index.html': '<!doctype html><title>Shop</title><pre id="out"></pre><script type="module" src="/main.js"></script>', 'main.js': PAGE });
    cpSync(realFolder(), join(project.folder, 'public/models'), { recursive: true });
  }, 60_000);
  afterAll(() => {
    project.remove();
    rmSync(place, { recursive: true, force: true });
  });

  it('build: the wasm gets a hashed name and a list appears in Chromium', async () => {
    await build({ ...config, build: { assetsInlineLimit: 0 } });
    expect(readdirSync(join(project.folder, 'dist/assets')).filter((name) => /^cookshelf-[\w-]+\.wasm$/.test(name))).toHaveLength(1);
    const server = await preview(config);
    try {
      const out = await visit(server.resolvedUrls?.local[0] ?? '');
      expect(out).toMatchObject({ level: 'asked', engine: 'wasm', items: 4 });
      for (const path of out.requests ?? []) expect(path).toMatch(/^\/models\/manifest\.json$|^\/models\/b\/1\/[0-9a-f]{64}$|\.wasm$/);
    } finally {
      await server.close();
    }
  }, 120_000);

  describe('dev', () => {
    const dev = async (extra: InlineConfig): Promise<Out> => {
      const server = await createServer({ ...config, ...extra, cacheDir: mkdtempSync(join(place, 'vite-')) });
      try {
        await server.listen();
        return await visit(server.resolvedUrls?.local[0] ?? '');
      } finally {
        await server.close();
      }
    };

    it('with the line that the README names', async () => {
      expect(await dev({ optimizeDeps: { exclude: ['cookshelf'] } })).toMatchObject({ level: 'asked', items: 4 });
    }, 120_000);

    it('without it: works, or names that line', async () => {
      const out = await dev({});
      if (out.level !== 'asked') expect(out).toMatchObject({ code: expect.stringMatching(/^WASM_(URL_IS_HTML|FETCH)$/), message: expect.stringContaining('optimizeDeps') });
    }, 120_000);
  });
});
