//! `Reco_Interactions`: who did what with which item, in columns.
//!
//! The one entity that can be huge. Pieces of the files are cleaned side by side into columns with
//! dictionaries of their own, and put together in file order while the next pieces are cleaned.
//! Shoppers, groups, scopes and items are numbered by their first accepted row, so the numbers do
//! not depend on the number of threads. Ids of shoppers and groups end with their row: dictionaries
//! of them keep hashes only.

use rayon::prelude::*;

use super::super::cell::{Rules, Settings};
use super::super::door::NOT_BOUGHT;
use super::super::error::ContractError;
use super::super::keys::Keys;
use super::super::names::{MOST, Names};
use super::super::record::Row;
use super::super::report::EntityReport;
use super::super::table::{Piece, Pieces, Table};
use super::super::tally::{Fault, Reason, Tally};
use super::items::{Shelf, final_places};
use super::scopes::{self, Scopes, Written, Zero};
use super::twice::drop_repeated;
use crate::catalogue::Item;
use crate::interaction::{ANONYMOUS, Interactions};
use crate::progress::Stage;

const GROUP: usize = 0;
const ITEM: usize = 1;
const VARIANT: usize = 2;
const SHOPPER: usize = 3;
const KIND: usize = 4;
const TIME: usize = 5;
const FREE_TEXT: usize = 6;
const FREE_NUMBER: usize = 7;
const SCOPE: [usize; 2] = [8, 9];
const STRENGTH: usize = 10;
const POSITIVE: usize = 11;

/// The only interaction type of the contract.
const TRANSACTION: &str = "Transaction";
/// Most channels and catalogues: a row names its scope with 16 bits.
const MOST_SCOPES: u16 = u16::MAX;

/// What was read before.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Known<'k> {
    /// `None` when the interactions say what the items are.
    pub(in super::super) shelf: Option<&'k Shelf>,
    pub(in super::super) opted_out: &'k Keys,
}

/// The cleaned columns, and the items when there was no shelf before.
pub(in super::super) struct Outcome {
    pub(in super::super) interactions: Interactions,
    pub(in super::super) shelf: Option<Shelf>,
}

/// Reads the interactions of all tables, one after the other; a report for each.
pub(in super::super) fn read(
    tables: &[&Table<'_>],
    settings: Settings,
    stage: &Stage,
    known: Known<'_>,
) -> Result<(Outcome, Vec<EntityReport>), ContractError> {
    let mut merged = Merged::new(known.shelf.is_none());
    let mut tallies = Vec::new();
    for table in tables {
        merged.entity = table.layout.entity.name;
        let (rows, groups) = (merged.columns.len(), merged.groups.len());
        let mut tally = read_table(table, settings, stage, known, &mut merged)?;
        let repeated = drop_repeated(&mut merged.columns, rows, groups);
        tally.reject_late(repeated, Reason::InFolder);
        tallies.push(tally);
    }
    let outcome = merged.finish();
    let report = |(place, (table, tally)): (usize, (&&Table<'_>, &Tally))| {
        // What is said of all rows together stands where the first of them are.
        EntityReport::new(table, tally, if place == 0 { notes(&outcome) } else { Vec::new() })
    };
    let reports = tables.iter().zip(&tallies).enumerate().map(report).collect();
    Ok((outcome, reports))
}

fn read_table(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    known: Known<'_>,
    merged: &mut Merged,
) -> Result<Tally, ContractError> {
    let rules = table.rules(settings);
    let mut pieces = table.pieces(stage);
    let mut wave = next_wave(&mut pieces)?;
    let mut cleaned = Vec::new();
    while !wave.is_empty() {
        let (ahead, next_cleaned) = rayon::join(
            || merged.take_all(std::mem::take(&mut cleaned)).and_then(|()| next_wave(&mut pieces)),
            || wave.par_iter().map(|piece| clean_piece(table, &rules, piece, known)).collect::<Vec<_>>(),
        );
        (wave, cleaned) = (ahead?, next_cleaned);
    }
    merged.take_all(cleaned)?;
    let mut tally = std::mem::take(&mut pieces.tally);
    tally.absorb(std::mem::take(&mut merged.tally));
    Ok(tally)
}

fn notes(outcome: &Outcome) -> Vec<String> {
    let interactions = &outcome.interactions;
    let mut notes = vec![format!("{} groups, {} named shoppers", interactions.groups, interactions.shoppers)];
    let negative = interactions.positive.iter().filter(|&&positive| !positive).count();
    if negative > 0 {
        notes.push(format!("{negative} rows say no to an item (IsPositive)"));
    }
    if !interactions.scopes.is_empty() {
        notes.push(format!("rows of {} channels and catalogues", interactions.scopes.len()));
    }
    if let Some(shelf) = &outcome.shelf {
        notes.push(format!("no catalogue: {} items are taken from the interactions", shelf.items.len()));
    }
    notes
}

/// What the contract has against a row by itself, if anything.
pub(in super::super) fn fault_of<'a>(rules: &Rules<'_>, row: Row<'a>) -> Option<Fault<'a>> {
    clean_row(rules, row, Origin::Contract, &mut Tally::default()).err()
}

/// A few pieces for every thread; bounds how much of the files is in memory.
fn next_wave(pieces: &mut Pieces<'_>) -> Result<Vec<Piece>, ContractError> {
    std::iter::from_fn(|| pieces.next().transpose()).take(2 * rayon::current_num_threads()).collect()
}

/// The accepted rows of one piece, numbered by dictionaries of its own.
#[derive(Debug, Default)]
struct Chunk {
    columns: Interactions,
    groups: Runs,
    shoppers: Runs,
    /// Empty when a shelf numbers the items.
    items: Names,
    scopes: Scopes,
    /// Numbers in `scopes`; in the place of the column, which is narrower.
    scope: Vec<u32>,
    tally: Tally,
}

/// A dictionary for ids that often follow themselves: comparing is quicker than hashing.
#[derive(Debug, Default)]
struct Runs {
    keys: Keys,
    last: Option<u32>,
    last_id: String,
}

fn clean_piece(table: &Table<'_>, rules: &Rules<'_>, piece: &Piece, known: Known<'_>) -> Chunk {
    let mut chunk = Chunk::default();
    let origin = if table.door.is_some() { Origin::Door } else { Origin::Contract };
    let tally = table.sweep(piece, |row, tally| chunk.add(clean_row(rules, row, origin, tally)?, known));
    Chunk { tally, ..chunk }
}

/// One row, checked by itself.
#[derive(Clone, Copy)]
struct Interaction<'a> {
    group: &'a str,
    item: &'a str,
    shopper: Option<&'a str>,
    scope: Written<'a>,
    time: i64,
    strength: f32,
    positive: bool,
    purchase: bool,
}

/// Who wrote a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Contract,
    Door,
}

fn clean_row<'a>(
    rules: &Rules<'_>,
    row: Row<'a>,
    origin: Origin,
    tally: &mut Tally,
) -> Result<Interaction<'a>, Fault<'a>> {
    let group = rules.needed(row, GROUP, tally)?;
    let item = rules.needed(row, ITEM, tally)?;
    rules.text(row, VARIANT, tally)?;
    let shopper = rules.text(row, SHOPPER, tally)?;
    let purchase = match rules.text(row, KIND, tally)? {
        Some(NOT_BOUGHT) if origin == Origin::Door => false,
        Some(value) if !value.eq_ignore_ascii_case(TRANSACTION) => {
            return Err(Fault { column: KIND, reason: Reason::AttributeValueNotAllowed, value });
        }
        _ => true,
    };
    let time = rules.moment(row, TIME, tally)?.unwrap_or(0);
    rules.text(row, FREE_TEXT, tally)?;
    rules.number(row, FREE_NUMBER)?;
    let scope = scopes::read(rules, row, SCOPE, Zero::Stays, tally)?;
    let strength = strength(rules, row)?;
    let positive = rules.truth(row, POSITIVE)?.unwrap_or(true);
    Ok(Interaction { group, item, shopper, scope, time, strength, positive, purchase })
}

/// A weight: not below zero, and small enough for the column.
fn strength<'a>(rules: &Rules<'_>, row: Row<'a>) -> Result<f32, Fault<'a>> {
    let Some(number) = rules.number(row, STRENGTH)? else { return Ok(1.0) };
    let strength = number as f32;
    if strength >= 0.0 && strength.is_finite() {
        return Ok(strength);
    }
    let value = rules.written(row, STRENGTH);
    Err(Fault { column: STRENGTH, reason: Reason::AttributeValueNotAllowed, value })
}

impl Chunk {
    /// Takes a row over, unless its shopper opted out or its item is not known.
    fn add<'a>(&mut self, row: Interaction<'a>, known: Known<'_>) -> Result<(), Fault<'a>> {
        // A row without a shopper belongs to its group, which may well be named after one.
        let (column, value) = row.shopper.map_or((GROUP, row.group), |shopper| (SHOPPER, shopper));
        if known.opted_out.contains(value) {
            return Err(Fault { column, reason: Reason::OptedOut, value });
        }
        let unknown = Fault { column: ITEM, reason: Reason::UnknownItem, value: row.item };
        let item = match known.shelf {
            Some(shelf) => shelf.places.get(row.item).ok_or(unknown)?,
            None => self.items.intern(row.item).expect(FEW),
        };
        let columns = &mut self.columns;
        columns.group.push(self.groups.number(row.group));
        columns.item.push(item);
        columns.shopper.push(row.shopper.map_or(ANONYMOUS, |shopper| self.shoppers.number(shopper)));
        self.scope.push(self.scopes.number(row.scope, self.scope.last().copied()).expect(FEW));
        columns.time.push(row.time);
        columns.strength.push(row.strength);
        columns.positive.push(row.positive);
        columns.purchase.push(row.purchase);
        Ok(())
    }
}

const FEW: &str = "a piece has far fewer rows than there are numbers";

impl Runs {
    fn number(&mut self, id: &str) -> u32 {
        match self.last {
            Some(last) if self.last_id == id => last,
            _ => {
                let number = self.keys.intern(id).expect(FEW);
                self.last = Some(number);
                id.clone_into(&mut self.last_id);
                number
            }
        }
    }
}

/// All chunks so far.
#[derive(Debug)]
struct Merged {
    entity: &'static str,
    columns: Interactions,
    groups: Keys,
    shoppers: Keys,
    /// `None` when a shelf numbers the items.
    items: Option<Names>,
    scopes: Scopes,
    tally: Tally,
}

impl Merged {
    fn new(numbers_items: bool) -> Self {
        Merged {
            entity: "",
            columns: Interactions::default(),
            groups: Keys::default(),
            shoppers: Keys::default(),
            items: numbers_items.then(Names::default),
            scopes: Scopes::default(),
            tally: Tally::default(),
        }
    }

    fn take_all(&mut self, chunks: Vec<Chunk>) -> Result<(), ContractError> {
        chunks.into_iter().try_for_each(|chunk| self.take(chunk))
    }

    /// Puts a chunk behind those before it.
    fn take(&mut self, chunk: Chunk) -> Result<(), ContractError> {
        let entity = self.entity;
        let too_many = |column| ContractError::TooMany { entity, column, limit: MOST };
        let groups = self.groups.take(&chunk.groups.keys).ok_or_else(|| too_many("InteractionGroupingId"))?;
        let shoppers = self.shoppers.take(&chunk.shoppers.keys).ok_or_else(|| too_many("UserId"))?;
        self.take_scopes(&chunk)?;
        let (columns, rows) = (&mut self.columns, chunk.columns);
        columns.group.extend(rows.group.iter().map(|&group| groups[group as usize]));
        let shopper = |&shopper: &u32| shoppers.get(shopper as usize).copied().unwrap_or(ANONYMOUS);
        columns.shopper.extend(rows.shopper.iter().map(shopper));
        match &mut self.items {
            Some(items) => {
                let items = renumber(items, &chunk.items).ok_or_else(|| too_many("ItemId"))?;
                columns.item.extend(rows.item.iter().map(|&item| items[item as usize]));
            }
            None => columns.item.extend(rows.item),
        }
        columns.time.extend(rows.time);
        columns.strength.extend(rows.strength);
        columns.positive.extend(rows.positive);
        // The column stays away as long as all rows are purchases.
        if !columns.purchase.is_empty() || rows.purchase.contains(&false) {
            columns.purchase.resize(columns.item.len() - rows.purchase.len(), true);
            columns.purchase.extend(rows.purchase);
        }
        self.tally.absorb(chunk.tally);
        Ok(())
    }

    /// The column stays away as long as all rows are in the default scope.
    fn take_scopes(&mut self, chunk: &Chunk) -> Result<(), ContractError> {
        let column = "Channel and Catalog";
        let too_many = ContractError::TooMany { entity: self.entity, column, limit: MOST_SCOPES.into() };
        let Some(numbers) = self.scopes.take(&chunk.scopes) else { return Err(too_many) };
        if self.scopes.len() > usize::from(MOST_SCOPES) {
            return Err(too_many);
        }
        if !self.scopes.only_default() {
            self.columns.scope.resize(self.columns.item.len(), 0);
            self.columns.scope.extend(chunk.scope.iter().map(|&scope| numbers[scope as usize] as u16));
        }
        Ok(())
    }

    /// The columns with final item places; what is known of shoppers and groups ends here.
    fn finish(mut self) -> Outcome {
        self.columns.groups = self.groups.len();
        self.columns.shoppers = self.shoppers.len();
        if !self.scopes.only_default() {
            self.columns.scopes = self.scopes.into_inner();
        }
        let shelf = self.items.map(|ids| {
            let places = final_places(&ids);
            self.columns.item.par_iter_mut().for_each(|item| *item = places[*item as usize]);
            let items = ids.iter().map(|id| Item { id: id.to_owned(), ..Item::default() }).collect();
            Shelf::new(&ids, items)
        });
        Outcome { interactions: self.columns, shelf }
    }
}

/// The numbers in `all` of the names of `some`; `None` when no number is left.
fn renumber(all: &mut Names, some: &Names) -> Option<Vec<u32>> {
    some.iter().map(|name| all.intern(name)).collect()
}
