//! What an item is like: by text and look, and where that is not enough, the best known items of its category.
//!
//! Deliberately knows nothing of what shoppers did, but for how often an item is mentioned. Invariant: likes come
//! heaviest first, none twice, never the item itself, and at most as many as were asked for.

use std::cmp::Reverse;

use super::Likenesses;
use crate::train::rows::{Neighbour, Rows, add_up, strongest};

/// What text counts beside look, of 1 together.
const TEXT: f32 = 0.6;
/// What the best known item of the same category counts: less than anything that is much alike.
const CATEGORY: f32 = 0.1;

/// Where a like was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Text,
    Look,
    Category,
}

/// What an item is like; 1 for the most alike by text and look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Like {
    pub(super) item: u32,
    pub(super) weight: f32,
    pub(super) from: Source,
}

impl Like {
    pub(super) fn neighbour(&self) -> Neighbour {
        Neighbour { item: self.item, weight: self.weight }
    }
}

/// Finds likes.
pub(super) struct Likes<'a> {
    from: Likenesses<'a>,
    /// For every category its items that are mentioned most.
    best_known: Vec<Vec<u32>>,
    most: usize,
}

impl<'a> Likes<'a> {
    /// Up to `most` of an item; `mentions` says how well known each is.
    pub(super) fn new(from: Likenesses<'a>, mentions: &[u32], most: usize) -> Self {
        let mut best_known: Vec<Vec<u32>> = vec![Vec::new(); from.catalogue.categories.len()];
        for (item, about) in (0..).zip(&from.catalogue.items).filter(|(item, _)| mentions[*item as usize] > 0)
        {
            about.categories.iter().for_each(|&category| best_known[category as usize].push(item));
        }
        for items in &mut best_known {
            items.sort_unstable_by_key(|&item| (Reverse(mentions[item as usize]), item));
            // One more than is asked for, for an item may be the best known of its own.
            items.truncate(most + 1);
        }
        Self { from, best_known, most }
    }

    /// What an item is like, of those that `keep` keeps.
    pub(super) fn of(&self, item: u32, keep: impl Fn(u32) -> bool) -> Vec<Like> {
        let row = |rows: &'a Rows| rows.of.get(item as usize).map_or(&[][..], |row| row);
        let (text, look) = (row(self.from.text), row(self.from.look));
        // Where an item has only one of the two, that one counts in full.
        let of_text = if look.is_empty() { 1.0 } else { TEXT };
        let of_look = if text.is_empty() { 1.0 } else { 1.0 - TEXT };
        let mut alike: Vec<Neighbour> = Vec::with_capacity(text.len() + look.len());
        for (row, share) in [(text, of_text), (look, of_look)] {
            let best = strongest(row);
            let like = |one: &Neighbour| Neighbour { weight: share * one.weight / best, ..*one };
            alike.extend(row.iter().filter(|one| one.item != item && keep(one.item)).map(like));
        }
        add_up(&mut alike);
        let is_in_text = |item: u32| text.iter().any(|one| one.item == item);
        let from = |item: u32| if is_in_text(item) { Source::Text } else { Source::Look };
        let like = |one: Neighbour| Like { item: one.item, weight: one.weight, from: from(one.item) };
        let mut found: Vec<Like> = alike.into_iter().take(self.most).map(like).collect();
        self.add_category(item, &mut found, keep);
        found
    }

    fn add_category(&self, item: u32, found: &mut Vec<Like>, keep: impl Fn(u32) -> bool) {
        // The smallest category says most about an item.
        let categories = self.from.catalogue.items[item as usize].categories.iter();
        let known = categories.map(|&category| &self.best_known[category as usize][..]);
        let Some(known) = known.filter(|known| !known.is_empty()).min_by_key(|known| known.len()) else {
            return;
        };
        let least = found.iter().fold(CATEGORY, |least, like| least.min(like.weight));
        for (rank, &other) in known.iter().enumerate() {
            if found.len() < self.most
                && other != item
                && keep(other)
                && found.iter().all(|one| one.item != other)
            {
                let weight = least * (1.0 - rank as f32 / (2 * known.len()) as f32);
                found.push(Like { item: other, weight, from: Source::Category });
            }
        }
    }
}
