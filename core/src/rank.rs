//! The best few of many candidates: bounded, ties by position, nothing twice.

use crate::admission::Admission;

/// An item that could be shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) position: u32,
    /// Above zero and finite.
    pub(crate) score: f32,
    /// The item of the seeds or the profile that gave most of the score.
    pub(crate) because: Option<u32>,
}

/// Whether boosts and rotation take part in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scores {
    /// Somebody chose the order: it stays.
    AsTheyAre,
    /// Multiplied by the weight of each item.
    Weighed,
}

/// Gives candidates one by one.
pub(crate) trait Source {
    /// The next one. It may pass over those with a score below `least`: where all items of a catalogue are scored, few are
    /// worth a look.
    fn next(&mut self, least: f32) -> Option<Candidate>;
}

impl<I: Iterator<Item = Candidate>> Source for I {
    fn next(&mut self, _least: f32) -> Option<Candidate> {
        Iterator::next(self)
    }
}

/// Leaves in `kept` the `limit` best candidates that may be shown: highest score first, then lowest position.
///
/// A dynamic source: one copy of this loop in the browser's bytes instead of one per kind of list.
pub(crate) fn best(
    limit: usize,
    admission: &mut Admission<'_>,
    scores: Scores,
    source: &mut dyn Source,
    kept: &mut Vec<Candidate>,
) {
    kept.clear();
    if limit == 0 {
        return;
    }
    let weigher = Some(admission.weigher()).filter(|weigher| scores == Scores::Weighed && weigher.weighs());
    let mut least = 0.0;
    while let Some(mut candidate) = source.next(least) {
        if let Some(weigher) = weigher {
            candidate.score *= weigher.weight(candidate.position);
        }
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
        if kept.len() == limit {
            kept.pop();
        }
        kept.insert(at, candidate);
        if let Some(last) = kept.last().filter(|_| weigher.is_none() && kept.len() == limit) {
            least = last.score;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ids, ListKind, Model, Request, admission::Rules, removed::Rule, weights::Weights};
    use proptest::prelude::*;

    fn candidate(position: u32, score: f32) -> Candidate {
        Candidate { position, score, because: None }
    }

    fn best_of(limit: usize, excluded: &[u32], candidates: &[Candidate]) -> Vec<Candidate> {
        let ids: Vec<String> = (0..60).map(|id| id.to_string()).collect();
        let (model, mut kept) = (Model::new(Ids::new(&ids).unwrap()), Vec::new());
        let (mut rules, mut weights) = (Rules::default(), Weights::default());
        let mut admission =
            Admission::new(&mut rules, &mut weights, &model, &Request::new(ListKind::Similar, 1));
        excluded.iter().for_each(|position| admission.exclude(*position, Rule::Excluded));
        let mut candidates = candidates.iter().copied();
        best(limit, &mut admission, Scores::Weighed, &mut candidates, &mut kept);
        kept
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
            prop_assert_eq!(best_of(limit, &excluded, &all), sorted.clone());
            // The order in which candidates come must not matter.
            let reversed: Vec<Candidate> = all.iter().rev().copied().collect();
            prop_assert_eq!(best_of(limit, &excluded, &reversed), sorted);
        }
    }

    #[test]
    fn scores_that_are_not_numbers_are_left_out() {
        let found = best_of(3, &[], &[candidate(1, f32::NAN), candidate(2, 1.0)]);
        assert_eq!(found, [candidate(2, 1.0)]);
    }
}
