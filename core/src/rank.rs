//! The best few of many candidates: bounded, ties by position, nothing twice.

use crate::{filter::Ready, positions::Positions};

/// An item that could be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) position: u32,
    /// Above zero and finite.
    pub(crate) score: f32,
    /// The item of the seeds or the profile that gave most of the score.
    pub(crate) because: Option<u32>,
}

/// What may be shown.
#[derive(Debug)]
pub(crate) struct Admission<'m> {
    excluded: Positions,
    filter: Ready<'m>,
}

impl<'m> Admission<'m> {
    pub(crate) fn new(excluded: Positions, filter: Ready<'m>) -> Self {
        Self { excluded, filter }
    }

    pub(crate) fn lets(&self, position: u32) -> bool {
        !self.excluded.has(position) && self.filter.lets(position)
    }

    pub(crate) fn category(&self) -> Option<u32> {
        self.filter.category()
    }

    /// From now on also excluded.
    pub(crate) fn exclude(&mut self, positions: &[u32]) {
        for position in positions {
            self.excluded.add(*position);
        }
    }
}

/// The `limit` best candidates that may be shown: highest score first, then lowest position.
///
/// A dynamic iterator: one copy of this loop in the browser's bytes instead of one per kind of list.
pub(crate) fn best(
    limit: usize,
    admission: &Admission<'_>,
    candidates: &mut dyn Iterator<Item = Candidate>,
) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::with_capacity(limit.min(64) + 1);
    if limit == 0 {
        return kept;
    }
    for candidate in candidates {
        // Also false for NaN, so that an ordering by score is total from here on.
        if !(candidate.score > 0.0) {
            continue;
        }
        let worse = |other: &Candidate| {
            other.score < candidate.score
                || (other.score == candidate.score && other.position > candidate.position)
        };
        if kept.len() == limit && !kept.last().is_some_and(worse) {
            continue;
        }
        // The cheap question came first: most candidates never reach the filter.
        if !admission.lets(candidate.position) {
            continue;
        }
        let at = kept.partition_point(|other| !worse(other));
        kept.insert(at, candidate);
        kept.truncate(limit);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn candidate(position: u32, score: f32) -> Candidate {
        Candidate { position, score, because: None }
    }

    proptest! {
        #[test]
        fn the_same_as_sorting_everything(
            scores in proptest::collection::vec(0u8..6, 0..60),
            limit in 0usize..20,
            excluded in proptest::collection::vec(0u32..60, 0..10),
        ) {
            let all: Vec<Candidate> =
                scores.iter().enumerate().map(|(at, score)| candidate(at as u32, f32::from(*score))).collect();
            let mut sorted: Vec<Candidate> =
                all.iter().copied().filter(|c| c.score > 0.0 && !excluded.contains(&c.position)).collect();
            sorted.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.position.cmp(&b.position)));
            sorted.truncate(limit);
            let mut admission = Admission::new(Positions::default(), Ready::All(vec![]));
            admission.exclude(&excluded);
            prop_assert_eq!(best(limit, &admission, &mut all.iter().copied()), sorted.clone());
            // The order in which candidates come must not matter.
            prop_assert_eq!(best(limit, &admission, &mut all.iter().rev().copied()), sorted);
        }
    }

    #[test]
    fn scores_that_are_not_numbers_are_left_out() {
        let admission = Admission::new(Positions::default(), Ready::All(vec![]));
        let found = best(3, &admission, &mut [candidate(1, f32::NAN), candidate(2, 1.0)].into_iter());
        assert_eq!(found, [candidate(2, 1.0)]);
    }
}
