//! `Reco_ItemsAndVariants`: items and item masters; variants fold into their master.
//!
//! The row of a master (no variant id) says what an item is, and the last such row counts. A
//! variant only stands in while its item has no master row. The shelf it makes is in the order of
//! [`Catalogue::items`](crate::catalogue::Catalogue::items).

use std::collections::BTreeSet;

use super::super::cell::{Rules, Settings};
use super::super::error::ContractError;
use super::super::names::{MOST, Names};
use super::super::record::Row;
use super::super::report::EntityReport;
use super::super::table::Table;
use super::super::tally::{Fault, Reason, Tally};
use super::Cleaned;
use crate::catalogue::Item;
use crate::progress::Stage;

const ITEM: usize = 0;
const VARIANT: usize = 1;
const TITLE: usize = 2;
const DESCRIPTION: usize = 3;
const RELEASED: usize = 4;

/// Items in their final order, and the way from an id to its place.
#[derive(Debug, Default)]
pub(in super::super) struct Shelf {
    pub(in super::super) items: Vec<Item>,
    /// The number of an id is its place in `items`.
    pub(in super::super) places: Names,
}

/// Ids in order: whole numbers by value, then all other texts by bytes.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Order<'a> {
    Number(u64),
    Text(&'a str),
}

impl<'a> Order<'a> {
    /// Only the usual way of writing a number counts as one: `007` is text.
    fn of(id: &'a str) -> Self {
        let usual = id.bytes().all(|byte| byte.is_ascii_digit()) && (id == "0" || !id.starts_with('0'));
        match id.parse() {
            Ok(number) if usual => Order::Number(number),
            _ => Order::Text(id),
        }
    }
}

/// The places that ids take once they are in order: `result[number]` is the place of that id.
pub(super) fn final_places(ids: &Names) -> Vec<u32> {
    let mut order: Vec<u32> = (0..ids.len()).collect();
    order.sort_unstable_by_key(|&number| Order::of(ids.name(number)));
    let mut places = vec![0; order.len()];
    for (place, number) in (0..).zip(order) {
        places[number as usize] = place;
    }
    places
}

impl Shelf {
    /// Items that are in the order of `ids`, put into their final order.
    pub(super) fn new(ids: &Names, items: Vec<Item>) -> Self {
        let places = final_places(ids);
        let mut sorted = vec![Item::default(); items.len()];
        for (item, place) in items.into_iter().zip(places) {
            sorted[place as usize] = item;
        }
        let places = sorted.iter().map(|item| item.id.as_str()).collect();
        Shelf { items: sorted, places }
    }
}

/// Where an item is; `column` is the one that names it.
pub(super) fn place<'a>(shelf: &Shelf, id: &'a str, column: usize) -> Result<usize, Fault<'a>> {
    let unknown = Fault { column, reason: Reason::UnknownItem, value: id };
    shelf.places.get(id).map(|place| place as usize).ok_or(unknown)
}

/// Items by rank, then by place, each where its best rank puts it.
pub(super) fn first_of_each(mut ranked: Vec<(i64, u32)>) -> Vec<u32> {
    ranked.sort_unstable();
    let mut seen = BTreeSet::new();
    ranked.into_iter().map(|(_, item)| item).filter(|item| seen.insert(*item)).collect()
}

/// What is known while rows still come.
#[derive(Default)]
struct Drafts {
    ids: Names,
    items: Vec<Item>,
    /// Whether the row of the item itself was there, not only variants.
    masters: Vec<bool>,
    variants: u64,
    full: bool,
}

/// Reads the items. `None` when the files hold no rows at all: then interactions say what the items are.
pub(in super::super) fn read(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
) -> Result<Cleaned<Option<Shelf>>, ContractError> {
    let rules = table.rules(settings);
    let mut drafts = Drafts::default();
    let tally = table.rows(stage, |row, tally| drafts.add(&rules, row, tally))?;
    if drafts.full {
        return Err(ContractError::TooMany {
            entity: table.layout.entity.name,
            column: "ItemId",
            limit: MOST,
        });
    }
    let mut notes = vec![format!("{} items", drafts.items.len())];
    if drafts.variants > 0 {
        notes.push(format!("{} rows of variants folded into their items", drafts.variants));
    }
    let shelf = (tally.records > 0).then(|| Shelf::new(&drafts.ids, drafts.items));
    Ok(Cleaned { values: shelf, report: EntityReport::new(table, &tally, notes) })
}

impl Drafts {
    fn add<'a>(&mut self, rules: &Rules<'_>, row: Row<'a>, tally: &mut Tally) -> Result<(), Fault<'a>> {
        let id = rules.needed(row, ITEM, tally)?;
        let variant = rules.text(row, VARIANT, tally)?.is_some();
        let title = rules.text(row, TITLE, tally)?.unwrap_or_default();
        let description = rules.text(row, DESCRIPTION, tally)?.unwrap_or_default();
        let released = rules.moment(row, RELEASED, tally)?;
        let Some(number) = self.ids.intern(id) else {
            self.full = true;
            return Ok(());
        };
        let at = number as usize;
        let new = at == self.items.len();
        if new {
            self.items.push(Item { id: id.to_owned(), ..Item::default() });
            self.masters.push(false);
        }
        self.variants += u64::from(variant);
        if !variant && std::mem::replace(&mut self.masters[at], true) {
            let fault = Fault { column: ITEM, reason: Reason::DuplicateRow, value: id };
            tally.warn(rules.layout, row.line, fault);
        }
        if new || !variant {
            let item = &mut self.items[at];
            title.clone_into(&mut item.title);
            description.clone_into(&mut item.description);
            item.released = released;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_numbers_by_value_then_texts_by_bytes() {
        let ids =
            ["b", "10", "9", "007", "", "0", "18446744073709551615", "18446744073709551616", "+5", "é", "B"];
        let names: Names = ids.into_iter().collect();
        let items = ids.map(|id| Item { id: id.to_owned(), ..Item::default() });
        let shelf = Shelf::new(&names, items.to_vec());
        let order: Vec<_> = shelf.items.iter().map(|item| item.id.as_str()).collect();
        let expected =
            ["0", "9", "10", "18446744073709551615", "", "+5", "007", "18446744073709551616", "B", "b", "é"];
        assert_eq!(order, expected);
        assert!(
            order.iter().enumerate().all(|(place, id)| shelf.places.get(id) == u32::try_from(place).ok())
        );
    }
}
