//! How the bytes of `picks` may be divided between factors and rows.
//!
//! What an item takes is estimated before anything is learned: a factor value is
//! half a byte or one, a row's entry about a byte and a half with its place; both
//! shrink a little on their way through brotli. The cook reports what it came to.

use crate::pack::PackParams;
use crate::train::TrainParams;

/// Values per item that are tried.
const DIMS: [usize; 6] = [0, 16, 24, 32, 48, 64];
/// Entries of a row that are tried, for one target.
const KEPT: [usize; 12] = [0, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128];
/// What brotli leaves of factor levels.
const FACTORS_LEFT: f32 = 0.8;
/// Least share of the budget that a shape is worth trying with.
const WORTH_TRYING: f32 = 0.6;
/// What factors take of the bytes where nobody looks what suits the shop.
const FACTOR_SHARE: f32 = 0.4;
/// Bytes of a row, at most, where rows are fetched with those of 127 other items for a single page.
const ROW_BYTES: f32 = 115.0;

/// A number of factors and a number of row entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    dims: usize,
    kept: usize,
}

impl Shape {
    pub(super) fn apply(self, params: &mut TrainParams) {
        params.factors.dims = self.dims;
        params.picks.rows.kept = self.kept.max(1);
        params.picks.rows.candidates = params.picks.rows.candidates.max(self.kept);
        if self.kept == 0 {
            params.picks.blend = 0.0;
        } else if params.picks.blend == 0.0 {
            params.picks.blend = TrainParams::recommended().picks.blend;
        }
    }

    /// Bytes of an item.
    fn bytes(self, items: usize, pack: &PackParams) -> f32 {
        self.factor_bytes(items, pack) + row_bytes(self.kept, items, pack.weight_bits)
    }

    fn factor_bytes(self, items: usize, pack: &PackParams) -> f32 {
        let dims = self.dims as f32;
        let levels =
            dims * f32::from(pack.factor_bits) / 8.0 * FACTORS_LEFT + if self.dims > 0 { 1.0 } else { 0.0 };
        let gram = dims * (dims + 1.0) / 2.0 * 4.0 / items.max(1) as f32;
        levels + gram
    }
}

/// Bytes of a row with so many entries.
fn row_bytes(kept: usize, items: usize, bits: u8) -> f32 {
    // Gaps of a row: the more items there are between two entries, the more bits it takes to say how many.
    let gap = (items as f32 / kept.max(1) as f32).max(2.0).log2() + 1.5;
    kept as f32 * (gap + f32::from(bits) * 0.9) / 8.0 + if kept > 0 { 1.5 } else { 0.0 }
}

/// The shape that is taken where nothing is tuned.
pub(super) fn usual(budget: f32, items: usize, pack: &PackParams) -> Option<Shape> {
    let off =
        |shape: &Shape| (shape.factor_bytes(items, pack) / shape.bytes(items, pack) - FACTOR_SHARE).abs();
    shapes(budget, items, pack).into_iter().min_by(|a, b| off(a).total_cmp(&off(b)))
}

/// Lengths of rows that are worth trying for a list of rows.
pub(super) fn lengths(items: usize, bits: u8) -> impl Iterator<Item = usize> {
    KEPT.into_iter().filter(move |&kept| kept >= 32 && row_bytes(kept, items, bits) <= ROW_BYTES)
}

/// Shapes that use most of a budget without exceeding it.
pub(super) fn shapes(budget: f32, items: usize, pack: &PackParams) -> Vec<Shape> {
    let mut found: Vec<Shape> = Vec::new();
    for dims in DIMS {
        let fits = |kept: &&usize| {
            let shape = Shape { dims, kept: **kept };
            shape.bytes(items, pack) <= budget && (dims > 0 || **kept > 0)
        };
        if let Some(&kept) = KEPT.iter().rev().find(fits) {
            found.push(Shape { dims, kept });
        }
    }
    let most = found.iter().map(|shape| shape.bytes(items, pack)).fold(0.0, f32::max);
    found.retain(|shape| shape.bytes(items, pack) >= most * WORTH_TRYING);
    found
}
