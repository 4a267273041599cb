//! One entity of a folder: its files, its columns, and the walk over its rows.
//!
//! What every entity needs done to its rows whoever reads them: header rows, broken records, width,
//! counting. The meaning of the columns is left to `clean`. Rows come in file order. A file whose
//! content breaks off costs its own rest; a store that fails stops the reading.

use std::sync::Arc;

use super::blocks::Records;
use super::cell::{Rules, Settings};
use super::error::ContractError;
use super::folder::{Header, Source};
use super::form::Format;
use super::header;
use super::json_lines;
use super::layout::Layout;
use super::opened::{Next, Opened};
use super::record::{self, Row};
use super::rows::Rows;
use super::tally::{Fault, Reason, Tally};
use crate::progress::Stage;
use crate::storage::Storage;

/// An entity as this folder has it.
#[derive(Debug)]
pub(super) struct Table<'s> {
    pub(super) storage: &'s Storage,
    pub(super) layout: Layout,
    pub(super) files: Vec<Source>,
}

/// Some whole rows of one file.
#[derive(Debug)]
pub(super) struct Piece {
    file: usize,
    content: Content,
    /// What the first row is, if this piece starts its file.
    first: First,
    /// Where the columns stand, if not where the layout says.
    places: Option<Arc<[Option<usize>]>>,
}

/// Rows as a reader hands them out.
#[derive(Debug)]
pub(super) enum Content {
    /// Records that are still to be split.
    Lines(Records),
    /// Rows that are split already.
    Rows(Rows),
}

impl Content {
    /// About how much memory it holds.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Content::Lines(records) => records.bytes.len(),
            Content::Rows(rows) => rows.bytes(),
        }
    }
}

/// What the first row of a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Values,
    Header(Header),
}

/// The pieces of all files, one after the other.
#[derive(Debug)]
pub(super) struct Pieces<'t> {
    table: &'t Table<'t>,
    stage: &'t Stage,
    file: usize,
    open: Option<Opened>,
    places: Option<Arc<[Option<usize>]>>,
    /// What was wrong between the pieces.
    pub(super) tally: Tally,
}

impl Table<'_> {
    /// What its rows are read by.
    pub(super) fn rules(&self, settings: Settings) -> Rules<'_> {
        Rules { layout: &self.layout, settings }
    }

    /// Starts reading all files.
    pub(super) fn pieces<'t>(&'t self, stage: &'t Stage) -> Pieces<'t> {
        Pieces { table: self, stage, file: 0, open: None, places: None, tally: Tally::default() }
    }

    /// Calls `each` with every sound row of every file, and counts the others.
    pub(super) fn rows(
        &self,
        stage: &Stage,
        mut each: impl for<'a> FnMut(Row<'a>, &mut Tally) -> Result<(), Fault<'a>>,
    ) -> Result<Tally, ContractError> {
        let mut pieces = self.pieces(stage);
        let mut tally = Tally::default();
        while let Some(piece) = pieces.next()? {
            tally.absorb(std::mem::take(&mut pieces.tally));
            tally.absorb(self.sweep(&piece, &mut each));
        }
        tally.absorb(pieces.tally);
        Ok(tally)
    }

    /// Calls `each` with every sound row of a piece. A row that gives a fault is counted as dropped.
    pub(super) fn sweep(
        &self,
        piece: &Piece,
        mut each: impl for<'a> FnMut(Row<'a>, &mut Tally) -> Result<(), Fault<'a>>,
    ) -> Tally {
        let mut tally = Tally::of_file(piece.file);
        let source = &self.files[piece.file];
        let mut first = piece.first;
        let places = piece.places.as_deref();
        let columns = self.layout.order.len();
        let mut take = |line: u64, row: Result<Row<'_>, Reason>| {
            let first = std::mem::replace(&mut first, First::Values);
            if first == First::Header(Header::Declared) {
                return;
            }
            tally.records += 1;
            let row = match row {
                _ if first == First::Header(Header::NotDeclared) => {
                    return tally.reject_rows(line, 1, Reason::UndeclaredHeader);
                }
                Ok(row) => row.placed(places),
                Err(reason) => return tally.reject_rows(line, 1, reason),
            };
            if places.is_none() && row.width() > columns {
                tally.warn_row(line, Reason::ExtraColumns);
            }
            if let Err(fault) = each(row, &mut tally) {
                tally.reject(&self.layout, line, fault);
            }
        };
        match &piece.content {
            Content::Lines(records) if source.form.format == Format::JsonLines => {
                json_lines::scan(records, &self.layout.order, take);
            }
            Content::Lines(records) => record::scan(records, source.delimiter, take),
            Content::Rows(rows) => rows.scan(&mut take),
        }
        tally
    }
}

impl Pieces<'_> {
    /// The next piece; `None` after the last file.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, ContractError> {
        while let Some(source) = self.table.files.get(self.file) {
            let mut head = false;
            let open = match &mut self.open {
                Some(open) => open,
                None => {
                    head = true;
                    self.stage.at(&source.shown);
                    self.open.insert(Opened::open(self.table.storage, source, &self.table.layout)?)
                }
            };
            match open.next(self.stage) {
                Next::Content(content) => {
                    let first = if head { self.head(source, &content) } else { First::Values };
                    let places = self.places.clone();
                    return Ok(Some(Piece { file: self.file, content, first, places }));
                }
                Next::Broken { line, lines, reason } => self.broken(line, lines, reason),
                Next::Damaged(message) => {
                    self.tally.damaged.push((self.file, message));
                    self.leave_file();
                }
                Next::Failed(source_error) => {
                    let path = self.table.storage.join(&source.shown);
                    return Err(ContractError::Unreadable { path, source: source_error });
                }
                Next::End => self.leave_file(),
            }
        }
        Ok(None)
    }

    fn leave_file(&mut self) {
        (self.file, self.open, self.places) = (self.file + 1, None, None);
    }

    /// Looks at the first row of a file: names of columns, or values.
    fn head(&mut self, source: &Source, content: &Content) -> First {
        let Content::Lines(records) = content else { return First::Values };
        if source.form.format != Format::Csv {
            return First::Values;
        }
        let layout = &self.table.layout;
        let places = record::first(records, source.delimiter, |row| header::places(layout, row)).flatten();
        let first = match (&places, source.header) {
            (None, Header::NotDeclared) => First::Values,
            (_, header) => First::Header(header),
        };
        self.places = places.filter(|places| !header::is_in_order(places)).map(Arc::from);
        first
    }

    fn broken(&mut self, line: u64, lines: u64, reason: Reason) {
        let mut tally = Tally::of_file(self.file);
        tally.records = lines;
        tally.reject_rows(line, lines, reason);
        self.tally.absorb(tally);
    }
}
