#!/usr/bin/env node
/**
 * Copies the theme app extension into a folder and fills its assets:
 *
 *   npx cookshelf-theme extensions/cookshelf
 *
 * Shopify puts all assets of an extension side by side, so the scripts that import each other find each other there.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(home, 'dist');

/** Files of dist/ by the name that the asset has. */
const NAMED = { 'theme/cookshelf.iife.js': 'cookshelf.js', 'element.css': 'cookshelf.css', 'cookshelf.wasm': 'cookshelf.wasm' };
/** The module that the script loads; what it imports comes along. */
const MODULE = 'theme.js';

const [target] = process.argv.slice(2);
if (target === undefined) {
  console.error('usage: cookshelf-theme FOLDER');
  process.exit(2);
}
const assets = join(target, 'assets');
mkdirSync(target, { recursive: true });
for (const name of ['blocks', 'snippets', 'locales', 'shopify.extension.toml']) cpSync(join(home, 'theme', name), join(target, name), { recursive: true });
rmSync(assets, { recursive: true, force: true });
mkdirSync(assets);
for (const [name, asset] of Object.entries(NAMED)) cpSync(join(dist, name), join(assets, asset));
copyModule(MODULE);
console.log(`${target}: a theme app extension with ${readdirSync(assets).length} assets`);

/** A module and what it imports, also later. */
function copyModule(name) {
  if (existsSync(join(assets, name))) return;
  cpSync(join(dist, name), join(assets, name));
  for (const [, path] of readFileSync(join(dist, name), 'utf8').matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g)) copyModule(path);
}
