/**
 * The frame around a section: what it is, and that its bytes came through whole. Knows no section.
 */
import { must, Reader } from './bytes.js';

const FRAME_BYTES = 24;
const CHECKSUM_AT = 20;
const MAX_BYTES = 2 ** 28;
const MAGIC = 0x424b4389;

export interface Frame {
  readonly kind: number;
  /** Whether a reader that does not know the kind must stop. */
  readonly critical: boolean;
  readonly list: number;
  readonly number: number;
  /** A copy. */
  readonly body: Uint8Array;
}

export function readFrame(blob: Uint8Array): Frame {
  const view = new Reader(blob).view(FRAME_BYTES);
  must(view.getUint32(0, true) === MAGIC);
  const [kind, flags] = [view.getUint16(6, true), view.getUint16(8, true)];
  const length = view.getUint32(16, true);
  // Byte 4 is the major version, byte 11 says that the body is postcard.
  must(blob[4] === 1 && length <= MAX_BYTES && blob.length === FRAME_BYTES + length && blob[11] === 0 && flags < 2);
  must(checksum(blob) === view.getUint32(CHECKSUM_AT, true));
  return { kind, critical: flags > 0, list: view.getUint8(10), number: view.getUint32(12, true), body: new Uint8Array(blob.subarray(FRAME_BYTES)) };
}

let table: Uint32Array | undefined;

/** CRC-32C of all but the checksum itself. */
export function checksum(blob: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    for (let bit = 0; bit < 8; bit++) byte = (byte >>> 1) ^ (byte & 1 && 0x82f63b78);
    return byte;
  });
  let crc = -1;
  for (let at = 0; at < blob.length; at++) {
    if (at < CHECKSUM_AT || at >= FRAME_BYTES) crc = (crc >>> 8) ^ (table[(crc ^ (blob[at] ?? 0)) & 255] ?? 0);
  }
  return ~crc >>> 0;
}
