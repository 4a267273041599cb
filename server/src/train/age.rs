//! How old a row is, as a share of the time that the data spans.
//!
//! Shops differ in how fast they change, and in how much past they hand in; a
//! share fits them all. Invariant: ages lie between 0 (the newest) and 1, and are
//! 0 where the data has no times.

use crate::interaction::Interactions;

use super::rounding::exact;

/// Rows older than all but this share of them do not stretch the span: one wrong date shall not.
const STRAYS: usize = 200;

/// From when to when the data reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    from: i64,
    until: i64,
}

impl Span {
    pub(super) fn of(interactions: &Interactions) -> Self {
        let rows = interactions.time.iter().zip(&interactions.positive);
        let mut times: Vec<i64> = rows.filter(|(_, positive)| **positive).map(|(time, _)| *time).collect();
        if times.is_empty() {
            return Span { from: 0, until: 0 };
        }
        let (last, strays) = (times.len() - 1, times.len() / STRAYS);
        let from = *times.select_nth_unstable(strays).1;
        let until = *times.select_nth_unstable(last - strays).1;
        Span { from, until }
    }

    /// The age of what happened then.
    pub(super) fn age(self, time: i64) -> f32 {
        let whole = (self.until - self.from) as f64;
        if whole > 0.0 { ((self.until - time) as f64 / whole).clamp(0.0, 1.0) as f32 } else { 0.0 }
    }
}

/// What something of this age counts: half at the age of `1 / fading`, everything always where it is 0.
pub(super) fn faded(age: f32, fading: f32) -> f64 {
    exact(1.0 / (1.0 + f64::from(fading) * f64::from(age)))
}

#[cfg(test)]
mod tests {
    use crate::interaction::Interactions;

    use super::{Span, faded};

    fn of(times: &[i64]) -> Span {
        Span::of(&Interactions {
            time: times.to_vec(),
            positive: vec![true; times.len()],
            ..Interactions::default()
        })
    }

    #[test]
    fn ages_are_shares_of_the_span() {
        let span = of(&[100, 300, 200]);
        assert_eq!([span.age(300), span.age(200), span.age(100)], [0.0, 0.5, 1.0]);
        assert_eq!([span.age(999), span.age(-999)], [0.0, 1.0]);
        assert_eq!(of(&[7, 7]).age(7), 0.0);
        assert_eq!(of(&[]).age(7), 0.0);
    }

    #[test]
    fn a_wrong_date_does_not_stretch_the_span() {
        let mut times: Vec<i64> = (1000..1400).collect();
        times.push(-1_000_000_000);
        assert!((of(&times).age(1200) - 0.5).abs() < 0.01);
    }

    #[test]
    fn what_is_older_counts_less() {
        assert_eq!([faded(0.0, 3.0), faded(1.0, 3.0), faded(1.0, 0.0)], [1.0, 0.25, 1.0]);
    }
}
