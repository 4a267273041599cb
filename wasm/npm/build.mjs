/**
 * Builds the package: Rust → wasm (wasm-pack, then wasm-opt), TypeScript → ESM (esbuild) and .d.ts
 * (tsc), into dist/. Refuses to finish when the result does not run in Node or breaks a size budget.
 *
 *   node build.mjs                build, or say that nothing changed
 *   node build.mjs --force        build even when nothing changed
 *   node build.mjs --write-sizes  also write the size table into README.md
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { minify } from 'terser';

const here = dirname(fileURLToPath(import.meta.url));
const workspace = resolve(here, '../..');
const [pkg, dist, work] = ['pkg', 'dist', 'build'].map((name) => join(here, name));
const stampFile = join(work, 'stamp.json');

/** Bytes after brotli 11; the build fails above them. */
const BUDGETS = { 'cookshelf.wasm': 40_000, 'index.js': 9_000 };

/** Parts of the script that most pages never load, each a file of its own with its hash in the name. */
const LATER = ['profile/device', 'load/digest', 'ask/more', 'ask/question', 'load/refresh'];

/** What exists once per page: a second copy in a later part would not be the same class or state. */
const ONCE = ['errors', 'engine/engine', 'load/net', 'recommender', 'load/session'].map((name) => `src/${name}.ts`);

/** Named one by one: "all features" makes files that current engines cannot read. */
const WASM_FEATURES = ['bulk-memory', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext', 'simd'];

/** The module that wasm-bindgen imports everything from. */
const IMPORTED = './cookshelf_bg.js';

/**
 * What the module offers, as wasm-bindgen declares it. The glue in glue.mjs is made for exactly these forms:
 * bytes and numbers in, a place and a length out.
 */
const OFFERS = {
  memory: 'WebAssembly.Memory',
  __wbg_engine_free: '(a: number, b: number) => void',
  engine_add: '(a: number, b: number, c: number) => void',
  engine_cardNeeds: '(a: number, b: number, c: number) => [number, number]',
  engine_cards: '(a: number, b: number, c: number) => [number, number]',
  engine_explain: '(a: number, b: number, c: number, d: number, e: number) => [number, number]',
  engine_fault: '(a: number) => [number, number]',
  engine_ids: '(a: number, b: number, c: number) => [number, number]',
  engine_items: '(a: number) => number',
  engine_needs: '(a: number, b: number, c: number) => [number, number]',
  engine_new: '() => number',
  engine_run: '(a: number, b: number, c: number) => [number, number]',
  __wbindgen_externrefs: 'WebAssembly.Table',
  __wbindgen_malloc: '(a: number, b: number) => number',
  __wbindgen_free: '(a: number, b: number, c: number) => void',
  __wbindgen_start: '() => void',
};

/** wasm-opt before this version corrupts what wasm-bindgen makes. */
const OLDEST_WASM_OPT = 110;

process.env.PATH = [join(here, 'node_modules/.bin'), join(homedir(), '.cache/cookshelf/tools/bin'), process.env.PATH].join(delimiter);
process.env.npm_config_loglevel = 'error';

const force = process.argv.includes('--force');
const writeSizes = process.argv.includes('--write-sizes');
const started = Date.now();

const stamp = await hashInputs();
if (!force && (await isFresh(stamp))) {
  say('nothing changed since the last build');
} else {
  await rm(stampFile, { force: true });
  await mkdir(work, { recursive: true });
  await compileWasm();
  const { wasm, names } = await optimise();
  await writeGlue(names);
  await tryWasm(wasm);
  await declareTypes();
  await bundle(wasm);
  await writeFile(stampFile, JSON.stringify(stamp));
}
await reportSizes();

/** cargo and wasm-bindgen, by wasm-pack; optimisation is a step of its own. */
async function compileWasm() {
  say('compiling the engine to wasm');
  await rm(pkg, { recursive: true, force: true });
  run('wasm-pack', [
    ...['build', '..', '--mode', 'no-install', '--target', 'web', '--profile', 'wasm-release'],
    ...['--no-opt', '--no-pack', '--no-gitignore', '--out-dir', 'npm/pkg', '--out-name', 'cookshelf'],
    // Panic messages name source files: without the place where they lie on this machine.
    ...['--', '--no-default-features', '--features', 'bytes'],
    ...['--config', `target.wasm32-unknown-unknown.rustflags=${JSON.stringify(remapped())}`],
  ], 'wasm-pack 0.15 and wasm-bindgen 0.2.130 must be on PATH or in ~/.cache/cookshelf/tools/bin');
}

/** Added by cargo to the flags of .cargo/config.toml; makes the file the same on every machine. */
function remapped() {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src');
  const registries = existsSync(sources) ? readdirSync(sources).sort() : [];
  // Where rust-src is installed, the standard library's panics name it.
  const rustup = process.env.RUSTUP_HOME ?? join(homedir(), '.rustup');
  const folders = [[rustup, 'rust'], ...registries.map((name) => [join(sources, name), 'deps']), [workspace, 'cookshelf']];
  return folders.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

/** src/engine/glue.js in the short names that wasm-opt gave to what the module imports and exports. */
async function writeGlue(names) {
  const declared = await readFile(join(pkg, 'cookshelf_bg.wasm.d.ts'), 'utf8');
  const offers = Object.fromEntries([...declared.matchAll(/^export const (\w+): (.*);$/gm)].map(([, name, form]) => [name, form]));
  if (!isDeepStrictEqual(offers, OFFERS)) fail(`wasm-bindgen makes another kind of module than the glue knows: ${JSON.stringify(offers, null, 2)}`);
  const short = new Map([...names.imports, ...names.exports].map((row) => row.slice(-2)));
  const shortened = (long) => short.get(long) ?? fail(`the module has no ${long}`);
  const thrown = names.imports.map((row) => row.at(-2)).find((name) => name.startsWith('__wbg___wbindgen_throw_')) ?? fail('the module throws in another way');
  const glue = (await readFile(join(here, 'src/engine/glue.js'), 'utf8'))
    .replace(/\bwasm\.(\w+)/g, (_, long) => `wasm.${shortened(long)}`)
    .replace('MODULE', JSON.stringify(names.module))
    .replace('THROW', shortened(thrown))
    .replace('INIT', shortened('__wbindgen_init_externref_table'));
  await writeFile(join(pkg, 'glue.js'), glue);
  await cp(join(here, 'src/engine/glue.d.ts'), join(pkg, 'glue.d.ts'));
}

async function optimise() {
  const version = Number(/version (\d+)/.exec(run('wasm-opt', ['--version'], 'run npm ci first', 'pipe'))?.[1]);
  if (!(version >= OLDEST_WASM_OPT)) fail(`wasm-opt is version ${version}, at least ${OLDEST_WASM_OPT} is needed; run npm ci`);
  say(`optimising the engine with wasm-opt ${version}`);
  const [named, out] = ['named.wasm', 'cookshelf.wasm'].map((name) => join(work, name));
  // One-letter names of another build would fit by chance: the module's name says which build it is.
  // wasm-opt shortens the names of modules that begin with wasi_ only; as long as before, it can be put in place.
  const compiled = await readFile(join(pkg, 'cookshelf_bg.wasm'));
  const module = `wasi_${createHash('sha256').update(compiled).digest('hex')}`.slice(0, IMPORTED.length);
  await writeFile(named, Buffer.from(compiled.toString('latin1').replaceAll(IMPORTED, module), 'latin1'));
  const names = JSON.parse(run('wasm-opt', [
    named,
    // Less inlining than -O3 alone does: about 2 % fewer bytes on the wire.
    ...['-o', out, '-O3', '--flexible-inline-max-function-size', '4', '--one-caller-inline-max-function-size', '20'],
    ...['--strip-debug', '--strip-producers', '--strip-target-features', '--minify-imports-and-exports'],
    ...WASM_FEATURES.map((feature) => `--enable-${feature}`),
  ], 'run npm ci first', 'pipe'));
  names.module = module;
  const wasm = await readFile(out);
  return { wasm, names };
}

/** A file that passes wasm-opt may still not start: start it. */
async function tryWasm(wasm) {
  const module = await WebAssembly.compile(wasm);
  const imports = WebAssembly.Module.imports(module);
  const glue = await import(`${pathToFileURL(join(pkg, 'glue.js')).href}?${Date.now()}`);
  await glue.start(wasm);
  const engine = new glue.Engine();
  if (engine.ids(Uint32Array.of(1, 2)) !== '\n') fail('the engine does not hand over texts');
  engine.free();
  if (wasm.includes(homedir()) || wasm.includes(workspace)) fail('the wasm file holds paths of this machine');
  say(`the engine starts in Node and imports ${imports.length} names`);
}

/** .d.ts files of what the entries' own .d.ts files refer to, and nothing more. */
async function declareTypes() {
  say('checking types');
  run('tsc', ['-p', 'tsconfig.json'], 'run npm ci first');
  await rm(join(work, 'types'), { recursive: true, force: true });
  run('tsc', ['-p', 'tsconfig.types.json'], 'run npm ci first');
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  const wanted = ['index.d.ts', 'inline.d.ts', 'slim.d.ts'];
  for (const name of wanted) {
    const text = await readFile(join(work, 'types', name), 'utf8');
    await writeFile(join(dist, name), text);
    for (const [, found] of text.matchAll(/from '\.\/([\w.-]+)\.js'/g)) {
      if (!wanted.includes(`${found}.d.ts`)) wanted.push(`${found}.d.ts`);
    }
  }
}

async function bundle(wasm) {
  say('bundling');
  const inline = {
    name: 'inline-wasm',
    setup(setup) {
      setup.onResolve({ filter: /^cookshelf-wasm-base64$/ }, ({ path }) => ({ path, namespace: 'wasm' }));
      setup.onLoad({ filter: /.*/, namespace: 'wasm' }, () => ({ contents: wasm.toString('base64'), loader: 'text' }));
    },
  };
  const shared = {
    absWorkingDir: here,
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    minify: true,
    sourcemap: false,
    legalComments: 'inline',
    define: { COOKSHELF_WASM_SHA256: JSON.stringify(createHash('sha256').update(wasm).digest('hex')) },
  };
  const files = await bundleLater(shared);
  const later = {
    name: 'later',
    setup(setup) {
      setup.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const source = relative(join(here, 'src'), resolve(resolveDir, path)).replace(/\.js$/, '');
        return { path: files.get(source) ?? fail(`${source} is loaded later and not in LATER`), external: true };
      });
    },
  };
  await build({ ...shared, entryPoints: ['src/index.ts', 'src/slim.ts'], plugins: [later] });
  for (const name of ['index.js', 'slim.js']) await minifyAgain(join(dist, name));
  await build({ ...shared, entryPoints: ['src/inline.ts'], plugins: [inline] });
  await writeFile(join(dist, 'cookshelf.wasm'), wasm);
  await cp(join(workspace, 'LICENSE'), join(here, 'LICENSE'));
}

/** What esbuild leaves: names and texts that repeat better. */
async function minifyAgain(file) {
  const { code } = await minify(await readFile(file, 'utf8'), { module: true, ecma: 2022, compress: { passes: 3, unsafe_arrows: true } });
  await writeFile(file, code);
}

/** Each later part complete in itself, so that loading it is one request; its file by the path that it is imported by. */
async function bundleLater(shared) {
  const { metafile } = await build({ ...shared, entryPoints: LATER.map((name) => `src/${name}.ts`), entryNames: '[name]-[hash]', metafile: true });
  const files = new Map();
  for (const [file, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
    const doubled = Object.keys(inputs).filter((input) => ONCE.includes(input));
    if (doubled.length > 0) fail(`${entryPoint} brings a second copy of ${doubled.join(', ')}: import types only, and pass the rest`);
    files.set(entryPoint.slice('src/'.length, -'.ts'.length), `./${file.slice('dist/'.length)}`);
  }
  return files;
}

async function reportSizes() {
  const rows = [];
  for (const name of (await readdir(dist)).filter((name) => /\.(js|wasm)$/.test(name)).sort()) {
    const bytes = await readFile(join(dist, name));
    const small = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    rows.push({ name, raw: bytes.length, brotli: small.length, budget: BUDGETS[name] });
  }
  for (const { name, raw, brotli, budget } of rows) {
    console.log(`  ${name.padEnd(16)} ${String(raw).padStart(8)} B   brotli ${String(brotli).padStart(7)} B${budget === undefined ? '' : `   budget ${budget} B`}`);
  }
  if (writeSizes) await sizesIntoReadme(rows);
  const over = rows.filter(({ brotli, budget }) => brotli > budget);
  if (over.length > 0) fail(`over budget: ${over.map(({ name }) => name).join(', ')}`);
  say(`done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function sizesIntoReadme(rows) {
  const kilo = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;
  const table = ['| file | raw | brotli |', '|---|---|---|', ...rows.map(({ name, raw, brotli }) => `| \`${name.replace(/-\w{8}\.js$/, '-*.js')}\` | ${kilo(raw)} | ${kilo(brotli)} |`)];
  const file = join(here, 'README.md');
  const text = await readFile(file, 'utf8');
  const marked = /(<!-- sizes -->\n)[\s\S]*?(\n<!-- \/sizes -->)/;
  if (!marked.test(text)) fail('README.md has no <!-- sizes --> … <!-- /sizes --> marks');
  await writeFile(file, text.replace(marked, `$1${table.join('\n')}$2`));
}

/** One hash over everything that the result depends on. */
async function hashInputs() {
  const roots = ['core/src', 'core/Cargo.toml', 'wasm/src', 'wasm/Cargo.toml', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo/config.toml'];
  const own = ['src', 'build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.types.json'];
  const files = [];
  for (const root of [...roots.map((root) => join(workspace, root)), ...own.map((file) => join(here, file))]) await collect(root, files);
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(relative(workspace, file)).update('\0').update(await readFile(file)).update('\0');
  return { inputs: hash.digest('hex') };
}

async function collect(path, files) {
  if (!existsSync(path)) return;
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) files.push(path);
  else for (const entry of entries) await collect(join(path, entry.name), files);
}

async function isFresh({ inputs }) {
  const outputs = ['index.js', 'inline.js', 'slim.js', 'cookshelf.wasm', 'index.d.ts', 'types.d.ts'].map((name) => join(dist, name));
  if (!existsSync(stampFile) || !outputs.every((file) => existsSync(file)) || !existsSync(join(pkg, 'glue.js'))) return false;
  return JSON.parse(await readFile(stampFile, 'utf8')).inputs === inputs;
}

function run(program, args, hint, stdout = 'inherit') {
  const done = spawnSync(program, args, { cwd: here, stdio: ['ignore', stdout, 'inherit'], encoding: 'utf8' });
  if (done.error !== undefined) fail(`${program} did not start (${done.error.message}): ${hint}`);
  if (done.status !== 0) fail(`${program} failed`);
  return done.stdout ?? '';
}

function say(text) {
  console.log(`cookshelf npm: ${text}`);
}

function fail(text) {
  console.error(`cookshelf npm: ${text}`);
  process.exit(1);
}
