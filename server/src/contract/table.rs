//! One entity of a folder: its files, its columns, and the walk over its rows.
//!
//! What every entity needs done to its rows whoever reads them: header rows, broken records, width,
//! counting. The meaning of the columns is left to `clean`. Rows come in file order.

use std::fs::File;

use super::blocks::{Block, Blocks, Records};
use super::cell::{Rules, Settings};
use super::error::ContractError;
use super::folder::{Header, Source};
use super::layout::Layout;
use super::record::{Row, scan};
use super::schema::Naming;
use super::tally::{Fault, Reason, Tally};
use crate::progress::Stage;

/// An entity as this folder has it.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) layout: Layout,
    pub(super) files: Vec<Source>,
}

/// Some whole records of one file.
#[derive(Debug)]
pub(super) struct Piece {
    file: usize,
    records: Records,
    /// Whether the first record is the first one of its file.
    head: bool,
}

/// The pieces of all files, one after the other.
#[derive(Debug)]
pub(super) struct Pieces<'t> {
    table: &'t Table,
    stage: &'t Stage,
    file: usize,
    open: Option<Blocks<File>>,
    head: bool,
    /// What was wrong between the pieces.
    pub(super) tally: Tally,
}

impl Table {
    /// What its rows are read by.
    pub(super) fn rules(&self, settings: Settings) -> Rules<'_> {
        Rules { layout: &self.layout, settings }
    }

    /// Starts reading all files.
    pub(super) fn pieces<'t>(&'t self, stage: &'t Stage) -> Pieces<'t> {
        Pieces { table: self, stage, file: 0, open: None, head: true, tally: Tally::default() }
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
        let mut head = piece.head;
        scan(&piece.records, source.delimiter, |line, row| {
            let first = std::mem::take(&mut head);
            if first && source.header == Header::Declared {
                return;
            }
            tally.records += 1;
            let row = match row {
                Ok(row) if first && self.is_header(row) => {
                    return tally.reject_rows(line, 1, Reason::UndeclaredHeader);
                }
                Ok(row) => row,
                Err(reason) => return tally.reject_rows(line, 1, reason),
            };
            if row.width() > self.layout.order.len() {
                tally.warn_row(line, Reason::ExtraColumns);
            }
            if let Err(fault) = each(row, &mut tally) {
                tally.reject(&self.layout, line, fault);
            }
        });
        tally
    }

    /// Whether a row holds the names of the columns.
    fn is_header(&self, row: Row<'_>) -> bool {
        let mut slots = self.layout.slots.iter().zip(self.layout.entity.columns);
        slots.all(|(slot, column)| {
            let same = |at| row.field(at).eq_ignore_ascii_case(&slot.name);
            column.naming == Naming::Free || slot.at.is_none_or(same)
        })
    }
}

impl Pieces<'_> {
    /// The next piece; `None` after the last file.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, ContractError> {
        while let Some(source) = self.table.files.get(self.file) {
            let unreadable = |error| ContractError::Unreadable { path: source.path.clone(), source: error };
            let blocks = match &mut self.open {
                Some(blocks) => blocks,
                None => {
                    let file = File::open(&source.path).map_err(unreadable)?;
                    self.open.insert(Blocks::new(file, source.delimiter).map_err(unreadable)?)
                }
            };
            match blocks.next().map_err(unreadable)? {
                Some(Block::Records(records)) => {
                    self.stage.advance(records.bytes.len() as u64);
                    let head = std::mem::take(&mut self.head);
                    return Ok(Some(Piece { file: self.file, records, head }));
                }
                Some(Block::Broken { line, lines, reason }) => self.broken(line, lines, reason),
                None => {
                    (self.file, self.open, self.head) = (self.file + 1, None, true);
                }
            }
        }
        Ok(None)
    }

    fn broken(&mut self, line: u64, lines: u64, reason: Reason) {
        self.head = false;
        let mut tally = Tally::of_file(self.file);
        tally.records = lines;
        tally.reject_rows(line, lines, reason);
        self.tally.absorb(tally);
    }
}
