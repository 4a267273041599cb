//! Small symmetric positive definite systems: the inner loop of the factors.
//!
//! Deliberately plain loops over slices in a fixed order of operations, without
//! a tuned kernel that picks instructions by processor: the same sums come out
//! on every machine. Invariant: matrices are square, row by row, and only their
//! upper half is read.

/// Sums run in this many lanes, so that the compiler can use vectors without changing the order.
const LANES: usize = 8;

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
pub(super) fn add_scaled(target: &mut [f32], scale: f32, values: &[f32]) {
    for (target, value) in target.iter_mut().zip(values) {
        *target += scale * value;
    }
}

/// The upper half of matrix += Σ weight · y yᵀ; four at a time, because loading the matrix is what costs.
pub(super) fn add_outer<'a>(matrix: &mut [f32], dims: usize, rows: impl Iterator<Item = (f32, &'a [f32])>) {
    let mut rows = rows.fuse();
    while let Some(first) = rows.next() {
        match (rows.next(), rows.next(), rows.next()) {
            (Some(second), Some(third), Some(fourth)) => {
                add_four(matrix, dims, [first, second, third, fourth])
            }
            rest => {
                for (weight, y) in [Some(first), rest.0, rest.1, rest.2].into_iter().flatten() {
                    for at in 0..dims {
                        let from = whole(at);
                        add_scaled(
                            &mut matrix[at * dims + from..(at + 1) * dims],
                            weight * y[at],
                            &y[from..],
                        );
                    }
                }
            }
        }
    }
}

/// Where the vector that holds this place starts; what lies before the diagonal is never read.
fn whole(at: usize) -> usize {
    at - at % LANES
}

fn add_four(matrix: &mut [f32], dims: usize, rows: [(f32, &[f32]); 4]) {
    let [(wa, a), (wb, b), (wc, c), (wd, d)] = rows;
    for at in 0..dims {
        let (sa, sb, sc, sd) = (wa * a[at], wb * b[at], wc * c[at], wd * d[at]);
        let from = whole(at);
        let target = &mut matrix[at * dims + from..(at + 1) * dims];
        let width = target.len();
        let (a, b, c, d) =
            (&a[from..][..width], &b[from..][..width], &c[from..][..width], &d[from..][..width]);
        for other in 0..width {
            target[other] += (sa * a[other] + sb * b[other]) + (sc * c[other] + sd * d[other]);
        }
    }
}

/// Cholesky factor U (UᵀU = matrix) in place, two rows of U at a time. A matrix that is not positive definite
/// in f32 is kept solvable by raising its pivot.
pub(super) fn factorise(matrix: &mut [f32], dims: usize) {
    for row in (0..dims).step_by(2) {
        let (done, rest) = matrix.split_at_mut((row + 1).min(dims) * dims);
        let first = &mut done[row * dims..];
        scale_by_pivot(first, row);
        if row + 1 == dims {
            return;
        }
        let (second, below) = rest.split_at_mut(dims);
        add_scaled(&mut second[row + 1..], -first[row + 1], &first[row + 1..]);
        scale_by_pivot(second, row + 1);
        for (line, at) in below.chunks_exact_mut(dims).zip(row + 2..) {
            let from = whole(at);
            let (one, two) = (first[at], second[at]);
            let (first, second) = (&first[from..], &second[from..]);
            for ((value, a), b) in line[from..].iter_mut().zip(first).zip(second) {
                *value -= one * a + two * b;
            }
        }
    }
}

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
    use super::{add_outer, dot, factorise, substitute};

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
    fn outer_products_add_up_for_every_remainder() {
        for count in 0..10usize {
            let rows: Vec<(f32, Vec<f32>)> = (0..count)
                .map(|n| (1.0 + n as f32, (0..11).map(|k| ((n * 7 + k * 3) % 5) as f32).collect()))
                .collect();
            let mut matrix = vec![0.0; 121];
            add_outer(&mut matrix, 11, rows.iter().map(|(weight, y)| (*weight, y.as_slice())));
            for a in 0..11 {
                for b in a..11 {
                    let expected: f32 = rows.iter().map(|(weight, y)| weight * y[a] * y[b]).sum();
                    assert_eq!(matrix[a * 11 + b], expected, "{count} rows at {a}, {b}");
                }
            }
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
}
