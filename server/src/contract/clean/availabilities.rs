//! `Reco_ItemAndVariantAvailabilities`: when, and in which channel and catalogue, items may be shown.
//!
//! Once the entity has a row, an item without a valid one may not be shown at all; a window of a
//! variant counts for its item. Whether a window is open now is for those who serve the model.

use std::collections::BTreeSet;

use super::super::cell::Settings;
use super::super::error::ContractError;
use super::super::names::MOST;
use super::super::report::EntityReport;
use super::super::table::Table;
use super::Cleaned;
use super::items::{Shelf, place};
use super::scopes::{self, Scopes, Zero};
use super::span;
use crate::catalogue::{Availability, Scope, Window};
use crate::progress::Stage;

const ITEM: usize = 0;
const VARIANT: usize = 1;
const DATES: [usize; 2] = [2, 3];
const SCOPE: [usize; 2] = [4, 5];

/// Reads the windows. `None` when the files hold no rows at all: then every item may always be shown.
pub(in super::super) fn read(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &Shelf,
) -> Result<Cleaned<Option<Availability>>, ContractError> {
    let rules = table.rules(settings);
    let mut scopes = Scopes::default();
    let mut windows = vec![Vec::new(); shelf.items.len()];
    let (mut last, mut full) = (None, false);
    let tally = table.rows(stage, |row, tally| {
        let id = rules.needed(row, ITEM, tally)?;
        rules.text(row, VARIANT, tally)?;
        let (from, until) = span::read(&rules, row, DATES, tally)?;
        let scope = scopes::read(&rules, row, SCOPE, Zero::Drops, tally)?;
        let place = place(shelf, id, ITEM)?;
        last = scopes.number(scope, last);
        match last {
            Some(scope) => windows[place].push(Window { scope, from, until }),
            None => full = true,
        }
        Ok(())
    })?;
    if full {
        let column = "Channel and Catalog";
        return Err(ContractError::TooMany { entity: table.layout.entity.name, column, limit: MOST });
    }
    let found = (tally.records > 0).then(|| in_order(scopes.into_inner(), windows));
    let notes = notes(found.as_ref());
    Ok(Cleaned { values: found, report: EntityReport::new(table, &tally, notes) })
}

/// Scopes sorted, and the windows of each item sorted and without repeats.
fn in_order(scopes: Vec<Scope>, mut windows: Vec<Vec<Window>>) -> Availability {
    let mut order: Vec<(Scope, u32)> = scopes.into_iter().zip(0..).collect();
    order.sort_unstable();
    let mut numbers = vec![0; order.len()];
    for (new, (_, old)) in (0..).zip(&order) {
        numbers[*old as usize] = new;
    }
    for row in &mut windows {
        row.iter_mut().for_each(|window| window.scope = numbers[window.scope as usize]);
        row.sort_unstable();
        row.dedup();
    }
    Availability { scopes: order.into_iter().map(|(scope, _)| scope).collect(), windows }
}

fn notes(found: Option<&Availability>) -> Vec<String> {
    let Some(found) = found else { return vec!["no rows: every item may always be shown".into()] };
    let channels: BTreeSet<_> = found.scopes.iter().map(|scope| &scope.channel).collect();
    let named = channels.iter().filter(|channel| !channel.is_empty()).count();
    let without = found.windows.iter().filter(|windows| windows.is_empty()).count();
    let mut notes = vec![format!("{} items in {named} channels", found.windows.len() - without)];
    if without > 0 {
        notes.push(format!("{without} items have no valid window and may not be shown"));
    }
    notes
}
