/** A page on a server of this machine, opened in Chromium, that tells the test what came out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';
import { realFolder } from './real-shop.js';

const CHROMIUM = process.env['COOKSHELF_CHROMIUM'] ?? '/usr/bin/chromium';
const PATIENCE_MS = 45_000;
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' };

type Next = () => void;
type Handler = (request: IncomingMessage, response: ServerResponse, next: Next) => void;

/** What servers of Vite have, of any version. */
interface ViteServer {
  readonly middlewares: { use(handler: Handler): unknown };
}

/** Takes what the page tells, and serves it the cooked folder at `/models/`. */
export class PageHost {
  readonly #homes = mkdtempSync(join(tmpdir(), 'cookshelf-chromium-'));
  #hear: (told: unknown) => void = () => {};

  readonly #answer: Handler = (request, response, next) => {
    const path = normalize(new URL(request.url ?? '/', 'http://page').pathname);
    if (path === '/told') {
      void text(request).then((told) => this.#hear(JSON.parse(told)));
      response.end();
    } else if (path.startsWith('/models/')) {
      send(response, join(realFolder(), path.slice('/models/'.length)));
    } else next();
  };

  /** The same for Vite's servers; what the page has under `public/` is its own. */
  readonly vite = {
    name: 'page-host',
    configureServer: ({ middlewares }: ViteServer): void => void middlewares.use(this.#answer),
    configurePreviewServer: ({ middlewares }: ViteServer): void => void middlewares.use(this.#answer),
  };

  /** Serves a folder as a static host does and opens its page. */
  visitFolder(folder: string): Promise<unknown> {
    return this.whileServing(folder, (address) => this.visit(address));
  }

  /** Serves a folder as a static host does while something is done with its address. */
  async whileServing<T>(folder: string, work: (address: string) => Promise<T>): Promise<T> {
    const server = createServer((request, response) => {
      this.#answer(request, response, () => {
        const { pathname } = new URL(request.url ?? '/', 'http://page');
        send(response, join(folder, normalize(pathname === '/' ? '/index.html' : pathname)));
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    } finally {
      server.close();
    }
  }

  /** Opens an address and waits for what its page tells. */
  async visit(address: string): Promise<unknown> {
    if (!existsSync(CHROMIUM)) throw new Error(`${CHROMIUM} is missing: apt-get install chromium, or set COOKSHELF_CHROMIUM`);
    const home = mkdtempSync(join(this.#homes, 'home-'));
    const told = new Promise<unknown>((resolve, reject) => {
      this.#hear = resolve;
      setTimeout(() => reject(new Error(`the page told nothing in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS).unref();
    });
    const args = [
      // Root in a container has no sandbox of its own; the pages are ours, and reach nothing but this machine.
      '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1', `--user-data-dir=${home}`,
    ];
    const browser = spawn(CHROMIUM, [...args, address], { stdio: 'ignore' });
    const ended = once(browser, 'exit');
    try {
      return await told;
    } finally {
      browser.kill();
      await ended;
    }
  }

  /** Removes what the browsers left; their helpers may still be writing. */
  remove(): void {
    rmSync(this.#homes, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  }
}

function send(response: ServerResponse, file: string): void {
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file));
}
