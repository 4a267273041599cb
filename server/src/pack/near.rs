//! Neighbour rows into shards.

use cookshelf_core::{ListKind, Manner, NearShard, Neighbour};
use rayon::prelude::*;

use super::{error::PackError, layout::Layout};
use crate::train::Rows;

/// One blob per shard of positions; none at all when no item has a neighbour.
pub(super) fn encode(
    list: ListKind,
    rows: &Rows,
    layout: &Layout,
    bits: u8,
) -> Result<Vec<Vec<u8>>, PackError> {
    if rows.of.iter().all(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let manner = Manner { step: rows.step, own: rows.own };
    let shards: Vec<&[Option<u32>]> = layout.items().chunks(list.shard_items() as usize).collect();
    let encode = |(number, items): (usize, &&[Option<u32>])| {
        let rows: Vec<Vec<Neighbour>> = items.iter().map(|item| row(rows, *item, layout)).collect();
        let shard = NearShard::with_manner(list, number as u32, bits, &rows, manner)?;
        shard.rounded(SIGNIFICANT).encode()
    };
    shards
        .par_iter()
        .enumerate()
        .map(encode)
        .collect::<Result<_, _>>()
        .map_err(PackError::format("neighbours"))
}

/// Significant bits of a weight: what finer ones would change in a list is less than what they weigh.
pub(super) const SIGNIFICANT: u32 = 4;

fn row(rows: &Rows, item: Option<u32>, layout: &Layout) -> Vec<Neighbour> {
    let Some(found) = item.and_then(|item| rows.of.get(item as usize)) else { return Vec::new() };
    let mut row: Vec<Neighbour> = found
        .iter()
        .map(|neighbour| Neighbour { position: layout.position(neighbour.item), weight: neighbour.weight })
        .collect();
    row.sort_by_key(|neighbour| neighbour.position);
    row
}
