/** What a product page loads: at the first visit, when nothing has changed, and the day after. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startServer, until } from '../recorded-server.mjs';
import { br, dist } from './bytes.mjs';
import { openOnPhone } from './phone.mjs';
import { tell } from './tell.mjs';

const started = (page) => until(() => page.evaluate(() => typeof globalThis.createRecommender === 'function'), 'the page starts');

export async function firstList(browser, server) {
  const { page, context } = await openOnPhone(browser, server.origin);
  await started(page);
  const item = await page.evaluate(async () => (await (await createRecommender({ model: '/models/manifest.json' })).popular({ limit: 1 })).items[0].id);
  await context.close();
  const fresh = await openOnPhone(browser, server.origin);
  const before = server.requests.length;
  await fresh.page.reload();
  await started(fresh.page);
  await fresh.page.evaluate(async (id) => (await createRecommender({ model: '/models/manifest.json' })).similar(id, { limit: 8 }), item);
  const ours = server.requests.slice(before).filter(({ url }) => /^\/(package|models)\//.test(url) && !url.endsWith('.css'));
  // index.js came with the first visit of this page and was only asked after.
  const script = br(dist('index.js'));
  const bytes = ours.reduce((sum, { received, url }) => sum + (url.endsWith('/index.js') ? script : received), 0);
  tell('first list of a product page, everything', bytes, 'B', { most: 65_000, aim: 42_000, row: 'first list', why: 'the scorer is more than half of it' });
  tell('first list of a product page, requests', ours.length, '', { most: 5, row: 'first list' });
  await fresh.context.close();
}

/** Bytes of the answer when the manifest has not changed: its head, since it has no body. */
export async function returningVisit(server) {
  const ask = (headers) => new Promise((resolve, reject) => {
    http.get(`${server.origin}/models/manifest.json`, { headers, agent: false }, (answer) => {
      let body = 0;
      answer.on('data', (bytes) => { body += bytes.length; });
      answer.on('end', () => resolve({ answer, bytes: body + answer.rawHeaders.join('').length + 2 * answer.rawHeaders.length + 30 }));
    }).on('error', reject);
  });
  const { answer } = await ask({ 'accept-encoding': 'br' });
  const again = await ask({ 'accept-encoding': 'br', 'if-none-match': answer.headers.etag });
  if (again.answer.statusCode !== 304) throw new Error(`an unchanged manifest is answered with ${again.answer.statusCode}`);
  tell('returning visitor, nothing changed', again.bytes, 'B', { most: 1_000, aim: 400 });
}

/**
 * A shopper who keeps blobs comes back to a product page after a cook with one more day of events: which share of the
 * model's bytes that the page needs is loaded again.
 */
export async function dayAfter(browser, root, site) {
  const folder = mkdtempSync(join(tmpdir(), 'cookshelf-days-'));
  const models = join(folder, 'models');
  cpSync(root, join(folder, 'root'), { recursive: true });
  const events = join(folder, 'root/Reco_Interactions/Reco_Interactions.csv');
  const today = readFileSync(events, 'utf8');
  writeFileSync(events, withoutLastDay(today));
  cook(folder, models);
  const server = await startServer({ models, shop: site });
  const context = await browser.newContext();
  try {
    const first = await visit(browser, server, context);
    writeFileSync(events, today);
    cook(folder, models);
    await until(async () => (await (await fetch(`${server.origin}/models/manifest.json`)).text()) === readFileSync(join(models, 'manifest.json'), 'utf8'), 'the new model is served');
    const second = await visit(browser, server, context);
    if (second === 0) throw new Error('the new model was not loaded');
    tell('returning visitor, the day after: share of the blobs of a product page with cards', (100 * second) / first, '%', {
      most: 25,
      aim: 10,
      why: 'of what changed only the change is sent; three quarters of it is the manifest, which names every part that changed by its hash',
    });
  } finally {
    await context.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes of blobs and manifest that a product page loads. */
async function visit(browser, server, context) {
  const { page, session } = await openOnPhone(browser, server.origin, context);
  await started(page);
  // A day later the browser asks for the manifest again; blobs lie in a store of the shop's own.
  await session.send('Network.clearBrowserCache');
  const before = server.requests.length;
  await page.evaluate(async () => {
    const shelf = await createRecommender({ model: '/models/manifest.json', profile: 'device' });
    const item = localStorage.getItem('item') ?? (await shelf.popular({ limit: 1 })).items[0].id;
    // The same page both times; what is popular may change.
    localStorage.setItem('item', item);
    await shelf.similar(item, { limit: 8, cards: true });
  });
  await new Promise((passed) => { setTimeout(passed, 500); });
  await page.close();
  return server.requests.slice(before).filter(({ url }) => url.startsWith('/models/')).reduce((sum, { received }) => sum + received, 0);
}

function withoutLastDay(text) {
  const lines = text.split('\n');
  const dayOf = (line) => /\d{4}-\d{2}-\d{2}/.exec(line)?.[0];
  const last = lines.reduce((latest, line) => ((dayOf(line) ?? '') > latest ? dayOf(line) : latest), '');
  return lines.filter((line) => dayOf(line) !== last).join('\n');
}

function cook(folder, models) {
  const { status, stderr } = spawnSync(process.env.COOKSHELF_PROGRAM, ['cook', join(folder, 'root'), '-o', models], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
