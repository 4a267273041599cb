//! Item-item ridge regression with few non-negative weights per target.
//!
//! For each target j: min over w ≥ 0 of ½ wᵀ(G + λI + δ diag G)w − gⱼᵀw on
//! the items most like it, cut to the heaviest, solved again on those. Deliberately no global
//! matrix inverse: a target is a function of its own block only, so it stays
//! the same to the bit when something else changes. Invariant: weights are
//! finite and above zero, and never name the target itself.

use pulp::{Simd, WithSimd};
use rayon::prelude::*;

use crate::progress::Stage;

use super::gram::Gram;
use super::normal::add_scaled;
use super::params::RidgeParams;
use super::rounding::significant;
use super::rows::Neighbour;
use super::wide::wide;

/// Sweeps over all candidates, enough to tell the heavy from the light.
const FIRST_SWEEPS: usize = 8;
/// Sweeps over the kept ones.
const LAST_SWEEPS: usize = 60;
/// A sweep whose greatest step is below this ends the search; weights are around 0.01 to 1.
const SETTLED: f32 = 1e-5;
/// Weights carry this many significant bits: noise below one percent is no change.
const WEIGHT_BITS: i32 = 8;
/// How often to tell the bar.
const REPORT_EVERY: usize = 256;

/// Working memory of one thread.
#[derive(Debug, Default)]
struct Scratch {
    block: Vec<f32>,
    small: Vec<f32>,
    pairs: Vec<f32>,
    rest: Vec<f32>,
    weights: Vec<f32>,
}

/// The seeds of every target, ascending by number.
pub(super) fn solve(gram: &Gram, params: &RidgeParams, stage: &Stage) -> Vec<Vec<Neighbour>> {
    (0..gram.own.len())
        .into_par_iter()
        .map_init(Scratch::default, |scratch, target| {
            if (target + 1) % REPORT_EVERY == 0 {
                stage.advance(REPORT_EVERY as u64);
            }
            seeds(gram, target as u32, params, scratch)
        })
        .collect()
}

fn seeds(gram: &Gram, target: u32, params: &RidgeParams, scratch: &mut Scratch) -> Vec<Neighbour> {
    let candidates = &gram.candidates[target as usize];
    let width = candidates.len();
    let Scratch { block, small, pairs, rest, weights } = scratch;
    gram.block(candidates, block);
    for diagonal in block.iter_mut().step_by(width + 1) {
        *diagonal += params.ridge + params.dropout * *diagonal;
    }
    gram.pairs(target, candidates, pairs);
    rest.clone_from(pairs);
    weights.clear();
    weights.resize(width, 0.0);
    descend(block, rest, weights, FIRST_SWEEPS);
    let chosen = heaviest(weights, params.kept);
    small.clear();
    for &place in &chosen {
        small.extend(chosen.iter().map(|&other| block[place * width + other]));
    }
    rest.clear();
    rest.extend(chosen.iter().map(|&place| pairs[place]));
    // What the light ones leave behind is little: the search goes on from where it was.
    *weights = chosen.iter().map(|&place| weights[place]).collect();
    for (row, weight) in small.chunks_exact(chosen.len().max(1)).zip(weights.iter()) {
        add_scaled(rest, -weight, row);
    }
    descend(small, rest, weights, LAST_SWEEPS);
    let rounded = weights.iter().map(|&weight| significant(f64::from(weight), WEIGHT_BITS) as f32);
    let named = chosen.iter().map(|&place| candidates[place]).zip(rounded);
    named.filter(|&(_, weight)| weight > 0.0).map(|(item, weight)| Neighbour { item, weight }).collect()
}

/// The places with the greatest weights above zero, ascending; ties go to the lower place.
fn heaviest(weights: &[f32], most: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..weights.len()).filter(|&at| weights[at] > 0.0).collect();
    if places.len() > most {
        places.select_nth_unstable_by(most, |&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
        places.truncate(most);
        places.sort_unstable();
    }
    places
}

/// Cyclic coordinate descent; `rest` is rhs − A·w for the weights to start from, and stays so.
fn descend(matrix: &[f32], rest: &mut [f32], weights: &mut [f32], sweeps: usize) {
    wide(Descend { matrix, rest, weights, sweeps });
}

struct Descend<'a> {
    matrix: &'a [f32],
    rest: &'a mut [f32],
    weights: &'a mut [f32],
    sweeps: usize,
}

impl WithSimd for Descend<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Descend { matrix, rest, weights, sweeps } = self;
        for _ in 0..sweeps {
            if sweep(matrix, rest, weights) < SETTLED {
                break;
            }
        }
    }
}

/// Takes every weight to its best once; gives the greatest step.
#[inline(always)]
fn sweep(matrix: &[f32], rest: &mut [f32], weights: &mut [f32]) -> f32 {
    let width = rest.len();
    let mut greatest = 0f32;
    for at in 0..width {
        if weights[at] == 0.0 && rest[at] <= 0.0 {
            continue;
        }
        let row = &matrix[at * width..(at + 1) * width];
        let weight = (weights[at] + rest[at] / row[at]).max(0.0);
        let step = weight - weights[at];
        weights[at] = weight;
        greatest = greatest.max(step.abs());
        for (rest, value) in rest.iter_mut().zip(row) {
            *rest -= step * value;
        }
    }
    greatest
}

#[cfg(test)]
mod tests {
    use pulp::WithSimd;

    use super::{Descend, descend, heaviest};

    /// (2 1; 1 2)⁻¹ (1, 0.8) = (0.4, 0.2), both above zero: the plain solution.
    #[test]
    fn two_items_match_the_closed_form() {
        let (mut rest, mut weights) = ([1.0, 0.8], [0.0; 2]);
        descend(&[2.0, 1.0, 1.0, 2.0], &mut rest, &mut weights, 60);
        assert!((weights[0] - 0.4).abs() < 1e-4 && (weights[1] - 0.2).abs() < 1e-4, "{weights:?}");
    }

    /// The plain solution of (2 1; 1 2) w = (1, 0.2) is (0.6, -0.2); held at zero, w₀ becomes 1/2.
    #[test]
    fn a_negative_weight_is_held_at_zero() {
        let (mut rest, mut weights) = ([1.0, 0.2], [0.0; 2]);
        descend(&[2.0, 1.0, 1.0, 2.0], &mut rest, &mut weights, 60);
        assert_eq!(weights[1], 0.0);
        assert!((weights[0] - 0.5).abs() < 1e-5, "{weights:?}");
    }

    #[test]
    fn the_heaviest_are_kept_with_ties_to_the_lower_place() {
        assert_eq!(heaviest(&[0.5, 0.9, 0.5, 0.0], 2), [0, 1]);
        assert_eq!(heaviest(&[0.5, 0.9, 0.5, 0.0], 8), [0, 1, 2]);
    }

    #[test]
    fn vectors_of_this_machine_give_the_bits_of_none() {
        for width in [1, 5, 16, 33, 70] {
            let value = |at: usize| 1.0 / ((at * 7919 % 101) as f32 + 0.3);
            let mut matrix: Vec<f32> = (0..width * width).map(value).collect();
            matrix.iter_mut().step_by(width + 1).for_each(|diagonal| *diagonal += 9.0);
            let (mut rest, mut weights): (Vec<f32>, _) = ((0..width).map(value).collect(), vec![0.0; width]);
            let (mut plain_rest, mut plain) = (rest.clone(), weights.clone());
            descend(&matrix, &mut rest, &mut weights, 20);
            let work = Descend { matrix: &matrix, rest: &mut plain_rest, weights: &mut plain, sweeps: 20 };
            work.with_simd(pulp::Scalar);
            let bits = |of: &[f32]| of.iter().map(|value| value.to_bits()).collect::<Vec<u32>>();
            assert_eq!((bits(&weights), bits(&rest)), (bits(&plain), bits(&plain_rest)), "{width}");
            assert!(weights.iter().any(|&weight| weight > 0.0));
        }
    }
}
