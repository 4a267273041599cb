//! Why a pick was picked: the share of each profile item in its score.
//!
//! The score of item j is `y_j . x` with `x = A^-1 sum w c y_i`, so the part of
//! profile item i is exactly `w c (y_i . A^-1 y_j)`; the parts add up to the score.

use crate::{factors::Factors, fold_in::FoldedIn, profile::Weighted, rank::Candidate};

/// Names, for each pick, the profile item that gave most of its score.
pub(crate) fn name_reasons(
    factors: &Factors,
    shopper: &FoldedIn,
    profile: &[Weighted],
    picks: &mut [Candidate],
) {
    for pick in picks {
        let own: Vec<f64> = factors.vector(pick.position).collect();
        let spread = shopper.solve(&own);
        let mut best: Option<(f64, u32)> = None;
        for item in profile {
            let part: f64 = factors.vector(item.position).zip(&spread).map(|(value, by)| value * by).sum();
            let part = part * f64::from(item.weight);
            if part > 0.0 && best.is_none_or(|(most, _)| part > most) {
                best = Some((part, item.position));
            }
        }
        pick.because = best.map(|(_, position)| position);
    }
}
