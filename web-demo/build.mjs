// Builds the storefront into dist/: one page, one script, one stylesheet, the engine's wasm file and the
// service worker. Every name but index.html and sw.js carries the hash of its content.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');

const common = { bundle: true, minify: true, write: false, target: ['es2022'], logLevel: 'warning', absWorkingDir: here };

async function bundle(entry, options) {
  const result = await build({ ...common, entryPoints: [entry], ...options });
  return Buffer.from(result.outputFiles[0].contents);
}

/** Writes `name.<hash>.ext` and gives its address. */
async function emit(name, extension, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const file = `${name}.${hash}.${extension}`;
  await writeFile(join(dist, file), bytes);
  return `/${file}`;
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const engine = createRequire(import.meta.url).resolve('cookshelf/cookshelf.wasm');
const wasm = await emit('cookshelf', 'wasm', await readFile(engine));
const style = await emit('app', 'css', await bundle('src/styles/app.css', {}));
const script = await emit(
  'app',
  'js',
  await bundle('src/main.ts', { format: 'esm', define: { ENGINE_FILE: JSON.stringify(wasm) } }),
);

const page = (await readFile(join(here, 'src/index.html'), 'utf8')).replace('%STYLE%', style).replace('%SCRIPT%', script);
await writeFile(join(dist, 'index.html'), page);

const files = ['/', style, script, wasm];
const version = createHash('sha256').update(page).digest('hex').slice(0, 12);
const define = { SHELL_FILES: JSON.stringify(files), SHELL_VERSION: JSON.stringify(version) };
await writeFile(join(dist, 'sw.js'), await bundle('src/worker.ts', { format: 'iife', define }));

console.log(`web-demo: ${files.slice(1).join(' ')}`);
