//! Named lists, overrides and scenes into their section, items as positions.

use cookshelf_core::{self as core, Curated, Model};

use super::{error::PackError, layout::Layout, moments::second};
use crate::catalogue::{Catalogue, NamedList, Override, Scene};

/// `None` when the shop chose nothing.
pub(super) fn encode(catalogue: &Catalogue, layout: &Layout) -> Result<Option<Vec<u8>>, PackError> {
    if is_empty(catalogue) {
        return Ok(None);
    }
    let placed = Placed::new(catalogue, layout);
    let (lists, overrides, scenes) = (placed.lists(), placed.overrides(), placed.scenes());
    let packed = Curated::new(&lists, &overrides, &scenes).and_then(|curated| curated.encode());
    packed.map(Some).map_err(PackError::format("what the shop chose"))
}

/// Whether the decoded model holds the same.
pub(super) fn is_kept(model: &Model, catalogue: &Catalogue, layout: &Layout) -> bool {
    let Some(curated) = model.curated() else { return is_empty(catalogue) };
    let placed = Placed::new(catalogue, layout);
    curated.lists().eq(placed.lists())
        && curated.overrides().eq(placed.overrides())
        && curated.scenes().eq(placed.scenes())
}

fn is_empty(catalogue: &Catalogue) -> bool {
    catalogue.lists.is_empty() && catalogue.overrides.is_empty() && catalogue.scenes.is_empty()
}

/// What the shop chose, with positions for items.
struct Placed<'c> {
    lists: Vec<(&'c NamedList, Vec<u32>)>,
    overrides: Vec<(&'c Override, Vec<u32>, Vec<u32>)>,
    scenes: Vec<(&'c Scene, Vec<u32>)>,
    layout: &'c Layout,
}

impl<'c> Placed<'c> {
    fn new(catalogue: &'c Catalogue, layout: &'c Layout) -> Self {
        let in_order =
            |items: &[u32]| -> Vec<u32> { items.iter().map(|item| layout.position(*item)).collect() };
        let sorted = |items: &[u32]| {
            let mut positions = in_order(items);
            positions.sort_unstable();
            positions
        };
        let place = |one: &'c Override| (one, in_order(&one.include), sorted(&one.exclude));
        Self {
            lists: catalogue.lists.iter().map(|list| (list, in_order(&list.items))).collect(),
            overrides: catalogue.overrides.iter().map(place).collect(),
            scenes: catalogue.scenes.iter().map(|scene| (scene, sorted(&scene.items))).collect(),
            layout,
        }
    }

    fn lists(&self) -> Vec<core::NamedList<'_>> {
        let lists = self.lists.iter().map(|(list, items)| core::NamedList {
            name: &list.name,
            title: &list.title,
            from: second(list.from),
            until: second(list.until),
            items,
        });
        lists.collect()
    }

    fn overrides(&self) -> Vec<core::Override<'_>> {
        let overrides = self.overrides.iter().map(|(one, include, exclude)| core::Override {
            list: one.list,
            seed: one.seed.map(|seed| self.layout.position(seed)),
            include,
            exclude,
        });
        overrides.collect()
    }

    fn scenes(&self) -> Vec<core::Scene<'_>> {
        let scenes = self.scenes.iter().map(|(scene, items)| core::Scene {
            id: &scene.id,
            address: &scene.address,
            items,
        });
        scenes.collect()
    }
}
