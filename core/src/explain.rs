//! Why a pick was picked: the share of each profile item in its score.
//!
//! The score of item j is `y_j . x` with `x = A^-1 sum w c y_i`, so the part of
//! profile item i is exactly `w c (y_i . A^-1 y_j)`; the parts add up to the score.

use crate::{
    factors::Factors,
    fold_in::{FoldedIn, dot},
    profile::Weighted,
    rank::Candidate,
};

/// Names, for each pick, the profile item that gave most of its score.
pub(crate) fn name_reasons(
    factors: &Factors,
    shopper: &FoldedIn,
    profile: &[Weighted],
    picks: &mut [Candidate],
) {
    let vectors: Vec<Vec<f64>> = profile.iter().map(|item| factors.vector(item.position).collect()).collect();
    for pick in picks {
        let own: Vec<f64> = factors.vector(pick.position).collect();
        let spread = shopper.solve(&own);
        let mut best: Option<(f64, u32)> = None;
        for (item, vector) in profile.iter().zip(&vectors) {
            let part = dot(vector, &spread) * f64::from(item.weight);
            if part > 0.0 && best.is_none_or(|(most, _)| part > most) {
                best = Some((part, item.position));
            }
        }
        pick.because = best.map(|(_, position)| position);
    }
}
