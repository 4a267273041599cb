/** CRC-32C as the frame of a blob carries it, so that a test can forge a good checksum around bad bytes. */

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

export function crc32c(parts) {
  let crc = 0xffffffff;
  for (const part of parts) for (const byte of part) crc = (crc >>> 8) ^ table[(crc ^ byte) & 255];
  return (crc ^ 0xffffffff) >>> 0;
}

/** Length of the frame before the body, and where its checksum lies. */
export const FRAME_BYTES = 24;
const CHECKSUM_AT = 20;

/** A copy of the blob whose frame carries the right checksum for its bytes. */
export function withChecksum(blob) {
  const copy = Uint8Array.from(blob);
  const checksum = crc32c([copy.subarray(0, CHECKSUM_AT), copy.subarray(FRAME_BYTES)]);
  new DataView(copy.buffer).setUint32(CHECKSUM_AT, checksum, true);
  return copy;
}
