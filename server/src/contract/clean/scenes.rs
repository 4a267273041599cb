//! `Reco_ImagesInventory` and `Reco_ImageToItemMappings`: images that show several items.
//!
//! An image without an address stays, since shoppers ask by its id; so does one without items.
//! Nothing is fetched.

use super::super::cell::Settings;
use super::super::error::ContractError;
use super::super::names::{MOST, Names};
use super::super::report::EntityReport;
use super::super::table::Table;
use super::super::tally::{Fault, Reason};
use super::Cleaned;
use super::images::check_address;
use super::items::{Shelf, place};
use crate::catalogue::Scene;
use crate::progress::Stage;

const IMAGE: usize = 0;
const ADDRESS: usize = 1;
const KIND: usize = 2;
const ITEM: usize = 1;
const VARIANT: usize = 2;

/// The only image type of the contract.
const COMPOSITE: &str = "Composite";

/// The images, to be found by id.
#[derive(Debug, Default)]
pub(in super::super) struct Scenes {
    /// Numbers are places in `of`.
    ids: Names,
    of: Vec<Scene>,
}

impl Scenes {
    /// All images, sorted by id.
    pub(in super::super) fn into_sorted(mut self) -> Vec<Scene> {
        self.of.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        self.of
    }
}

/// Reads the images.
pub(in super::super) fn inventory(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
) -> Result<Cleaned<Scenes>, ContractError> {
    let rules = table.rules(settings);
    let mut scenes = Scenes::default();
    let mut full = false;
    let tally = table.rows(stage, |row, tally| {
        let id = rules.needed(row, IMAGE, tally)?;
        let address = rules.text(row, ADDRESS, tally)?.unwrap_or_default();
        check_address(&rules, row, ADDRESS, address, tally)?;
        if let Some(value) = rules.text(row, KIND, tally)?
            && !value.eq_ignore_ascii_case(COMPOSITE)
        {
            return Err(Fault { column: KIND, reason: Reason::AttributeValueNotAllowed, value });
        }
        let Some(number) = scenes.ids.intern(id) else {
            full = true;
            return Ok(());
        };
        let scene = Scene { id: id.to_owned(), address: address.to_owned(), items: Vec::new() };
        match scenes.of.get_mut(number as usize) {
            Some(old) => {
                *old = scene;
                let fault = Fault { column: IMAGE, reason: Reason::DuplicateRow, value: id };
                tally.warn(&table.layout, row.line, fault);
            }
            None => scenes.of.push(scene),
        }
        Ok(())
    })?;
    if full {
        let column = "ImageId";
        return Err(ContractError::TooMany { entity: table.layout.entity.name, column, limit: MOST });
    }
    let without = scenes.of.iter().filter(|scene| scene.address.is_empty()).count();
    let notes = vec![format!("{} images, {without} of them without an address", scenes.of.len())];
    Ok(Cleaned { values: scenes, report: EntityReport::new(table, &tally, notes) })
}

/// Puts items into the images.
pub(in super::super) fn mappings(
    table: &Table<'_>,
    settings: Settings,
    stage: &Stage,
    shelf: &Shelf,
    scenes: &mut Scenes,
) -> Result<Cleaned<()>, ContractError> {
    let rules = table.rules(settings);
    let tally = table.rows(stage, |row, tally| {
        let image = rules.needed(row, IMAGE, tally)?;
        let item = rules.needed(row, ITEM, tally)?;
        rules.text(row, VARIANT, tally)?;
        let unknown = Fault { column: IMAGE, reason: Reason::UnknownImage, value: image };
        let number = scenes.ids.get(image).ok_or(unknown)?;
        let place = place(shelf, item, ITEM)? as u32;
        scenes.of[number as usize].items.push(place);
        Ok(())
    })?;
    for scene in &mut scenes.of {
        scene.items.sort_unstable();
        scene.items.dedup();
    }
    let items: usize = scenes.of.iter().map(|scene| scene.items.len()).sum();
    let empty = scenes.of.iter().filter(|scene| scene.items.is_empty()).count();
    let notes = vec![format!("{items} items in {} images, {empty} of them without items", scenes.of.len())];
    Ok(Cleaned { values: (), report: EntityReport::new(table, &tally, notes) })
}
