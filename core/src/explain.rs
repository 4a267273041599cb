//! Why a pick was picked: the share of each profile item in its score.
//!
//! The score of item j is `y_j . x` with `x = A^-1 sum w c y_i`, so the part of
//! profile item i is exactly `w c (y_i . A^-1 y_j)`, and what its row says of j
//! besides; the parts add up to the score.

use crate::{
    explanation::{Cause, Part, put},
    factors::Factors,
    fold_in::{FoldedIn, dot},
    kind::ListKind,
    model::Model,
    profile::Weighted,
    rank::Candidate,
    scratch::Bench,
};

/// Names, for each pick, the profile item that gave most of its score. `profile` is what was folded in, `seeds` are the
/// same items as seeds of rows. `vectors` is room to work in.
pub(crate) fn name_reasons(
    (model, factors): (&Model, &Factors),
    shopper: &mut FoldedIn,
    (profile, seeds): (&[Weighted], &[Weighted]),
    vectors: &mut Vec<f64>,
    picks: &mut [Candidate],
) {
    vectors.clear();
    profile.iter().for_each(|item| vectors.extend(factors.vector(item.position)));
    let confidence = f64::from(factors.confidence());
    for pick in picks {
        let spread = shopper.spread(factors, pick.position);
        let mut best: Option<(f64, u32)> = None;
        for ((item, seed), vector) in profile.iter().zip(seeds).zip(vectors.chunks_exact(factors.dims())) {
            let taste = dot(vector, spread) * f64::from(item.weight) * confidence;
            let part = taste + f64::from(row_part(model, *seed, pick.position));
            if part > 0.0 && best.is_none_or(|(most, _)| part > most) {
                best = Some((part, item.position));
            }
        }
        pick.because = best.map(|(_, position)| position);
    }
}

/// What each item of the profile gives to the score of a pick. The profile was folded in before.
pub(crate) fn pick_parts(
    model: &Model,
    factors: Option<&Factors>,
    position: u32,
    bench: &mut Bench,
    parts: &mut Vec<Part>,
) {
    let Bench { seeds, profile, shopper, .. } = bench;
    if let Some(factors) = factors {
        let spread = shopper.spread(factors, position);
        for item in &*profile {
            let product: f64 =
                factors.vector(item.position).zip(spread).map(|(own, spread)| own * spread).sum();
            let amount = product * f64::from(item.weight) * f64::from(factors.confidence());
            put(Cause::Profile, item.position, amount, parts);
        }
    }
    for seed in &*seeds {
        put(Cause::Profile, seed.position, f64::from(row_part(model, *seed, position)), parts);
    }
}

/// What the row of a seed says of an item.
fn row_part(model: &Model, seed: Weighted, position: u32) -> f32 {
    let shard = model.near(ListKind::Picks, seed.position);
    seed.weight * shard.map_or(0.0, |shard| shard.says(seed.position, position))
}
