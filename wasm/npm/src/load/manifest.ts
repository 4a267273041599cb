/**
 * Reads the manifest, the one mutable page of an endpoint. Anything unexpected is rejected with a
 * reason; nothing is cast, repaired or guessed.
 */
import { RecoError } from '../errors.js';

/** A manifest is never longer than this. */
export const MANIFEST_LIMIT = 16 * 1024;

/** The model format this package reads. */
export const FORMAT_MAJOR = 1;

/** No blob may claim to be larger. */
const BLOB_LIMIT = 256 * 1024 * 1024;

export interface BlobRef {
  readonly hash: string;
  readonly size: number;
}

export interface Manifest {
  readonly arm: string | undefined;
  readonly endpoint: string;
  readonly sequence: number;
  readonly issuedAt: number;
  readonly notAfter: number;
  readonly cookedAt: string;
  readonly items: number;
  readonly format: { readonly major: number; readonly minor: number };
  readonly bytes: number;
  readonly index: BlobRef & { readonly inline: string | undefined };
  readonly ids: BlobRef;
  /** Absolute address that a blob's hash is appended to. */
  readonly blobs: string;
}

/** Which of a manifest's models a device gets: the first, where nothing is said. */
export interface Choice {
  readonly at: number;
  /** The arm that it is in. */
  readonly arm?: string | undefined;
}

/** The manifest in `text`, which was found at `url`, with the chosen model. */
export function parseManifest(text: string, url: string, { at, arm }: Choice = { at: 0 }): Manifest {
  const outer = object(json(text, 'the manifest'), 'the manifest');
  if (outer['cookshelf'] !== 1) throw bad('cookshelf', 'must be 1');
  const payload = object(json(string(outer, 'payload'), 'payload'), 'payload');
  if (payload['schema'] !== 1) throw bad('schema', 'must be 1');
  const model = object((payload['models'] as Partial<Record<number, unknown>> | null | undefined)?.[at], 'models');
  const format = object(model['format'], 'format');
  const major = integer(format, 'major', 0xffff);
  if (major !== FORMAT_MAJOR) throw bad('format.major', `is ${major}, not ${FORMAT_MAJOR}`);
  time(model, 'cookedAt');
  return {
    endpoint: string(payload, 'endpoint'),
    sequence: integer(payload, 'sequence'),
    issuedAt: time(payload, 'issuedAt'),
    notAfter: time(payload, 'notAfter'),
    cookedAt: string(model, 'cookedAt'),
    items: integer(model, 'items', 0xffff_ffff),
    format: { major, minor: integer(format, 'minor', 0xffff) },
    bytes: integer(model, 'bytes'),
    index: { ...blob(model, 'index'), inline: inline(object(model['index'], 'index')) },
    ids: blob(model, 'ids'),
    blobs: blobBase(string(payload, 'blobs'), url),
    arm,
  };
}

function blob(model: Record<string, unknown>, name: string): BlobRef {
  const ref = object(model[name], name);
  const hash = string(ref, 'hash');
  if (!isHash(hash)) throw bad(`${name}.hash`, 'must be half of a SHA-256');
  return { hash, size: integer(ref, 'size', BLOB_LIMIT) };
}

function inline(index: Record<string, unknown>): string | undefined {
  return index['inline'] === undefined ? undefined : string(index, 'inline');
}

/**
 * Blobs live where the manifest lives: a manifest alone must never be able to send a shopper's
 * browser to another host.
 */
function blobBase(path: string, url: string): string {
  const { origin, pathname, href } = new URL(path, url);
  if (origin !== new URL(url).origin) throw bad('blobs', 'must stay on this origin');
  if (href !== origin + pathname || !href.endsWith('/')) throw bad('blobs', 'must be a folder ending in /');
  return href;
}

function isHash(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}

/** The `<hash>:<size>` form in which the engine names a blob that it needs. */
export function parseNeed(need: string): BlobRef {
  const [, hash = '', size] = /^([0-9a-f]{32}):(\d{1,10})$/.exec(need) ?? [];
  // Without a match the size is NaN.
  if (!(Number(size) <= BLOB_LIMIT)) throw bad('the index', `names a blob as ${need}`);
  return { hash, size: Number(size) };
}

function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const html = /^\s*</.test(text) ? ': it is an HTML page' : '';
    throw new RecoError('MODEL_FORMAT', `${where} is not JSON${html}`, cause);
  }
}

function object(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(name, 'must be an object');
  return { ...value };
}

function string(from: Record<string, unknown>, name: string): string {
  const value = from[name];
  if (typeof value !== 'string') throw bad(name, 'must be a text');
  return value;
}

function integer(from: Record<string, unknown>, name: string, max = Number.MAX_SAFE_INTEGER): number {
  const value = from[name];
  if (typeof value !== 'number' || value % 1 !== 0 || value < 0 || value > max) throw bad(name, 'must be a whole number');
  return value;
}

function time(from: Record<string, unknown>, name: string): number {
  const value = Date.parse(string(from, name));
  if (Number.isNaN(value)) throw bad(name, 'must be a time');
  return value;
}

function bad(name: string, why: string): RecoError {
  return new RecoError('MODEL_FORMAT', `manifest: ${name} ${why}`);
}
