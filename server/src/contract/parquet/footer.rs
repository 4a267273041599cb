//! The table of contents at the end of a Parquet file.
//!
//! Everything that the decoder would build from it is counted first, so that a table that lies is turned
//! down before it costs memory.

use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use super::Broken;
use super::guard::caught;
use super::thrift::{INT, LIST, STRUCT, Taken, Walk};
use crate::storage::Ranged;

const MAGIC: &[u8] = b"PAR1";
const ENCRYPTED: &[u8] = b"PARE";
/// Length and magic at the very end.
const TAIL: usize = 8;
const LARGEST: usize = 64 << 20;
/// Columns and groups of columns together.
const MOST_ELEMENTS: usize = 10_000;
/// Deeper nested columns would be walked by recursion.
const DEEPEST: usize = 16;
const MOST_ROW_GROUPS: u64 = 32_767;

/// Reads the table of contents.
pub(super) fn read(file: &dyn Ranged) -> Result<ParquetMetaData, Broken> {
    let bytes = file.bytes();
    let not_parquet = || Broken::content("this is no Parquet file, or its end is missing; write it again");
    if bytes < (2 * MAGIC.len() + 4) as u64 {
        return Err(not_parquet());
    }
    let tail = file.range(bytes - TAIL as u64, TAIL)?;
    let (length, magic) = tail.split_at(4);
    if magic == ENCRYPTED {
        return Err(Broken::content("the file is encrypted; write it without encryption"));
    }
    let length = length.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize;
    if magic != MAGIC || length as u64 > bytes - (TAIL + MAGIC.len()) as u64 {
        return Err(not_parquet());
    }
    if length > LARGEST {
        return Err(Broken::content(format!(
            "its table of contents has {length} bytes, more than {LARGEST}; write fewer columns or row groups"
        )));
    }
    let contents = file.range(bytes - (TAIL + length) as u64, length)?;
    check(&contents)?;
    let decoded = caught(|| ParquetMetaDataReader::decode_metadata(&contents))?;
    decoded.map_err(|_| Broken::content("its table of contents makes no sense; write the file again"))
}

/// Whether the table holds what it says it holds.
fn check(contents: &[u8]) -> Result<(), Broken> {
    let mut children = Vec::new();
    let mut row_groups = 0;
    let walked = Walk::new(contents).fields(|walk, field, kind| {
        match (field, kind) {
            (2, LIST) => children = schema(walk)?,
            (4, LIST) => row_groups = walk.clone().list()?.1,
            _ => return Some(Taken::No),
        }
        Some(if field == 2 { Taken::Yes } else { Taken::No })
    });
    let refuse = |what: &str| Err(Broken::content(format!("its table of contents {what}")));
    if walked.is_none() {
        return refuse("breaks off or counts more than it holds; write the file again");
    }
    if children.len() > MOST_ELEMENTS || row_groups > MOST_ROW_GROUPS {
        return refuse(&format!(
            "names more than {MOST_ELEMENTS} columns or {MOST_ROW_GROUPS} row groups; split the file"
        ));
    }
    match depth(&children) {
        Some(depth) if depth <= DEEPEST => Ok(()),
        Some(_) => refuse(&format!("nests columns deeper than {DEEPEST}; write plain columns")),
        None => refuse("counts more columns than it names; write the file again"),
    }
}

/// How many children each element of the schema says to have.
fn schema(walk: &mut Walk<'_>) -> Option<Vec<u64>> {
    let (kind, length) = walk.list()?;
    if kind != STRUCT {
        return None;
    }
    let mut all = Vec::new();
    for _ in 0..length {
        let mut children = 0;
        walk.fields(|walk, field, kind| {
            if field != 5 || !INT.contains(&kind) {
                return Some(Taken::No);
            }
            children = u64::try_from(walk.signed()?).ok()?;
            Some(Taken::Yes)
        })?;
        all.push(children);
    }
    Some(all)
}

/// How deep a schema nests; `None` when it counts children that are not there.
fn depth(children: &[u64]) -> Option<usize> {
    let (mut open, mut deepest) = (Vec::new(), 0);
    for (at, &count) in children.iter().enumerate() {
        if let Some(left) = open.last_mut() {
            *left -= 1;
        } else if at > 0 {
            return None;
        }
        if count > 0 {
            open.push(count);
            deepest = deepest.max(open.len());
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        // Everything deeper is refused anyway, and the stack must stay small.
        if deepest > DEEPEST {
            return Some(deepest);
        }
    }
    open.is_empty().then_some(deepest)
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn depth_follows_the_counts_of_children() {
        let chain = vec![1; 100];
        let cases: [(&[u64], Option<usize>); 7] = [
            (&[2, 0, 0], Some(1)),
            (&[2, 1, 0, 0], Some(2)),
            (&[2, 0], None),
            (&[1, 0, 0], None),
            (&[u64::MAX, 0], None),
            (&[], Some(0)),
            (&chain, Some(17)),
        ];
        for (children, expected) in cases {
            assert_eq!(depth(children), expected, "{children:?}");
        }
    }
}
