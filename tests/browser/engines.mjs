/**
 * The three engines that shoppers have, behind one small door: open a page, run a function in it, close it.
 *
 * Chromium by playwright, Firefox by WebDriver BiDi, WebKitGTK by WebDriver: each as Debian ships it.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { launch } from './chromium.mjs';
import { freePort } from './recorded-server.mjs';

const MINIBROWSER = process.env.MINIBROWSER || '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/**
 * Starts an engine: `{ name, several, visit(url), overhear(url, done), stop() }`; `several` visits at once are possible or not. A visit has its own storage and is `{ run(work, ...args),
 * go(url), close() }`; `work` is a function or the text of one, and what it promises is waited for. `overhear` opens a page, waits
 * for `done()`, and gives the errors and warnings that the console showed meanwhile, the browser's own among them.
 */
export const ENGINES = { chromium, firefox, webkit };

async function chromium() {
  const browser = await launch();
  return {
    name: 'chromium',
    several: true,
    visit: async (url) => visitOf(await browser.newContext(), url),
    overhear: async (url, done) => overheard(await browser.newContext(), url, done),
    stop: () => browser.close(),
  };
}

async function firefox() {
  const { launch: start } = await import('puppeteer-core');
  const browser = await start({ browser: 'firefox', executablePath: process.env.FIREFOX || '/usr/bin/firefox-esr', headless: true });
  return {
    name: 'firefox',
    several: true,
    visit: async (url) => visitOf(await browser.createBrowserContext(), url),
    overhear: async (url, done) => overheard(await browser.createBrowserContext(), url, done),
    stop: () => browser.close(),
  };
}

/** Playwright and Puppeteer call these by the same names. */
async function visitOf(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  return {
    run: (work, ...args) => page.evaluate(wrapped(work, args)),
    go: (to) => page.goto(to),
    close: () => context.close(),
  };
}

async function overheard(context, url, done) {
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (line) => { if (/^(error|warn|warning|assert)$/.test(line.type())) complaints.push(line.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    await page.goto(url);
    await done();
    return complaints;
  } finally {
    await context.close();
  }
}

async function webkit() {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'cookshelf-webkit-'));
  const driver = inWindow(home, ['WebKitWebDriver', `--port=${port}`], 'ignore');
  const ask = (method, path, body) => command(port, method, path, body);
  for (let tries = 0; ; tries += 1) {
    const ready = await ask('GET', '/status').catch(() => undefined);
    if (ready) break;
    if (tries > 150) throw new Error('WebKitWebDriver does not start');
    await new Promise((passed) => { setTimeout(passed, 100); });
  }
  return {
    name: 'webkit',
    several: false,
    async visit(url) {
      const options = { binary: MINIBROWSER, args: ['--automation'] };
      const { sessionId } = await ask('POST', '/session', { capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } });
      const within = `/session/${sessionId}`;
      await ask('POST', `${within}/timeouts`, { script: 60_000, pageLoad: 60_000 });
      await ask('POST', `${within}/url`, { url });
      return {
        async run(work, ...args) {
          const script = `const done = arguments[0]; Promise.resolve().then(() => ${wrapped(work, args)}).then((value) => done({ value }), (error) => done({ error: String(error) }))`;
          const { value, error } = await ask('POST', `${within}/execute/async`, { script, args: [] });
          if (error !== undefined) throw new Error(error);
          return value ?? undefined;
        },
        go: (to) => ask('POST', `${within}/url`, { url: to }),
        close: () => ask('DELETE', within),
      };
    },
    /** Of a window that is driven, or private, WebKit tells no console line. */
    async overhear(url, done) {
      const own = mkdtempSync(join(home, 'window-'));
      const window = inWindow(own, [MINIBROWSER, '--enable-write-console-messages-to-stdout=true', url], 'pipe');
      let said = '';
      window.child.stderr.on('data', (text) => { said += text; });
      try {
        await done();
        await new Promise((passed) => { setTimeout(passed, 200); });
        return said.split('\n').filter((line) => /CONSOLE .*(ERROR|WARN)/.test(line));
      } finally {
        window.kill();
      }
    },
    async stop() {
      driver.kill();
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Runs a program of WebKit on a screen that nobody sees; what it keeps lies in `home`. */
function inWindow(home, command, errors) {
  const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, 'cache'), XDG_DATA_HOME: join(home, 'data'), WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };
  const child = spawn('xvfb-run', ['--auto-servernum', 'dbus-run-session', '--', ...command], { env, stdio: ['ignore', 'ignore', errors], detached: true });
  const kill = () => {
    process.off('exit', kill);
    try {
      process.kill(-child.pid);
    } catch {
      // It is gone already.
    }
  };
  process.once('exit', kill);
  return { child, kill };
}

async function command(port, method, path, body) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}

/** A function and its arguments as one expression: what crosses is text in every engine. */
function wrapped(work, args) {
  return `(${work})(...${JSON.stringify(args)})`;
}
