/** A shop server in memory: publishes fake models, answers `fetch`, writes down every request. */
import { fakeBlobs, type FakeBlob } from './fake-engine.js';

export const BASE = 'https://shop.example/models/';
export const MANIFEST = `${BASE}manifest.json`;

export interface ManifestEdits {
  readonly sequence?: number;
  readonly notAfter?: string;
  readonly issuedAt?: string;
  readonly inline?: boolean;
  readonly items?: number;
}

export function manifestText(blobs: ReadonlyMap<string, FakeBlob>, edits: ManifestEdits = {}): string {
  const ref = (name: string): { hash: string; size: number } => {
    const { hash, bytes } = blobs.get(name) ?? { hash: '', bytes: new Uint8Array() };
    return { hash, size: bytes.length };
  };
  const inline = Buffer.from(blobs.get('index')?.bytes ?? []).toString('base64');
  const payload = {
    schema: 1,
    endpoint: 'default',
    sequence: edits.sequence ?? 1,
    issuedAt: edits.issuedAt ?? '2026-11-21T08:00:00Z',
    notAfter: edits.notAfter ?? '2026-12-21T08:00:00Z',
    strategy: { kind: 'all' },
    models: [
      {
        name: 'default',
        cookedAt: '2026-11-21T07:59:00Z',
        items: edits.items ?? 10,
        format: { major: 1, minor: 0 },
        bytes: 12345,
        index: edits.inline === false ? ref('index') : { ...ref('index'), inline },
        ids: ref('ids'),
      },
    ],
    blobs: 'b/1/',
  };
  return JSON.stringify({ cookshelf: 1, payload: JSON.stringify(payload), signatures: [] });
}

export interface Seen {
  readonly url: string;
  readonly init: RequestInit;
}

export class FakeShop {
  readonly requests: Seen[] = [];
  readonly files = new Map<string, Uint8Array<ArrayBuffer> | (() => Response)>();
  online = true;
  blobs = new Map<string, FakeBlob>();

  constructor(edits: ManifestEdits = {}) {
    this.publish(1, edits);
  }

  publish(version: number, edits: ManifestEdits = {}): void {
    this.blobs = fakeBlobs(version);
    for (const { hash, bytes } of this.blobs.values()) this.files.set(`${BASE}b/1/${hash}`, bytes);
    this.files.set(MANIFEST, new TextEncoder().encode(manifestText(this.blobs, { sequence: version, ...edits })));
  }

  /** The address of a blob by its name. */
  url(name: string): string {
    return `${BASE}b/1/${this.blobs.get(name)?.hash ?? 'none'}`;
  }

  /** Names of the requested blobs in order; other addresses by their last part. */
  asked(): string[] {
    const byUrl = new Map([...this.blobs.values()].map(({ name, hash }) => [`${BASE}b/1/${hash}`, name]));
    return this.requests.map(({ url }) => byUrl.get(url) ?? url.slice(url.lastIndexOf('/') + 1));
  }

  readonly fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = String(input);
    this.requests.push({ url, init });
    init.signal?.throwIfAborted();
    await Promise.resolve();
    if (!this.online) throw new TypeError('fetch failed');
    const file = this.files.get(url);
    if (file === undefined) return new Response('no such blob', { status: 404 });
    return typeof file === 'function' ? file() : new Response(file);
  };
}
