/**
 * A cooked folder read in Node, without the npm package: the wire as WIRE and FORMAT.md describe it.
 */
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A bundle of the core's own tests: it has a section of every kind, a cooked shop need not. */
export const golden = fileURLToPath(new URL('../../core/tests/golden/v1/small.shelf', import.meta.url));

/** Reads the manifest and gives a function that reads a blob by hash. */
export async function openFolder(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const payload = JSON.parse(manifest.payload);
  const blob = async (hash) => {
    const bytes = await readFile(join(folder, payload.blobs, hash));
    const found = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
    if (found !== hash) throw new Error(`the blob ${hash} has the hash ${found}`);
    return new Uint8Array(bytes);
  };
  return { manifest, payload, model: payload.models[0], blob };
}

/** An engine with the index and the ids of the folder's first model. */
export async function openEngine(Engine, folder) {
  const { model, blob } = await openFolder(folder);
  const engine = new Engine();
  engine.add(await blob(model.index.hash));
  engine.add(await blob(model.ids.hash));
  return { engine, blob };
}

/** An engine with every section of the golden bundle. */
export async function openGolden(Engine) {
  const engine = new Engine();
  for (const blob of await goldenBlobs()) engine.add(blob);
  return engine;
}

/** The blobs of the golden bundle, the ids first. */
export async function goldenBlobs() {
  return bundleBlobs(await readFile(golden));
}

/** The blobs of a bundle, the ids first, as FORMAT.md lays them out. */
export function bundleBlobs(bundle) {
  const entries = Array.from({ length: bundle.readUInt32LE(12) }, (_, at) => 32 + 24 * at);
  const ids = entries.filter((entry) => bundle.readUInt16LE(entry) === 2);
  const others = entries.filter((entry) => bundle.readUInt16LE(entry) !== 2);
  return [...ids, ...others].map((entry) => {
    const from = bundle.readUInt32LE(entry + 12);
    return new Uint8Array(bundle.subarray(from, from + bundle.readUInt32LE(entry + 16)));
  });
}

/** Loads what a request needs, and asks. */
export async function ask(engine, blob, request) {
  for (let needs = engine.needs(request); needs !== ''; needs = engine.needs(request)) {
    for (const need of needs.split('\n')) engine.add(await blob(need.split(':')[0]));
  }
  return engine.run(request);
}
