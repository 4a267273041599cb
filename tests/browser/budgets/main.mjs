/**
 * What a storefront pays, against the budgets that the package is held to; a line of JSON per figure.
 *
 *   node budgets/main.mjs FILE.blobs …      files of the program bench-model, named by their number of items
 *
 * COOKSHELF_PROGRAM serves COOKSHELF_MODELS, a cooked shop of ten thousand items, and cooks its data folder, COOKSHELF_ROOT,
 * as it was a day ago and as it is. COOKSHELF_SMALL_MODELS is what the theme's page shows.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packageFolder } from '../built-package.mjs';
import { launch } from '../chromium.mjs';
import { startServer } from '../recorded-server.mjs';
import { modelBytes, packageBytes } from './bytes.mjs';
import { calls, sizes } from './calls.mjs';
import { shelf } from './shelf.mjs';
import { theme } from './theme.mjs';
import { dayAfter, firstList, returningVisit } from './visits.mjs';

const { COOKSHELF_MODELS: models, COOKSHELF_ROOT: root, COOKSHELF_SMALL_MODELS: small } = process.env;

const site = mkdtempSync(join(tmpdir(), 'cookshelf-budgets-'));
const HEAD = '<!doctype html><html lang="en"><title>shop</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/package/element.css">';
const SHELF = '<cook-shelf kind="popular" limit="8" heading="Bestsellers" model="/models/manifest.json"></cook-shelf>';
const PAGES = {
  'index.html': `${HEAD}<script type="module" src="/page.js"></script>`,
  'page.js': "import { createRecommender } from '/package/index.js'; globalThis.createRecommender = createRecommender;",
  'tall.css': '#tall { block-size: 3000px }',
  'shelf.html': `${HEAD}<link rel="stylesheet" href="/tall.css"><script type="module" src="/package/element.define.js"></script><h1>A shop</h1><div id="tall"></div>${SHELF}<p>below</p>`,
};
cpSync(join(packageFolder, 'dist'), join(site, 'package'), { recursive: true });
for (const [name, text] of Object.entries(PAGES)) writeFileSync(join(site, name), text);

await packageBytes();
modelBytes(models);
const server = await startServer({ models, shop: site });
const browser = await launch();
try {
  await firstList(browser, server);
  await returningVisit(server);
  await dayAfter(browser, root, site);
  await calls(browser, server);
  await sizes(browser, process.argv.slice(2));
  await shelf(browser, server);
  await theme(small);
} finally {
  await browser.close();
  await server.stop();
  rmSync(site, { recursive: true, force: true });
}
