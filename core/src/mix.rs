//! Choosing some of many good items so that they are not all alike.
//!
//! The next item is the one with the best of `(1 - d) * score - d * likeness`: the
//! score relative to the best candidate's, the likeness to the nearest item that
//! is chosen already. Items are alike as far as they share categories; picks also as
//! far as their factors point the same way. Ties go to the better score.

use crate::{
    attributes::Attributes,
    factors::Factors,
    rank::Candidate,
    wishes::{Wishes, share},
};

/// How wide the net is cast, in items a place.
pub(crate) const CANDIDATES_PER_PLACE: usize = 4;

/// What is remembered while a list is mixed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mix {
    /// How many of each category are in the list.
    there: Vec<u32>,
    /// The same with those that are being chosen.
    chosen: Vec<u32>,
    /// For each candidate, the likeness to the nearest chosen one.
    likeness: Vec<f32>,
    order: Vec<Candidate>,
}

/// What mixing looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mixture<'a> {
    /// 0 to 1.
    diversity: f32,
    /// 0 for any number.
    per_category: u32,
    attributes: Option<&'a Attributes>,
}

impl<'a> Mixture<'a> {
    pub(crate) fn new(wishes: &Wishes<'_>, attributes: Option<&'a Attributes>) -> Self {
        Self { diversity: share(wishes.diversity), per_category: wishes.per_category, attributes }
    }

    /// Whether the best items may not be the ones to choose.
    pub(crate) fn is_wanted(self) -> bool {
        self.diversity > 0.0 || self.per_category > 0
    }

    /// The same without preferring what is unlike.
    pub(crate) fn in_order(self) -> Self {
        Self { diversity: 0.0, ..self }
    }

    /// Leaves `room` candidates, in the order in which they were chosen; says how many stood back for their category.
    pub(crate) fn choose(
        self,
        room: usize,
        candidates: &mut Vec<Candidate>,
        factors: Option<&Factors>,
        mix: &mut Mix,
    ) -> u32 {
        let Mix { there, chosen, likeness, order } = mix;
        chosen.clone_from(there);
        order.clear();
        likeness.clear();
        likeness.resize(candidates.len(), 0.0);
        let scale = candidates.first().map_or(0.0, |best| (1.0 - self.diversity) / best.score);
        let mut back = 0;
        while order.len() < room {
            let mut next: Option<(f32, usize)> = None;
            for (at, candidate) in candidates.iter().enumerate() {
                let value = candidate.score * scale - self.diversity * likeness[at];
                // What was chosen has an endless likeness.
                if value > next.map_or(f32::NEG_INFINITY, |(most, _)| most) && likeness[at] < f32::INFINITY {
                    next = Some((value, at));
                }
            }
            let Some((_, at)) = next else { break };
            likeness[at] = f32::INFINITY;
            let candidate = candidates[at];
            if !self.admits(candidate.position, chosen) {
                back += 1;
                continue;
            }
            self.note(candidate.position, chosen);
            order.push(candidate);
            if self.diversity > 0.0 {
                for (nearest, other) in likeness.iter_mut().zip(&*candidates) {
                    *nearest = nearest.max(self.likeness(candidate.position, other.position, factors));
                }
            }
        }
        core::mem::swap(candidates, order);
        back
    }

    /// An empty list.
    pub(crate) fn start(self, mix: &mut Mix) {
        mix.there.clear();
        mix.there.resize(self.attributes.map_or(0, |attributes| attributes.categories().len()), 0);
    }

    /// An item is in the list now.
    pub(crate) fn add(self, position: u32, mix: &mut Mix) {
        self.note(position, &mut mix.there);
    }

    /// An item is not in the list any more.
    pub(crate) fn remove(self, position: u32, mix: &mut Mix) {
        if let Some(main) = self.main(position) {
            mix.there[main as usize] -= 1;
        }
    }

    /// Whether the list has room for an item of this one's category.
    pub(crate) fn has_room(self, position: u32, mix: &Mix) -> bool {
        self.admits(position, &mix.there)
    }

    fn admits(self, position: u32, chosen: &[u32]) -> bool {
        self.per_category == 0
            || self.main(position).is_none_or(|main| chosen[main as usize] < self.per_category)
    }

    fn note(self, position: u32, chosen: &mut [u32]) {
        if let Some(main) = self.main(position) {
            chosen[main as usize] += 1;
        }
    }

    /// The category that an item counts in.
    fn main(self, position: u32) -> Option<u32> {
        self.attributes?.main_category(position)
    }

    /// 0 for items with nothing in common, 1 for twins.
    fn likeness(self, a: u32, b: u32, factors: Option<&Factors>) -> f32 {
        let shared = self.attributes.and_then(|attributes| {
            let (a, b) = (attributes.categories_of(a), attributes.categories_of(b));
            let both = a.iter().filter(|category| b.contains(category)).count();
            let all = a.len() + b.len() - both;
            (!a.is_empty() && !b.is_empty()).then(|| both as f32 / all as f32)
        });
        let direction = factors.map(|factors| {
            // Exact: levels are whole numbers.
            let product = |a, b| -> i32 {
                let levels = factors.levels();
                levels.of(a).zip(levels.of(b)).map(|(a, b)| i32::from(a) * i32::from(b)).sum()
            };
            let lengths = (product(a, a) as f32 * product(b, b) as f32).sqrt();
            if lengths > 0.0 { (product(a, b) as f32 / lengths).max(0.0) } else { 0.0 }
        });
        match (shared, direction) {
            (Some(shared), Some(direction)) => (shared + direction) * 0.5,
            (one, other) => one.or(other).unwrap_or(0.0),
        }
    }
}
