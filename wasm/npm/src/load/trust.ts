/**
 * Loaded when a page names the keys of its manifests, or a manifest divides shoppers: whether a manifest is to be
 * believed, and which of its models this device gets. Both are decided here, on the device; nothing of either leaves it.
 *
 * What was seen of an endpoint, its highest sequence and the keys that its keys announced, is kept beside the model, and
 * so is the device's random number: on the device when the shopper agreed to storage, and else as long as the page.
 */
import type { BlobCache } from './cache.js';
import { BUCKETS, bucket, variant } from './bucket.js';
import type { Choice } from './manifest.js';
import type { ModelParts, Source, Tools } from './model.js';

type Json = Readonly<Record<string, unknown>>;

/** More keys, or signatures, than a rotation has are there to make checking slow. */
const MOST_KEYS = 8;
const KEY = /^[A-Za-z0-9+/]{43}=$/;
const FIRST: Choice = { at: 0 };
const HINT = 'compare keys and endpoint with those of the server';
const PREFIX = 'cookshelf-manifest-v1\0';

interface Seen {
  readonly endpoint: string;
  readonly sequence: number;
  /** The keys that the page named when these were learned. */
  readonly pinned: string;
  /** The keys that a manifest signed by one of them announced. */
  readonly learned: readonly string[];
}

/** Page memory, where the device keeps nothing. */
const seenHere = new Map<string, Seen>();
let deviceHere: string | undefined;

/** Checks the manifest in `text`, as far as the page asked for that, and chooses a model of it. */
export async function choose(text: string, parts: ModelParts, from: Source, tools: Tools): Promise<Choice> {
  const envelope = parsed(text);
  const payloadText = envelope['payload'];
  // What is no manifest at all is refused with a better reason by who reads it next.
  const payload = typeof payloadText === 'string' ? parsed(payloadText) : {};
  if (parts.keys !== undefined) await believe(envelope, payload, parts, parts.keys, from, tools);
  return chosen(payload, parts);
}

async function believe(envelope: Json, payload: Json, parts: ModelParts, keys: readonly string[], from: Source, { RecoError }: Tools): Promise<void> {
  const { url, cache } = parts;
  const untrusted = (why: string): Error => new RecoError('MODEL_UNTRUSTED', why, undefined, HINT);
  if (keys.length === 0 || !keys.every((key) => KEY.test(key))) throw untrusted('a key is not 32 bytes in base64');
  const [pinned, { endpoint, sequence }] = [[...keys].sort().join(), payload];
  // A page that names other keys starts anew: so it recovers from a number that somebody raised with a stolen key.
  const known = await readSeen(`${url}.seen`, cache);
  const seen = known?.pinned === pinned ? known : undefined;
  if (!(await isSigned(envelope, [...new Set([...keys, ...(seen?.learned ?? [])])]))) throw untrusted(`${url} is signed by none of the keys`);
  if (parts.endpoint !== undefined && endpoint !== parts.endpoint) throw untrusted(`${url} is the manifest of "${String(endpoint)}"`);
  if (typeof endpoint !== 'string' || typeof sequence !== 'number') return;
  const before = seen?.endpoint === endpoint ? seen.sequence : 0;
  // What the device itself kept was believed before. It may be older than what was seen since, when that could not be used.
  if (from === 'device') return;
  if (sequence < before) throw new RecoError('MODEL_INTEGRITY', `the manifest has sequence ${sequence}, but ${before} was seen before; it was not used`);
  const next = { endpoint, sequence, pinned, learned: announced(payload) };
  if (JSON.stringify(next) === JSON.stringify(seen)) return;
  seenHere.set(url, next);
  await cache.put(`${url}.seen`, new TextEncoder().encode(JSON.stringify(next)));
}

/** Whether one of the keys signed exactly the payload. */
async function isSigned({ cookshelf, payload, signatures }: Json, keys: readonly string[]): Promise<boolean> {
  if (cookshelf !== 1 || typeof payload !== 'string' || !Array.isArray(signatures)) return false;
  const message = signedBytes(payload);
  if (message === undefined) return false;
  for (const found of (signatures as unknown[]).slice(0, MOST_KEYS)) {
    const { algorithm, signature } = record(found);
    if (algorithm !== 'ed25519' || typeof signature !== 'string' || !/^[A-Za-z0-9+/]{86}==$/.test(signature)) continue;
    for (const key of keys.slice(0, 2 * MOST_KEYS)) {
      if (await holds(bytesOf(key), bytesOf(signature), message)) return true;
    }
  }
  return false;
}

/** A text of our own, the payload's length, the payload: no signature for anything else says the same. */
function signedBytes(payload: string): Uint8Array<ArrayBuffer> | undefined {
  const body = new TextEncoder().encode(payload);
  // Half a character would be signed as another one.
  if (new TextDecoder('utf-8', { ignoreBOM: true }).decode(body) !== payload) return undefined;
  const message = new Uint8Array(PREFIX.length + 8 + body.length);
  message.set(new TextEncoder().encode(PREFIX));
  new DataView(message.buffer).setUint32(PREFIX.length, body.length, true);
  message.set(body, PREFIX.length + 8);
  return message;
}

async function holds(key: Uint8Array<ArrayBuffer>, signature: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  try {
    if (subtle !== undefined) return await subtle.verify('Ed25519', await subtle.importKey('raw', key, 'Ed25519', false, ['verify']), signature, message);
  } catch {
    // A platform that does not know the algorithm, or does not like the key.
  }
  return (await import('./ed25519.js')).verify(key, signature, message);
}

/** The keys that a believed manifest announces: this one's and the next one's. */
function announced(payload: Json): readonly string[] {
  const { keys } = payload;
  const found = Array.isArray(keys) ? (keys as unknown[]).map((entry) => record(entry)['public']) : [];
  return found.filter((key) => typeof key === 'string').filter((key) => KEY.test(key)).slice(0, MOST_KEYS);
}

async function readSeen(address: string, cache: BlobCache): Promise<Seen | undefined> {
  const here = seenHere.get(address.slice(0, -'.seen'.length));
  const kept = await cache.get(address);
  const { endpoint, sequence, pinned, learned } = kept === undefined ? {} : parsed(new TextDecoder().decode(kept));
  if (typeof endpoint !== 'string' || typeof sequence !== 'number' || typeof pinned !== 'string' || !Array.isArray(learned)) return here;
  const keys = (learned as unknown[]).filter((key) => typeof key === 'string');
  return here !== undefined && here.endpoint === endpoint && here.sequence > sequence ? here : { endpoint, sequence, pinned, learned: keys };
}

/** The model of this device, by its place in the manifest. */
async function chosen({ strategy, models }: Json, { url, cache, preview, profile }: ModelParts): Promise<Choice> {
  const { kind, preview: next, model: second, salt, coverage = BUCKETS, layer, arms } = record(strategy);
  const many = Array.isArray(models) ? models.length : 0;
  const at = (place: unknown, arm?: string): Choice => (typeof place === 'number' && place in Array.from({ length: many }) ? { at: place, arm } : FIRST);
  if (kind === 'blueGreen' && preview === true) return at(next, 'preview');
  if (kind === 'shadow' && preview === true) return at(second, 'shadow');
  if ((kind !== 'canary' && kind !== 'ab') || typeof salt !== 'string' || typeof coverage !== 'number' || !Array.isArray(arms)) return FIRST;
  const device = profile.mode === 'device' ? await deviceId(new URL('/cookshelf-device', url).href, cache) : (deviceHere ??= fresh());
  if (layer !== undefined) {
    const { salt: seed, from, to } = record(layer);
    const own = bucket(String(seed), device);
    if (!(own >= Number(from) && own < Number(to))) return FIRST;
  }
  const named = (arms as unknown[]).map(record);
  const mine = named[variant(salt, device, coverage, named.map(({ weight }) => Number(weight) || 0))];
  return mine === undefined ? FIRST : at(mine['model'], String(mine['name']));
}

/** A random number of this device for divisions, the same for every endpoint of a host. It is never sent. */
async function deviceId(address: string, cache: BlobCache): Promise<string> {
  return (deviceHere = await cache.alone(address, undefined, async () => {
    const kept = await cache.get(address);
    const id = kept === undefined ? '' : new TextDecoder().decode(kept);
    if (/^[0-9a-f]{32}$/.test(id)) return id;
    const made = deviceHere ?? fresh();
    await cache.put(address, new TextEncoder().encode(made));
    return made;
  }));
}

function fresh(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** The object that a text holds; an empty one for any other text. */
function parsed(text: string): Json {
  try {
    return record(JSON.parse(text));
  } catch {
    return {};
  }
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
