//! `Reco_ItemCategories` and `Reco_ItemAndVariantFilters`: names that items carry.
//!
//! Labels of variants count for their item. Names come out sorted, and each item's labels sorted
//! and without repeats, whatever the order of the rows.

use super::super::cell::Settings;
use super::super::error::ContractError;
use super::super::names::{MOST, Names};
use super::super::report::EntityReport;
use super::super::table::Table;
use super::super::tally::{Fault, Reason};
use super::Cleaned;
use super::items::{Shelf, place};
use crate::progress::Stage;

const ITEM: usize = 0;
const CATEGORY: usize = 1;
const VARIANT: usize = 1;
const FILTER: usize = 2;
const VALUE: usize = 3;
/// More filters than a page could offer: each is a column of the model, for every item.
const MOST_FILTERS: u32 = 256;

/// Puts categories on the shelf; gives their names.
pub(in super::super) fn categories(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &mut Shelf,
) -> Result<Cleaned<Vec<String>>, ContractError> {
    let rules = table.rules(settings);
    let mut names = Names::default();
    let mut full = false;
    let tally = table.rows(stage, |row, tally| {
        let id = rules.needed(row, ITEM, tally)?;
        let category = rules.needed(row, CATEGORY, tally)?;
        let place = place(shelf, id, ITEM)?;
        match names.intern(category) {
            Some(category) => shelf.items[place].categories.push(category),
            None => full = true,
        }
        Ok(())
    })?;
    check_room(table, full, "Category")?;
    let (sorted, numbers) = sort(&names);
    for item in &mut shelf.items {
        item.categories.iter_mut().for_each(|category| *category = numbers[*category as usize]);
        item.categories.sort_unstable();
        item.categories.dedup();
    }
    let notes = vec![format!("{} categories", sorted.len())];
    Ok(Cleaned { values: sorted, report: EntityReport::new(table, &tally, notes) })
}

/// Puts filter values on the shelf; gives the names of the filters.
pub(in super::super) fn filters(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &mut Shelf,
) -> Result<Cleaned<Vec<String>>, ContractError> {
    let rules = table.rules(settings);
    let mut names = Names::default();
    let tally = table.rows(stage, |row, tally| {
        let id = rules.needed(row, ITEM, tally)?;
        rules.text(row, VARIANT, tally)?;
        let filter = rules.needed(row, FILTER, tally)?;
        let value = rules.needed(row, VALUE, tally)?;
        let place = place(shelf, id, ITEM)?;
        let too_many = Fault { column: FILTER, reason: Reason::TooManyFilters, value: filter };
        let number = match names.get(filter) {
            None if names.len() < MOST_FILTERS => names.intern(filter),
            known => known,
        };
        let filter = number.ok_or(too_many)?;
        shelf.items[place].filters.push((filter, value.to_owned()));
        Ok(())
    })?;
    let (sorted, numbers) = sort(&names);
    for item in &mut shelf.items {
        item.filters.iter_mut().for_each(|(filter, _)| *filter = numbers[*filter as usize]);
        item.filters.sort_unstable();
        item.filters.dedup();
    }
    let notes = vec![format!("{} filters", sorted.len())];
    Ok(Cleaned { values: sorted, report: EntityReport::new(table, &tally, notes) })
}

fn check_room(table: &Table<'_>, full: bool, column: &'static str) -> Result<(), ContractError> {
    let too_many = ContractError::TooMany { entity: table.layout.entity.name, column, limit: MOST };
    if full { Err(too_many) } else { Ok(()) }
}

/// Names in order, and the new number of each old one.
fn sort(names: &Names) -> (Vec<String>, Vec<u32>) {
    let mut order: Vec<u32> = (0..names.len()).collect();
    order.sort_unstable_by_key(|&number| names.name(number));
    let mut numbers = vec![0; order.len()];
    for (new, &old) in (0..).zip(&order) {
        numbers[old as usize] = new;
    }
    (order.iter().map(|&number| names.name(number).to_owned()).collect(), numbers)
}
