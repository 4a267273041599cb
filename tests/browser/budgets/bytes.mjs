/** What the built package and a model of ten thousand items weigh, after brotli 11, or gzip 9 where it says so. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { glueFile, packageFolder } from '../built-package.mjs';
import { LIST_KINDS, SECTION_KINDS } from '../kinds.mjs';
import { tell } from './tell.mjs';

export const br = (bytes) => brotliCompressSync(bytes).length;
const gz = (bytes) => gzipSync(bytes, { level: 9 }).length;

export const dist = (name) => readFileSync(join(packageFolder, 'dist', name));

export async function packageBytes() {
  const { build } = await import(join(packageFolder, 'node_modules/esbuild/lib/main.js'));
  const minified = async (file) => {
    const { outputFiles } = await build({ entryPoints: [file], bundle: true, format: 'esm', minify: true, write: false });
    return Buffer.from(outputFiles[0].contents);
  };
  const theme = [dist('theme/cookshelf.iife.js'), dist('theme.js')];
  const sum = (files, weigh) => files.reduce((all, file) => all + weigh(file), 0);
  tell('theme entry', sum(theme, br), 'B', { most: 8_000, aim: 5_000 });
  tell('theme entry, gzip', sum(theme, gz), 'B', { most: 10_000, row: 'theme entry' });
  tell('scorer', br(dist('cookshelf.wasm')), 'B', {
    most: 40_000,
    aim: 20_000,
    why: 'twelve kinds of lists, filters, wishes and explanations; the aim was for the scoring loop alone',
  });
  tell('glue of the scorer', br(await minified(glueFile)), 'B', { most: 4_000, aim: 2_000 });
  const near = readdirSync(join(packageFolder, 'dist')).find((name) => name.startsWith('near-'));
  tell('element and carousel', br(dist('element.js')) + br(dist(near)), 'B', { most: 7_000, aim: 5_000, why: 'states, templates, keyboard, layout guard and the looks of a list; the second part comes when a shelf is near' });
  tell('style sheet', br(dist('element.css')), 'B', { most: 3_000, aim: 1_500 });
  tell('cookshelf/inline, gzip', gz(dist('inline.js')), 'B', { most: 60_000, aim: 35_000, why: 'the scorer is inside, and base64 adds a third' });
  // The client is slim.js, as for any other engine; these two are loaded before the first list.
  const firstPart = readdirSync(join(packageFolder, 'dist')).find((name) => name.startsWith('script-engine-'));
  tell('cookshelf/js, with the first part of its engine', br(dist('js.js')) + br(dist(firstPart)), 'B', {
    most: 6_000,
    aim: 4_000,
    why: 'lists to the bit those of the scorer; what only profiles, filters and wishes need comes when they do',
  });
  const imports = WebAssembly.Module.imports(new WebAssembly.Module(dist('cookshelf.wasm')));
  tell('names that the scorer imports, also in the airlock', imports.length, '', { most: 4, aim: 2 });
}

export function modelBytes(models) {
  const blobs = readBlobs(models);
  const ofList = (list) => blobs.filter(({ section, of }) => section === 'near' && of === list);
  const shards = ['similar', 'together', 'next', 'text', 'look'].flatMap(ofList).map(({ bytes }) => br(bytes));
  tell('neighbour shard of a page, the largest', Math.max(...shards), 'B', { most: 15_000, aim: 8_000, why: 'a shard is up to 192 items, so that a page that is opened is one among many' });
  const personal = [...blobs.filter(({ section }) => section === 'factors'), ...ofList('picks')];
  tell('whole-catalogue personal table, 10,000 items', personal.reduce((all, { bytes }) => all + br(bytes), 0), 'B', {
    most: 200_000,
    aim: 120_000,
    why: 'factors alone would fit; the rows beside them are worth their bytes in recall',
  });
}

function readBlobs(models) {
  const { payload } = JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8'));
  const folder = join(models, JSON.parse(payload).blobs);
  return readdirSync(folder).map((name) => {
    const bytes = readFileSync(join(folder, name));
    return { bytes, section: SECTION_KINDS[bytes.readUInt16LE(6)], of: LIST_KINDS[bytes[10]] };
  });
}
