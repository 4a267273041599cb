//! Why a pick was picked: the share of each profile item in its score.
//!
//! The score of item j is `y_j . x` with `x = A^-1 sum w c y_i`, so the part of
//! profile item i is exactly `w c (y_i . A^-1 y_j)`, and what its row says of j
//! besides; the parts add up to the score.

use crate::{
    factors::Factors,
    fold_in::{FoldedIn, dot},
    kind::ListKind,
    model::Model,
    profile::Weighted,
    rank::Candidate,
};

/// Names, for each pick, the profile item that gave most of its score. `profile` is what was folded in, `seeds` are
/// the same items as seeds of rows.
pub(crate) fn name_reasons(
    model: &Model,
    factors: &Factors,
    shopper: &FoldedIn,
    (profile, seeds): (&[Weighted], &[Weighted]),
    picks: &mut [Candidate],
) {
    let vectors: Vec<Vec<f64>> = profile.iter().map(|item| factors.vector(item.position).collect()).collect();
    let confidence = f64::from(factors.confidence());
    for pick in picks {
        let own: Vec<f64> = factors.vector(pick.position).collect();
        let spread = shopper.solve(&own);
        let mut best: Option<(f64, u32)> = None;
        for ((item, seed), vector) in profile.iter().zip(seeds).zip(&vectors) {
            let taste = dot(vector, &spread) * f64::from(item.weight) * confidence;
            let part = taste + f64::from(row_part(model, *seed, pick.position));
            if part > 0.0 && best.is_none_or(|(most, _)| part > most) {
                best = Some((part, item.position));
            }
        }
        pick.because = best.map(|(_, position)| position);
    }
}

/// What the row of a seed says of an item.
fn row_part(model: &Model, seed: Weighted, position: u32) -> f32 {
    let shard = model.near(ListKind::Picks, seed.position);
    let weight = shard.map_or(0.0, |shard| shard.weight(seed.position, position));
    seed.weight * weight
}
