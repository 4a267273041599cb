//! `Reco_ExternalRecommendationsLists` and `…Items`: lists that the shop made itself.
//!
//! Names count without case; the last row of a name says what the list is called and when it is
//! shown. Items come out by rank, then by their place in the catalogue. A list without items stays:
//! the shop may ask for it, and gets an empty one.

use super::super::cell::Settings;
use super::super::error::ContractError;
use super::super::names::{MOST, Names};
use super::super::report::EntityReport;
use super::super::table::Table;
use super::super::tally::{Fault, Reason};
use super::Cleaned;
use super::items::{Shelf, first_of_each, place};
use super::list_names::check_own;
use super::span;
use crate::catalogue::NamedList;
use crate::progress::Stage;

const NAME: usize = 0;
const TITLE: usize = 1;
const DATES: [usize; 2] = [2, 3];
const ITEM: usize = 1;
const VARIANT: usize = 2;
const RANK: usize = 3;

/// The lists, to be found by name.
#[derive(Debug, Default)]
pub(in super::super) struct NamedLists {
    /// Names in lower case; their numbers are places in `of`.
    names: Names,
    of: Vec<NamedList>,
}

impl NamedLists {
    /// The list of a name, in any case.
    pub(super) fn get(&self, name: &str) -> Option<u32> {
        self.names.get(&name.to_ascii_lowercase())
    }

    /// A list by its number.
    pub(super) fn list_mut(&mut self, number: u32) -> &mut NamedList {
        &mut self.of[number as usize]
    }

    /// All lists, sorted by name.
    pub(in super::super) fn into_sorted(mut self) -> Vec<NamedList> {
        self.of.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        self.of
    }
}

/// Reads the names, titles and dates.
pub(in super::super) fn lists(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
) -> Result<Cleaned<NamedLists>, ContractError> {
    let rules = table.rules(settings);
    let mut lists = NamedLists::default();
    let mut full = false;
    let tally = table.rows(stage, |row, tally| {
        let name = rules.needed(row, NAME, tally)?;
        let fault = |reason| Fault { column: NAME, reason, value: name };
        check_own(name).map_err(fault)?;
        let title = rules.needed(row, TITLE, tally)?.to_owned();
        let (from, until) = span::read(&rules, row, DATES, tally)?;
        let Some(number) = lists.names.intern(&name.to_ascii_lowercase()) else {
            full = true;
            return Ok(());
        };
        let list = NamedList { name: name.to_owned(), title, from, until, items: Vec::new() };
        match lists.of.get_mut(number as usize) {
            Some(old) => {
                *old = list;
                tally.warn(&table.layout, row.line, fault(Reason::DuplicateRow));
            }
            None => lists.of.push(list),
        }
        Ok(())
    })?;
    if full {
        let column = "ListName";
        return Err(ContractError::TooMany { entity: table.layout.entity.name, column, limit: MOST });
    }
    let notes = vec![format!("{} lists", lists.of.len())];
    Ok(Cleaned { values: lists, report: EntityReport::new(table, &tally, notes) })
}

/// Puts items into the lists.
pub(in super::super) fn items(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &Shelf,
    lists: &mut NamedLists,
) -> Result<Cleaned<()>, ContractError> {
    let rules = table.rules(settings);
    let mut ranked: Vec<Vec<(i64, u32)>> = vec![Vec::new(); lists.of.len()];
    let tally = table.rows(stage, |row, tally| {
        let name = rules.needed(row, NAME, tally)?;
        let id = rules.needed(row, ITEM, tally)?;
        rules.text(row, VARIANT, tally)?;
        // Never absent: the column is one of those that a row means nothing without.
        let rank = rules.whole(row, RANK)?.unwrap_or(i64::MAX);
        let unknown = Fault { column: NAME, reason: Reason::UnknownList, value: name };
        let list = lists.get(name).ok_or(unknown)?;
        ranked[list as usize].push((rank, place(shelf, id, ITEM)? as u32));
        Ok(())
    })?;
    let mut repeats = 0;
    for (list, ranked) in lists.of.iter_mut().zip(ranked) {
        let rows = ranked.len();
        list.items = first_of_each(ranked);
        repeats += rows - list.items.len();
    }
    let report = EntityReport::new(table, &tally, notes(lists, repeats));
    Ok(Cleaned { values: (), report })
}

fn notes(lists: &NamedLists, repeats: usize) -> Vec<String> {
    let items: usize = lists.of.iter().map(|list| list.items.len()).sum();
    let empty = lists.of.iter().filter(|list| list.items.is_empty()).count();
    let mut notes = vec![format!("{items} items in {} lists, {empty} of them empty", lists.of.len())];
    if repeats > 0 {
        notes.push(format!("{repeats} rows repeat an item of their list; its best rank counts"));
    }
    notes
}
