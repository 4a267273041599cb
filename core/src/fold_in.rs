//! From a profile to a point in the space of item factors.
//!
//! Solves `(G + ridge I + sum w c y y') x = sum w c y` over the profile's items,
//! with `G` the shipped Gram matrix, `c` the confidence and `y` the decoded
//! factors: the last half-step of implicit ALS, from item factors alone.
//! Cholesky in f64; division and square root are exact to the bit everywhere.

use crate::{factors::Factors, profile::Weighted};

/// A folded-in shopper, and the room to fold in the next one.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct FoldedIn {
    /// The shopper's point.
    point: Vec<f64>,
    /// Lower triangle of the Cholesky factor, row by row.
    lower: Vec<f64>,
    /// The factors of one item.
    own: Vec<f64>,
}

impl FoldedIn {
    /// `false` when no item of the profile has factors: then there is no point.
    pub(crate) fn fold(&mut self, factors: &Factors, profile: &[Weighted]) -> bool {
        let dims = factors.dims();
        let Self { point, lower, own } = self;
        lower.clear();
        lower.extend(factors.gram().iter().map(|value| f64::from(*value)));
        point.clear();
        point.resize(dims, 0.0);
        let mut known = false;
        for item in profile.iter().filter(|item| factors.scale(item.position) != 0.0) {
            known = true;
            own.clear();
            own.extend(factors.vector(item.position));
            let by = f64::from(item.weight) * f64::from(factors.confidence());
            for (row, &value) in own.iter().enumerate() {
                let scaled = by * value;
                point[row] += scaled;
                for (cell, &other) in lower[row * dims..row * dims + row + 1].iter_mut().zip(&*own) {
                    *cell += scaled * other;
                }
            }
        }
        for at in 0..dims {
            lower[at * dims + at] += f64::from(factors.ridge());
        }
        if !known || !decompose(lower, dims) {
            return false;
        }
        solve(lower, point);
        point.iter().all(|value| value.is_finite())
    }

    /// The shopper's point.
    pub(crate) fn point(&self) -> &[f64] {
        &self.point
    }

    /// `A^-1 y` of an item, for the matrix `A` of this shopper.
    pub(crate) fn spread(&mut self, factors: &Factors, position: u32) -> &[f64] {
        self.own.clear();
        self.own.extend(factors.vector(position));
        solve(&self.lower, &mut self.own);
        &self.own
    }
}

/// Replaces `x` by the solution of `A s = x`, for the Cholesky factor of `A`.
fn solve(lower: &[f64], x: &mut [f64]) {
    let dims = x.len();
    for row in 0..dims {
        let (before, rest) = x.split_at_mut(row);
        let known = dot(&lower[row * dims..row * dims + row], before);
        rest[0] = (rest[0] - known) / lower[row * dims + row];
    }
    for row in (0..dims).rev() {
        x[row] /= lower[row * dims + row];
        let value = x[row];
        for (cell, factor) in x[..row].iter_mut().zip(&lower[row * dims..row * dims + row]) {
            *cell -= factor * value;
        }
    }
}

/// A sum in four lanes, always in the same order: as fast as a vector unit, and the same bits without one.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (a, last_a) = a.as_chunks::<4>();
    let (b, last_b) = b.as_chunks::<4>();
    let mut lanes = [0.0; 4];
    for (a, b) in a.iter().zip(b) {
        for at in 0..4 {
            lanes[at] += a[at] * b[at];
        }
    }
    let last: f64 = last_a.iter().zip(last_b).map(|(a, b)| a * b).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + last
}

/// Cholesky in place, lower triangle; `false` when the matrix is not positive definite.
fn decompose(matrix: &mut [f64], dims: usize) -> bool {
    for row in 0..dims {
        let (above, current) = matrix.split_at_mut(row * dims);
        for column in 0..row {
            let other = &above[column * dims..column * dims + column + 1];
            let known = dot(&current[..column], &other[..column]);
            current[column] = (current[column] - known) / other[column];
        }
        let left = current[row] - dot(&current[..row], &current[..row]);
        if !(left > 0.0) {
            return false;
        }
        current[row] = left.sqrt();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::factors::ItemVectors;

    #[test]
    fn the_solution_solves_the_equation() {
        let values = [0.9f32, -0.1, 0.2, 0.8, 0.5, 0.5, 0.0, 0.0];
        let gram = [2.0f32, 0.3, 0.3, 1.5];
        let vectors =
            ItemVectors { dims: 2, values: &values, gram: &gram, ridge: 0.1, confidence: 1.5, step: 1.0 };
        let factors = Factors::new(8, &vectors).unwrap();
        let profile = [Weighted { position: 0, weight: 1.0 }, Weighted { position: 2, weight: 0.5 }];
        let mut folded = FoldedIn::default();
        assert!(folded.fold(&factors, &profile));
        // Multiply back: G x + ridge x + sum w c y (y.x) must be sum w c y.
        let x = folded.point();
        for row in 0..2 {
            let mut left = f64::from(gram[row * 2]) * x[0]
                + f64::from(gram[row * 2 + 1]) * x[1]
                + f64::from(0.1f32) * x[row];
            let mut right = 0.0;
            for item in &profile {
                let y: Vec<f64> = factors.vector(item.position).collect();
                let by = f64::from(item.weight) * 1.5;
                left += by * y[row] * (y[0] * x[0] + y[1] * x[1]);
                right += by * y[row];
            }
            assert!((left - right).abs() < 1e-12, "{left} {right}");
        }
    }

    #[test]
    fn a_profile_without_factors_is_nobody() {
        let vectors = ItemVectors {
            dims: 1,
            values: &[0.5, 0.0],
            gram: &[1.0],
            ridge: 0.1,
            confidence: 1.0,
            step: 1.0,
        };
        let factors = Factors::new(4, &vectors).unwrap();
        let mut folded = FoldedIn::default();
        assert!(!folded.fold(&factors, &[]));
        assert!(!folded.fold(&factors, &[Weighted { position: 1, weight: 1.0 }]));
    }
}
