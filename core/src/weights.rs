//! What multiplies the score of an item: boosts, and having been shown a moment ago.
//!
//! A weight is above zero: a boost of zero keeps an item out, which is `admission`'s
//! business.

use crate::{
    attributes::Attributes,
    filter::Ready,
    model::Model,
    rank::Candidate,
    wishes::{MAX_BOOST, Wishes},
};

/// The wishes that weigh, in the model's terms.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weights {
    filters: Ready,
    /// Where its filter stands, and what it multiplies by.
    boosts: Vec<(usize, f32)>,
    /// Items that were shown and what is left of their score, by position.
    shown: Vec<(u32, f32)>,
}

impl Weights {
    pub(crate) fn read(&mut self, model: &Model, wishes: &Wishes<'_>) {
        let Self { filters, boosts, shown } = self;
        filters.clear();
        boosts.clear();
        for boost in &wishes.boosts {
            let at = filters.add(&boost.filter, model.attributes());
            boosts.push((at, if boost.by > 0.0 { boost.by.min(MAX_BOOST) } else { 0.0 }));
        }
        shown.clear();
        let rotation = &wishes.rotation;
        if rotation.rate > 0.0 {
            let left = |(item, age): &(&str, u32)| Some((model.ids().position(item)?, rotation.left(*age)));
            shown.extend(rotation.shown.iter().filter_map(left));
        }
        // Of several times the one that takes most: it comes first.
        shown.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        shown.dedup_by_key(|(position, _)| *position);
    }
}

/// Weights and what their filters look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weigher<'a> {
    pub(crate) weights: &'a Weights,
    pub(crate) attributes: Option<&'a Attributes>,
}

impl<'a> Weigher<'a> {
    /// The candidates with their weighed scores.
    pub(crate) fn over(self, candidates: impl Iterator<Item = Candidate>) -> impl Iterator<Item = Candidate> {
        candidates.map(move |mut candidate| {
            candidate.score *= self.weight(candidate.position);
            candidate
        })
    }

    fn weight(self, position: u32) -> f32 {
        if self.weights.boosts.is_empty() && self.weights.shown.is_empty() {
            return 1.0;
        }
        let boost =
            self.boosts(position).fold(1.0, |weight, (_, by)| weight * if by > 0.0 { by } else { 1.0 });
        boost * self.left(position)
    }

    /// Number and strength of the boosts that an item passes.
    pub(crate) fn boosts(self, position: u32) -> impl Iterator<Item = (usize, f32)> {
        let Weights { filters, boosts, .. } = self.weights;
        let passes = move |at: usize| filters.lets(at, self.attributes, position);
        boosts
            .iter()
            .enumerate()
            .filter(move |(_, (at, _))| passes(*at))
            .map(|(number, (_, by))| (number, *by))
    }

    /// What is left of the score of an item that was shown.
    pub(crate) fn left(self, position: u32) -> f32 {
        let shown = &self.weights.shown;
        shown.binary_search_by_key(&position, |(shown, _)| *shown).map_or(1.0, |at| shown[at].1)
    }

    /// Whether a boost of zero keeps an item out.
    pub(crate) fn buries(self, position: u32) -> bool {
        self.boosts(position).any(|(_, by)| by == 0.0)
    }
}
