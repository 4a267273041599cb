//! The first row of a file, when it holds names instead of values.

use super::layout::Layout;
use super::record::Row;
use super::schema::{Naming, Need};

/// Where each column of a layout stands in a file that names its columns; `None` when the row holds values.
///
/// Every column that rows mean nothing without must be named, and nothing may stand there that is no name of a column:
/// a row of values never passes for names.
pub(super) fn places(layout: &Layout, row: Row<'_>) -> Option<Vec<Option<usize>>> {
    let cells: Vec<&str> = (0..row.width()).map(|at| row.field(at).trim()).collect();
    let column = |cell: &str| layout.order.iter().position(|name| name.eq_ignore_ascii_case(cell));
    let mut places = vec![None; layout.order.len()];
    for (at, cell) in cells.iter().enumerate() {
        match column(cell) {
            Some(column) if places[column].is_none() => places[column] = Some(at),
            // A column without a fixed name may be called anything; so may one that the layout does not use.
            _ if is_free(layout, at) => places[at] = places[at].or(Some(at)),
            _ => return None,
        }
    }
    let mut needed =
        layout.slots.iter().zip(layout.entity.columns).filter(|(_, column)| column.need == Need::Always);
    let all = needed.all(|(slot, _)| slot.at.is_some_and(|at| places[at].is_some()));
    all.then_some(places)
}

fn is_free(layout: &Layout, at: usize) -> bool {
    let mut slots = layout.slots.iter().zip(layout.entity.columns);
    at < layout.order.len()
        && slots.any(|(slot, column)| slot.at == Some(at) && column.naming == Naming::Free)
}

/// Whether every column stands where the layout says.
pub(super) fn is_in_order(places: &[Option<usize>]) -> bool {
    places.iter().enumerate().all(|(at, place)| *place == Some(at))
}
