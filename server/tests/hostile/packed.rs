//! Compressed bytes, whole and broken.

use std::io::{self, Read, Write};

use flate2::{Compression, write::GzEncoder};

/// Compressed by gzip.
pub(crate) fn gzip(bytes: impl Read) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    let mut bytes = bytes;
    io::copy(&mut bytes, &mut gzip).unwrap();
    gzip.finish().unwrap()
}

/// Compressed by Zstandard.
pub(crate) fn zstandard(bytes: impl Read) -> Vec<u8> {
    let mut packed = zstd::Encoder::new(Vec::new(), 1).unwrap();
    let mut bytes = bytes;
    io::copy(&mut bytes, &mut packed).unwrap();
    packed.finish().unwrap()
}

/// A Zstandard frame that asks its reader for a window of 2 GiB.
pub(crate) fn greedy_zstandard() -> Vec<u8> {
    let mut frame = Vec::new();
    frame.write_all(&[0x28, 0xB5, 0x2F, 0xFD]).unwrap();
    // No single segment, no checksum, window descriptor of exponent 21: 2^31 bytes.
    frame.write_all(&[0x00, 21 << 3]).unwrap();
    // One raw block of four bytes, the last one.
    frame.write_all(&[(4 << 3) | 1, 0, 0]).unwrap();
    frame.write_all(b"g,1\n").unwrap();
    frame
}

/// Endless text of one byte.
pub(crate) fn repeated(byte: u8, length: u64) -> impl Read {
    io::repeat(byte).take(length)
}
