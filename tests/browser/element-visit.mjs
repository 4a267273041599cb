/**
 * Visits to pages with shelves: what the tests of the element share. A visit fails when anything complained, and when
 * anything moved. COOKSHELF_MODELS is the small shop, COOKSHELF_SITE has its pictures; its own go to COOKSHELF_PICTURES.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { launch } from './chromium.mjs';
import { SHOP, shopPage, startPages, watch } from './element-page.mjs';
import { until } from './recorded-server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const site = process.env.COOKSHELF_SITE;
export const pictures = process.env.COOKSHELF_PICTURES;
export const { products } = JSON.parse(readFileSync(join(site, 'products.json'), 'utf8'));
export const SEED = products[0].id;
export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };
export const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; img-src https://shop.example data:; require-trusted-types-for 'script'; trusted-types 'none'";

/** What a server might have put in the place of the list. */
export const BROUGHT = `<ul role="list" class="brought">${products.slice(0, 3).map(({ title }) => `<li><a href="/p">${title}</a></li>`).join('')}</ul>`;
export const SIMILAR = `<cook-shelf id="one" kind="similar" seed="${SEED}" heading="You may also like"></cook-shelf>`;

export let server;
let browser;

/** Before the first visit. */
export async function open() {
  if (pictures) mkdirSync(pictures, { recursive: true });
  server = await startPages({ models: process.env.COOKSHELF_MODELS });
  browser = await launch();
}

/** After the last. */
export async function close() {
  await browser?.close();
  await server?.stop();
}

/** Opens a page, works with it, and closes it; nothing may have complained, and nothing may have moved. */
export async function visit({ body, html = {}, policy, settled = true, mayComplain = false, mayMove = false, delays = {}, ...look }, work) {
  server.delays.clear();
  for (const [start, wait] of Object.entries(delays)) server.delays.set(start, wait);
  const context = await browser.newContext({ viewport: DESKTOP, ...look });
  const complaints = [];
  await context.addInitScript(watch);
  await context.route(`${SHOP}/**`, async (route) => {
    const body = await readFile(join(site, new URL(route.request().url()).pathname)).catch(() => undefined);
    await route.fulfill(body ? { body, contentType: 'image/svg+xml' } : { status: 200, contentType: 'text/html', body: '<!doctype html><title>x</title>' });
  });
  const page = await context.newPage();
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    server.asked.length = 0;
    await page.goto(server.put(shopPage(body, html), policy));
    if (settled) await state(page, 'one', /filled|fallback|empty|error/);
    await work(page);
    const inPage = await page.evaluate(() => [globalThis.shifts, globalThis.complaints]).catch(() => [[], []]);
    if (!mayMove) assert.deepEqual(inPage[0], [], 'something moved');
    if (!mayComplain) assert.deepEqual([...complaints, ...inPage[1]], []);
  } finally {
    await context.close();
  }
}

/** Waits until a shelf is done and in this state. */
export async function state(page, id, wanted) {
  const now = () => page.evaluate((name) => {
    const shelf = document.getElementById(name);
    const busy = (shelf?.shadowRoot ?? shelf)?.querySelector('section')?.getAttribute('aria-busy');
    return busy === 'true' ? 'busy' : shelf?.getAttribute('state') ?? '';
  }, id);
  await until(async () => wanted.test(await now()), `${id} becomes ${wanted}, and is ${await now()}`);
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}

export const shown = (page, id) => page.evaluate((name) => document.getElementById(name).items.map((item) => item.id), id);
export const cells = (page, id) => page.locator(`#${id} li[data-item]`).evaluateAll((all) => all.map((cell) => cell.dataset.item));
export const told = (page) => page.evaluate(() => globalThis.told);

/** Rules of the whole page's frame are the shop's business; everything else is the shelf's. */
export async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}

/** A few pages at a time. */
export async function together(many, cases, work) {
  const rest = [...cases];
  await Promise.all(Array.from({ length: many }, async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await work(next);
  }));
}
