//! The enrichment entities: what the shop puts on top of a list, or keeps out of it.
//!
//! One reader for the seeded entity and its unseeded sibling. An exclude beats every include of the
//! same item and list. Whether an included item may be shown at all is decided by its availability,
//! on the device.

use std::collections::BTreeSet;

use cookshelf_core::ListKind;

use super::super::cell::{Rules, Settings};
use super::super::error::ContractError;
use super::super::record::Row;
use super::super::report::EntityReport;
use super::super::table::Table;
use super::super::tally::{Fault, Reason, Tally};
use super::Cleaned;
use super::items::{Shelf, first_of_each, place};
use super::list_names::{built_in, by_algorithm};
use super::named_lists::NamedLists;
use crate::catalogue::Override;
use crate::progress::Stage;

const LIST: usize = 0;
const ALGORITHM: usize = 1;
/// Behind every include that names a rank.
const UNRANKED: i64 = i64::MAX;

/// Where the columns of an entity are.
#[derive(Debug)]
struct Columns {
    /// Seed and its variant.
    seed: Option<[usize; 2]>,
    item: usize,
    variant: usize,
    action: usize,
    rank: usize,
}

const SEEDED: Columns = Columns { seed: Some([2, 3]), item: 4, variant: 5, action: 6, rank: 7 };
const UNSEEDED: Columns = Columns { seed: None, item: 2, variant: 3, action: 4, rank: 5 };

/// What an override changes; lists of the shop's own by their number in [`NamedLists`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    /// Number of a list kind, and the item whose list it is.
    BuiltIn(u8, Option<u32>),
    Named(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Include,
    Exclude,
}

/// One accepted row.
#[derive(Debug, Clone, Copy)]
struct Change {
    target: Target,
    action: Action,
    rank: i64,
    item: u32,
}

/// Reads the overrides of lists that belong to an item.
pub(in super::super) fn seeded(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &Shelf,
) -> Result<Cleaned<Vec<Override>>, ContractError> {
    read(table, settings, stage, shelf, &SEEDED, &mut NamedLists::default())
}

/// Reads the overrides of the other lists; those of a list of the shop's own are applied at once.
pub(in super::super) fn unseeded(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &Shelf,
    lists: &mut NamedLists,
) -> Result<Cleaned<Vec<Override>>, ContractError> {
    read(table, settings, stage, shelf, &UNSEEDED, lists)
}

/// Puts the overrides of both entities in order.
pub(in super::super) fn in_order(overrides: &mut [Override]) {
    overrides.sort_unstable_by_key(|one| (one.list.number(), one.seed));
}

fn read(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &Shelf,
    columns: &Columns,
    lists: &mut NamedLists,
) -> Result<Cleaned<Vec<Override>>, ContractError> {
    let rules = table.rules(settings);
    let mut changes = Vec::new();
    let tally = table.rows(stage, |row, tally| {
        changes.push(change(&rules, row, tally, Known { shelf, lists }, columns)?);
        Ok(())
    })?;
    let (overrides, notes) = fold(changes, lists);
    Ok(Cleaned { values: overrides, report: EntityReport::new(table, &tally, notes) })
}

#[derive(Clone, Copy)]
struct Known<'k> {
    shelf: &'k Shelf,
    lists: &'k NamedLists,
}

fn change<'a>(
    rules: &Rules<'_>,
    row: Row<'a>,
    tally: &mut Tally,
    known: Known<'_>,
    columns: &Columns,
) -> Result<Change, Fault<'a>> {
    let target = target(rules, row, tally, known, columns)?;
    let item = rules.needed(row, columns.item, tally)?;
    rules.text(row, columns.variant, tally)?;
    let item = place(known.shelf, item, columns.item)? as u32;
    let action = action(rules.needed(row, columns.action, tally)?, columns.action)?;
    let rank = match action {
        Action::Include => rules.whole(row, columns.rank)?.unwrap_or(UNRANKED),
        // The contract ignores it there, so not even a broken one matters.
        Action::Exclude => UNRANKED,
    };
    Ok(Change { target, action, rank, item })
}

fn target<'a>(
    rules: &Rules<'_>,
    row: Row<'a>,
    tally: &mut Tally,
    known: Known<'_>,
    columns: &Columns,
) -> Result<Target, Fault<'a>> {
    let value = rules.needed(row, LIST, tally)?;
    let fault = |reason| Fault { column: LIST, reason, value };
    let algorithm = rules.text(row, ALGORITHM, tally)?.unwrap_or_default();
    let Some(list) = built_in(value).filter(|list| list.has_neighbours() || is_chart(*list)) else {
        let own = known.lists.get(value).ok_or(fault(Reason::UnknownList))?;
        return Ok(Target::Named(own));
    };
    let unsupported = |reason| Fault { column: ALGORITHM, reason, value: algorithm };
    let list = by_algorithm(list, algorithm).map_err(unsupported)?;
    match columns.seed {
        None if list.has_neighbours() => Err(fault(Reason::SeedMissing)),
        None => Ok(Target::BuiltIn(list.number(), None)),
        Some(_) if is_chart(list) => Err(fault(Reason::SeedUnwanted)),
        Some([seed, variant]) => {
            let id = rules.needed(row, seed, tally)?;
            rules.text(row, variant, tally)?;
            Ok(Target::BuiltIn(list.number(), Some(place(known.shelf, id, seed)? as u32)))
        }
    }
}

/// Lists that are the same whatever item the shopper looks at, and that a shop may change.
fn is_chart(list: ListKind) -> bool {
    matches!(list, ListKind::Picks | ListKind::Popular | ListKind::Trending | ListKind::New)
}

fn action(value: &str, column: usize) -> Result<Action, Fault<'_>> {
    if value.eq_ignore_ascii_case("Include") {
        Ok(Action::Include)
    } else if value.eq_ignore_ascii_case("Exclude") {
        Ok(Action::Exclude)
    } else {
        Err(Fault { column, reason: Reason::AttributeValueNotAllowed, value })
    }
}

/// Brings the rows of each list together; says what became of them.
fn fold(mut changes: Vec<Change>, lists: &mut NamedLists) -> (Vec<Override>, Vec<String>) {
    changes.sort_by_key(|change| change.target);
    let mut overrides = Vec::new();
    let (mut included, mut excluded, mut beaten) = (0, 0, 0);
    for rows in changes.chunk_by(|a, b| a.target == b.target) {
        let of = |action| rows.iter().filter(move |row| row.action == action);
        let exclude: BTreeSet<u32> = of(Action::Exclude).map(|row| row.item).collect();
        let wanted = first_of_each(of(Action::Include).map(|row| (row.rank, row.item)).collect());
        let (lost, include): (Vec<u32>, Vec<u32>) =
            wanted.into_iter().partition(|item| exclude.contains(item));
        beaten += lost.len();
        included += include.len();
        excluded += exclude.len();
        match rows[0].target {
            Target::Named(list) => apply(&mut lists.list_mut(list).items, &include, &exclude),
            Target::BuiltIn(number, seed) => {
                let list = ListKind::from_number(number).expect("the number is that of a list kind");
                overrides.push(Override { list, seed, include, exclude: exclude.into_iter().collect() });
            }
        }
    }
    let targets = changes.chunk_by(|a, b| a.target == b.target).count();
    let mut notes = vec![format!("{included} items included and {excluded} excluded in {targets} lists")];
    if beaten > 0 {
        notes.push(format!("{beaten} items are both included and excluded; the exclude counts"));
    }
    (overrides, notes)
}

/// Changes a list of the shop's own, which is in the model as it is shown.
fn apply(items: &mut Vec<u32>, include: &[u32], exclude: &BTreeSet<u32>) {
    let on_top: BTreeSet<u32> = include.iter().copied().collect();
    items.retain(|item| !exclude.contains(item) && !on_top.contains(item));
    items.splice(0..0, include.iter().copied());
}
