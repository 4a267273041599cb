//! One entity of a folder: its files, its columns, and the walk over its rows.
//!
//! What every entity needs done to its rows whoever reads them: header rows, broken records, width,
//! counting. The meaning of the columns is left to `clean`. Rows come in file order. A file whose
//! content breaks off costs its own rest; a store that fails stops the reading.

use std::sync::Arc;

use super::blocks::Records;
use super::cell::{Rules, Settings};
use super::door::{Broken, Door, Raw, Translate, Translated};
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
    /// What makes rows of the entity from files that are not of the contract.
    pub(super) door: Option<Door>,
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
    /// Rows that a door made.
    Translated(Translated),
}

impl Content {
    /// About how much memory it holds.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Content::Lines(records) => records.bytes.len(),
            Content::Rows(rows) => rows.bytes(),
            Content::Translated(translated) => translated.bytes(),
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
    /// What a door remembers from row to row.
    translate: Option<Box<dyn Translate>>,
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
        Pieces {
            table: self,
            stage,
            file: 0,
            open: None,
            places: None,
            translate: None,
            tally: Tally::default(),
        }
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

    /// The rows that a door makes of a piece that was not put through it yet.
    fn translated(&self, piece: &Piece) -> Option<Content> {
        let Piece { file, content, .. } = piece;
        let door = self.door.as_ref().filter(|_| !matches!(content, Content::Translated(_)))?;
        let mut translate = door.way.alone()?;
        let head = piece.first != First::Values;
        let mut out = Translated::new(door.broken);
        translate.take(Raw { file: *file, source: &self.files[*file], content, head }, &mut out);
        Some(Content::Translated(out))
    }

    /// Calls `each` with every sound row of a piece. A row that gives a fault is counted as dropped.
    pub(super) fn sweep(
        &self,
        piece: &Piece,
        mut each: impl for<'a> FnMut(Row<'a>, &mut Tally) -> Result<(), Fault<'a>>,
    ) -> Tally {
        let mut tally = Tally::of_file(piece.file);
        let translated = self.translated(piece);
        let content = translated.as_ref().unwrap_or(&piece.content);
        if let Content::Translated(Translated { misfits, passed, .. }) = content {
            tally.passed = passed.clone();
            tally.records += misfits.len() as u64;
            misfits.iter().for_each(|misfit| tally.reject(&self.layout, misfit.line, misfit.fault()));
        }
        let source = &self.files[piece.file];
        // A door has passed over the names of the columns.
        let mut first = if translated.is_some() { First::Values } else { piece.first };
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
        match content {
            Content::Lines(records) if source.form.format == Format::JsonLines => {
                json_lines::scan(records, &self.layout.order, take);
            }
            Content::Lines(records) => record::scan(records, source.delimiter, take),
            Content::Rows(rows) => rows.scan(&mut take),
            Content::Translated(translated) => translated.rows.scan(&mut take),
        }
        tally
    }
}

impl Pieces<'_> {
    /// The next piece; `None` after the last file.
    pub(super) fn next(&mut self) -> Result<Option<Piece>, ContractError> {
        if let Some(door) = self.table.door.as_ref().filter(|door| !door.way.reads()) {
            self.file = self.table.files.len();
            self.translate(door)?;
        }
        while let Some(source) = self.table.files.get(self.file) {
            let mut head = false;
            let open = match &mut self.open {
                Some(open) => open,
                None => {
                    head = true;
                    self.stage.at(&source.shown);
                    let typed = self.table.door.as_ref().and_then(|door| door.way.typed(self.file));
                    let layout = typed.as_ref().unwrap_or(&self.table.layout);
                    self.open.insert(Opened::open(self.table.storage, source, layout)?)
                }
            };
            match open.next(self.stage) {
                Next::Content(content) => {
                    let (content, first) = match &self.table.door {
                        Some(door) => match self.through(door, source, content, head)? {
                            Some(through) => through,
                            None => continue,
                        },
                        None => {
                            let first = if head { self.head(source, &content) } else { First::Values };
                            (content, first)
                        }
                    };
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
        Ok(self.last())
    }

    /// Puts content through a door; as it is when that can be done later, row by row.
    fn through(
        &mut self,
        door: &Door,
        source: &Source,
        content: Content,
        head: bool,
    ) -> Result<Option<(Content, First)>, ContractError> {
        if door.way.alone().is_some() {
            let first = if head { First::Header(Header::Declared) } else { First::Values };
            return Ok(Some((content, first)));
        }
        let mut out = Translated::new(door.broken);
        let raw = Raw { file: self.file, source, content: &content, head };
        self.translate(door)?.take(raw, &mut out);
        Ok((!out.is_empty()).then_some((Content::Translated(out), First::Values)))
    }

    /// What a door held back.
    fn last(&mut self) -> Option<Piece> {
        let door = self.table.door.as_ref()?;
        let mut out = Translated::new(door.broken);
        let file = self.translate.as_mut()?.rest(&mut out)?;
        Some(Piece { file, content: Content::Translated(out), first: First::Values, places: None })
    }

    /// What remembers from row to row.
    fn translate(&mut self, door: &Door) -> Result<&mut dyn Translate, ContractError> {
        let translate = match self.translate.take() {
            Some(translate) => translate,
            None => door.way.start(self.table.storage, self.stage)?,
        };
        Ok(self.translate.insert(translate).as_mut())
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
        if self.table.door.as_ref().is_some_and(|door| door.broken == Broken::Elsewhere) {
            return;
        }
        let mut tally = Tally::of_file(self.file);
        tally.records = lines;
        tally.reject_rows(line, lines, reason);
        self.tally.absorb(tally);
    }
}
