import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verify } from '../../src/load/ed25519.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

// RFC 8032, section 7.1, tests 1 to 3.
const VECTORS: [key: string, message: string, signature: string][] = [
  ['d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', '', 'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'],
  ['3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c', '72', '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'],
  ['fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025', 'af82', '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'],
];

describe('Ed25519 in script', () => {
  it.each(VECTORS)('agrees with the RFC on %s', (key, message, signature) => {
    expect(verify(bytes(key), bytes(signature), bytes(message))).toBe(true);
  });

  it('refuses every flipped bit of a signature and of a key', () => {
    const [key, message, signature] = VECTORS[2]!.map(bytes) as [Uint8Array, Uint8Array, Uint8Array];
    for (let bit = 0; bit < 8 * 64; bit += 5) {
      const other = signature.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(verify(key, other, message), `signature ${bit}`).toBe(false);
    }
    for (let bit = 0; bit < 8 * 32; bit += 11) {
      const other = key.slice();
      other[bit >> 3]! ^= 1 << (bit & 7);
      expect(verify(other, signature, message), `key ${bit}`).toBe(false);
    }
  });

  it('refuses the same signature written another way', () => {
    const [key, message, signature] = VECTORS[1]!.map(bytes) as [Uint8Array, Uint8Array, Uint8Array];
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let scalar = signature.subarray(32).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n) + order;
    const other = signature.slice();
    for (let at = 32; at < 64; at += 1, scalar >>= 8n) other[at] = Number(scalar & 255n);
    expect(verify(key, other, message)).toBe(false);
    expect(verify(key.subarray(1), signature, message)).toBe(false);
    expect(verify(key, signature.subarray(1), message)).toBe(false);
  });

  it('agrees with the platform', () => {
    for (let round = 0; round < 10; round += 1) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const message = Buffer.from(`manifest ${round} ${'x'.repeat(97 * round)}`);
      const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
      const signature = sign(null, message, privateKey);
      expect(verify(key, signature, message)).toBe(true);
      expect(verify(key, signature, Buffer.from(`${message.toString()}.`))).toBe(false);
    }
  });
});
