import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { build, createServer, preview, type InlineConfig, type Plugin } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack, Project } from '../support/project.js';
import { describeReal, realFolder } from '../support/real-shop.js';

const CHROMIUM = process.env['COOKSHELF_CHROMIUM'] ?? '/usr/bin/chromium';
const place = mkdtempSync(join(tmpdir(), 'cookshelf-browser-'));
const project = new Project();

/** The page of a newcomer: the README's lines, and what came out told to the test. */
const PAGE = `import { createRecommender } from 'cookshelf';
const out = (value) => fetch('/told', { method: 'POST', body: JSON.stringify(value) });
try {
  const shelf = await createRecommender({ model: '/models/manifest.json' });
  const [first] = (await shelf.popular({ limit: 1 })).items;
  const { items, level, used } = await shelf.similar(first.id, { limit: 4 });
  const { length: filtered } = (await shelf.popular({ limit: 2, where: { inStock: true } })).items;
  shelf.profile.mode = 'device';
  shelf.profile.observe({ type: 'view', item: first.id });
  await shelf.profile.settled();
  const { stored } = shelf.profile.explain();
  await shelf.profile.erase();
  out({ level, engine: used.engine, items: items.length, filtered, stored, requests: shelf.network.log().map(({ url }) => new URL(url).pathname) });
} catch (error) {
  out({ code: error.code, message: error.message });
}
`;

interface Out {
  readonly level?: string;
  readonly engine?: string;
  readonly items?: number;
  readonly filtered?: number;
  readonly stored?: boolean;
  readonly requests?: string[];
  readonly code?: string;
  readonly message?: string;
}

/** Takes what the page tells. */
class Ear {
  hear: (out: Out) => void = () => {};
  readonly #listen = (request: IncomingMessage, response: ServerResponse): void => {
    void text(request).then((told) => this.hear(JSON.parse(told) as Out));
    response.end();
  };
  readonly plugin: Plugin = {
    name: 'ear',
    configureServer: ({ middlewares }) => void middlewares.use('/told', this.#listen),
    configurePreviewServer: ({ middlewares }) => void middlewares.use('/told', this.#listen),
  };
}

const ear = new Ear();

/** Opens the page in Chromium and waits for what it tells. */
async function visit(address: string): Promise<Out> {
  if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium, or set COOKSHELF_CHROMIUM`);
  const home = mkdtempSync(join(place, 'home-'));
  const told = new Promise<Out>((resolve, reject) => {
    ear.hear = resolve;
    setTimeout(() => reject(new Error('the page told nothing in 45 s')), 45_000).unref();
  });
  const browser = spawn(CHROMIUM, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', `--user-data-dir=${home}`, address], { stdio: 'ignore' });
  const ended = once(browser, 'exit');
  try {
    return await told;
  } finally {
    browser.kill();
    await ended;
  }
}

describeReal('a newcomer with Vite', () => {
  const config: InlineConfig = { root: project.folder, logLevel: 'error', configFile: false, plugins: [ear.plugin], server: { port: 0, host: '127.0.0.1' }, preview: { port: 0, host: '127.0.0.1' } };

  beforeAll(() => {
    project.install(pack(place).tarball);
    project.write({ 'index.html': '<!doctype html><title>Shop</title><script type="module" src="/main.js"></script>', 'main.js': PAGE });
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
      expect(out).toMatchObject({ level: 'asked', engine: 'wasm', items: 4, filtered: 2, stored: true });
      for (const path of out.requests ?? []) expect(path).toMatch(/^\/models\/manifest\.json$|^\/models\/b\/1\/[0-9a-f]{32}$|\.wasm$/);
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
      expect(await dev({ optimizeDeps: { exclude: ['cookshelf'] } })).toMatchObject({ level: 'asked', items: 4, filtered: 2, stored: true });
    }, 120_000);

    it('without it: works, or names that line', async () => {
      const out = await dev({});
      if (out.level !== 'asked') expect(out).toMatchObject({ code: expect.stringMatching(/^WASM_(URL_IS_HTML|FETCH)$/), message: expect.stringContaining('optimizeDeps') });
    }, 120_000);
  });
});
