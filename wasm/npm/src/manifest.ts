/**
 * Reads the manifest, the one mutable page of an endpoint. Anything unexpected is rejected with a
 * reason; nothing is cast, repaired or guessed.
 */
import { RecoError } from './errors.js';

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
  readonly endpoint: string;
  readonly sequence: number;
  readonly issuedAt: number;
  readonly notAfter: number;
  readonly name: string;
  readonly cookedAt: string;
  readonly items: number;
  readonly format: { readonly major: number; readonly minor: number };
  readonly bytes: number;
  readonly index: BlobRef & { readonly inline: string | undefined };
  readonly ids: BlobRef;
  /** Absolute address that a blob's hash is appended to. */
  readonly blobs: string;
}

/** The manifest in `text`, which was found at `url`. */
export function parseManifest(text: string, url: string): Manifest {
  const outer = object(json(text, url), 'the manifest');
  if (outer['cookshelf'] !== 1) throw bad('cookshelf', 'must be 1');
  const payload = object(json(string(outer, 'payload'), 'payload'), 'payload');
  if (payload['schema'] !== 1) throw bad('schema', 'must be 1');
  const strategy = object(payload['strategy'], 'strategy');
  if (strategy['kind'] !== 'all') throw bad('strategy.kind', 'is not known to this version of the package');
  return { ...envelope(payload), ...model(payload), blobs: blobBase(string(payload, 'blobs'), url) };
}

/**
 * Refuses to go back: a manifest with a lower sequence than one already seen is a replay, unless it
 * was issued later, which is what a shop that started a new folder from scratch looks like.
 */
export function refuseOlder(next: Manifest, seen: Manifest | undefined): void {
  if (seen === undefined || next.endpoint !== seen.endpoint) return;
  if (next.sequence < seen.sequence && next.issuedAt <= seen.issuedAt) {
    throw new RecoError(
      'MODEL_INTEGRITY',
      `the manifest has sequence ${next.sequence}, but ${seen.sequence} was seen before; it was not used`,
    );
  }
}

function envelope(payload: Record<string, unknown>): Pick<Manifest, 'endpoint' | 'sequence' | 'issuedAt' | 'notAfter'> {
  return {
    endpoint: string(payload, 'endpoint'),
    sequence: integer(payload, 'sequence', Number.MAX_SAFE_INTEGER),
    issuedAt: time(payload, 'issuedAt'),
    notAfter: time(payload, 'notAfter'),
  };
}

function model(payload: Record<string, unknown>): Omit<Manifest, 'endpoint' | 'sequence' | 'issuedAt' | 'notAfter' | 'blobs'> {
  const models = payload['models'];
  if (!Array.isArray(models) || models.length === 0) throw bad('models', 'must be a list with at least one model');
  const first = object(models[0], 'models[0]');
  const format = object(first['format'], 'format');
  const major = integer(format, 'major', 0xffff);
  if (major !== FORMAT_MAJOR) throw bad('format.major', `is ${major}; this package reads ${FORMAT_MAJOR}`);
  time(first, 'cookedAt');
  return {
    name: string(first, 'name'),
    cookedAt: string(first, 'cookedAt'),
    items: integer(first, 'items', 0xffff_ffff),
    format: { major, minor: integer(format, 'minor', 0xffff) },
    bytes: integer(first, 'bytes', Number.MAX_SAFE_INTEGER),
    index: { ...blob(first, 'index'), inline: inline(object(first['index'], 'index')) },
    ids: blob(first, 'ids'),
  };
}

function blob(model: Record<string, unknown>, name: string): BlobRef {
  const ref = object(model[name], name);
  const hash = string(ref, 'hash');
  if (!isHash(hash)) throw bad(`${name}.hash`, 'must be 64 lower-case hex digits');
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
  const base = new URL(path, url);
  if (base.origin !== new URL(url).origin) throw bad('blobs', 'must stay on the origin of the manifest');
  if (base.search !== '' || base.hash !== '' || !base.pathname.endsWith('/')) throw bad('blobs', 'must be a folder ending in /');
  return base.href;
}

export function isHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** The `<hash>:<size>` form in which the engine names a blob that it needs. */
export function parseNeed(need: string): BlobRef {
  const [hash = '', size = ''] = need.split(':');
  if (!isHash(hash) || !/^\d{1,10}$/.test(size) || Number(size) > BLOB_LIMIT) throw bad('the index', `names a blob as ${need}`);
  return { hash, size: Number(size) };
}

function json(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const html = /^\s*</.test(text) ? '; it looks like an HTML page' : '';
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

function integer(from: Record<string, unknown>, name: string, max: number): number {
  const value = from[name];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
    throw bad(name, `must be a whole number from 0 to ${max}`);
  }
  return value;
}

function time(from: Record<string, unknown>, name: string): number {
  const value = Date.parse(string(from, name));
  if (Number.isNaN(value)) throw bad(name, 'must be a time such as 2026-11-21T08:00:00Z');
  return value;
}

function bad(name: string, why: string): RecoError {
  return new RecoError('MODEL_FORMAT', `manifest: ${name} ${why}`);
}
