/**
 * Loaded where the platform has no `crypto.subtle`, as on pages of plain http: SHA-256 in script.
 */
/*! noble-hashes - MIT License (c) 2022 Paul Miller (paulmillr.com) */
import { sha256 as noble } from '@noble/hashes/sha2.js';

export function sha256(bytes: Uint8Array): Uint8Array {
  return noble(bytes);
}
