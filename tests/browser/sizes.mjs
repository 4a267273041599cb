/**
 * Bytes as they lie on disk and after brotli, as a static host would send them; prints JSON.
 *
 *   node sizes.mjs MODELS     sections of a cooked folder, by kind and list
 *   node sizes.mjs            files of the built npm package
 *
 * Every blob is compressed alone, since it is fetched alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

import { packageFolder } from './built-package.mjs';
import { LIST_KINDS, SECTION_KINDS } from './kinds.mjs';

const [models] = process.argv.slice(2);
console.log(JSON.stringify(models ? sections(models) : packageFiles()));

function sections(folder) {
  const { payload } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const { items } = JSON.parse(payload).models[0];
  const places = join(folder, JSON.parse(payload).blobs);
  const rows = new Map();
  for (const name of readdirSync(places)) {
    const bytes = readFileSync(join(places, name));
    const [kind, list] = [bytes.readUInt16LE(6), bytes[10]];
    const key = [SECTION_KINDS[kind] ?? kind, SECTION_KINDS[kind] === 'near' ? (LIST_KINDS[list] ?? list) : ''].join(' ').trim();
    const row = rows.get(key) ?? { section: key, blobs: 0, raw: 0, brotli: 0 };
    row.blobs += 1;
    row.raw += bytes.length;
    row.brotli += compressed(bytes);
    rows.set(key, row);
  }
  return { items, sections: [...rows.values()].sort((a, b) => b.raw - a.raw) };
}

function packageFiles() {
  const dist = join(packageFolder, 'dist');
  const files = readdirSync(dist).filter((name) => /\.(wasm|js)$/.test(name) && !name.includes('node'));
  return files.sort().map((name) => {
    const bytes = readFileSync(join(dist, name));
    return { file: name, raw: bytes.length, brotli: compressed(bytes) };
  });
}

function compressed(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}
