//! In which rows an item that no row shows would like to stand.
//!
//! Deliberately grants nothing: how many a row takes is not decided here. Invariant: wishes are sorted by row and
//! then by how well they fit, and name only rows that shoppers made.

use rayon::prelude::*;

use super::likes::Like;
use super::{ColdParams, LENDERS};
use crate::train::rows::{Neighbour, Rows, strongest};

/// An item that would like to stand in the row of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shown {
    pub(super) row: u32,
    pub(super) item: u32,
    /// How well it fits there.
    fit: f32,
}

impl Shown {
    pub(super) fn neighbour(&self) -> Neighbour {
        Neighbour { item: self.item, weight: self.fit }
    }
}

/// With the items that it is like.
pub(super) fn to_likes(unseen: &[(u32, &[Like])], rows: &Rows, params: &ColdParams) -> Vec<Shown> {
    let of_item = |&(item, likes): &(u32, &[Like])| {
        let made = likes.iter().filter(|like| !rows.of[like.item as usize].is_empty());
        let wish = |like: &Like| Shown { row: like.item, item, fit: like.weight };
        made.take(params.shown_in).map(wish).collect::<Vec<_>>()
    };
    sorted(unseen.iter().flat_map(of_item).collect())
}

/// Where the items that it is like are shown.
pub(super) fn over_rows(unseen: &[(u32, &[Like])], rows: &Rows, params: &ColdParams) -> Vec<Shown> {
    let mut showing: Vec<Vec<Neighbour>> =
        vec![Vec::new(); if unseen.is_empty() { 0 } else { rows.of.len() }];
    for (seed, row) in (0..).zip(rows.of.iter().filter(|_| !unseen.is_empty())) {
        let most = strongest(row);
        row.iter().for_each(|one| {
            showing[one.item as usize].push(Neighbour { item: seed, weight: one.weight / most });
        });
    }
    let of_item = |&(item, likes): &(u32, &[Like])| {
        let mut found: Vec<Shown> = Vec::new();
        for like in &likes[..likes.len().min(LENDERS)] {
            let wish = |seed: &Neighbour| Shown { row: seed.item, item, fit: like.weight * seed.weight };
            found.extend(showing[like.item as usize].iter().filter(|seed| seed.item != item).map(wish));
        }
        // The best reason to stand in a row counts, once.
        found.sort_unstable_by(|a, b| a.row.cmp(&b.row).then(b.fit.total_cmp(&a.fit)));
        found.dedup_by_key(|wish| wish.row);
        found.sort_unstable_by(|a, b| b.fit.total_cmp(&a.fit).then(a.row.cmp(&b.row)));
        found.truncate(params.shown_in);
        found
    };
    sorted(unseen.par_iter().flat_map_iter(of_item).collect())
}

fn sorted(mut wishes: Vec<Shown>) -> Vec<Shown> {
    wishes.sort_unstable_by(|a, b| a.row.cmp(&b.row).then(b.fit.total_cmp(&a.fit)).then(a.item.cmp(&b.item)));
    wishes
}
