/**
 * The packed package where large programs of others bundle or run it: rspack, Next with both of its bundlers, Deno, Bun and
 * workerd (what Cloudflare's workers run in). Each makes lists, and they are those of Node. The programs lie in test/hosts; what
 * cannot be had there: Hydrogen needs a shop of Shopify's, miniflare a newer Node, so workerd is asked without it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageHost } from '../support/chromium.js';
import { EXTRAS, FILES, LISTS, nodePage, PAGE, slimScript, TELL, type Lists } from '../support/pages.js';
import { pack, PACKAGE, Project, run, tool } from '../support/project.js';
import { describeReal, realFolder } from '../support/real-shop.js';

const PATIENCE_MS = 240_000;
const HOSTS = join(PACKAGE, 'test/hosts');
const there = existsSync(join(HOSTS, 'node_modules'));
/** Where they are not installed: `npm ci --ignore-scripts` in test/hosts. */
const describeHosts = there || process.env['CI'] === 'true' ? describeReal : describe.skip;

const program = (path: string): string => join(HOSTS, 'node_modules', path);

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Runs a server while something is done with its address. */
async function serving<T>(command: string, args: readonly string[], cwd: string, port: number, work: (address: string) => Promise<T>): Promise<T> {
  const address = `http://127.0.0.1:${port}/`;
  const child: ChildProcess = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', MODELS: realFolder() } });
  const ended = once(child, 'exit');
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)));
  try {
    for (let tries = 0; !(await fetch(address).then(() => true, () => false)); tries += 1) {
      if (tries > 600 || child.exitCode !== null) throw new Error(`${command} does not answer: ${said}`);
      await new Promise((passed) => setTimeout(passed, 100));
    }
    return await work(address);
  } finally {
    child.kill();
    await ended;
  }
}

describeHosts('the packed package', () => {
  const host = new PageHost();
  const project = new Project();
  const next = new Project(HOSTS);
  let lists: Lists;

  beforeAll(() => {
    if (!there) throw new Error('test/hosts is not installed: npm ci --ignore-scripts there');
    const { tarball } = pack(project.folder);
    project.install(tarball);
    next.install(tarball);
    project.write({ 'lists.js': LISTS, 'tell.js': TELL, 'main.js': PAGE, 'extra.js': EXTRAS.nothing, 'files.mjs': FILES, 'node.mjs': nodePage('cookshelf') });
    lists = JSON.parse(run('node', ['node.mjs', realFolder()], project.folder)) as Lists;
  }, PATIENCE_MS);

  afterAll(() => {
    for (const one of [project, next, host]) one.remove();
  });

  it('rspack', async () => {
    const rspack = pathToFileURL(createRequire(join(HOSTS, 'package.json')).resolve('@rspack/core')).href;
    project.write({
      'rspack.mjs': `import { rspack } from '${rspack}';
const output = { path: process.cwd() + '/out/rspack' };
rspack({ mode: 'production', context: process.cwd(), entry: './main.js', output }, (error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});
`,
      'out/rspack/index.html': '<!doctype html><title>Shop</title><body><script type="module" src="main.js"></script>',
    });
    run('node', ['rspack.mjs'], project.folder);
    expect(readdirSync(join(project.folder, 'out/rspack')).filter((name) => name.endsWith('.wasm'))).toHaveLength(1);
    expect(await host.visitFolder(join(project.folder, 'out/rspack'))).toMatchObject({ main: { engine: 'wasm', lists }, worker: { engine: 'worker', lists } });
  }, PATIENCE_MS);

  it('Deno', () => {
    expect(JSON.parse(run(program('.bin/deno'), ['run', '--allow-read', '--node-modules-dir=manual', '--no-remote', 'node.mjs', realFolder()], project.folder))).toEqual(lists);
  }, PATIENCE_MS);

  it('Bun', () => {
    const bun = readdirSync(program('@oven')).map((name) => program(`@oven/${name}/bin/bun`)).find(existsSync) ?? 'bun';
    expect(JSON.parse(run(bun, ['node.mjs', realFolder()], project.folder))).toEqual(lists);
  }, PATIENCE_MS);

  it('workerd', async () => {
    const { head, more: [fetching = ''] } = slimScript('Cloudflare Workers');
    project.write({
      'edge.js': `${head}export default {
  async fetch(request, { MODELS }) {
    try {
      return Response.json(await listsOf(await createRecommender({ model: MODELS, wasm, ${fetching} })));
    } catch (error) {
      return Response.json({ error: String(error.stack) });
    }
  },
};
`,
    });
    tool('esbuild', ['edge.js', '--bundle', '--format=esm', '--external:*.wasm', '--outfile=out/edge/edge.js', '--log-level=warning'], project.folder);
    cpSync(join(PACKAGE, 'dist/cookshelf.wasm'), join(project.folder, 'out/edge/cookshelf.wasm'));
    const port = await freePort();
    const told = await host.whileServing(project.folder, async (address) => {
      project.write({
        'out/edge/config.capnp': `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .edge), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const edge :Workerd.Worker = (
  modules = [(name = "edge.js", esModule = embed "edge.js"), (name = "cookshelf/cookshelf.wasm", wasm = embed "cookshelf.wasm")],
  bindings = [(name = "MODELS", text = "${address}models/manifest.json")],
  compatibilityDate = "2026-11-01",
);
`,
      });
      return serving(program('.bin/workerd'), ['serve', 'out/edge/config.capnp'], project.folder, port, async (edge) => (await fetch(edge)).json());
    });
    expect(told).toEqual(lists);
  }, PATIENCE_MS);

  /** A page that is made on the server, and again in the browser. */
  const APP = {
    'lists.js': LISTS,
    'next.config.mjs': `const root = '${HOSTS}';\nexport default { turbopack: { root }, outputFileTracingRoot: root };\n`,
    'app/layout.js': 'export default function Layout({ children }) {\n  return <html><body>{children}</body></html>;\n}\n',
    'app/page.js': `import { readFile } from 'node:fs/promises';
import { createRecommender } from 'cookshelf';
import { listsOf } from '../lists.js';
import { Client } from './client.js';
export const dynamic = 'force-dynamic';
const base = 'https://shop.example/models/';
const fetch = async (url) => new Response(await readFile(process.env.MODELS + '/' + String(url).slice(base.length)));
export default async function Page() {
  const lists = await listsOf(await createRecommender({ model: base + 'manifest.json', fetch }));
  return <Client server={lists} />;
}
`,
    'app/client.js': `'use client';
import { useEffect } from 'react';
import { createRecommender } from 'cookshelf';
import { listsOf } from '../lists.js';
const browser = async (server) => {
  const out = { server };
  for (const run of ['main', 'worker']) {
    const shelf = await createRecommender({ model: '/models/manifest.json', run });
    out[run] = { engine: shelf.engine.kind, lists: await listsOf(shelf) };
    shelf.dispose();
  }
  return out;
};
export function Client({ server }) {
  useEffect(() => {
    const tell = (told) => fetch(location.hash.slice(1) + 'told', { method: 'POST', mode: 'no-cors', body: JSON.stringify(told) });
    browser(server).then(tell, (error) => tell({ error: String(error.stack) }));
  }, [server]);
  return <p>{server.similar.length} similar ones</p>;
}
`,
  };

  it.each([['Turbopack', []], ['webpack', ['--webpack']]] as const)('Next, built with %s: on the server, in the page, in a worker', async (_, flags) => {
    next.write(APP);
    if (!existsSync(join(next.folder, 'public'))) {
      next.write({ 'public/robots.txt': '' });
      symlinkSync(realFolder(), join(next.folder, 'public/models'));
    }
    process.env['NEXT_TELEMETRY_DISABLED'] = '1';
    run(program('.bin/next'), ['build', ...flags], next.folder);
    const port = await freePort();
    const told = await serving(program('.bin/next'), ['start', '--hostname', '127.0.0.1', '--port', String(port)], next.folder, port, async (address) => {
      expect((await (await fetch(address)).text()).replaceAll('<!-- -->', '')).toContain('6 similar ones');
      return host.whileServing(next.folder, (listening) => host.visit(`${address}#${listening}`));
    });
    expect(told).toEqual({ server: lists, main: { engine: 'wasm', lists }, worker: { engine: 'worker', lists } });
  }, PATIENCE_MS);
});
