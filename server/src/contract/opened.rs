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
use super::table::Content;
use super::tally::Reason;
use super::unpack::{self, Unpacked, Watch};
use crate::progress::Stage;
use crate::storage::Storage;

/// An open file.
pub(super) struct Opened {
    reader: Reader,
    watch: Watch,
}

enum Reader {
    /// Nothing more comes: what is wrong with the file as a whole was or is to be said.
    Damaged(Option<String>),
    Lines(Box<Blocks<Box<dyn Read + Send>>>),
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
    pub(super) fn open(storage: &Storage, source: &Source, _layout: &Layout) -> Result<Self, ContractError> {
        let Unpacked { bytes, watch } = unpack::open(storage, source)?;
        let quotes = match source.form.format {
            Format::Csv => Quotes::Delimited(source.delimiter),
            Format::JsonLines => Quotes::Nowhere,
        };
        let reader = match Blocks::new(bytes, quotes) {
            Ok(blocks) => Reader::Lines(Box::new(blocks)),
            Err(error) if watch.store_failed() => {
                return Err(ContractError::Unreadable { path: storage.join(&source.shown), source: error });
            }
            Err(error) => Reader::Damaged(Some(error.to_string())),
        };
        Ok(Opened { reader, watch })
    }

    /// The next piece of content.
    pub(super) fn next(&mut self, stage: &Stage) -> Next {
        let blocks = match &mut self.reader {
            Reader::Damaged(message) => return message.take().map_or(Next::End, Next::Damaged),
            Reader::Lines(blocks) => blocks,
        };
        match blocks.next() {
            Ok(Some(Block::Records(records))) => {
                let content = Content::Lines(records);
                stage.advance(content.bytes() as u64);
                Next::Content(content)
            }
            Ok(Some(Block::Broken { line, lines, reason })) => Next::Broken { line, lines, reason },
            Ok(None) => Next::End,
            Err(error) if self.watch.store_failed() => Next::Failed(error),
            Err(error) => {
                self.reader = Reader::Damaged(None);
                Next::Damaged(error.to_string())
            }
        }
    }
}

impl Debug for Opened {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}
