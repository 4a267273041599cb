//! One row group: the bytes of its needed columns, checked, and the decoder over them.

use std::sync::Arc;

use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, RowGroups};
use parquet::column::page::{PageIterator, PageReader};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};

use super::Broken;
use super::columns::Columns;
use super::guard::caught;
use super::pages::{Chunk, Guarded, look};
use crate::storage::Ranged;

/// Rows decoded together.
const BATCH: u64 = 8192;
/// The needed columns of a row group may take this much of the file.
const LARGEST_GROUP: u64 = 512 << 20;
/// What one batch may make of pages whose values repeat each other.
const LARGEST_BATCH: u64 = 64 << 20;

/// Bytes of the columns that are read, in their order.
struct Group {
    contents: Arc<ParquetMetaData>,
    number: usize,
    leaves: Vec<usize>,
    chunks: Vec<Chunk>,
}

/// Fetches and checks a row group and starts decoding it.
pub(super) fn open(
    file: &dyn Ranged,
    contents: &Arc<ParquetMetaData>,
    number: usize,
    columns: &Columns,
) -> Result<ParquetRecordBatchReader, Broken> {
    let group = contents.row_group(number);
    let refuse = |text: &str| Broken::content(format!("row group {} {text}", number + 1));
    let rows = u64::try_from(group.num_rows()).map_err(|_| refuse("has a negative number of rows"))?;
    let (mut total, mut batch, mut chunks) = (0_u64, BATCH, Vec::new());
    for (&leaf, name) in columns.leaves.iter().zip(&columns.names) {
        let refuse = |text: &str| refuse(&format!("column {name} {text}"));
        let column = group.columns().get(leaf).ok_or_else(|| refuse("is missing"))?;
        if u64::try_from(column.num_values()) != Ok(rows) {
            return Err(refuse("has not as many values as there are rows"));
        }
        let (start, length) =
            place(column, file.bytes()).ok_or_else(|| refuse("lies outside of the file"))?;
        total += length;
        if total > LARGEST_GROUP {
            return Err(refuse("makes the row group larger than 512 MiB; write smaller row groups"));
        }
        let length = usize::try_from(length).map_err(|_| refuse("is too large"))?;
        let chunk = Chunk { start, bytes: file.range(start, length)? };
        let seen = look(&chunk, column.compression()).map_err(refuse)?;
        if seen.values != rows {
            return Err(refuse("has pages with fewer or more values than there are rows"));
        }
        batch = batch.min(LARGEST_BATCH / seen.growing.max(1)).max(1);
        chunks.push(chunk);
    }
    let batch = usize::try_from(batch).map_err(|_| refuse("is too large"))?;
    let group = Group { contents: contents.clone(), number, leaves: columns.leaves.clone(), chunks };
    let decoder = || ParquetRecordBatchReader::try_new_with_row_groups(&columns.levels, &group, batch, None);
    caught(decoder)?.map_err(|_| refuse("cannot be decoded; write the file again"))
}

/// Where a column lies; `None` when that is not within the file.
fn place(column: &ColumnChunkMetaData, bytes: u64) -> Option<(u64, u64)> {
    let data = u64::try_from(column.data_page_offset()).ok()?;
    let dictionary = column.dictionary_page_offset().map(u64::try_from).transpose().ok()?;
    let length = u64::try_from(column.compressed_size()).ok()?;
    // The decoder starts at the dictionary whenever one is named.
    let start = dictionary.unwrap_or(data);
    let inside = column.file_path().is_none() && start.checked_add(length).is_some_and(|end| end <= bytes);
    inside.then_some((start, length))
}

impl RowGroups for Group {
    fn num_rows(&self) -> usize {
        usize::try_from(self.contents.row_group(self.number).num_rows()).unwrap_or(0)
    }

    fn column_chunks(&self, at: usize) -> ParquetResult<Box<dyn PageIterator>> {
        let missing = || ParquetError::General("no such column".to_owned());
        let (chunk, leaf) = self.chunks.get(at).zip(self.leaves.get(at)).ok_or_else(missing)?;
        let column = self.contents.row_group(self.number).column(*leaf);
        let pages = Guarded::new(chunk.clone(), column, self.num_rows())?;
        Ok(Box::new(Only(Some(Box::new(pages)))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(std::iter::once(self.contents.row_group(self.number)))
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.contents
    }
}

/// The pages of one column in the one row group that there is.
struct Only(Option<Box<dyn PageReader>>);

impl Iterator for Only {
    type Item = ParquetResult<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for Only {}
