//! Item-item ridge regression with few non-negative weights per target.
//!
//! For each target j: min over w ≥ 0 of ½ wᵀ(G + λI)w − gⱼᵀw on the items most
//! like it, cut to the heaviest, solved again on those. Deliberately no global
//! matrix inverse: a target is a function of its own block only, so it stays
//! the same to the bit when something else changes. Invariant: weights are
//! finite and above zero, and never name the target itself.

use rayon::prelude::*;

use crate::progress::Stage;

use super::gram::Gram;
use super::params::RidgeParams;
use super::rounding::significant;
use super::rows::Neighbour;

/// Sweeps over all candidates, enough to tell the heavy from the light.
const FIRST_SWEEPS: usize = 24;
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
    items: Vec<u32>,
    block: Vec<f32>,
    small: Vec<f32>,
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
            seeds(gram, target as u32, params.kept, scratch)
        })
        .collect()
}

fn seeds(gram: &Gram, target: u32, kept: usize, scratch: &mut Scratch) -> Vec<Neighbour> {
    let candidates = &gram.candidates[target as usize];
    if candidates.is_empty() {
        return Vec::new();
    }
    let own = candidates.partition_point(|&item| item < target);
    scratch.items.clear();
    scratch.items.extend_from_slice(&candidates[..own]);
    scratch.items.push(target);
    scratch.items.extend_from_slice(&candidates[own..]);
    gram.block(&scratch.items, &mut scratch.block);
    let all: Vec<usize> = (0..scratch.items.len()).filter(|&place| place != own).collect();
    regress(scratch, &all, own, gram.ridge, FIRST_SWEEPS);
    let mut chosen = heaviest(&all, &scratch.weights, kept);
    regress(scratch, &chosen, own, gram.ridge, LAST_SWEEPS);
    let weights = &scratch.weights;
    let rounded = weights.iter().map(|&weight| significant(f64::from(weight), WEIGHT_BITS) as f32);
    chosen
        .drain(..)
        .zip(rounded)
        .filter(|&(_, weight)| weight > 0.0)
        .map(|(place, weight)| Neighbour { item: scratch.items[place], weight })
        .collect()
}

/// The places with the greatest weights above zero, ascending; ties go to the lower place.
fn heaviest(places: &[usize], weights: &[f32], most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..places.len()).filter(|&at| weights[at] > 0.0).collect();
    if order.len() > most {
        order.select_nth_unstable_by(most, |&a, &b| weights[b].total_cmp(&weights[a]).then(a.cmp(&b)));
        order.truncate(most);
        order.sort_unstable();
    }
    order.into_iter().map(|at| places[at]).collect()
}

/// Solves on the given places of the block; leaves one weight per place in `scratch.weights`.
fn regress(scratch: &mut Scratch, places: &[usize], own: usize, ridge: f32, sweeps: usize) {
    let wide = scratch.items.len();
    let Scratch { block, small, rest, weights, .. } = scratch;
    small.clear();
    for (at, &place) in places.iter().enumerate() {
        let row = &block[place * wide..(place + 1) * wide];
        small.extend(places.iter().map(|&other| row[other]));
        small[at * places.len() + at] += ridge;
    }
    rest.clear();
    rest.extend(places.iter().map(|&place| block[own * wide + place]));
    weights.clear();
    weights.resize(places.len(), 0.0);
    descend(small, rest, weights, sweeps);
}

/// Cyclic coordinate descent; `rest` starts as the right-hand side and stays rhs − A·w.
fn descend(matrix: &[f32], rest: &mut [f32], weights: &mut [f32], sweeps: usize) {
    let width = weights.len();
    for _ in 0..sweeps {
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
        if greatest < SETTLED {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{descend, heaviest};

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
        assert_eq!(heaviest(&[3, 5, 7, 9], &[0.5, 0.9, 0.5, 0.0], 2), [3, 5]);
        assert_eq!(heaviest(&[3, 5, 7, 9], &[0.5, 0.9, 0.5, 0.0], 8), [3, 5, 7]);
    }
}
