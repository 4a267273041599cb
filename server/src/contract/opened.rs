//! An open file of an entity, handing out its content piece by piece.
//!
//! The one place that knows which reader belongs to which form of file. A new form is one more
//! variant here.

use std::fmt::{self, Debug, Formatter};
use std::io::{self, Read};

use super::blocks::{Block, Blocks, Quotes};
use super::error::ContractError;
use super::folder::Source;
use super::form::Format;
use super::layout::Layout;
use super::parquet::{Broken, ParquetFile};
use super::table::Content;
use super::tally::Reason;
use super::unpack::{self, Unpacked, Watch};
use crate::progress::Stage;
use crate::storage::Storage;

/// An open file.
pub(super) struct Opened(Reader);

enum Reader {
    /// Nothing more comes: what is wrong with the file as a whole was or is to be said.
    Damaged(Option<String>),
    Lines(Box<Blocks<Box<dyn Read + Send>>>, Watch),
    Parquet(Box<ParquetFile>),
}

/// What an open file gives next.
pub(super) enum Next {
    Content(Content),
    /// Lines that are no record.
    Broken {
        line: u64,
        lines: u64,
        reason: Reason,
    },
    /// The content makes no sense from here on.
    Damaged(String),
    /// The store failed.
    Failed(io::Error),
    End,
}

impl Opened {
    /// Opens a file; only a failure of the store is an error.
    pub(super) fn open(storage: &Storage, source: &Source, layout: &Layout) -> Result<Self, ContractError> {
        let quotes = match source.form.format {
            Format::Csv => Quotes::Delimited(source.delimiter),
            Format::JsonLines => Quotes::Nowhere,
            Format::Parquet => return parquet(storage, source, layout).map(Self),
        };
        let Unpacked { bytes, watch } = unpack::open(storage, source)?;
        Ok(Self(Reader::Lines(Box::new(Blocks::new(bytes, quotes)), watch)))
    }

    /// The next piece of content.
    pub(super) fn next(&mut self, stage: &Stage) -> Next {
        let next = match &mut self.0 {
            Reader::Damaged(message) => message.take().map_or(Next::End, Next::Damaged),
            Reader::Lines(blocks, watch) => next_lines(blocks, watch, stage),
            Reader::Parquet(file) => next_rows(file, stage),
        };
        if matches!(next, Next::Damaged(_)) {
            self.0 = Reader::Damaged(None);
        }
        next
    }
}

fn parquet(storage: &Storage, source: &Source, layout: &Layout) -> Result<Reader, ContractError> {
    match ParquetFile::open(storage.ranged(&source.shown)?, layout) {
        Ok(file) => Ok(Reader::Parquet(Box::new(file))),
        Err(Broken::Content(message)) => Ok(Reader::Damaged(Some(message))),
        Err(Broken::Store(error)) => {
            Err(ContractError::Unreadable { path: storage.join(&source.shown), source: error })
        }
    }
}

fn next_lines<R: Read>(blocks: &mut Blocks<R>, watch: &Watch, stage: &Stage) -> Next {
    match blocks.next() {
        Ok(Some(Block::Records(records))) => {
            let content = Content::Lines(records);
            stage.advance(content.bytes() as u64);
            Next::Content(content)
        }
        Ok(Some(Block::Broken { line, lines, reason })) => Next::Broken { line, lines, reason },
        Ok(None) => Next::End,
        Err(error) if watch.store_failed() => Next::Failed(error),
        Err(error) => Next::Damaged(error.to_string()),
    }
}

fn next_rows(file: &mut ParquetFile, stage: &Stage) -> Next {
    match file.next() {
        Ok(Some((rows, used))) => {
            stage.advance(used);
            Next::Content(Content::Rows(rows))
        }
        Ok(None) => Next::End,
        Err(Broken::Content(message)) => Next::Damaged(message),
        Err(Broken::Store(error)) => Next::Failed(error),
    }
}

impl Debug for Opened {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}
