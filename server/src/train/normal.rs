//! Small symmetric positive definite systems: the inner loop of the factors.
//!
//! Deliberately plain loops over slices in a fixed order of operations: the same
//! sums come out on every machine, however wide its vectors are (see [`wide`]).
//! Invariant: matrices are square, row by row, and only their upper half is read.

use pulp::{Simd, WithSimd};

use super::wide::wide;

/// Sums run in this many lanes, so that the compiler can use vectors without changing the order.
const LANES: usize = 8;
/// Rows of a factor that are made at once.
const TOGETHER: usize = 4;

/// Inner product in a fixed order.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0f32; LANES];
    let ((a, a_tail), (b, b_tail)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    for (x, y) in a.iter().zip(b) {
        for ((lane, x), y) in lanes.iter_mut().zip(x).zip(y) {
            *lane += x * y;
        }
    }
    let tail: f32 = a_tail.iter().zip(b_tail).map(|(x, y)| x * y).sum();
    lanes.iter().sum::<f32>() + tail
}

/// target += scale · values.
#[inline]
pub(super) fn add_scaled(target: &mut [f32], scale: f32, values: &[f32]) {
    for (target, value) in target.iter_mut().zip(values) {
        *target += scale * value;
    }
}

/// Cholesky factor U (UᵀU = matrix) in place. A matrix that is not positive definite in f32 is kept solvable by raising
/// its pivot.
pub(super) fn factorise(matrix: &mut [f32], dims: usize) {
    wide(Factorise { matrix, dims });
}

struct Factorise<'a> {
    matrix: &'a mut [f32],
    dims: usize,
}

impl WithSimd for Factorise<'_> {
    type Output = ();

    /// A few rows of U at a time, because loading the matrix is what costs.
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Factorise { matrix, dims } = self;
        for first in (0..dims).step_by(TOGETHER) {
            let (done, below) = matrix.split_at_mut((first + TOGETHER).min(dims) * dims);
            let rows = &mut done[first * dims..];
            finish(rows, dims, first);
            for (line, at) in below.chunks_exact_mut(dims).zip(first + TOGETHER..) {
                take_away(simd, line, rows, at);
            }
        }
    }
}

/// Makes the first rows of what is left rows of U.
#[inline(always)]
fn finish(rows: &mut [f32], dims: usize, first: usize) {
    for at in 0..rows.len() / dims {
        let (done, line) = rows.split_at_mut(at * dims);
        let line = &mut line[..dims];
        for done in done.chunks_exact(dims) {
            add_scaled(&mut line[first + at..], -done[first + at], &done[first + at..]);
        }
        scale_by_pivot(line, first + at);
    }
}

/// line −= Σ row[at] · row, from the vector on that holds the diagonal.
#[inline(always)]
fn take_away<S: Simd>(simd: S, line: &mut [f32], rows: &[f32], at: usize) {
    let (dims, from) = (line.len(), at - at % S::F32_LANES);
    let mut rows = rows.chunks_exact(dims);
    let rows: [&[f32]; TOGETHER] = std::array::from_fn(|_| rows.next().unwrap_or_default());
    let by = rows.map(|row| row[at]);
    let [(a, a_tail), (b, b_tail), (c, c_tail), (d, d_tail)] = rows.map(|row| S::as_simd_f32s(&row[from..]));
    let [by_a, by_b, by_c, by_d] = by.map(|by| simd.splat_f32s(by));
    let (line, tail) = S::as_mut_simd_f32s(&mut line[from..]);
    for ((((line, a), b), c), d) in line.iter_mut().zip(a).zip(b).zip(c).zip(d) {
        let first = simd.add_f32s(simd.mul_f32s(by_a, *a), simd.mul_f32s(by_b, *b));
        let second = simd.add_f32s(simd.mul_f32s(by_c, *c), simd.mul_f32s(by_d, *d));
        *line = simd.sub_f32s(*line, simd.add_f32s(first, second));
    }
    for ((((value, a), b), c), d) in tail.iter_mut().zip(a_tail).zip(b_tail).zip(c_tail).zip(d_tail) {
        *value -= (by[0] * a + by[1] * b) + (by[2] * c + by[3] * d);
    }
}

#[inline(always)]
fn scale_by_pivot(line: &mut [f32], at: usize) {
    let pivot = line[at].max(f32::EPSILON).sqrt();
    line[at] = pivot;
    for value in &mut line[at + 1..] {
        *value /= pivot;
    }
}

/// Solves UᵀU x = rhs in place for a factor made by [`factorise`].
pub(super) fn substitute(factor: &[f32], dims: usize, rhs: &mut [f32]) {
    for row in 0..dims {
        let line = &factor[row * dims + row..(row + 1) * dims];
        let value = rhs[row] / line[0];
        rhs[row] = value;
        add_scaled(&mut rhs[row + 1..], -value, &line[1..]);
    }
    for row in (0..dims).rev() {
        let line = &factor[row * dims + row..(row + 1) * dims];
        rhs[row] = (rhs[row] - dot(&line[1..], &rhs[row + 1..])) / line[0];
    }
}

#[cfg(test)]
mod tests {
    use pulp::WithSimd;

    use super::{Factorise, dot, factorise, substitute};

    #[test]
    fn a_system_of_three_is_solved() {
        // (4 2 0; 2 5 1; 0 1 3) (1, -1, 2) = (2, -1, 5); the lower half is rubbish on purpose.
        let mut matrix = [4.0, 2.0, 0.0, 9.0, 5.0, 1.0, 9.0, 9.0, 3.0];
        let mut rhs = [2.0, -1.0, 5.0];
        factorise(&mut matrix, 3);
        substitute(&matrix, 3, &mut rhs);
        for (found, expected) in rhs.iter().zip([1.0, -1.0, 2.0]) {
            assert!((found - expected).abs() < 1e-5, "{rhs:?}");
        }
    }

    #[test]
    fn a_singular_matrix_gives_finite_numbers() {
        let mut matrix = vec![1.0; 9];
        factorise(&mut matrix, 3);
        let mut rhs = [1.0, 1.0, 1.0];
        substitute(&matrix, 3, &mut rhs);
        assert!(rhs.iter().all(|value| value.is_finite()));
        assert_eq!(dot(&[1.0; 9], &[2.0; 9]), 18.0);
    }

    #[test]
    fn vectors_of_this_machine_give_the_bits_of_none() {
        for dims in [1, 3, 7, 16, 18, 37, 64] {
            let value = |at: usize| 1.0 / ((at * 7919 % 101) as f32 + 0.3);
            let mut matrix: Vec<f32> = (0..dims * dims).map(value).collect();
            matrix.iter_mut().step_by(dims + 1).for_each(|diagonal| *diagonal += 40.0);
            let mut plain = matrix.clone();
            factorise(&mut matrix, dims);
            Factorise { matrix: &mut plain, dims }.with_simd(pulp::Scalar);
            let upper = |of: &[f32]| -> Vec<u32> {
                (0..dims * dims).filter(|at| at / dims <= at % dims).map(|at| of[at].to_bits()).collect()
            };
            assert_eq!(upper(&matrix), upper(&plain), "{dims}");
        }
    }
}
