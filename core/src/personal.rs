//! A list about an item, seen with the shopper's eyes.
//!
//! Scores of a list and scores of a taste have nothing in common, so each is taken
//! relative to its best among the list's own items before they are mixed.

use crate::{factors::Factors, fold_in::FoldedIn, rank::Candidate};

/// How a list's score and the shopper's taste become one score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Blend {
    /// What a score of the list is multiplied by.
    pub(crate) list: f64,
    /// What a score of the taste is multiplied by.
    pub(crate) taste: f64,
}

impl Blend {
    /// Of these candidates; `share` is what the taste decides.
    pub(crate) fn new(share: f32, candidates: &[Candidate], factors: &Factors, shopper: &FoldedIn) -> Self {
        let (mut best, mut favourite) = (0.0f64, 0.0f64);
        for candidate in candidates {
            best = best.max(f64::from(candidate.score));
            favourite = favourite.max(taste(factors, shopper, candidate.position));
        }
        let share = f64::from(share);
        let relative = |share: f64, best: f64| if best > 0.0 { share / best } else { 0.0 };
        Self { list: relative(1.0 - share, best), taste: relative(share, favourite) }
    }

    /// The mixed scores.
    pub(crate) fn mix(self, candidates: &mut [Candidate], factors: &Factors, shopper: &FoldedIn) {
        for candidate in candidates {
            let taste = taste(factors, shopper, candidate.position);
            candidate.score = (f64::from(candidate.score) * self.list + taste * self.taste) as f32;
        }
    }
}

/// How much the shopper would like an item; a dislike is the same as nothing.
pub(crate) fn taste(factors: &Factors, shopper: &FoldedIn, position: u32) -> f64 {
    let score: f64 = factors.vector(position).zip(shopper.point()).map(|(own, point)| own * point).sum();
    score.max(0.0)
}
