/**
 * A cooked folder read in Node, without the npm package: the wire as WIRE and FORMAT.md describe it.
 */
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Reads the manifest and gives a function that reads a blob by hash. */
export async function openFolder(folder) {
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  const payload = JSON.parse(manifest.payload);
  const blob = async (hash) => {
    const bytes = await readFile(join(folder, payload.blobs, hash));
    const found = createHash('sha256').update(bytes).digest('hex');
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

/** Loads what a request needs, and asks. */
export async function ask(engine, blob, request) {
  for (let needs = engine.needs(request); needs.length > 0; needs = engine.needs(request)) {
    for (const need of needs) engine.add(await blob(need.split(':')[0]));
  }
  return engine.run(request);
}
