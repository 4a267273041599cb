/**
 * Builds the package: Rust → wasm (wasm-pack, then wasm-opt), TypeScript → ESM (esbuild) and .d.ts
 * (tsc), into dist/. Refuses to finish when the result does not run in Node or breaks a size budget.
 *
 *   node build.mjs                build, or say that nothing changed
 *   node build.mjs --force        build even when nothing changed
 *   node build.mjs --write-sizes  also write the size table into README.md
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { brotliCompressSync, constants, deflateRawSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { minify } from 'terser';
import { dist, fail, here, pkg, pkgRich, run, say, work, workspace } from './build-tools.mjs';
import { buildWasm } from './build-wasm.mjs';

/**
 * What a page can import, each a file of src/ and of dist/ with its types beside it. They import each other as files,
 * so that nothing is there twice; `whole` entries bring everything in one file instead.
 * `untyped`: not for importing, but for its address. `budget`: bytes after brotli 11, together with those of the file whose name starts as `with` says.
 */
const ENTRIES = {
  index: { budget: 11_000 },
  slim: { budget: 11_000 },
  inline: { budget: 56_000 },
  // Beside the client (slim.js): this file and the first part of the engine in script. Both come before the first list.
  js: { budget: 6_000, with: 'script-engine-' },
  engine: { budget: 4_000 },
  worker: { whole: true, format: 'iife', untyped: true },
  element: { budget: 7_000, with: 'near-' },
  'element.define': { budget: 200 },
  consent: { budget: 1_500 },
  counts: { budget: 1_200 },
  events: { budget: 800 },
  shopify: { budget: 3_500 },
  testing: { budget: 8_000 },
  react: { budget: 2_000 },
  vue: { budget: 2_000 },
  svelte: { budget: 2_000 },
  theme: { budget: 3_500 },
};

/** Bytes after brotli 11 of what is not an entry; the build fails above them. */
const BUDGETS = { 'cookshelf.wasm': 40_000, 'element.css': 1_500, 'theme/cookshelf.iife.js': 3_500 };

/** Parts of the script that most pages never load, each a file of its own with its hash in the name. */
const LATER = ['profile/device', 'load/digest', 'ask/more', 'ask/question', 'engine/modes', 'load/refresh', 'element/near', 'element/group', 'element/style', 'element/reasons', 'page-options'];

/** What only some of those load, each before what loads it. */
const INNER = ['load/ed25519', 'load/trust', 'load/patch'];

/** The engine in script, its first part first: what the others need of it, they import from there. */
const SCRIPT = ['engine', 'shop', 'taste', 'wishes', 'explain'].map((name) => `script/${name}`);

/** What exists once per page: a second copy in a later part would not be the same class or state. */
const ONCE = ['errors', 'engine/module', 'load/net', 'recommender', 'load/session'].map((name) => `src/${name}.ts`);

/** Brought by the page's own framework; and the package itself by its name, so that Node and browsers each find their entry. */
const PEERS = ['cookshelf', 'react', 'react/jsx-runtime', 'vue', 'svelte', 'svelte/store'];

const [wasmFile, richFile] = ['cookshelf.wasm', 'rich.wasm'].map((name) => join(work, name));
const force = process.argv.includes('--force');
const writeSizes = process.argv.includes('--write-sizes');
const started = Date.now();

await mkdir(work, { recursive: true });
const wasmFresh = await once('wasm', [wasmFile, richFile, join(pkg, 'glue.js'), join(pkgRich, 'rich.js')], buildWasm, [
  ...['core/src', 'core/Cargo.toml', 'wasm/src', 'wasm/Cargo.toml', 'Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo/config.toml'].map((root) => join(workspace, root)),
  ...['build-wasm.mjs', 'build-tools.mjs', 'node_modules/binaryen/package.json', 'src/engine/glue.js', 'src/engine/glue.d.ts'].map((file) => join(here, file)),
]);
const typed = Object.keys(ENTRIES).filter((name) => !ENTRIES[name].untyped);
const made = [...Object.keys(ENTRIES).map((name) => `${name}.js`), ...typed.map((name) => `${name}.d.ts`), 'cookshelf.wasm', 'rich.wasm', 'element.css', 'theme/cookshelf.iife.js'];
const scriptFresh = await once('script', made.map((name) => join(dist, name)), async () => {
  await declareTypes();
  await bundle(await readFile(wasmFile));
}, [wasmFile, richFile, ...['src', 'theme', 'bin', 'build.mjs', 'build-tools.mjs', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.types.json'].map((file) => join(here, file))]);
if (wasmFresh && scriptFresh) say('nothing changed since the last build');
await reportSizes();

/** Does the work when anything that it depends on has changed since it was done; whether there was nothing to do. */
async function once(name, outputs, make, inputs) {
  const stampFile = join(work, `${name}.stamp`);
  const stamp = await hashOf(inputs);
  if (!force && existsSync(stampFile) && outputs.every((file) => existsSync(file)) && (await readFile(stampFile, 'utf8')) === stamp) return true;
  await rm(stampFile, { force: true });
  await make();
  await writeFile(stampFile, stamp);
  return false;
}

/** .d.ts files of what the entries' own .d.ts files refer to, and nothing more. */
async function declareTypes() {
  say('checking types');
  run('tsc', ['-p', 'tsconfig.json'], 'run npm ci first');
  await rm(join(work, 'types'), { recursive: true, force: true });
  run('tsc', ['-p', 'tsconfig.types.json'], 'run npm ci first');
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist);
  const wanted = [...typed];
  for (const name of wanted) {
    const text = await readFile(join(work, 'types', `${name}.d.ts`), 'utf8');
    await mkdir(dirname(join(dist, name)), { recursive: true });
    await writeFile(join(dist, `${name}.d.ts`), text);
    for (const [, path] of text.matchAll(/(?:from |import\()["'](\.\.?\/[\w./-]+)\.js["']/g)) {
      const found = join(dirname(name), path);
      if (!wanted.includes(found)) wanted.push(found);
    }
  }
}

async function bundle(wasm) {
  say('bundling');
  const inline = {
    name: 'inline-wasm',
    setup(setup) {
      setup.onResolve({ filter: /^cookshelf-wasm-base64$/ }, ({ path }) => ({ path, namespace: 'wasm' }));
      setup.onLoad({ filter: /.*/, namespace: 'wasm' }, () => ({ contents: deflateRawSync(wasm, { level: 9 }).toString('base64'), loader: 'text' }));
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
  const [css, before, list] = await Promise.all(['shelf', 'before', 'list'].map(async (name) => {
    const text = await readFile(join(here, `src/element/${name}.css`), 'utf8');
    return (await transform(text, { loader: 'css', minify: true })).code.trim();
  }));
  await writeFile(join(dist, 'element.css'), `${css}${before}\n`);
  /** The element fetches its style sheet where the page does not link it, and what only a list needs with the list. */
  const style = {
    name: 'element-style',
    setup(setup) {
      setup.onResolve({ filter: /^cookshelf-(element|list)-css$/ }, ({ path }) => ({ path, namespace: 'style' }));
      setup.onLoad({ filter: /.*/, namespace: 'style' }, ({ path }) => ({ contents: path.includes('list') ? list : css, loader: 'text' }));
    },
  };
  const inner = new Map();
  const nested = {
    name: 'nested',
    setup(setup) {
      setup.onResolve({ filter: /^\.\// }, ({ path, kind, resolveDir }) => {
        const known = kind === 'dynamic-import' && inner.get(relative(join(here, 'src'), resolve(resolveDir, path)).replace(/\.js$/, ''));
        return known ? { path: known, external: true } : undefined;
      });
    },
  };
  for (const name of INNER) for (const [source, file] of await bundleLater([name], { ...shared, plugins: [nested] })) inner.set(source, file);
  const files = new Map([...(await bundleLater(LATER, { ...shared, plugins: [style, nested] })), ...(await bundleScript(shared))]);
  /** Another entry is a file beside this one; what is loaded later, too. */
  const elsewhere = {
    name: 'elsewhere',
    setup(setup) {
      setup.onResolve({ filter: /^\.\.?\// }, ({ path, kind, resolveDir }) => {
        if (kind === 'entry-point') return undefined;
        const source = relative(join(here, 'src'), resolve(resolveDir, path)).replace(/\.js$/, '');
        if (source in ENTRIES) return { path: `./${source}.js`, external: true };
        if (kind !== 'dynamic-import') return undefined;
        return { path: files.get(source) ?? fail(`${source} is loaded later and not in LATER`), external: true };
      });
    },
  };
  const names = Object.keys(ENTRIES);
  const apart = names.filter((name) => !ENTRIES[name].whole);
  const points = (entries) => entries.map((name) => `src/${name}.ts`);
  await build({ ...shared, entryPoints: points(apart), plugins: [elsewhere, inline], external: PEERS });
  for (const name of apart) await minifyAgain(join(dist, `${name}.js`));
  for (const name of names.filter((name) => ENTRIES[name].whole)) {
    await build({ ...shared, entryPoints: points([name]), format: ENTRIES[name].format ?? shared.format, external: PEERS });
  }
  // The plain script of themes: it must not be a module.
  await build({ ...shared, format: 'iife', entryPoints: { 'theme/cookshelf.iife': 'src/theme/loader.ts' } });
  for (const file of [wasmFile, richFile]) await cp(file, join(dist, basename(file)));
  await cp(join(workspace, 'LICENSE'), join(here, 'LICENSE'));
  run('node', ['bin/cookshelf-theme.mjs', 'build/theme'], 'the theme extension could not be put together', 'ignore');
}

async function minifyAgain(file) {
  await writeFile(file, await minified(await readFile(file, 'utf8')));
}

/** What esbuild leaves: names and texts that repeat better, and functions side by side, which compress better. */
async function minified(script) {
  return (await minify(script, { module: true, ecma: 2022, compress: { passes: 3, hoist_funs: true, unsafe_arrows: true, directives: false } })).code;
}

/** Each later part complete in itself, so that loading it is one request; its file by the path that it is imported by. */
async function bundleLater(names, shared) {
  const { metafile } = await build({ ...shared, entryPoints: names.map((name) => `src/${name}.ts`), entryNames: '[name]-[hash]', metafile: true });
  const files = new Map();
  for (const [file, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
    const doubled = Object.keys(inputs).filter((input) => ONCE.includes(input));
    if (doubled.length > 0) fail(`${entryPoint} brings a second copy of ${doubled.join(', ')}: import types only, and pass the rest`);
    await minifyAgain(join(here, file));
    files.set(entryPoint.slice('src/'.length, -'.ts'.length), `./${file.slice('dist/'.length)}`);
  }
  return files;
}

/**
 * The engine in script: no code is in two parts. They import each other by name, so that one hash is in the names of all;
 * their files by the path that they are imported by.
 */
async function bundleScript(shared) {
  const nameOf = (part, hash) => `./script-${basename(part)}-${hash}.js`;
  const unknown = '0'.repeat(8);
  const parts = {
    name: 'script-parts',
    setup(setup) {
      setup.onResolve({ filter: /^\.\// }, ({ path, kind, resolveDir }) => {
        const source = relative(join(here, 'src'), resolve(resolveDir, path)).replace(/\.js$/, '');
        return kind !== 'entry-point' && (kind === 'dynamic-import' || source === SCRIPT[0]) ? { path: nameOf(source, unknown), external: true } : undefined;
      });
    },
  };
  const { outputFiles, metafile } = await build({
    ...shared,
    entryPoints: SCRIPT.map((name) => `src/${name}.ts`),
    plugins: [parts],
    // A field that gets its value in the constructor needs no line of its own.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    metafile: true,
    write: false,
  });
  const inside = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0));
  const doubled = inside.filter((input, at) => inside.indexOf(input) < at);
  if (doubled.length > 0) fail(`${doubled.join(', ')} is in two parts of the engine in script: import it from engine.js`);
  const scripts = await Promise.all(outputFiles.map(async ({ path, text }) => [`script/${basename(path, '.js')}`, await minified(text)]));
  const hash = createHash('sha256').update(scripts.map(([, text]) => text).join()).digest('hex').slice(0, unknown.length);
  for (const [part, text] of scripts) await writeFile(join(dist, nameOf(part, hash)), text.replaceAll(`-${unknown}.js`, `-${hash}.js`));
  return scripts.map(([part]) => [part, nameOf(part, hash)]);
}

async function reportSizes() {
  const rows = [];
  for (const name of (await readdir(dist, { recursive: true })).filter((name) => /\.(js|css|wasm)$/.test(name)).sort()) {
    const bytes = await readFile(join(dist, name));
    const small = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
    rows.push({ name, raw: bytes.length, brotli: small.length });
  }
  for (const row of rows) {
    const entry = ENTRIES[row.name.replace(/\.js$/, '')];
    row.counted = row.brotli + (rows.find(({ name }) => entry?.with && name.startsWith(entry.with))?.brotli ?? 0);
    row.budget = BUDGETS[row.name] ?? entry?.budget;
    const { name, raw, brotli, counted, budget } = row;
    console.log(`  ${name.padEnd(16)} ${String(raw).padStart(8)} B   brotli ${String(brotli).padStart(7)} B${budget === undefined ? '' : `   budget ${budget} B`}${counted > brotli ? ` for ${counted} B` : ''}`);
  }
  if (writeSizes) await sizesIntoReadme(rows);
  const over = rows.filter(({ counted, budget }) => counted > budget);
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

/** One hash over files and folders. */
async function hashOf(roots) {
  const files = [];
  for (const root of roots) await collect(root, files);
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(relative(workspace, file)).update('\0').update(await readFile(file)).update('\0');
  return hash.digest('hex');
}

async function collect(path, files) {
  if (!existsSync(path)) return;
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) files.push(path);
  else for (const entry of entries) await collect(join(path, entry.name), files);
}
