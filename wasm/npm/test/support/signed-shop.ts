/** A shop whose manifests are signed, and whatever somebody between it and the page may do to them. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { fakeBlobs } from './fake-engine.js';
import { BASE, FakeShop, MANIFEST, manifestText, type ManifestEdits } from './fake-shop.js';

export type Json = Record<string, any>;

/** What stands before the 32 bytes of a private key. */
const PKCS8 = '302e020100300506032b657004220420';

/** A key pair of an endpoint: a new one, or the one of this seed. */
export class SigningKey {
  readonly id: string;
  readonly public: string;
  readonly #private: KeyObject;

  constructor(id: string, seed?: string) {
    this.id = id;
    this.#private = seed === undefined
      ? generateKeyPairSync('ed25519').privateKey
      : createPrivateKey({ key: Buffer.from(PKCS8 + seed, 'hex'), format: 'der', type: 'pkcs8' });
    this.public = createPublicKey(this.#private).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  }

  signature(payload: string, prefix = 'cookshelf-manifest-v1\0'): Json {
    const body = Buffer.from(payload);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(body.length));
    const bytes = sign(null, Buffer.concat([Buffer.from(prefix), length, body]), this.#private);
    return { key: this.id, algorithm: 'ed25519', signature: bytes.toString('base64') };
  }
}

export interface Release extends ManifestEdits {
  readonly version: number;
  readonly by?: readonly SigningKey[];
  readonly announced?: readonly SigningKey[];
  readonly edit?: (payload: Json) => void;
}

/** The text of a signed manifest of one version of the shop. */
export function signedText(release: Release, fallback: SigningKey): string {
  const { version, by = [fallback], announced, edit, ...edits } = release;
  const outer = JSON.parse(manifestText(fakeBlobs(version), { sequence: version, ...edits })) as Json;
  const payload = JSON.parse(outer['payload'] as string) as Json;
  if (announced !== undefined) payload['keys'] = announced.map(({ id, public: key }) => ({ id, public: key }));
  edit?.(payload);
  const text = JSON.stringify(payload);
  return JSON.stringify({ cookshelf: 1, payload: text, signatures: by.map((key) => key.signature(text)) });
}

export class SignedShop extends FakeShop {
  readonly key = new SigningKey('first');

  constructor() {
    super();
    this.release({ version: 1 });
  }

  /** Puts a release and its blobs where they belong, and gives its text. */
  release(release: Release): string {
    this.blobs = fakeBlobs(release.version);
    for (const { hash, bytes } of this.blobs.values()) this.files.set(`${BASE}b/1/${hash}`, bytes);
    const text = signedText(release, this.key);
    this.put(text);
    return text;
  }

  put(text: string | (() => Response)): void {
    this.files.set(MANIFEST, typeof text === 'string' ? new TextEncoder().encode(text) : text);
  }
}
