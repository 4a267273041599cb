/**
 * The npm package as `npm run build` left it, and its browser module started in Node.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Where the package lies. */
export const packageFolder = process.env.COOKSHELF_PACKAGE ?? fileURLToPath(new URL('../../wasm/npm', import.meta.url));

/** The generated glue without a loader, and the optimised module: what dist/ is made of. */
export const glueFile = join(packageFolder, 'pkg/glue.js');
export const wasmFile = join(packageFolder, 'dist/cookshelf.wasm');

/** The Engine class of the optimised module. */
export async function startEngine() {
  const glue = await import(pathToFileURL(glueFile).href);
  await glue.start(await readFile(wasmFile));
  return glue.Engine;
}
