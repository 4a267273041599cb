/**
 * Rust → wasm, in pkg/ and build/: wasm-pack, then wasm-opt, then the glue in the names of this build. Refuses to finish
 * when the module does not start in Node.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import binaryen from 'binaryen';
import { fail, here, pkg, pkgRich, run, say, work, workspace } from './build-tools.mjs';

/** Named one by one: "all features" makes files that current engines cannot read. */
const WASM_FEATURES = ['bulk-memory', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext', 'simd'];

/** The module that wasm-bindgen imports everything from. */
const IMPORTED = './cookshelf_bg.js';

/**
 * What the module offers, as wasm-bindgen declares it. The glue in src/engine/glue.js is made for exactly these forms:
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

/**
 * What a panic does before it stops: it puts a text together. Nobody could read it, since the module has no way to print.
 * Each of these becomes the stop alone, so that no place and no number is handed to it either: a tenth less for every
 * browser to load and to check.
 */
const PANICS = [
  /\bcore\[\w+\]::panicking::/,
  /_fail(ed)?$/,
  /::raw_vec::(handle_error|capacity_overflow)$/,
  /\bstd\[\w+\]::(panicking|alloc)::/,
  /::rust_begin_unwind$/,
  /\bcore\[\w+\]::fmt::(write$|Formatter>::pad)/,
  / as core\[\w+\]::fmt::(Display|Write)>::/,
];

/** wasm-opt before this version corrupts what wasm-bindgen makes. */
const OLDEST_WASM_OPT = 110;

/** Compiles, optimises and tries both modules: the package's own, and the one for who works with the engine by hand. */
export async function buildWasm() {
  await compileWasm('bytes', pkg, 'cookshelf');
  const names = await optimise(await silentlyPanicking(await renamed()), 'cookshelf.wasm', ['--minify-imports-and-exports']);
  await writeGlue(names);
  await tryWasm(await readFile(join(work, 'cookshelf.wasm')));
  await compileWasm('rich', pkgRich, 'rich');
  await optimise(join(pkgRich, 'rich_bg.wasm'), 'rich.wasm', []);
}

/** cargo and wasm-bindgen, by wasm-pack; optimisation is a step of its own. */
async function compileWasm(boundary, folder, name) {
  say(`compiling the engine to wasm, with the ${boundary} boundary`);
  await rm(folder, { recursive: true, force: true });
  run('wasm-pack', [
    ...['build', '..', '--mode', 'no-install', '--target', 'web', '--profile', 'wasm-release'],
    ...['--no-opt', '--no-pack', '--no-gitignore', '--out-dir', relative(join(here, '..'), folder), '--out-name', name],
    ...['--', '--no-default-features', '--features', boundary],
    // Panic messages name source files: without the place where they lie on this machine.
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

/**
 * The compiled module under a name of its own. One-letter names of another build would fit by chance: the module's name
 * says which build it is. wasm-opt shortens the names of modules that begin with wasi_ only; as long as before, it can be
 * put in place.
 */
async function renamed() {
  const compiled = await readFile(join(pkg, 'cookshelf_bg.wasm'));
  const file = join(work, 'named.wasm');
  await writeFile(file, Buffer.from(compiled.toString('latin1').replaceAll(IMPORTED, moduleName(compiled)), 'latin1'));
  return file;
}

/** The same file with nothing but a stop in PANICS; their names must be in it. */
async function silentlyPanicking(file) {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(await readFile(file));
  const functions = Array.from({ length: module.getNumFunctions() }, (_, at) => module.getFunctionByIndex(at));
  for (const pattern of PANICS) {
    const found = functions.filter((one) => pattern.test(binaryen.getFunctionInfo(one).name));
    if (found.length === 0) fail(`no function is called ${pattern}: the compiler has other names for what panics do`);
    for (const one of found) binaryen.Function.setBody(one, module.unreachable());
  }
  await writeFile(file, module.emitBinary());
  module.dispose();
  return file;
}

function moduleName(compiled) {
  return `wasi_${createHash('sha256').update(compiled).digest('hex')}`.slice(0, IMPORTED.length);
}

/** Writes the optimised module to the work folder; what it says about shortened names. */
async function optimise(file, name, more) {
  const version = Number(/version (\d+)/.exec(run('wasm-opt', ['--version'], 'run npm ci first', 'pipe'))?.[1]);
  if (!(version >= OLDEST_WASM_OPT)) fail(`wasm-opt is version ${version}, at least ${OLDEST_WASM_OPT} is needed; run npm ci`);
  say(`optimising ${name} with wasm-opt ${version}`);
  const said = run('wasm-opt', [
    file,
    // Less inlining than -O3 alone does: about 2 % fewer bytes on the wire.
    ...['-o', join(work, name), '-O3', '--flexible-inline-max-function-size', '4', '--one-caller-inline-max-function-size', '20'],
    // Nothing lies in the first kilobyte. One function for those that differ in a number, a second pass, and functions that
    // are alike side by side: another hundredth less.
    ...['--low-memory-unused', '--merge-similar-functions', '--dae-optimizing', '-O3', '--reorder-functions-by-name'],
    ...['--strip-debug', '--strip-producers', '--strip-target-features', ...more],
    ...WASM_FEATURES.map((feature) => `--enable-${feature}`),
  ], 'run npm ci first', 'pipe');
  return said === '' ? undefined : { ...JSON.parse(said), module: moduleName(await readFile(join(pkg, 'cookshelf_bg.wasm'))) };
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
