//! Where borrowed neighbours stand in a row: below everything that shoppers made, and yet not cut to nothing.
//!
//! Deliberately does not say who is borrowed. Invariant: whatever is put into a row weighs less than what was there,
//! and nothing is put where a row would grow beyond [`LONGEST_ROW`].

use super::rounding::significant;
use super::rows::{LONGEST_ROW, Neighbour, Rows, strongest, weakest};

/// The strongest borrowed neighbour, as a part of the weakest one that was there.
const BELOW: f32 = 0.8;
/// Of the weights that packing tells apart: what is below the first is cut to nothing, the second stays, and so does
/// what is borrowed below it.
const CUT: f32 = 0.5;
const STAYS: f32 = 0.76;

/// The least weight that packing tells from nothing, as a part of the heaviest of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Finest(f32);

impl Finest {
    /// Where weights have so many bits.
    pub(super) fn of_bits(bits: u8) -> Self {
        Self(1.0 / ((1u32 << bits.min(16)) - 1) as f32)
    }
}

/// What is new to a row: what it is lent because it is short, and what wishes to be shown there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct New {
    pub(super) lent: Vec<Neighbour>,
    pub(super) wishes: Vec<Neighbour>,
}

/// What of it found a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Added {
    pub(super) lent: usize,
    pub(super) shown: Vec<u32>,
}

/// How borrowed neighbours are placed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    finest: Finest,
    /// What a row that nobody made stands beside.
    usual: f32,
}

impl Place {
    /// Beside the rows that shoppers made.
    pub(super) fn beside(rows: &Rows, finest: Finest) -> Self {
        let mut weak: Vec<f32> =
            rows.of.iter().filter(|row| !row.is_empty()).map(|row| weakest(row)).collect();
        weak.sort_unstable_by(f32::total_cmp);
        let median = weak.get(weak.len() / 2).copied().unwrap_or(1.0);
        // Coarse: a few more interactions shall not change every borrowed row.
        Self { finest, usual: significant(median.into(), 1) as f32 }
    }

    /// Fills a row up to `enough` with the first of what it is lent, and puts the first `quota` of those that wish to
    /// be shown below. Both come heaviest first; those that the row has already are passed over.
    pub(super) fn fill(self, row: &mut Vec<Neighbour>, new: New, (enough, quota): (usize, usize)) -> Added {
        let New { mut lent, mut wishes } = new;
        lent.retain(|one| row.iter().all(|there| there.item != one.item));
        lent.truncate(enough.saturating_sub(row.len()));
        wishes.retain(|one| row.iter().chain(&lent).all(|there| there.item != one.item));
        wishes.truncate(quota.min(LONGEST_ROW - row.len() - lent.len()));
        let shown = wishes.iter().map(|one| one.item).collect();
        let added = Added { lent: lent.len(), shown };
        let mut low = 1.0;
        for part in [&mut lent, &mut wishes] {
            let most = strongest(part);
            part.iter_mut().for_each(|one| one.weight *= low / most);
            low = if part.is_empty() { low } else { BELOW * weakest(part) };
        }
        lent.append(&mut wishes);
        if !lent.is_empty() {
            self.put_below(row, &lent);
        }
        added
    }

    /// Puts neighbours, the first of weight 1, below what is there.
    fn put_below(self, row: &mut Vec<Neighbour>, new: &[Neighbour]) {
        self.clear(row);
        let (best, weak) =
            if row.is_empty() { (self.usual, self.usual) } else { (strongest(row), weakest(row)) };
        row.extend(new.iter().map(|one| Neighbour {
            item: one.item,
            weight: BELOW * (weak * one.weight).max(STAYS * self.finest.0 * best),
        }));
    }

    /// Lets go what packing would cut to nothing, and lifts what it would leave as little as it can: neither changes
    /// what is packed, and both leave a place below.
    fn clear(self, row: &mut Vec<Neighbour>) {
        let level = self.finest.0 * strongest(row);
        row.retain(|one| one.weight >= CUT * level);
        row.iter_mut().for_each(|one| one.weight = one.weight.max(STAYS * level));
    }
}
