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

/// Names, for each pick, the profile item that gave most of its score. `vectors` is room to work in.
pub(crate) fn name_reasons(
    factors: &Factors,
    shopper: &mut FoldedIn,
    profile: &[Weighted],
    vectors: &mut Vec<f64>,
    picks: &mut [Candidate],
) {
    vectors.clear();
    profile.iter().for_each(|item| vectors.extend(factors.vector(item.position)));
    for pick in picks {
        let spread = shopper.spread(factors, pick.position);
        let mut best: Option<(f64, u32)> = None;
        for (item, vector) in profile.iter().zip(vectors.chunks_exact(factors.dims())) {
            let part = dot(vector, spread) * f64::from(item.weight);
            if part > 0.0 && best.is_none_or(|(most, _)| part > most) {
                best = Some((part, item.position));
            }
        }
        pick.because = best.map(|(_, position)| position);
    }
}
