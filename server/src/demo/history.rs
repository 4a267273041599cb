//! Everything that happened in the shop, in order, and the names that rows of it carry.
//!
//! Each way of writing a shop down tells this same history. Invariant: rows are sorted by time, and
//! those of one order follow each other.

use rayon::prelude::*;

use super::ShopParams;
use super::product::Assortment;
use super::random::{Purpose, Random};
use super::shelves::Shelves;
use super::visits::{Act, Row, history};
use crate::progress::Progress;

/// All rows, and what they came to.
#[derive(Debug)]
pub(super) struct History {
    pub(super) rows: Vec<Row>,
    pub(super) told: Told,
    pub(super) seed: u64,
}

/// What the history came to.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Told {
    pub(super) shoppers: u32,
    pub(super) sessions: u64,
    pub(super) orders: u64,
    pub(super) rows: u64,
}

/// Lets every shopper visit.
pub(super) fn tell(shop: &Assortment, params: &ShopParams, progress: Progress) -> History {
    let shelves = Shelves::new(shop, params.seed);
    let stage = progress.stage("visit", u64::from(params.shoppers), "shoppers");
    let mut rows: Vec<Row> = (0..params.shoppers)
        .into_par_iter()
        .flat_map_iter(|shopper| {
            stage.advance(1);
            history(&shelves, shopper, params.seed)
        })
        .collect();
    let told = count(&rows);
    stage.done(&format!("{} views and order lines by {} shoppers", told.rows, told.shoppers));
    rows.par_sort_unstable_by_key(|r| (r.time, r.shopper, r.visit, r.act as u8, r.product));
    History { rows, told, seed: params.seed }
}

/// Counts rows that are still shopper by shopper.
fn count(rows: &[Row]) -> Told {
    let mut told = Told { rows: rows.len() as u64, ..Told::default() };
    let mut last: Option<&Row> = None;
    for row in rows {
        let same_shopper = last.is_some_and(|l| l.shopper == row.shopper);
        let same_group = last.is_some_and(|l| same_shopper && l.visit == row.visit && l.act == row.act);
        told.shoppers += u32::from(!same_shopper);
        told.sessions += u64::from(!same_group && row.act == Act::View);
        told.orders += u64::from(!same_group && row.act == Act::Order);
        last = Some(row);
    }
    told
}

/// A number of the visit that does not tell whose it is.
pub(super) fn visit_number(row: &Row, seed: u64) -> u64 {
    let visit = u64::from(row.shopper) << 16 | u64::from(row.visit);
    Random::stream(seed, Purpose::Group, visit).next() >> 16
}

/// Name of the session or order. It does not tell whose it is, as in a real export.
pub(super) fn group(row: &Row, seed: u64) -> String {
    let prefix = if row.act == Act::View { 's' } else { 'o' };
    format!("{prefix}{:012x}", visit_number(row, seed))
}

/// Name of a shopper who signed in, or nothing.
pub(super) fn shopper(row: &Row) -> String {
    if row.anonymous { String::new() } else { format!("c{:06}", row.shopper) }
}

/// Rows that were one act: an order with its lines, or a single view.
pub(super) fn acts(rows: &[Row]) -> impl Iterator<Item = &[Row]> {
    let one = |a: &Row, b: &Row| {
        a.act == Act::Order && b.act == Act::Order && (a.shopper, a.visit) == (b.shopper, b.visit)
    };
    rows.chunk_by(one)
}
