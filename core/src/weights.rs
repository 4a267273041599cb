//! What multiplies the score of an item: boosts, and having been shown a moment ago.
//!
//! A weight is above zero: a boost of zero keeps an item out, which is `admission`'s
//! business.

use crate::{
    attributes::Attributes,
    filter::Ready,
    model::Model,
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
    #[inline(never)]
    pub(crate) fn read(&mut self, model: &Model, wishes: &Wishes<'_>) {
        let Self { filters, boosts, shown } = self;
        filters.clear();
        boosts.clear();
        for boost in &wishes.boosts {
            let at = filters.add(&boost.filter, model.attributes());
            boosts.push((at, if boost.by > 0.0 { boost.by.min(MAX_BOOST) } else { 0.0 }));
        }
        shown.clear();
        let rotation = Some(&wishes.rotation).filter(|rotation| rotation.rate > 0.0);
        for (item, age_hours) in rotation.map_or(&[][..], |rotation| &rotation.shown) {
            let Some(position) = model.ids().position(item) else { continue };
            let left = wishes.rotation.left(*age_hours);
            // Inserted where it belongs: a sort would be a tenth of the browser's bytes.
            match shown.binary_search_by_key(&position, |(shown, _)| *shown) {
                Ok(at) => shown[at].1 = shown[at].1.min(left),
                Err(at) => shown.insert(at, (position, left)),
            }
        }
    }
}

/// Weights and what their filters look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weigher<'a> {
    pub(crate) weights: &'a Weights,
    pub(crate) attributes: Option<&'a Attributes>,
}

impl<'a> Weigher<'a> {
    /// Whether there is anything to weigh.
    pub(crate) fn weighs(self) -> bool {
        !self.weights.boosts.is_empty() || !self.weights.shown.is_empty()
    }

    /// What the score of an item is multiplied by.
    #[inline(never)]
    pub(crate) fn weight(self, position: u32) -> f32 {
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
    #[inline(never)]
    pub(crate) fn buries(self, position: u32) -> bool {
        self.boosts(position).any(|(_, by)| by == 0.0)
    }
}
