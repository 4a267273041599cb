//! The index: the name and size of every other section of a model.

use serde::Serialize;

use crate::{
    format::{Cursor, Fields, FormatError, encode_body, put_varint},
    kind::{SectionKey, SectionKind},
};

const KIND: SectionKind = SectionKind::Index;

/// Bytes of a blob's name: what its SHA-256 begins with. Half of it is as hard to imitate as any cipher is to break,
/// and a shop of many shards names hundreds of them before its first list.
pub const NAME_BYTES: usize = 16;

/// Where a section is: the blob's name and exact length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// What the SHA-256 of the blob begins with.
    pub hash: [u8; NAME_BYTES],
    /// Bytes of the blob.
    pub size: u32,
}

/// A section and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located {
    /// Which section.
    pub key: SectionKey,
    /// Where it is.
    pub place: Place,
}

/// Every section of a model but the index itself, sorted by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    entries: Vec<Located>,
}

#[derive(Serialize)]
struct IndexWire<'a> {
    groups: Vec<GroupWire<'a>>,
}

/// The shards of one kind and list, numbered from 0 without gap.
#[derive(Serialize)]
struct GroupWire<'a> {
    kind: u16,
    list: u8,
    /// A varint per shard.
    sizes: &'a [u8],
    /// [`NAME_BYTES`] per shard.
    hashes: &'a [u8],
}

impl Index {
    /// Sections in any order; the shards of a list are numbered from 0 without gap.
    pub fn new(mut entries: Vec<Located>) -> Result<Self, FormatError> {
        entries.sort_by_key(|entry| entry.key);
        Self::checked(entries)
    }

    fn checked(entries: Vec<Located>) -> Result<Self, FormatError> {
        let mut last: Option<SectionKey> = None;
        for Located { key, .. } in &entries {
            let follows = match last {
                Some(last) if (last.kind, last.list) == (key.kind, key.list) => {
                    last.number.checked_add(1) == Some(key.number)
                }
                Some(last) => last < *key && key.number == 0,
                None => key.number == 0,
            };
            if !follows || key.kind == KIND {
                return Err(FormatError::section(
                    KIND,
                    "sections are sorted, shards numbered from 0 without gap",
                ));
            }
            last = Some(*key);
        }
        Ok(Self { entries })
    }

    /// Where a section is.
    pub fn place(&self, key: SectionKey) -> Option<Place> {
        let at = self.entries.binary_search_by_key(&key, |entry| entry.key).ok()?;
        Some(self.entries[at].place)
    }

    /// Every section, sorted by key.
    pub fn entries(&self) -> &[Located] {
        &self.entries
    }

    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        let same = |a: &Located, b: &Located| (a.key.kind, a.key.list) == (b.key.kind, b.key.list);
        let parts: Vec<(SectionKey, Vec<u8>, Vec<u8>)> = self
            .entries
            .chunk_by(same)
            .map(|group| {
                let mut sizes = Vec::new();
                group.iter().for_each(|entry| put_varint(&mut sizes, u64::from(entry.place.size)));
                let hashes = group.iter().flat_map(|entry| entry.place.hash).collect();
                (group[0].key, sizes, hashes)
            })
            .collect();
        let groups = parts.iter().map(|(key, sizes, hashes)| GroupWire {
            kind: key.kind.number(),
            list: key.list,
            sizes,
            hashes,
        });
        encode_body(SectionKey::single(KIND), &IndexWire { groups: groups.collect() })
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let broken = || FormatError::section(KIND, "every shard has a size and a hash");
        let mut fields = Fields::new(KIND, body);
        let mut entries = Vec::new();
        for _ in 0..fields.count() {
            let (kind, list, sizes, hashes) = (fields.u32(), fields.u8(), fields.bytes(), fields.bytes());
            // A newer writer may name kinds this reader does not know; they are nobody's business here.
            let kind = u16::try_from(kind).ok().and_then(SectionKind::from_number);
            let (Some(kind), true) = (kind, fields.is_sound()) else { continue };
            let mut sizes = Cursor::new(sizes);
            let (hashes, rest) = hashes.as_chunks::<NAME_BYTES>();
            for (number, hash) in (0..).zip(hashes) {
                let key = SectionKey { kind, list, number };
                let size = sizes.varint32().ok_or_else(broken)?;
                entries.push(Located { key, place: Place { hash: *hash, size } });
            }
            if !sizes.is_done() || !rest.is_empty() {
                return Err(broken());
            }
        }
        fields.done()?;
        Self::checked(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ListKind, format::Frame};

    fn entry(key: SectionKey, byte: u8) -> Located {
        Located { key, place: Place { hash: [byte; NAME_BYTES], size: u32::from(byte) * 100 } }
    }

    #[test]
    fn places_round_trip() {
        let near = |number| SectionKey::near(ListKind::Together, number);
        let entries =
            vec![entry(near(1), 3), entry(near(0), 2), entry(SectionKey::single(SectionKind::Ids), 1)];
        let index = Index::new(entries).unwrap();
        let blob = index.encode().unwrap();
        let read = Index::decode(Frame::decode(&blob).unwrap().body).unwrap();
        assert_eq!(read, index);
        assert_eq!(read.place(near(1)), Some(Place { hash: [3; NAME_BYTES], size: 300 }));
        assert_eq!(read.place(near(2)), None);
    }

    #[test]
    fn gaps_and_repeats_are_refused() {
        let near = |number| entry(SectionKey::near(ListKind::Similar, number), 1);
        assert!(Index::new(vec![near(1)]).is_err());
        assert!(Index::new(vec![near(0), near(0)]).is_err());
        assert!(Index::new(vec![near(0), near(2)]).is_err());
    }
}
