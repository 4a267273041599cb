//! The self-check: read the packed bytes as a device would, and compare.

use cookshelf_core::{Bundle, ListKind, Model, SectionKey, SectionKind};

use super::{PackParams, Packed, again, availability, curated, error::PackError, layout::Layout, near};
use crate::{
    catalogue::Catalogue,
    train::{Rows, Trained},
};

/// Fails when the decoded model is not what was trained, within what quantising may change.
pub(super) fn check(
    packed: &Packed,
    catalogue: &Catalogue,
    trained: &Trained,
    layout: &Layout,
    params: &PackParams,
) -> Result<(), PackError> {
    let wrong = |what| Err(PackError::Check { what });
    let bundle = Bundle::decode(&packed.bundle).map_err(PackError::format("the bundle"))?;
    let same = |(blob, packed): (&cookshelf_core::Blob<'_>, &super::PackedBlob)| blob.bytes == packed.bytes;
    if bundle.blobs().len() != packed.blobs.len() || !bundle.blobs().iter().zip(&packed.blobs).all(same) {
        return wrong("the bundle does not hold the blobs");
    }
    let model = bundle.model()?;
    if model.items() as usize != layout.ids().len() {
        return wrong("the number of items differs");
    }
    for (position, id) in (0..).zip(layout.ids()) {
        if model.ids().position(id) != Some(position) {
            return wrong("an id is not found at its position");
        }
    }
    let Some(index) = model.index() else { return wrong("there is no index") };
    for blob in &packed.blobs {
        let listed = index.place(blob.key) == Some(blob.located().place);
        if !listed && blob.key != SectionKey::single(SectionKind::Index) {
            return wrong("the index does not list a blob");
        }
    }
    for (list, rows) in trained.rows() {
        check_rows(&model, list, rows, layout, params)?;
    }
    if !availability::is_kept(&model, catalogue, layout) {
        return wrong("an item may be shown at other times or in other places");
    }
    if !again::is_kept(&model, trained.again.as_ref(), layout) {
        return wrong("how often an item is bought again differs");
    }
    if !curated::is_kept(&model, catalogue, layout) {
        return wrong("a named list, an override or a scene differs");
    }
    Ok(())
}

/// Every kept weight is within a level of what was trained, and no strong neighbour is lost.
fn check_rows(
    model: &Model,
    list: ListKind,
    rows: &Rows,
    layout: &Layout,
    params: &PackParams,
) -> Result<(), PackError> {
    let most = if params.bits(list) == 4 { 15.0 } else { 255.0 };
    let finest = 1.0 / ((1u32 << near::SIGNIFICANT) - 1) as f32;
    for (item, row) in (0..).zip(&rows.of) {
        let best = row.iter().fold(0.0f32, |best, neighbour| best.max(neighbour.weight));
        let level = best / most * if list == ListKind::Picks { 1.25 } else { 1.13 };
        let position = layout.position(item);
        let decoded: Vec<_> =
            model.near(list, position).into_iter().flat_map(|shard| shard.row(position)).collect();
        for neighbour in row {
            let at = decoded.binary_search_by_key(&layout.position(neighbour.item), |found| found.position);
            let weight = at.map_or(0.0, |at| decoded[at].weight);
            if (weight - neighbour.weight).abs() > level + neighbour.weight * finest {
                return Err(PackError::Check { what: "a neighbour's weight differs by more than a level" });
            }
        }
    }
    Ok(())
}
