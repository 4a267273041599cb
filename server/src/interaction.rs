//! Cleaned interactions in columns: the only thing training reads.
//!
//! Shoppers and groups are dense numbers without names; nothing downstream can
//! learn who they were.

/// The shopper of an interaction that names none.
pub const ANONYMOUS: u32 = u32::MAX;

use crate::catalogue::Scope;

/// One row per accepted interaction; all columns have the same length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Interactions {
    /// Basket, session or transaction, `0..groups`.
    pub group: Vec<u32>,
    /// Place of the item in `Catalogue::items`.
    pub item: Vec<u32>,
    /// `0..shoppers`, or [`ANONYMOUS`].
    pub shopper: Vec<u32>,
    /// Unix seconds; 0 when the row names no time.
    pub time: Vec<i64>,
    /// `Strength` of the contract, 1.0 by default.
    pub strength: Vec<f32>,
    /// `IsPositive` of the contract.
    pub positive: Vec<bool>,
    /// Whether the row is a purchase; empty when every row is one, or nobody says.
    pub purchase: Vec<bool>,
    /// Place in `scopes`.
    pub scope: Vec<u16>,
    /// Channels and catalogues of the rows, in order of first appearance.
    pub scopes: Vec<Scope>,
    /// How many different groups there are.
    pub groups: u32,
    /// How many different named shoppers there are.
    pub shoppers: u32,
}

impl Interactions {
    /// Number of rows.
    pub fn len(&self) -> usize {
        self.item.len()
    }

    /// Whether a row is a purchase, as far as anybody says.
    pub fn is_purchase(&self, row: usize) -> bool {
        self.purchase.get(row).copied().unwrap_or(true)
    }

    /// Keeps of the rows from `start` on those that `keep` says, in their order.
    pub fn retain_from(&mut self, start: usize, keep: &[bool]) {
        fn cut<T: Copy>(column: &mut Vec<T>, start: usize, keep: &[bool]) {
            // A column that says nothing yet is empty.
            if column.len() > start {
                let rest = column.split_off(start);
                column.extend(rest.into_iter().zip(keep).filter(|(_, keep)| **keep).map(|(value, _)| value));
            }
        }
        cut(&mut self.group, start, keep);
        cut(&mut self.item, start, keep);
        cut(&mut self.shopper, start, keep);
        cut(&mut self.time, start, keep);
        cut(&mut self.strength, start, keep);
        cut(&mut self.positive, start, keep);
        cut(&mut self.purchase, start, keep);
        cut(&mut self.scope, start, keep);
    }

    /// True when there is no row.
    pub fn is_empty(&self) -> bool {
        self.item.is_empty()
    }
}
