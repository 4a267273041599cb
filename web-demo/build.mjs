// Builds the storefront into dist/: one page, its script in parts, one stylesheet, the engine's wasm file and the
// service worker. Every name but index.html and sw.js carries the hash of its content.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
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

/** `?raw`: the text of a file, beside the file itself. */
const raw = {
  name: 'raw',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?raw$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.slice(0, -'?raw'.length)), namespace: 'raw' }));
    onLoad({ filter: /.*/, namespace: 'raw' }, async ({ path }) => ({ contents: await readFile(path, 'utf8'), loader: 'text', watchFiles: [path] }));
  },
};

/** The shop's script, and the parts of it that are loaded when they are needed. */
async function splitScript(define) {
  const { metafile } = await build({
    ...common, define, write: true, entryPoints: ['src/main.ts'], format: 'esm', splitting: true,
    outdir: dist, entryNames: 'app.[hash]', chunkNames: 'part.[hash]', metafile: true, plugins: [raw],
  });
  const made = Object.entries(metafile.outputs).map(([file, { entryPoint }]) => ({ address: `/${basename(file)}`, entryPoint }));
  return { scripts: made.map(({ address }) => address), script: made.find(({ entryPoint }) => entryPoint === 'src/main.ts').address };
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });

const packed = (name) => readFile(createRequire(import.meta.url).resolve(`cookshelf/${name}`));
const wasm = await emit('cookshelf', 'wasm', await packed('cookshelf.wasm'));
// `cookshelf serve` gives a script of this name a policy of its own, which forbids every request.
const airlock = await emit('airlock', 'js', await packed('worker.js'));
const style = await emit('app', 'css', await bundle('src/styles/app.css', {}));
const { scripts, script } = await splitScript({ ENGINE_FILE: JSON.stringify(wasm), WORKER_FILE: JSON.stringify(airlock) });

const page = (await readFile(join(here, 'src/index.html'), 'utf8')).replace('%STYLE%', style).replace('%SCRIPT%', script);
await writeFile(join(dist, 'index.html'), page);

const files = ['/', style, ...scripts, wasm, airlock];
const version = createHash('sha256').update(page).digest('hex').slice(0, 12);
const define = { SHELL_FILES: JSON.stringify(files), SHELL_VERSION: JSON.stringify(version) };
await writeFile(join(dist, 'sw.js'), await bundle('src/worker.ts', { format: 'iife', define }));

console.log(`web-demo: ${files.slice(1).join(' ')}`);
