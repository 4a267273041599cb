//! Item factors into their section.

use cookshelf_core::{Factors, ItemVectors};

use super::{error::PackError, layout::Layout};
use crate::train::ItemFactors;

/// Levels of 4 bits lie at least so much of an item's usual value apart: finer ones change fewer lists than more values an
/// item, for the same bytes.
const GRAIN: f32 = 0.45;

pub(super) fn encode(trained: &ItemFactors, layout: &Layout, bits: u8) -> Result<Vec<u8>, PackError> {
    let dims = trained.values.ncols();
    let mut values = Vec::with_capacity(layout.items().len() * dims);
    for item in layout.items() {
        match item {
            Some(item) => values.extend(trained.values.row(*item as usize)),
            None => values.resize(values.len() + dims, 0.0),
        }
    }
    let gram: Vec<f32> = trained.gram.iter().copied().collect();
    let vectors = ItemVectors {
        dims,
        values: &values,
        gram: &gram,
        ridge: trained.ridge,
        confidence: trained.confidence,
        step: trained.step,
    };
    let grain = if bits == 4 { GRAIN } else { 0.0 };
    Factors::with_grain(bits, grain, &vectors)
        .and_then(|factors| factors.encode())
        .map_err(PackError::format("factors"))
}
