/**
 * A scripted engine over ten items `i0`…`i9`. Its blobs are JSON, its lists are arithmetic; it keeps
 * the wire contract: blobs in, `needs` until empty, rows out.
 */
import { createHash } from 'node:crypto';
import type { Engine, Runtime } from '../../src/engine/engine.js';
import type { Card } from '../../src/types.js';
import { RULES } from '../../src/ask/request.js';
import { decodeRequest } from './decode.js';

export const ITEMS = 10;
export const itemId = (position: number): string => `i${position}`;

export interface FakeBlob {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hash: string;
}

const encode = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const blob = (name: string, bytes: Uint8Array<ArrayBuffer>): FakeBlob => ({ name, bytes, hash: sha256(bytes).slice(0, 32) });

/** The blobs of one fake model; `version` changes all but `near1`. */
export function fakeBlobs(version: number): Map<string, FakeBlob> {
  const blobs = new Map<string, FakeBlob>();
  for (const name of ['ids', 'charts', 'factors', 'near0', 'near1', 'cards0', 'cards1']) {
    blobs.set(name, blob(name, encode({ name, version: name === 'near1' ? 1 : version, filler: 'x'.repeat(100) })));
  }
  // The index holds raw hashes, as the real one does.
  const named = [...blobs.values()].filter(({ name }) => name !== 'ids');
  const table = named.map(({ name, bytes }) => ({ name, size: bytes.length }));
  const head = encode({ name: 'index', version, table });
  const body = Buffer.concat([Buffer.from([head.length >> 8, head.length & 255]), head, ...named.map(({ hash }) => Buffer.from(hash, 'hex'))]);
  blobs.set('index', blob('index', new Uint8Array(body)));
  return blobs;
}

/** What an engine was asked, for tests that look inside. */
export interface Seen {
  runs: ReturnType<typeof decodeRequest>[];
  freed: number;
  created: number;
}

export function fakeRuntime(seen: Seen = { runs: [], freed: 0, created: 0 }): Runtime {
  return {
    create: () => {
      seen.created += 1;
      return new FakeEngine(seen);
    },
  };
}

class FakeEngine implements Engine {
  readonly #seen: Seen;
  readonly #have = new Set<string>();
  #table = new Map<string, string>();

  constructor(seen: Seen) {
    this.#seen = seen;
  }

  add(bytes: Uint8Array): void {
    if (this.#table.size === 0) return this.#addIndex(bytes);
    const { name } = JSON.parse(new TextDecoder().decode(bytes)) as { name: string };
    if (this.#have.has(name)) throw new Error(`${name} was added twice`);
    this.#have.add(name);
  }

  needs(bytes: Uint8Array): string[] {
    const { list, seeds, profile, fallback, exclude } = decodeRequest(bytes);
    const near = [...new Set(this.#known(seeds).map((position) => (position < 5 ? 'near0' : 'near1')))];
    if (list === 1 || list === 2) {
      const missing = this.#missing(near);
      const short = missing.length === 0 && (near.length === 0 || exclude.length > 3);
      return short && fallback.length > 0 ? this.#missing(['charts']) : missing;
    }
    if (list === 0 && profile.length > 0) return this.#missing(['factors']);
    if (list === 10) return [];
    return this.#missing(['charts']);
  }

  run(bytes: Uint8Array): Float64Array {
    if (this.needs(bytes).length > 0) return new Float64Array();
    const request = decodeRequest(bytes);
    this.#seen.runs.push(request);
    const banned = new Set([...request.seeds, ...request.exclude]);
    const start = this.#known(request.seeds)[0] ?? this.#known(request.profile.map(({ item }) => item))[0];
    const asked = request.list === 4 || request.list === 5 || request.list === 6 || start !== undefined;
    const from = asked ? start ?? 0 : 0;
    const rows = Array.from({ length: ITEMS }, (_, step) => (from + step) % ITEMS).filter((position) => !banned.has(itemId(position)));
    const shown = asked || request.fallback.length > 0 ? rows.slice(0, request.limit) : [];
    const level = shown.length === 0 ? 3 : asked ? 0 : 2;
    const reason = asked && start !== undefined ? (request.list === 0 ? 2 : 0) : 3;
    return Float64Array.from([level, shown.length, ...shown.flatMap((position, rank) => [position, 1 / (rank + 1), reason, start ?? -1]), ...RULES.map((rule) => (rule === 'excluded' ? request.exclude.length : 0))]);
  }

  /** Every item is there because of item 1, and of a boost; in `again` it was bought. */
  explain(bytes: Uint8Array, item: Uint8Array): Float64Array {
    if (this.needs(bytes).length > 0) return new Float64Array();
    const position = Number(new TextDecoder().decode(item).slice(1));
    const { list, exclude } = decodeRequest(bytes);
    if (exclude.includes(itemId(position))) return Float64Array.of(0, 0, -1, 0, 0, 0, 0);
    const bought = list === 9 ? [3, 28, 30] : [0, 0, 0];
    return Float64Array.of(position, 0.75, list, -1, ...bought, 0, 1, 0.25, 3, 0, 0.5);
  }

  ids(positions: Uint32Array): string[] {
    return [...positions].map(itemId);
  }

  cardNeeds(positions: Uint32Array): string[] {
    return this.#missing([...new Set([...positions].map((position) => (position < 5 ? 'cards0' : 'cards1')))]);
  }

  cards(positions: Uint32Array): Card[] {
    return [...positions].map((position) => ({ id: itemId(position), title: `Item ${position}`, address: `/p/${position}`, image: '' }));
  }

  items(): number {
    return ITEMS;
  }

  free(): void {
    this.#seen.freed += 1;
  }

  #addIndex(bytes: Uint8Array): void {
    const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    const { table } = JSON.parse(new TextDecoder().decode(bytes.subarray(2, 2 + length))) as { table: { name: string; size: number }[] };
    table.forEach(({ name, size }, row) => {
      const at = 2 + length + 16 * row;
      this.#table.set(name, `${Buffer.from(bytes.subarray(at, at + 16)).toString('hex')}:${size}`);
    });
  }

  #missing(names: readonly string[]): string[] {
    return names.filter((name) => !this.#have.has(name)).map((name) => this.#table.get(name) ?? '');
  }

  #known(ids: readonly string[]): number[] {
    return ids.filter((id) => /^i\d$/.test(id)).map((id) => Number(id.slice(1)));
  }
}
