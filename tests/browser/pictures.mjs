/**
 * Takes the pictures of the demo shop that the README shows.
 *
 *   COOKSHELF_PROGRAM=… COOKSHELF_MODELS=… COOKSHELF_SITE=… node pictures.mjs FOLDER
 *
 * A shopper looks at a few things first, so that the shelves have something to say.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { launch } from './chromium.mjs';
import { startServer } from './recorded-server.mjs';
import { Shopper } from './shopper.mjs';

const LOOKS = [
  ['desktop-light', { width: 1280, height: 900 }, 'light'],
  ['desktop-dark', { width: 1280, height: 900 }, 'dark'],
  ['phone-light', { width: 390, height: 844 }, 'light'],
  ['phone-dark', { width: 390, height: 844 }, 'dark'],
];

const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await startServer({ models: process.env.COOKSHELF_MODELS, shop: process.env.COOKSHELF_SITE });
const browser = await launch();
try {
  const shopper = await Shopper.enter(browser, server.origin);
  const [first] = await shopper.items('shelf-trending');
  await shopper.open('shelf-trending', first);
  for (let looks = 0; looks < 3; looks += 1) {
    const [next] = (await shopper.items('shelf-similar')).filter((item) => item !== first);
    await shopper.open('shelf-similar', next);
  }
  await shopper.goHome();
  for (const [name, size, scheme] of LOOKS) {
    await shopper.look(size, scheme);
    // Below the landscape, where the shelves are.
    await shopper.page.locator('[data-testid="shelf-for-you"]').first().evaluate((shelf) => scrollBy({ top: shelf.getBoundingClientRect().top - 220, behavior: 'instant' }));
    await shopper.idle();
    await shopper.page.screenshot({ path: join(folder, `${name}.jpg`), type: 'jpeg', quality: 82 });
    console.log(join(folder, `${name}.jpg`));
  }
} finally {
  await browser.close();
  await server.stop();
}
