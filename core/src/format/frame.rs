//! The frame of one section: 24 bytes that name and guard the body behind them.
//!
//! A framed section is a blob: it can be fetched, checked and read alone.

use serde::Serialize;

use super::{FormatError, MAJOR, MINOR, checksum::crc32c, cursor::Cursor};
use crate::kind::SectionKey;

/// Bytes of a frame before its body.
pub const FRAME_BYTES: usize = 24;
/// No blob is larger: a length above it is a lie.
pub const MAX_BLOB_BYTES: usize = 1 << 28;

const MAGIC: [u8; 4] = [0x89, b'C', b'K', b'B'];
const CRITICAL: u16 = 1;
const POSTCARD: u8 = 0;

/// A frame that was read: what the section is, and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The kind number, known or not.
    pub kind: u16,
    /// Whether a reader that does not know the kind must stop.
    pub critical: bool,
    /// List kind number of `near` shards.
    pub list: u8,
    /// Shard number.
    pub number: u32,
    /// The bytes behind the header.
    pub body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads the frame of a blob; the blob must end where the body ends.
    #[inline(never)]
    pub fn decode(blob: &'a [u8]) -> Result<Self, FormatError> {
        let truncated =
            |needed: usize| FormatError::Truncated { needed: needed as u64, found: blob.len() as u64 };
        if blob.len() >= 4 && blob[..4] != MAGIC {
            return Err(FormatError::NotOurs);
        }
        let (header, body) = blob.split_at_checked(FRAME_BYTES).ok_or_else(|| truncated(FRAME_BYTES))?;
        let mut cursor = Cursor::new(&header[4..]);
        let short = || truncated(FRAME_BYTES);
        let (major, minor) = (cursor.u8().ok_or_else(short)?, cursor.u8().ok_or_else(short)?);
        if major != MAJOR {
            return Err(FormatError::Version { major: major.into(), minor: minor.into() });
        }
        let kind = cursor.u16().ok_or_else(short)?;
        let flags = cursor.u16().ok_or_else(short)?;
        let (list, codec) = (cursor.u8().ok_or_else(short)?, cursor.u8().ok_or_else(short)?);
        let number = cursor.u32().ok_or_else(short)?;
        let length = cursor.u32().ok_or_else(short)? as usize;
        let checksum = cursor.u32().ok_or_else(short)?;
        if length > MAX_BLOB_BYTES {
            return Err(FormatError::TooLarge { what: "a section" });
        }
        if body.len() < length {
            return Err(truncated(FRAME_BYTES + length));
        }
        if body.len() > length {
            return Err(FormatError::Container { rule: "no bytes after the body of a section" });
        }
        if crc32c(&[&header[..20], body]) != checksum {
            return Err(FormatError::Checksum { part: "section" });
        }
        if codec != POSTCARD || flags & !CRITICAL != 0 {
            return Err(FormatError::UnknownCritical { kind });
        }
        Ok(Self { kind, critical: flags & CRITICAL != 0, list, number, body })
    }
}

/// Puts the frame of `key` around `body`.
pub fn frame(key: SectionKey, body: &[u8]) -> Result<Vec<u8>, FormatError> {
    let flags = if key.kind.is_critical() { CRITICAL } else { 0 };
    frame_raw(key.kind.number(), flags, key.list, key.number, body)
}

/// As [`frame`], for kinds and flags of any number: tests forge newer writers with it.
pub(crate) fn frame_raw(
    kind: u16,
    flags: u16,
    list: u8,
    number: u32,
    body: &[u8],
) -> Result<Vec<u8>, FormatError> {
    if body.len() > MAX_BLOB_BYTES {
        return Err(FormatError::TooLarge { what: "a section" });
    }
    let length = u32::try_from(body.len()).map_err(|_| FormatError::TooLarge { what: "a section" })?;
    let mut blob = Vec::with_capacity(FRAME_BYTES + body.len());
    blob.extend_from_slice(&MAGIC);
    blob.extend_from_slice(&[MAJOR, MINOR]);
    blob.extend_from_slice(&kind.to_le_bytes());
    blob.extend_from_slice(&flags.to_le_bytes());
    blob.extend_from_slice(&[list, POSTCARD]);
    blob.extend_from_slice(&number.to_le_bytes());
    blob.extend_from_slice(&length.to_le_bytes());
    let checksum = crc32c(&[&blob, body]);
    blob.extend_from_slice(&checksum.to_le_bytes());
    blob.extend_from_slice(body);
    Ok(blob)
}

/// Writes a wire struct as a framed postcard body.
pub(crate) fn encode_body<T: Serialize>(key: SectionKey, wire: &T) -> Result<Vec<u8>, FormatError> {
    let body = postcard::to_allocvec(wire).map_err(|_| FormatError::TooLarge { what: "a section" })?;
    frame(key, &body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::SectionKind;

    #[test]
    fn every_cut_and_every_flip_is_found() {
        let key = SectionKey::near(crate::ListKind::Similar, 7);
        let blob = frame(key, b"some body").unwrap();
        let read = Frame::decode(&blob).unwrap();
        assert_eq!((read.kind, read.list, read.number, read.critical), (5, 1, 7, false));
        assert_eq!(read.body, b"some body");
        for cut in 0..blob.len() {
            assert!(Frame::decode(&blob[..cut]).is_err(), "cut at {cut}");
        }
        for at in 0..blob.len() {
            for bit in 0..8 {
                let mut bad = blob.clone();
                bad[at] ^= 1 << bit;
                assert!(Frame::decode(&bad).is_err(), "flip {bit} of byte {at}");
            }
        }
        let mut long = blob;
        long.push(0);
        assert_eq!(
            Frame::decode(&long),
            Err(FormatError::Container { rule: "no bytes after the body of a section" })
        );
    }

    #[test]
    fn other_majors_and_other_files_are_named() {
        let mut blob = frame(SectionKey::single(SectionKind::Meta), b"").unwrap();
        blob[4] = 2;
        assert_eq!(Frame::decode(&blob), Err(FormatError::Version { major: 2, minor: 0 }));
        assert_eq!(Frame::decode(b"<!doctype html>"), Err(FormatError::NotOurs));
    }
}
