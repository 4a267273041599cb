//! Codings of stored bytes: what they are called, and how bytes get smaller, once, when they are loaded or published.
//!
//! It never runs while a request is answered. Invariant: a coding is kept only where it
//! saves at least 5 %, and the same bytes give the same codings on every machine.

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;

/// How stored bytes are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As they are.
    Identity,
    /// Brotli.
    Brotli,
    /// Zstandard.
    Zstd,
}

impl Coding {
    /// Its name in Content-Encoding and at the end of an ETag; identity has none.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Coding::Identity => None,
            Coding::Brotli => Some("br"),
            Coding::Zstd => Some("zstd"),
        }
    }
}

/// The effort for zstd; windows stay at or below the 8 MiB that browsers accept.
const ZSTD_LEVEL: i32 = 19;

/// A fast look at whether bytes can shrink at all.
const ZSTD_QUICK_LEVEL: i32 = 3;

/// The codings of `plain` worth keeping, smallest first.
pub fn smaller_codings(plain: &[u8]) -> Vec<(Coding, Bytes)> {
    if shrinks_by_percent(plain, zstd(plain, ZSTD_QUICK_LEVEL).as_ref(), 1).is_none() {
        // Drawn images and random bytes: minutes of effort on megabytes would end in nothing.
        return Vec::new();
    }
    let tried = [(Coding::Brotli, brotli(plain)), (Coding::Zstd, zstd(plain, ZSTD_LEVEL))];
    let mut kept: Vec<(Coding, Bytes)> = tried
        .into_iter()
        .filter_map(|(coding, bytes)| Some((coding, shrinks_by_percent(plain, bytes.as_ref(), 5)?)))
        .collect();
    kept.sort_by_key(|(_, bytes)| bytes.len());
    kept
}

fn shrinks_by_percent(plain: &[u8], coded: Option<&Bytes>, percent: usize) -> Option<Bytes> {
    coded.filter(|coded| coded.len() * 100 <= plain.len() * (100 - percent)).cloned()
}

fn zstd(plain: &[u8], level: i32) -> Option<Bytes> {
    // Without memory for the encoder the bytes are still served, only larger.
    zstd::bulk::compress(plain, level).ok().map(Bytes::from)
}

fn brotli(mut plain: &[u8]) -> Option<Bytes> {
    let quality = match plain.len() {
        0..=0x4_0000 => 11,
        0x4_0001..=0x20_0000 => 10,
        _ => 9,
    };
    let settings = BrotliEncoderParams { quality, lgwin: 22, size_hint: plain.len(), ..Default::default() };
    let mut coded = Vec::with_capacity(plain.len() / 2);
    brotli::BrotliCompress(&mut plain, &mut coded, &settings).ok()?;
    coded.shrink_to_fit();
    Some(Bytes::from(coded))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn noise_and_nothing_stay_as_they_are() {
        for plain in [noise(0), noise(1), noise(70_000)] {
            assert!(smaller_codings(&plain).is_empty(), "{} bytes", plain.len());
        }
    }

    #[test]
    fn codings_give_the_bytes_back_and_are_sorted_by_size() {
        let plain = "a shelf holds blobs; a blob holds a section; ".repeat(900).into_bytes();
        let codings = smaller_codings(&plain);
        assert_eq!(codings.len(), 2);
        assert!(codings[0].1.len() <= codings[1].1.len());
        for (coding, bytes) in codings {
            let back = match coding {
                Coding::Brotli => {
                    let mut back = Vec::new();
                    brotli::BrotliDecompress(&mut &bytes[..], &mut back).unwrap();
                    back
                }
                Coding::Zstd => zstd::bulk::decompress(&bytes, plain.len()).unwrap(),
                Coding::Identity => unreachable!("identity is never a smaller coding"),
            };
            assert_eq!(back, plain, "{coding:?}");
        }
    }
}
