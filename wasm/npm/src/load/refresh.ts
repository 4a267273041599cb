/**
 * Loaded when a newer model may be there, or an older one is kept: the manifest is looked at again, a
 * newer model is made whole beside the current one, and only then takes over.
 */
import type { RecoError } from '../errors.js';
import type { Loader } from './loader.js';
import type { Choice, Manifest } from './manifest.js';
import type { Current, FirstManifest, ModelParts, Source, Tools } from './model.js';
import type { Earlier } from './patch.js';
import type { Session } from './session.js';

/** Who has a manifest of an earlier visit does not wait longer for the one of today; in milliseconds. */
const PATIENCE_MS = 400;

/** So many questions, the last ones, are made ready in a newer model before it takes over. */
const MOST_READY = 100;

/** The earlier models whose blobs may still be of use, for each loader. */
const useful = new WeakMap<Loader, readonly Earlier[]>();

/** Lets blobs be made out of those of the model that is left, where the manifest offers that. Without it all goes on as ever. */
async function patch(text: string, manifest: Manifest, leaving: Manifest | undefined, { loader, cache }: ModelParts): Promise<void> {
  if (!text.includes('patchedFrom')) return;
  const earlier = await import('./patch.js').then(({ patchFrom }) => patchFrom(text, manifest, leaving, loader, cache)).catch(() => []);
  useful.set(loader, earlier);
}

/** Whether a manifest is to be believed, and which of its models this device gets; a part of its own, since few need it. */
export async function choose(text: string, parts: ModelParts, from: Source, tools: Tools): Promise<Choice> {
  const trust = await import('./trust.js').catch((error: unknown) => {
    throw tools.asRecoError(error, 'MODEL_FETCH', 'part of the script is missing');
  });
  return trust.choose(text, parts, from, tools);
}

/** Takes over a newer model when there is one. `fetching` is its manifest, when that is on its way already. */
export async function look(current: Current, parts: ModelParts, tools: Tools, fetching?: Promise<string>): Promise<void> {
  const { url, loader } = parts;
  const text = await (fetching ?? loader.manifest(url, 'no-cache'));
  for (const old of [...parts.asked.keys()].slice(0, -MOST_READY)) parts.asked.delete(old);
  if (text === current.text) return;
  const manifest = await tools.readManifest(text, parts);
  refuseOlder(manifest, current.session.manifest, tools);
  await patch(text, manifest, current.session.manifest, parts);
  await replace(manifest, text, current, parts, tools);
}

async function replace(manifest: Manifest, text: string, current: Current, parts: ModelParts, tools: Tools): Promise<void> {
  const { url, loader, engines, asked, changed } = parts;
  const next = await tools.openSession(manifest, (items) => engines.runtime(items), parts);
  try {
    // Whatever the page shows is made ready, with its cards: what the shopper does later must not be what fetches it.
    // One after the other, so that questions asked meanwhile are among them.
    await next.use(async () => {
      for (const put of asked.values()) {
        await put(next).catch((error: unknown) => {
          // What the newer model cannot be asked must not keep it away.
          if (!(error instanceof tools.RecoError && error.code === 'QUERY_INVALID')) throw error;
        });
      }
    });
  } catch (error) {
    next.retire();
    throw error;
  }
  if (current.disposed) return next.retire();
  const previous = current.session;
  current.session = next;
  current.text = text;
  previous.retire();
  await loader.keepManifest(url, text);
  if (previous.manifest.index.hash !== manifest.index.hash) {
    prune(next, parts, tools);
    changed();
  }
}

/** The same model on another engine, after the one it had broke. */
export async function revive(why: RecoError, current: Current, parts: ModelParts, { openSession }: Tools): Promise<void> {
  const broken = current.session;
  const next = await openSession(broken.manifest, () => parts.engines.renew(why), parts);
  // A newer model may have come meanwhile, on an engine of its own.
  if (current.disposed || current.session !== broken) return next.retire();
  current.session = next;
  broken.retire();
  parts.report(why);
}

/**
 * Refuses to go back: a manifest with a lower sequence than one already seen is a replay, unless it
 * was issued later, which is what a shop that started a new folder from scratch looks like.
 */
export function refuseOlder(next: Manifest, seen: Manifest | undefined, { RecoError }: Pick<Tools, 'RecoError'>): void {
  if (seen === undefined || next.endpoint !== seen.endpoint) return;
  if (next.sequence < seen.sequence && next.issuedAt <= seen.issuedAt) {
    throw new RecoError(
      'MODEL_INTEGRITY',
      `the manifest has sequence ${next.sequence}, but ${seen.sequence} was seen before; it was not used`,
    );
  }
}

/** The newest manifest that can be had soon: from the network, or, without one or on a slow one, as kept on the device. */
export async function firstManifest(fetching: Promise<string>, parts: ModelParts, tools: Tools): Promise<FirstManifest> {
  const { cache, loader, url, report } = parts;
  const kept = await cache.get(url);
  const keptText = kept === undefined ? '' : new TextDecoder().decode(kept);
  const previous = keptText === '' ? undefined : await readable(keptText, parts, tools);
  try {
    if (previous !== undefined && (await isLate(fetching))) return { text: keptText, manifest: previous, previous, newer: fetching };
    const text = await fetching;
    const manifest = await tools.readManifest(text, parts);
    refuseOlder(manifest, previous, tools);
    await patch(text, manifest, previous, parts);
    if (text !== keptText) await loader.keepManifest(url, text);
    return { text, manifest, previous };
  } catch (error) {
    const known = tools.asRecoError(error, 'MODEL_FETCH', 'the manifest could not be fetched');
    if (previous === undefined || known.code === 'ABORTED') throw known;
    report(known);
    return { text: keptText, manifest: previous, previous };
  }
}

/** Whether it takes longer than a shopper waits gladly. */
function isLate(fetching: Promise<string>): Promise<boolean> {
  const late = new Promise<true>((resolve) => setTimeout(() => resolve(true), PATIENCE_MS));
  return Promise.race([fetching.then(() => false), late]);
}

async function readable(text: string, parts: ModelParts, { readManifest }: Tools): Promise<Manifest | undefined> {
  try {
    return await readManifest(text, parts, 'device');
  } catch {
    return undefined; // kept by another version of the package, or not what was kept
  }
}

/** Deletes kept blobs that neither the session's index names nor that of an earlier model which patches lead from. */
export function prune({ manifest, index }: Session, { loader, cache, report }: ModelParts, { asRecoError }: Tools): void {
  const earlier = useful.get(loader) ?? [];
  const isEarlier = (hash: string): boolean => earlier.some((model) => model.hash === hash || names(model.index, hash));
  const wanted = (hash: string): boolean => hash === manifest.index.hash || hash === manifest.ids.hash || names(index, hash) || isEarlier(hash);
  const old = (url: string): boolean => url.startsWith(manifest.blobs) && !wanted(url.slice(manifest.blobs.length));
  const work = async (): Promise<void> => {
    const stored = ((await cache.onStore((store) => store.keys())) ?? []).map(({ url }) => url);
    // The scorers of earlier releases of the shop; stores keep their order.
    const scorers = stored.filter((url) => url.endsWith('.wasm')).slice(0, -1);
    await Promise.all([...[...cache.memory.keys(), ...stored].filter(old), ...scorers].map((url) => cache.drop(url)));
  };
  work().catch((error: unknown) => report(asRecoError(error, 'STORAGE_DENIED', 'old blobs could not be deleted')));
}

/**
 * Whether the index names this blob. Hashes lie in the index as bytes, so looking for
 * those bytes answers the question without a second reader of the format.
 */
export function names(index: Uint8Array, hash: string): boolean {
  const bytes = Uint8Array.from({ length: hash.length / 2 }, (_, at) => Number.parseInt(hash.slice(2 * at, 2 * at + 2), 16));
  const [first = 0] = bytes;
  for (let at = index.indexOf(first); at >= 0; at = index.indexOf(first, at + 1)) {
    if (bytes.every((byte, offset) => index[at + offset] === byte)) return true;
  }
  return false;
}
