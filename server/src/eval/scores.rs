//! The figures of one answered case.
//!
//! Items of equal score share their places: each stands at the mean of them, so
//! that nobody gains by giving everything the same score.

/// What one case scored within the places that count.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// 1 when any target is there.
    pub hit: f64,
    /// Targets that are there, as a share of all targets.
    pub recall: f64,
    /// Targets that are there, as a share of the places asked for, full or not.
    pub precision: f64,
    /// Gains of the targets by place, as a share of the best there could be.
    pub ndcg: f64,
    /// 1 / place of the first target.
    pub mrr: f64,
}

impl Scores {
    /// From the places (1 is the first) of those targets that are in the list, of `targets` in all.
    pub(super) fn of(places: &[f64], targets: usize, most: u32) -> Self {
        let counted = places.iter().copied().filter(|place| *place <= f64::from(most));
        let hits = counted.clone().count() as f64;
        let first = counted.clone().fold(f64::INFINITY, f64::min);
        let gains: f64 = counted.map(gain).sum();
        let ideal: f64 = (1..=targets.min(most as usize)).map(|place| gain(place as f64)).sum();
        Scores {
            hit: if hits > 0.0 { 1.0 } else { 0.0 },
            recall: hits / targets as f64,
            precision: hits / f64::from(most),
            ndcg: gains / ideal,
            mrr: if hits > 0.0 { 1.0 / first } else { 0.0 },
        }
    }

    /// As an array, in the order in which figures are shown.
    pub(super) fn all(self) -> [f64; 5] {
        [self.hit, self.recall, self.precision, self.ndcg, self.mrr]
    }
}

fn gain(place: f64) -> f64 {
    1.0 / (1.0 + place).log2()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Targets at places 2 and 5 of 4 that count, three targets in all.
    #[test]
    fn figures_match_their_definitions() {
        let found = Scores::of(&[2.0, 5.0], 3, 4);
        let (second, ideal) = (1.0 / 3f64.log2(), 1.0 + 1.0 / 3f64.log2() + 0.5);
        let expected =
            Scores { hit: 1.0, recall: 1.0 / 3.0, precision: 0.25, ndcg: second / ideal, mrr: 0.5 };
        for (found, expected) in found.all().iter().zip(expected.all()) {
            assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
        }
        assert_eq!(Scores::of(&[], 2, 20), Scores::default());
        let both = Scores { hit: 1.0, recall: 1.0, precision: 0.1, ndcg: 1.0, mrr: 1.0 };
        assert_eq!(Scores::of(&[1.0, 2.0], 2, 20), both);
    }

    /// More targets than places: a list of nothing else is perfect all the same, though it cannot recall them all.
    #[test]
    fn the_ideal_list_is_as_long_as_what_counts() {
        let found = Scores::of(&[1.0, 2.0], 9, 2);
        assert!((found.ndcg - 1.0).abs() < 1e-12);
        assert_eq!((found.precision, found.recall), (1.0, 2.0 / 9.0));
    }
}
