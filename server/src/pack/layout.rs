//! Which item stands at which position.
//!
//! Positions are kept from cook to cook: an item stays where it was, a new one is
//! appended, one that is gone leaves an empty place. So sections of items that did
//! not change keep their bytes and their names. When a quarter of the places is
//! empty, or items were appended too often, everything is laid out afresh.

use std::collections::BTreeSet;

use cookshelf_core::Ids;
use rustc_hash::FxHashMap;

use crate::catalogue::Catalogue;

/// More runs of ids than this make look-ups slow.
const MOST_RUNS: usize = 12;

/// Positions of the items of a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// By position; also of items that are gone.
    ids: Vec<String>,
    /// Place in the catalogue, by position.
    item_at: Vec<Option<u32>>,
    /// Position, by place in the catalogue.
    position_of: Vec<u32>,
}

impl Layout {
    /// Keeps the positions of `previous` where that is worth it.
    pub fn new(catalogue: &Catalogue, previous: Option<&Ids>) -> Self {
        let kept = previous.and_then(|previous| kept(catalogue, previous));
        let ids = kept.unwrap_or_else(|| catalogue.items.iter().map(|item| item.id.clone()).collect());
        let places: FxHashMap<&str, u32> = catalogue
            .items
            .iter()
            .enumerate()
            .map(|(place, item)| (item.id.as_str(), place as u32))
            .collect();
        let item_at: Vec<Option<u32>> = ids.iter().map(|id| places.get(id.as_str()).copied()).collect();
        let mut position_of = vec![0; catalogue.items.len()];
        for (position, item) in item_at.iter().enumerate() {
            if let Some(item) = item {
                position_of[*item as usize] = position as u32;
            }
        }
        Self { ids, item_at, position_of }
    }

    /// Ids by position.
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// The position of a catalogue item.
    pub fn position(&self, item: u32) -> u32 {
        self.position_of[item as usize]
    }

    /// The catalogue item at each position; `None` where the item is gone.
    pub fn items(&self) -> &[Option<u32>] {
        &self.item_at
    }
}

/// The previous ids with new ones appended in the catalogue's order; `None` when it is time to start afresh.
fn kept(catalogue: &Catalogue, previous: &Ids) -> Option<Vec<String>> {
    let mut ids: Vec<String> = (0..previous.count()).filter_map(|position| previous.id(position)).collect();
    let now: BTreeSet<&str> = catalogue.items.iter().map(|item| item.id.as_str()).collect();
    let gone = ids.iter().filter(|id| !now.contains(id.as_str())).count();
    let new: Vec<String> = catalogue
        .items
        .iter()
        .filter(|item| previous.position(&item.id).is_none())
        .map(|item| item.id.clone())
        .collect();
    if gone * 4 > ids.len() || (previous.runs() > MOST_RUNS && !new.is_empty()) {
        return None;
    }
    ids.extend(new);
    Some(ids)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Item;

    fn catalogue(ids: &[&str]) -> Catalogue {
        let items = ids.iter().map(|id| Item { id: (*id).to_owned(), ..Item::default() }).collect();
        Catalogue { items, ..Catalogue::default() }
    }

    fn ids(layout: &Layout) -> Vec<&str> {
        layout.ids().iter().map(String::as_str).collect()
    }

    #[test]
    fn items_stay_where_they_were_and_new_ones_are_appended() {
        let first = Layout::new(&catalogue(&["2", "4", "6", "8", "a"]), None);
        let previous = Ids::new(first.ids()).unwrap();
        let next = Layout::new(&catalogue(&["1", "2", "4", "7", "8", "a"]), Some(&previous));
        assert_eq!(ids(&next), ["2", "4", "6", "8", "a", "1", "7"]);
        assert_eq!(next.items(), [Some(1), Some(2), None, Some(4), Some(5), Some(0), Some(3)]);
        assert_eq!((next.position(0), next.position(5)), (5, 4));
    }

    #[test]
    fn too_many_gaps_start_afresh() {
        let previous = Ids::new(&["1", "2", "3", "4"]).unwrap();
        assert_eq!(ids(&Layout::new(&catalogue(&["0", "3", "4"]), Some(&previous))), ["0", "3", "4"]);
    }
}
