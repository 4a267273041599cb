//! Availability into its section: the windows of every item, and none for one that left the catalogue.

use cookshelf_core::{self as core, Model, Window};

use super::{error::PackError, layout::Layout, moments::second};
use crate::catalogue::{Availability, Catalogue};

/// `None` when the shop does not say: then every item may always be shown.
pub(super) fn encode(catalogue: &Catalogue, layout: &Layout) -> Result<Option<Vec<u8>>, PackError> {
    let Some(availability) = &catalogue.availability else { return Ok(None) };
    let of = |item: &Option<u32>| item.map_or_else(Vec::new, |item| windows(availability, item));
    let items: Vec<Vec<Window<'_>>> = layout.items().iter().map(of).collect();
    let packed = core::Availability::new(&items).and_then(|packed| packed.encode());
    packed.map(Some).map_err(PackError::format("availability"))
}

/// Sorted, each once.
fn windows(availability: &Availability, item: u32) -> Vec<Window<'_>> {
    let found = availability.windows.get(item as usize).map_or(&[][..], Vec::as_slice);
    let window = |window: &crate::catalogue::Window| {
        let scope = availability.scopes.get(window.scope as usize)?;
        let (from, until) = (second(window.from), second(window.until));
        Some(Window { channel: &scope.channel, catalog: &scope.catalog, from, until })
    };
    let mut windows: Vec<Window<'_>> = found.iter().filter_map(window).collect();
    windows.sort_unstable();
    windows.dedup();
    windows
}

/// Whether the decoded model says the same of every item.
pub(super) fn is_kept(model: &Model, catalogue: &Catalogue, layout: &Layout) -> bool {
    match (&catalogue.availability, model.availability()) {
        (None, None) => true,
        (Some(asked), Some(packed)) => (0..).zip(layout.items()).all(|(position, item)| {
            let asked = item.map_or_else(Vec::new, |item| windows(asked, item));
            packed.windows(position).eq(asked)
        }),
        _ => false,
    }
}
