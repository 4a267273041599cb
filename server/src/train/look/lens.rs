//! Few numbers for many: descriptors seen along the directions in which pictures of this catalogue differ.
//!
//! The directions are learned from a sample, by turning a set of vectors towards the greatest spread until they
//! settle. Deliberately no random start. Invariant: the same sample gives the same lens to the bit on any number of
//! threads, and whatever is seen through it is finite.

use rayon::prelude::*;

use super::vector::{add_scaled, dot, unit};

/// Turns; directions that matter have settled long before.
const TURNS: usize = 6;

/// How a descriptor is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LensParams {
    /// Numbers that are left.
    pub(super) dims: usize,
    /// Whether the mean of all pictures is taken off first.
    pub(super) centred: bool,
    /// Directions are divided by (their spread)^flatten: 0 keeps lengths as they are, 1 makes all count alike.
    pub(super) flatten: f32,
}

/// Directions, and what they count.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lens {
    mean: Vec<f32>,
    directions: Vec<Vec<f32>>,
    scales: Vec<f32>,
}

impl Lens {
    /// Learns from a sample of descriptors of equal length.
    pub(super) fn learn(sample: &[&[f32]], params: LensParams) -> Self {
        let width = sample.first().map_or(0, |one| one.len());
        let mut mean = vec![0.0; width];
        if params.centred {
            sample.iter().for_each(|one| add_scaled(&mut mean, 1.0 / sample.len() as f32, one));
        }
        let sample: Vec<Vec<f32>> = sample
            .iter()
            .map(|one| one.iter().zip(&mean).map(|(value, mean)| value - mean).collect())
            .collect();
        // More directions than pictures or numbers there cannot be.
        let dims = params.dims.min(width).min(sample.len());
        let mut directions: Vec<Vec<f32>> = (0..dims).map(|at| start(at, width)).collect();
        let mut spreads = vec![0.0; dims];
        for _ in 0..TURNS {
            straighten(&mut directions);
            directions = directions.par_iter().map(|direction| turned(&sample, direction)).collect();
            spreads = directions.iter().map(|one| dot(one, one).sqrt() / sample.len() as f32).collect();
        }
        straighten(&mut directions);
        let scale = |spread: &f32| if *spread > 1e-9 { spread.powf(-params.flatten / 2.0) } else { 0.0 };
        Self { mean, directions, scales: spreads.iter().map(scale).collect() }
    }

    /// What is seen of a descriptor, with length 1.
    pub(super) fn see(&self, descriptor: &[f32]) -> Vec<f32> {
        let centred: Vec<f32> = descriptor.iter().zip(&self.mean).map(|(value, mean)| value - mean).collect();
        let along = self.directions.iter().zip(&self.scales);
        unit(along.map(|(direction, scale)| scale * dot(direction, &centred)).collect())
    }
}

/// Numbers without a pattern, from 0 to 1 and then around 0.
fn start(at: usize, width: usize) -> Vec<f32> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(at as u64 + 1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1u32 << 24) as f32 - 0.5
    };
    (0..width).map(|_| next()).collect()
}

/// The sum of all pictures, each as often as it lies along the direction.
fn turned(sample: &[Vec<f32>], direction: &[f32]) -> Vec<f32> {
    let mut sum = vec![0.0; direction.len()];
    for one in sample {
        add_scaled(&mut sum, dot(one, direction), one);
    }
    sum
}

/// Makes every direction stand upright on those before it, with length 1.
fn straighten(directions: &mut [Vec<f32>]) {
    for at in 0..directions.len() {
        let (before, rest) = directions.split_at_mut(at);
        // Twice, because what is left after the first time may be mostly rounding.
        for _ in 0..2 {
            for other in &*before {
                let along = dot(other, &rest[0]);
                add_scaled(&mut rest[0], -along, other);
            }
            let length = dot(&rest[0], &rest[0]).sqrt();
            rest[0].iter_mut().for_each(|value| *value = if length > 1e-12 { *value / length } else { 0.0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMS: LensParams = LensParams { dims: 2, centred: true, flatten: 0.0 };

    /// Pictures that differ much along x + y, a little along x − y, and not at all along z.
    fn sample() -> Vec<Vec<f32>> {
        let at = |long: f32, short: f32| vec![2.0 + long + short, 3.0 + long - short, 7.0];
        [(-2.0, 0.1), (-1.0, -0.2), (0.0, 0.2), (1.0, -0.2), (2.0, 0.1)].map(|(l, s)| at(l, s)).to_vec()
    }

    #[test]
    fn the_greatest_spread_comes_first() {
        let sample = sample();
        let lens = Lens::learn(&sample.iter().map(Vec::as_slice).collect::<Vec<_>>(), PARAMS);
        let half = 0.5f32.sqrt();
        let along = dot(&lens.directions[0], &[half, half, 0.0]).abs();
        let across = dot(&lens.directions[1], &[half, -half, 0.0]).abs();
        assert!(along > 0.9999 && across > 0.9999, "{along} {across}");
        let seen = lens.see(&[5.0, 6.0, 7.0]);
        assert!((dot(&seen, &seen) - 1.0).abs() < 1e-5 && seen[0].abs() > 0.999);
    }

    #[test]
    fn flattened_directions_count_alike() {
        let sample = sample();
        let sample: Vec<&[f32]> = sample.iter().map(Vec::as_slice).collect();
        let lens = Lens::learn(&sample, LensParams { flatten: 1.0, ..PARAMS });
        let spread = |at: usize| {
            let values = sample.iter().map(|one| {
                let centred: Vec<f32> = one.iter().zip(&lens.mean).map(|(a, b)| a - b).collect();
                lens.scales[at] * dot(&lens.directions[at], &centred)
            });
            values.map(|value| value * value).sum::<f32>() / 5.0
        };
        assert!((spread(0) - 1.0).abs() < 0.01 && (spread(1) - 1.0).abs() < 0.01);
    }

    #[test]
    fn pictures_that_are_all_the_same_are_seen_without_nonsense() {
        let one: Vec<f32> = vec![0.5, 0.5, 0.1];
        let lens = Lens::learn(&[&one, &one, &one], PARAMS);
        assert!(lens.see(&one).iter().all(|value| value.is_finite()));
        assert!(Lens::learn(&[], PARAMS).see(&[]).is_empty());
    }
}
