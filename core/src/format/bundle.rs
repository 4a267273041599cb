//! The bundle (`.shelf`): every section of one model in one file.
//!
//! Header, section table, then the blobs exactly as they are served alone, each on
//! an 8-byte boundary. Sorted, without overlap, without gap, without a byte behind.

use super::{FormatError, MAJOR, MINOR, checksum::crc32c, cursor::Cursor, frame::Frame};
use crate::{
    kind::{SectionKey, SectionKind},
    model::{Model, ModelError},
    section::Section,
};

const MAGIC: [u8; 8] = [0x89, b'C', b'K', b'S', b'H', b'\r', b'\n', 0x1a];
const HEADER_BYTES: usize = 32;
const ENTRY_BYTES: usize = 24;
/// A million shards hold over a hundred million items.
const MAX_SECTIONS: u32 = 1 << 20;

/// One section of a bundle, as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob<'a> {
    /// The kind number, known to this reader or not.
    pub kind: u16,
    /// List kind number of `near` shards.
    pub list: u8,
    /// Shard number.
    pub number: u32,
    /// The framed bytes: what is served and hashed.
    pub bytes: &'a [u8],
}

impl Blob<'_> {
    /// The key, when this reader knows the kind.
    pub fn key(&self) -> Option<SectionKey> {
        let kind = SectionKind::from_number(self.kind)?;
        Some(SectionKey { kind, list: self.list, number: self.number })
    }
}

/// A bundle whose container was checked; its sections are read on demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle<'a> {
    blobs: Vec<Blob<'a>>,
}

impl<'a> Bundle<'a> {
    /// Reads header and table and checks every frame and checksum.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, FormatError> {
        let count = read_header(bytes)?;
        let table_end = HEADER_BYTES + count as usize * ENTRY_BYTES;
        let mut table = Cursor::new(&bytes[HEADER_BYTES..table_end]);
        let mut blobs = Vec::with_capacity(count as usize);
        let mut at = table_end;
        for _ in 0..count {
            let blob = read_entry(&mut table, bytes, &mut at)?;
            let order = |blob: &Blob<'_>| (blob.kind, blob.list, blob.number);
            if blobs.last().is_some_and(|last| order(last) >= order(&blob)) {
                return Err(FormatError::Container { rule: "sections are sorted and unique" });
            }
            blobs.push(blob);
        }
        if at != bytes.len() {
            return Err(FormatError::Container { rule: "no bytes after the last section" });
        }
        Ok(Self { blobs })
    }

    /// The sections, sorted by kind, list and shard.
    pub fn blobs(&self) -> &[Blob<'a>] {
        &self.blobs
    }

    /// Reads every section and puts the model together.
    pub fn model(&self) -> Result<Model, ModelError> {
        let mut ids = None;
        let mut others = Vec::new();
        for blob in &self.blobs {
            match Section::decode(blob.bytes)? {
                Section::Ids(found) => ids = Some(found),
                other => others.push(other),
            }
        }
        let mut model = Model::new(ids.ok_or(ModelError::NoIds)?);
        for section in others {
            model.insert(section)?;
        }
        Ok(model)
    }

    /// Writes framed sections, in any order, as one file.
    pub fn encode(blobs: &[Vec<u8>]) -> Result<Vec<u8>, FormatError> {
        let mut framed = blobs
            .iter()
            .map(|bytes| Frame::decode(bytes).map(|frame| (frame, bytes.as_slice())))
            .collect::<Result<Vec<_>, _>>()?;
        framed.sort_by_key(|(frame, _)| (frame.kind, frame.list, frame.number));
        let too_large = FormatError::TooLarge { what: "the bundle" };
        let count = u32::try_from(framed.len()).map_err(|_| too_large.clone())?;
        let mut body = Vec::new();
        let mut table = Vec::new();
        let body_start = HEADER_BYTES + framed.len() * ENTRY_BYTES;
        for (frame, bytes) in &framed {
            let offset = u32::try_from(body_start + body.len()).map_err(|_| too_large.clone())?;
            let length = u32::try_from(bytes.len()).map_err(|_| too_large.clone())?;
            table.extend_from_slice(&frame.kind.to_le_bytes());
            table.extend_from_slice(&u16::from(frame.critical).to_le_bytes());
            table.extend_from_slice(&[frame.list, 0, 0, 0]);
            for field in [frame.number, offset, length, crc32c(&[bytes])] {
                table.extend_from_slice(&field.to_le_bytes());
            }
            body.extend_from_slice(bytes);
            body.resize(body.len().next_multiple_of(8), 0);
        }
        let total = u32::try_from(body_start + body.len()).map_err(|_| too_large)?;
        let mut out = Vec::with_capacity(total as usize);
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&u16::from(MAJOR).to_le_bytes());
        out.extend_from_slice(&u16::from(MINOR).to_le_bytes());
        for field in [count, total, 0, 0] {
            out.extend_from_slice(&field.to_le_bytes());
        }
        let checksum = crc32c(&[&out, &table]);
        out.extend_from_slice(&checksum.to_le_bytes());
        out.extend_from_slice(&table);
        out.extend_from_slice(&body);
        Ok(out)
    }
}

/// Checks the header and the table's checksum; gives the number of sections.
fn read_header(bytes: &[u8]) -> Result<u32, FormatError> {
    let truncated = |needed: u64| FormatError::Truncated { needed, found: bytes.len() as u64 };
    if bytes.len() >= 8 && bytes[..8] != MAGIC {
        return Err(FormatError::NotOurs);
    }
    let short = || truncated(HEADER_BYTES as u64);
    let mut cursor = Cursor::new(bytes.get(8..HEADER_BYTES).ok_or_else(short)?);
    let (major, minor) = (cursor.u16().ok_or_else(short)?, cursor.u16().ok_or_else(short)?);
    if major != u16::from(MAJOR) {
        return Err(FormatError::Version { major, minor });
    }
    let count = cursor.u32().ok_or_else(short)?;
    let total = cursor.u32().ok_or_else(short)?;
    let reserved = (cursor.u32().ok_or_else(short)?, cursor.u32().ok_or_else(short)?);
    let checksum = cursor.u32().ok_or_else(short)?;
    if count > MAX_SECTIONS {
        return Err(FormatError::TooLarge { what: "the section table" });
    }
    let table_end = HEADER_BYTES as u64 + u64::from(count) * ENTRY_BYTES as u64;
    if (bytes.len() as u64) < table_end.max(u64::from(total)) {
        return Err(truncated(table_end.max(u64::from(total))));
    }
    if bytes.len() as u64 != u64::from(total) {
        return Err(FormatError::Container { rule: "the file is as long as its header says" });
    }
    let table = &bytes[HEADER_BYTES..table_end as usize];
    if crc32c(&[&bytes[..HEADER_BYTES - 4], table]) != checksum {
        return Err(FormatError::Checksum { part: "header" });
    }
    if reserved != (0, 0) {
        return Err(FormatError::Container { rule: "reserved fields are zero" });
    }
    Ok(count)
}

/// Reads one table entry and the blob it points to; moves `at` behind the blob's padding.
fn read_entry<'a>(table: &mut Cursor<'_>, bytes: &'a [u8], at: &mut usize) -> Result<Blob<'a>, FormatError> {
    let short = || FormatError::Container { rule: "the table holds every entry" };
    let kind = table.u16().ok_or_else(short)?;
    let flags = table.u16().ok_or_else(short)?;
    let list = table.u8().ok_or_else(short)?;
    let reserved = table.bytes(3).ok_or_else(short)?;
    let number = table.u32().ok_or_else(short)?;
    let offset = table.u32().ok_or_else(short)? as usize;
    let length = table.u32().ok_or_else(short)? as usize;
    let checksum = table.u32().ok_or_else(short)?;
    if reserved != [0, 0, 0] || flags > 1 {
        return Err(FormatError::Container { rule: "reserved fields are zero" });
    }
    if offset != *at {
        return Err(FormatError::Container { rule: "sections follow each other without gap or overlap" });
    }
    let end = offset.checked_add(length).ok_or_else(short)?;
    let padded = end.checked_next_multiple_of(8).ok_or_else(short)?;
    let blob = bytes.get(offset..end).ok_or_else(short)?;
    if bytes.get(end..padded).ok_or_else(short)?.iter().any(|byte| *byte != 0) {
        return Err(FormatError::Container { rule: "padding is zero" });
    }
    if crc32c(&[blob]) != checksum {
        return Err(FormatError::Checksum { part: "section" });
    }
    let frame = Frame::decode(blob)?;
    if (frame.kind, frame.list, frame.number, frame.critical) != (kind, list, number, flags == 1) {
        return Err(FormatError::Container { rule: "table and frame agree" });
    }
    *at = padded;
    Ok(Blob { kind, list, number, bytes: blob })
}
