//! Parquet files as rows.
//!
//! ```text
//! footer ─▶ columns ─▶ group: pages ─▶ values ─▶ Rows
//! ```
//!
//! Reads only the columns that the entity needs, one row group after the other. Nothing that a file says
//! about itself is believed before it was held against the size of the file, and no panic of the decoder
//! leaves this room. It gives no meaning to a value.

mod columns;
mod footer;
mod group;
mod guard;
mod pages;
mod thrift;
mod values;

use std::io;
use std::sync::Arc;

use arrow_array::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::file::metadata::ParquetMetaData;

use super::blocks::LONGEST_RECORD;
use super::layout::Layout;
use super::rows::Rows;
use super::tally::Reason;
use super::unpack::most_growth;
use crate::storage::Ranged;
use columns::Columns;
use guard::caught;

/// Rows are handed out once their text is this long.
const PIECE: usize = 1 << 20;
/// What a row costs of the allowance besides its text.
const ROW_COST: u64 = 8;

/// Why a file gives no more rows.
#[derive(Debug)]
pub(super) enum Broken {
    /// The store failed.
    Store(io::Error),
    /// The content makes no sense, or is not read.
    Content(String),
}

impl Broken {
    fn content(message: impl Into<String>) -> Self {
        Self::Content(message.into())
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Store(error)
    }
}

/// What a file calls the columns that could be read.
pub(super) fn names(file: &dyn Ranged) -> Result<Vec<String>, Broken> {
    let contents = footer::read(file)?;
    Ok(columns::readable(contents.file_metadata().schema_descr()))
}

/// An open Parquet file.
pub(super) struct ParquetFile {
    file: Box<dyn Ranged>,
    contents: Arc<ParquetMetaData>,
    columns: Columns,
    /// Row groups that were opened.
    opened: usize,
    decoder: Option<ParquetRecordBatchReader>,
    /// Decoded, and handed out up to a row.
    batch: Option<(RecordBatch, usize)>,
    /// Rows handed out.
    rows: u64,
    /// Rows that the opened row groups say to have.
    promised: u64,
    /// How much more text may come out of the file.
    allowance: u64,
}

impl ParquetFile {
    pub(super) fn open(file: Box<dyn Ranged>, layout: &Layout) -> Result<Self, Broken> {
        let contents = footer::read(file.as_ref())?;
        let columns = columns::choose(contents.file_metadata().schema_descr(), layout)?;
        Ok(Self {
            allowance: most_growth(file.bytes()),
            file,
            contents: Arc::new(contents),
            columns,
            opened: 0,
            decoder: None,
            batch: None,
            rows: 0,
            promised: 0,
        })
    }

    /// The next rows, and how many bytes of the file were used up; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(Rows, u64)>, Broken> {
        let mut used = 0;
        loop {
            if let Some((batch, from)) = self.batch.take() {
                let rows = self.take(batch, from)?;
                return Ok(Some((rows, used)));
            }
            if let Some(decoder) = &mut self.decoder {
                match caught(|| decoder.next())? {
                    Some(Ok(batch)) => self.batch = Some((batch, 0)),
                    Some(Err(_)) => return Err(self.undecodable()),
                    None => self.decoder = None,
                }
            } else if self.rows != self.promised {
                return Err(self.undecodable());
            } else if self.opened < self.contents.num_row_groups() {
                used += self.open_group()?;
            } else {
                return Ok(None);
            }
        }
    }

    fn open_group(&mut self) -> Result<u64, Broken> {
        let group = self.contents.row_group(self.opened);
        self.decoder = Some(group::open(self.file.as_ref(), &self.contents, self.opened, &self.columns)?);
        self.promised = self.promised.saturating_add(group.num_rows().unsigned_abs());
        self.opened += 1;
        Ok(group.compressed_size().unsigned_abs())
    }

    fn undecodable(&self) -> Broken {
        Broken::content(format!("row group {} cannot be decoded; write the file again", self.opened))
    }

    /// Rows of a batch from one row on; what does not fit stays for the next time.
    fn take(&mut self, batch: RecordBatch, from: usize) -> Result<Rows, Broken> {
        let part = batch.slice(from, batch.num_rows() - from);
        let cells =
            caught(|| part.columns().iter().map(|array| values::cells(array)).collect::<Option<Vec<_>>>())?;
        let cells = cells.ok_or_else(|| self.undecodable())?;
        let (mut rows, mut row) = (Rows::default(), 0);
        while row < part.num_rows() && rows.bytes() < PIECE {
            let before = rows.bytes();
            self.rows += 1;
            self.add(&mut rows, &cells, row);
            let cost = (rows.bytes() - before) as u64 + ROW_COST;
            self.allowance = self.allowance.checked_sub(cost).ok_or_else(|| {
                Broken::content("it unpacks to more than 200 times its size; if that is meant, split it")
            })?;
            row += 1;
        }
        self.batch = (row < part.num_rows()).then(|| (batch, from + row));
        Ok(rows)
    }

    fn add(&self, rows: &mut Rows, cells: &[values::Cells<'_>], row: usize) {
        let (mut length, mut sound) = (0, true);
        for cell in cells {
            let value = cell.get(row);
            length += value.map_or(0, str::len);
            sound &= value.is_some();
        }
        let broken = match (sound, length > LONGEST_RECORD) {
            (false, _) => Reason::InvalidUtf8,
            (_, true) => Reason::RecordTooLong,
            _ => {
                rows.begin(self.rows);
                for place in &self.columns.places {
                    rows.field(place.and_then(|at| cells[at].get(row)).unwrap_or_default());
                }
                return;
            }
        };
        rows.broken(self.rows, broken);
    }
}

#[cfg(test)]
mod tests;
