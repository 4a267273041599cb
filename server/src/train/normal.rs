//! Small symmetric positive definite systems: the inner loop of the factors.
//!
//! Deliberately plain loops over slices in a fixed order of operations, without
//! a tuned kernel that picks instructions by processor: the same sums come out
//! on every machine. Invariant: matrices are square, row by row, and only their
//! lower half is read or written.

/// Sums run in this many lanes, so that the compiler can use vectors without changing the order.
const LANES: usize = 8;

/// Inner product in a fixed order.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0f32; LANES];
    let (a_chunks, b_chunks) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let tail: f32 = a_chunks.remainder().iter().zip(b_chunks.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_chunks.zip(b_chunks) {
        for lane in 0..LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    lanes.iter().sum::<f32>() + tail
}

/// target += scale · values.
pub(super) fn add_scaled(target: &mut [f32], scale: f32, values: &[f32]) {
    for (target, value) in target.iter_mut().zip(values) {
        *target += scale * value;
    }
}

/// The lower half of matrix += Σ weight · y yᵀ; four at a time, because loading the matrix is what costs.
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
                        add_scaled(&mut matrix[at * dims..at * dims + at + 1], weight * y[at], y);
                    }
                }
            }
        }
    }
}

fn add_four(matrix: &mut [f32], dims: usize, rows: [(f32, &[f32]); 4]) {
    let [(wa, a), (wb, b), (wc, c), (wd, d)] = rows;
    for at in 0..dims {
        let (sa, sb, sc, sd) = (wa * a[at], wb * b[at], wc * c[at], wd * d[at]);
        // Whole vectors: the few values past the diagonal are never read.
        let end = (at + 1).next_multiple_of(LANES).min(dims);
        let target = &mut matrix[at * dims..at * dims + end];
        let (a, b, c, d) = (&a[..end], &b[..end], &c[..end], &d[..end]);
        for other in 0..end {
            target[other] += (sa * a[other] + sb * b[other]) + (sc * c[other] + sd * d[other]);
        }
    }
}

/// Cholesky factor in place; a matrix that is not positive definite in f32 is kept solvable by its last pivot.
pub(super) fn factorise(matrix: &mut [f32], dims: usize) {
    for row in 0..dims {
        for column in 0..row {
            let (above, below) = matrix.split_at_mut(row * dims);
            let sum = dot(&below[..column], &above[column * dims..column * dims + column]);
            below[column] = (below[column] - sum) / above[column * dims + column];
        }
        let line = &mut matrix[row * dims..row * dims + row + 1];
        let left = line[row] - dot(&line[..row], &line[..row]);
        line[row] = left.max(f32::EPSILON * line[row].abs()).max(f32::MIN_POSITIVE).sqrt();
    }
}

/// Solves L Lᵀ x = rhs in place for a factor made by [`factorise`].
pub(super) fn substitute(factor: &[f32], dims: usize, rhs: &mut [f32]) {
    for row in 0..dims {
        let line = &factor[row * dims..row * dims + row + 1];
        rhs[row] = (rhs[row] - dot(&line[..row], &rhs[..row])) / line[row];
    }
    for row in (0..dims).rev() {
        let line = &factor[row * dims..row * dims + row + 1];
        rhs[row] /= line[row];
        let value = rhs[row];
        add_scaled(&mut rhs[..row], -value, line);
    }
}

#[cfg(test)]
mod tests {
    use super::{add_outer, dot, factorise, substitute};

    #[test]
    fn a_system_of_three_is_solved() {
        // (4 2 0; 2 5 1; 0 1 3) (1, -1, 2) = (2, -1, 5); the upper half is rubbish on purpose.
        let mut matrix = [4.0, 9.0, 9.0, 2.0, 5.0, 9.0, 0.0, 1.0, 3.0];
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
                for b in 0..=a {
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
