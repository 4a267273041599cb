//! The pages of one column in one row group, checked before they are decoded.
//!
//! Page headers are walked first: sizes and counts that do not agree with the file, or that would grow
//! out of all proportion, cost the file and not the memory. What only shows once a page is unpacked is
//! looked at then, before the decoder sees it.

use std::io::Read;

use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;
use std::sync::Arc;

use super::thrift::{INT, STRUCT, Taken, Walk};

/// A page may unpack to this.
const LARGEST_PAGE: u64 = 128 << 20;
/// Pages of up to this size cannot unpack to too much by gzip.
const HARMLESS_GZIP: u64 = LARGEST_PAGE / 1032;

const DATA: i64 = 0;
const INDEX: i64 = 1;
const DICTIONARY: i64 = 2;
const DATA_V2: i64 = 3;
/// The encoding in which a value repeats the start of the one before.
const DELTA_BYTES: i64 = 7;

/// The bytes of a column in one row group.
#[derive(Clone)]
pub(super) struct Chunk {
    pub(super) start: u64,
    pub(super) bytes: Bytes,
}

impl Length for Chunk {
    fn len(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}

impl Chunk {
    fn part(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let from = start.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        let range = from.and_then(|from| Some(from..from.checked_add(length)?));
        let range = range.filter(|range| range.end <= self.bytes.len());
        range
            .map(|range| self.bytes.slice(range))
            .ok_or_else(|| ParquetError::EOF("outside the column".into()))
    }
}

impl ChunkReader for Chunk {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let left = usize::try_from(self.len().saturating_sub(start))?;
        Ok(bytes::Buf::reader(self.part(start, left)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        self.part(start, length)
    }
}

/// What a look at the page headers found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Values of all data pages.
    pub(super) values: u64,
    /// The largest page whose values can be longer than the page itself.
    pub(super) growing: u64,
}

#[derive(Default)]
struct Header {
    kind: i64,
    unpacked: i64,
    packed: i64,
    values: i64,
    encoding: i64,
}

/// Looks at every page header; what is wrong, if anything is.
pub(super) fn look(chunk: &Chunk, compression: Compression) -> Result<Seen, &'static str> {
    let mut seen = Seen::default();
    let mut rest = &chunk.bytes[..];
    while !rest.is_empty() {
        let mut walk = Walk::new(rest);
        let header = header(&mut walk).ok_or("has a page whose header breaks off")?;
        let data = &rest[walk.at()..];
        let packed = u64::try_from(header.packed).ok().filter(|packed| *packed <= data.len() as u64);
        let packed = packed.ok_or("has a page that is longer than the column")?;
        let data = &data[..usize::try_from(packed).map_err(|_| "has a page that is too large")?];
        check(&header, data, compression)?;
        if header.kind == DATA || header.kind == DATA_V2 {
            seen.values = seen.values.saturating_add(header.values.unsigned_abs());
            if header.encoding == DELTA_BYTES {
                seen.growing = seen.growing.max(header.unpacked.unsigned_abs());
            }
        }
        rest = &rest[walk.at() + data.len()..];
    }
    Ok(seen)
}

fn header(walk: &mut Walk<'_>) -> Option<Header> {
    let mut found = Header { kind: -1, unpacked: -1, packed: -1, ..Header::default() };
    walk.fields(|walk, field, kind| {
        match (field, kind) {
            (1..=3, kind) if INT.contains(&kind) => {
                let number = walk.signed()?;
                match field {
                    1 => found.kind = number,
                    2 => found.unpacked = number,
                    _ => found.packed = number,
                }
            }
            (5 | 7 | 8, STRUCT) => {
                let encoding = if field == 8 { 4 } else { 2 };
                walk.fields(|walk, inner, kind| {
                    if !INT.contains(&kind) || (inner != 1 && inner != encoding) {
                        return Some(Taken::No);
                    }
                    let number = walk.signed()?;
                    *(if inner == 1 { &mut found.values } else { &mut found.encoding }) = number;
                    Some(Taken::Yes)
                })?;
            }
            _ => return Some(Taken::No),
        }
        Some(Taken::Yes)
    })?;
    Some(found)
}

fn check(header: &Header, data: &[u8], compression: Compression) -> Result<(), &'static str> {
    let unpacked = u64::try_from(header.unpacked).map_err(|_| "has a page of negative size")?;
    if unpacked > LARGEST_PAGE {
        return Err("has a page of more than 128 MiB; write smaller pages or row groups");
    }
    if header.values < 0 || header.values > i64::from(i32::MAX) {
        return Err("has a page with a negative number of values");
    }
    // Each value of a dictionary takes at least a byte.
    if header.kind == DICTIONARY && header.values.unsigned_abs() > unpacked {
        return Err("has a dictionary of more values than bytes");
    }
    if !(DATA..=DATA_V2).contains(&header.kind) {
        return Err("has a page of an unknown kind");
    }
    let packed = data.len() as u64;
    let grows = match compression {
        Compression::GZIP(_) => {
            packed > HARMLESS_GZIP && unpacks_beyond(flate2::read::MultiGzDecoder::new(data), unpacked)
        }
        Compression::BROTLI(_) => unpacks_beyond(brotli::Decompressor::new(data, 1 << 16), unpacked),
        _ => false,
    };
    // Levels before the packed part of a page make this check fail on unpacking, not on growing.
    match grows && header.kind != INDEX {
        true => Err("has a page that unpacks to more than it says"),
        false => Ok(()),
    }
}

/// The decoder would unpack to the end whatever the header says.
fn unpacks_beyond(unpacked: impl Read, most: u64) -> bool {
    let read = std::io::copy(&mut unpacked.take(most + 1), &mut std::io::sink());
    read.is_ok_and(|read| read > most)
}

/// Hands pages on that the decoder may see.
pub(super) struct Guarded {
    inner: SerializedPageReader<Chunk>,
    /// Whether values may be null, and levels stand before them.
    levels: bool,
}

impl Guarded {
    pub(super) fn new(chunk: Chunk, column: &ColumnChunkMetaData, rows: usize) -> ParquetResult<Self> {
        let levels = column.column_descr().max_def_level() > 0;
        let inner = SerializedPageReader::new(Arc::new(chunk), column, rows, None)?;
        Ok(Self { inner, levels })
    }

    /// Lengths of values are counted within the page, and the decoder believes the count.
    fn check(&self, page: &Page) -> ParquetResult<()> {
        let lengths = match page.encoding() {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
            Encoding::DELTA_BYTE_ARRAY => 2,
            _ => return Ok(()),
        };
        let sound = values(page, self.levels).is_some_and(|values| {
            let mut walk = Walk::new(values);
            (0..lengths).all(|_| deltas(&mut walk).is_some_and(|count| count <= u64::from(page.num_values())))
        });
        sound
            .then_some(())
            .ok_or_else(|| ParquetError::General("a page counts more lengths than values".into()))
    }
}

/// What follows the levels of a page.
fn values(page: &Page, levels: bool) -> Option<&[u8]> {
    match page {
        Page::DataPage { buf, .. } if levels => {
            let (length, rest) = buf.split_first_chunk::<4>()?;
            rest.get(usize::try_from(u32::from_le_bytes(*length)).ok()?..)
        }
        Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, .. } => {
            buf.get(usize::try_from(def_levels_byte_len.checked_add(*rep_levels_byte_len)?).ok()?..)
        }
        _ => Some(page.buffer()),
    }
}

/// Passes over numbers in delta encoding; how many there are.
fn deltas(walk: &mut Walk<'_>) -> Option<u64> {
    let (block, parts, count) = (walk.varint()?, walk.varint()?, walk.varint()?);
    walk.signed()?;
    let per_part = block.checked_div(parts).filter(|per_part| *per_part > 0 && per_part % 8 == 0)?;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        walk.signed()?;
        let mut widths = walk.clone();
        walk.pass(parts)?;
        for _ in 0..parts {
            let width = u64::from(widths.byte()?);
            // Parts after the last value have a width, but no bytes.
            if left > 0 {
                walk.pass(per_part.checked_mul(width)? / 8)?;
            }
            left = left.saturating_sub(per_part);
        }
    }
    Some(count)
}

impl Iterator for Guarded {
    type Item = ParquetResult<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Guarded {
    fn get_next_page(&mut self) -> ParquetResult<Option<Page>> {
        let page = self.inner.get_next_page()?;
        if let Some(page) = &page {
            self.check(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> ParquetResult<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> ParquetResult<()> {
        self.inner.skip_next_page()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// A page header of small numbers, each doubled by its sign.
    fn page(kind: u8, unpacked: u8, values: u8, data: &[u8]) -> Vec<u8> {
        let packed = u8::try_from(data.len()).unwrap();
        let head =
            [0x15, 2 * kind, 0x15, 2 * unpacked, 0x15, 2 * packed, 0x2C, 0x15, 2 * values, 0x15, 0, 0, 0];
        [&head[..], data].concat()
    }

    fn seen(pages: &[Vec<u8>], compression: Compression) -> Result<Seen, &'static str> {
        look(&Chunk { start: 0, bytes: pages.concat().into() }, compression)
    }

    #[test]
    fn pages_are_counted_and_lies_are_found() {
        let plain = Compression::UNCOMPRESSED;
        let sound = [page(0, 3, 3, b"abc"), page(0, 1, 2, b"d")];
        assert_eq!(seen(&sound, plain), Ok(Seen { values: 5, growing: 0 }));
        let longer = page(0, 3, 3, b"abc");
        let cases = [
            (longer[..longer.len() - 1].to_vec(), "longer than the column"),
            (longer[..5].to_vec(), "breaks off"),
            (page(9, 3, 3, b"abc"), "unknown kind"),
            (vec![0x15, 0, 0x15, 1, 0x15, 0, 0], "negative size"),
        ];
        for (page, words) in cases {
            let error = seen(&[page], plain).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
        let dictionary = [&[0x15, 4, 0x15, 2, 0x15, 2, 0x4C, 0x15, 20, 0, 0][..], b"a"].concat();
        assert!(seen(&[dictionary], plain).unwrap_err().contains("dictionary"));
    }

    #[test]
    fn pages_that_unpack_to_more_than_they_say_are_found() {
        let mut packed = brotli::CompressorWriter::new(Vec::new(), 4096, 5, 20);
        packed.write_all(&[0; 1000]).unwrap();
        let packed = packed.into_inner();
        let brotli = Compression::BROTLI(Default::default());
        assert!(seen(&[page(0, 50, 3, &packed)], brotli).unwrap_err().contains("unpacks to more"));
        assert!(unpacks_beyond(io::repeat(0), 10_000));
    }

    #[test]
    fn deltas_are_passed_over() {
        // 128 in a block, 4 parts, 3 values, first 1; smallest step 0; widths 2, 0, 0, 0; 8 bytes.
        let mut bytes = vec![0x80, 1, 4, 3, 2, 0, 2, 0, 0, 0];
        bytes.extend([0; 8]);
        let mut walk = Walk::new(&bytes);
        assert_eq!((deltas(&mut walk), walk.at()), (Some(3), bytes.len()));
        for lie in [&[0x80, 1, 0, 3, 2][..], &[0x80, 1, 4, 0xFF, 0xFF, 0xFF, 0xFF, 7, 2], &[]] {
            assert_eq!(deltas(&mut Walk::new(lie)), None);
        }
    }

    use std::io;
}
