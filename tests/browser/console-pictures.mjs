/**
 * Takes the pictures of the console that the README shows.
 *
 *   COOKSHELF_PROGRAM=… node console-pictures.mjs FOLDER
 *
 * A made-up shop is cooked a few times first, a little more of its data each time, so that there is something to see.
 */
import { mkdirSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { launch } from './chromium.mjs';
import { startConsole } from './console-server.mjs';
import { Operator } from './console-visit.mjs';

const LOOKS = [
  ['desktop-light', 'accounts/harbour/modelings/shop', { width: 1280, height: 1000 }, 'light'],
  ['desktop-dark', 'accounts/harbour/endpoints/web', { width: 1280, height: 1000 }, 'dark'],
  ['phone-light', 'accounts/harbour/endpoints/trial/lists', { width: 390, height: 844 }, 'light'],
  ['phone-dark', 'accounts/harbour/endpoints/web', { width: 390, height: 844 }, 'dark'],
];
/** Parts of the interactions that each cook knows. */
const PARTS = [0.55, 0.7, 0.85, 1];

const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const server = await startConsole({ items: 240, shoppers: 700 });
const browser = await launch();
try {
  const entity = join(server.folder, 'shop/root/Reco_Interactions');
  const [file] = await readdir(entity);
  const rows = (await readFile(join(entity, file), 'utf8')).split('\n');
  await server.settled('shop');
  for (const part of PARTS) {
    await writeFile(join(entity, file), rows.filter((_, at) => at < rows.length * part || at > rows.length - 6).join('\n'));
    await server.cook('shop');
  }
  await server.cook('shop-wide');
  await server.ask('POST', '/accounts/harbour/endpoints/web/releases', { do: 'promote' });
  await server.cook('shop');
  for (const [name, address, viewport, colorScheme] of LOOKS) {
    const operator = await Operator.come(browser, server.origin, { viewport, colorScheme });
    await operator.signIn(server.key);
    await operator.go(address);
    const pictures = operator.page.getByRole('button', { name: /^Show pictures/ });
    if ((await pictures.count()) > 0) {
      await pictures.click();
      await operator.page.waitForLoadState('networkidle');
    }
    await operator.page.evaluate(() => document.activeElement.blur());
    await operator.page.screenshot({ path: join(folder, `console-${name}.jpg`), type: 'jpeg', quality: 82 });
    console.log(join(folder, `console-${name}.jpg`));
    await operator.page.context().close();
  }
} finally {
  await browser.close();
  await server.stop();
}
