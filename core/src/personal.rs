//! A list about an item, seen with the shopper's eyes.
//!
//! Scores of a list and scores of a taste have nothing in common, so each is taken
//! relative to its best among the list's own items before they are mixed.

use crate::{candidates::Sums, factors::Factors, fold_in::FoldedIn, rank::Candidate};

/// A taste made ready: what the factors and the rows of `picks` say.
#[derive(Debug)]
pub(crate) struct Likes<'a> {
    pub(crate) factors: Option<&'a Factors>,
    pub(crate) shopper: &'a FoldedIn,
    pub(crate) sums: &'a Sums,
}

impl Likes<'_> {
    /// How much the shopper would like an item; a dislike is the same as nothing.
    pub(crate) fn of(&self, position: u32) -> f64 {
        let scored = |factors: &Factors| -> f64 {
            factors.vector(position).zip(self.shopper.point()).map(|(own, point)| own * point).sum()
        };
        (self.factors.map_or(0.0, scored) + f64::from(self.sums.score(position))).max(0.0)
    }
}

/// How a list's score and the shopper's taste become one score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Blend {
    /// What a score of the list is multiplied by.
    pub(crate) list: f64,
    /// What a score of the taste is multiplied by.
    pub(crate) taste: f64,
}

impl Blend {
    /// Of these candidates; `share` is what the taste decides. `None` when it likes none of them.
    pub(crate) fn new(share: f32, candidates: &[Candidate], likes: &Likes<'_>) -> Option<Self> {
        let (mut best, mut favourite) = (0.0f64, 0.0f64);
        for candidate in candidates {
            best = best.max(f64::from(candidate.score));
            favourite = favourite.max(likes.of(candidate.position));
        }
        let share = f64::from(share);
        (best > 0.0 && favourite > 0.0).then(|| Self { list: (1.0 - share) / best, taste: share / favourite })
    }

    /// The mixed scores.
    pub(crate) fn mix(self, candidates: &mut [Candidate], likes: &Likes<'_>) {
        for candidate in candidates {
            let taste = likes.of(candidate.position);
            candidate.score = (f64::from(candidate.score) * self.list + taste * self.taste) as f32;
        }
    }
}
