/**
 * Cooks the model of src/testing/fixture-model.ts: a shop of twelve items and sixty shoppers, whose every purchase
 * is made up here, with no chance in it. Run it again when the format changes.
 *
 *   COOKSHELF_PROGRAM=path/to/cookshelf node make-fixture.mjs
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { here } from './build-tools.mjs';

const ITEMS = [
  ['101', 'Clay teapot', 'Teapots', 'Terra', '39.00'],
  ['102', 'Glass teapot', 'Teapots', 'Terra', '29.00'],
  ['103', 'Iron teapot', 'Teapots', 'Nove', '59.00'],
  ['104', 'Travel teapot', 'Teapots', 'Nove', '24.00'],
  ['201', 'Oak chair', 'Chairs', 'Terra', '149.00'],
  ['202', 'Beech chair', 'Chairs', 'Jubilo', '119.00'],
  ['203', 'Folding chair', 'Chairs', 'Jubilo', '49.00'],
  ['204', 'Rocking chair', 'Chairs', 'Nove', '219.00'],
  ['301', 'Desk lamp', 'Lamps', 'Lumo', '69.00'],
  ['302', 'Floor lamp', 'Lamps', 'Lumo', '129.00'],
  ['303', 'Paper lamp', 'Lamps', 'Jubilo', '19.00'],
  ['304', 'Reading lamp', 'Lamps', 'Lumo', '89.00'],
];
const SHOPPERS = 60;
/** 2026-10-01, in seconds; each shopper comes by on a day of his own. */
const START = 1_790_812_800;
/** The same bytes whenever it is made. */
const ISSUED = '2026-11-15T00:00:00Z';

const place = mkdtempSync(join(tmpdir(), 'cookshelf-fixture-'));
const [root, models] = ['root', 'models'].map((name) => join(place, name));
mkdirSync(root);
write('items.csv', ['item_id,title,category,brand,price,released', ...ITEMS.map(([id, title, category, brand, price], at) => [id, title, category, brand, price, `2026-0${1 + (at % 9)}-01`].join())]);
write('interactions.csv', ['session_id,item_id,user_id,timestamp,strength', ...Array.from({ length: SHOPPERS }, (_, shopper) => visits(shopper)).flat()]);
execFileSync(process.env.COOKSHELF_PROGRAM ?? 'cookshelf', ['cook', root, '-o', models, '--currency', 'EUR', '--address', '/products/{id}'], { stdio: ['ignore', 'ignore', 'pipe'] });
writeFileSync(join(here, 'src/testing/fixture-model.ts'), source());
rmSync(place, { recursive: true });

/** A shopper who looks around in one department, buys there twice, and takes something from the next one. */
function visits(shopper) {
  const [department, turn] = [shopper % 3, Math.floor(shopper / 3)];
  const item = (shift, step) => ITEMS[4 * ((department + shift) % 3) + ((turn + step) % 4)][0];
  const time = (minutes) => START + 86_400 * (shopper % 45) + 60 * minutes;
  const row = (session, id, minutes, strength) => [`${session}${shopper}`, id, `s${shopper}`, time(minutes), strength].join();
  return [
    ...[0, 1, 2].map((step) => row('v', item(0, step), step, 0.25)),
    row('o', item(0, 0), 5, 1),
    row('o', item(0, 1), 5, 1),
    ...(turn % 2 === 0 ? [row('o', item(1, 0), 5, 1)] : []),
    ...(turn % 3 === 0 ? [row('w', item(0, 3), 9, 1)] : []),
  ];
}

function write(name, lines) {
  writeFileSync(join(root, name), `${lines.join('\n')}\n`);
}

function source() {
  const manifest = JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8'));
  const payload = JSON.parse(manifest.payload);
  // A test must not fail because it runs a year later.
  const [model] = payload.models;
    manifest.payload = JSON.stringify({ ...payload, issuedAt: ISSUED, notAfter: '2999-01-01T00:00:00Z', models: [{ ...model, cookedAt: ISSUED }] });
  const folder = payload.blobs;
  const blobs = readdirSync(join(models, folder)).sort().map((name) => [folder + name, readFileSync(join(models, folder, name)).toString('base64')]);
  return `/**
 * The files of a cooked shop of twelve items; made by make-fixture.mjs, never by hand.
 */

export const MANIFEST = ${JSON.stringify(JSON.stringify(manifest))};

/** Blobs by their path, in base64. */
export const BLOBS: Readonly<Record<string, string>> = {
${blobs.map(([path, text]) => `  '${path}':\n    '${text}',`).join('\n')}
};
`;
}
