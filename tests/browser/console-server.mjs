/**
 * A whole server with a made-up shop, as an operator has it: `cookshelf init`, `serve --data`, `apply`. Behind a door that
 * writes down every request; pictures of the items come from an address of their own, as in life.
 *
 * COOKSHELF_PROGRAM is the program, COOKSHELF_PACKAGE the folder of the npm package.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { packageFolder } from './built-package.mjs';
import { serveFiles } from './file-server.mjs';
import { freePort, openDoor, until } from './recorded-server.mjs';

const execute = promisify(execFile);
const program = process.env.COOKSHELF_PROGRAM;

/** Two ways to cook the same shop, offered in every way there is. */
const STACK = `
[[account]]
name = "harbour"
title = "Harbour Goods"

[[account.modeling]]
name = "shop"
source = "shop/root"
schedule = { every = "36h" }
gate = true
least_minutes_between = 0
most_per_day = 1000

[[account.modeling]]
name = "shop-wide"
source = "shop/root"
settings = { keep = { similar = 16 } }
least_minutes_between = 0
most_per_day = 1000

[[account.endpoint]]
name = "web"
modelings = ["shop"]
recommend = "keys"
strategy = { kind = "canary", steps = [{ percent = 5, minutes = 30 }, { percent = 25, minutes = 120 }, { percent = 50, minutes = 240 }] }

[[account.endpoint]]
name = "app"
modelings = ["shop"]
strategy = { kind = "blueGreen", promote = "manual" }

[[account.endpoint]]
name = "trial"
modelings = ["shop", "shop-wide"]
strategy = { kind = "ab", holdout_percent = 10, arms = [{ modeling = "shop", weight = 2 }, { modeling = "shop-wide", weight = 1 }] }
`;

/** Rows as a shop's export has them on a bad day. */
const SPOILED = [
  'x1,100042,,c1,Transaction,yesterday,view,,,,0.25,True',
  'x2,,,c1,Transaction,2025-05-30T08:18:21.000Z,view,,,,0.25,True',
  'x3,no-such-item,,c1,Transaction,2025-05-30T08:18:21.000Z,view,,,,0.25,True',
  'x4,no-such-item,,c2,Transaction,2025-05-30T08:18:21.000Z,order,,,,lots,True',
];

/** Starts it, without a cook yet. */
export async function startConsole({ items = 160, shoppers = 420 } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cookshelf-console-'));
  const data = join(folder, 'data');
  const run = async (words, env = {}) => {
    const { stdout } = await execute(program, words, { cwd: folder, env: { ...process.env, ...env } });
    return stdout.trim();
  };
  await run(['demo-data', 'shop', '--items', String(items), '--shoppers', String(shoppers), '--seed', '7']);
  const pictures = await serveFiles((path) => ({ file: join(folder, 'shop/shop', path) }));
  await spoil(join(folder, 'shop/root'), pictures.origin);
  const key = await run(['init', data, '--folder', folder]);
  const port = await freePort();
  const child = spawn(program, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`, '--workers', '2', '--package', packageFolder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => { said += text; });
  const gone = new Promise((resolve) => { child.once('exit', resolve); });
  process.once('exit', () => child.kill());
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`cookshelf serve stopped at once: ${said}`);
    return (await answers(port)) === 200;
  });
  const door = await openDoor(port);
  await writeFile(join(folder, 'stack.toml'), STACK);
  await run(['apply', '-f', 'stack.toml'], { COOKSHELF_URL: door.origin, COOKSHELF_KEY: key });

  const ask = async (method, path, body, by = key) => {
    const response = await fetch(`${door.origin}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  const cooks = (modeling) => `/accounts/harbour/modelings/${modeling}/cooks`;
  /** The last cook of a modeling, when it is over. */
  const settled = async (modeling) => {
    let last;
    await until(async () => {
      ({ items: [last] } = await ask('GET', `${cooks(modeling)}?limit=1`));
      return last !== undefined && !['queued', 'running'].includes(last.state);
    }, `the cook of ${modeling} ends`, 240);
    return last;
  };
  return {
    ...door,
    folder,
    key,
    ask,
    pictures: pictures.origin,
    /** Cooks a modeling, after what is under way, and waits for the end. */
    async cook(modeling) {
      const { items } = await ask('GET', `${cooks(modeling)}?limit=1`);
      if (items.length > 0) await settled(modeling);
      await ask('POST', cooks(modeling));
      return settled(modeling);
    },
    settled,
    /** A new key with these grants. */
    async grant(label, ...grants) {
      return (await ask('POST', '/keys', { label, grants })).secret;
    },
    async stop() {
      await door.stop();
      await pictures.stop();
      child.kill();
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Pictures at an address that can be reached here, and a few rows that cannot be read. */
async function spoil(root, pictures) {
  for (const entity of ['Reco_ItemAndVariantImages', 'Reco_Interactions']) {
    for (const file of await readdir(join(root, entity))) {
      const path = join(root, entity, file);
      const text = await readFile(path, 'utf8');
      const rows = entity === 'Reco_Interactions' ? `${SPOILED.join('\n')}\n` : '';
      await writeFile(path, text.replaceAll('https://shop.example', pictures) + rows);
    }
  }
}

function answers(port) {
  return new Promise((resolve) => {
    const request = http.get({ port, host: '127.0.0.1', path: '/livez', agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on('error', () => resolve(0));
  });
}
