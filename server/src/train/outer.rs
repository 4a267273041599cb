//! Sums of outer products: where training spends most of its time.
//!
//! Rows are laid out first, a block at a time, each as wide as a whole number of tiles; then every row is read once per
//! tile of the sum, whose values a processor holds in its registers, and the sum is written once per block. Deliberately plain additions in a
//! fixed order, never fused with the multiplication: the same bits come out on every machine, whatever its vectors.
//! Invariant: only tiles that reach the upper half of the matrix are touched.

use pulp::{Simd, WithSimd};

use super::wide::wide;

/// Lines of a tile.
const LINES: usize = 4;
/// Columns of a tile: a whole number of vectors on every machine.
const ACROSS: usize = 16;
/// Rows that are laid out at once: few enough to stay close to the processor.
const BLOCK: usize = 128;

/// A part of the sum that is small enough to stay in registers.
type Tile = [[f32; ACROSS]; LINES];
/// What one row brings to a tile.
type Row<'a> = (&'a [f32; LINES], &'a [f32; ACROSS]);

/// Room for one block of rows, each filled up with zeros to a whole number of tiles.
#[derive(Debug, Default)]
pub(super) struct Laid {
    /// What stands for the lines of the sum: weighted.
    weighted: Vec<f32>,
    /// What stands for its columns: as it is.
    plain: Vec<f32>,
}

/// The upper half of matrix += Σ weight · y yᵀ.
pub(super) fn add_outer<'a>(
    matrix: &mut [f32],
    dims: usize,
    mut rows: impl Iterator<Item = (f32, &'a [f32])>,
    laid: &mut Laid,
) {
    loop {
        let length = laid.lay_out(dims, &mut rows);
        wide(AddBlock { matrix, dims, laid });
        if length < BLOCK {
            return;
        }
    }
}

impl Laid {
    /// Takes the next rows, as many as a block holds; says how many came.
    fn lay_out<'a>(&mut self, dims: usize, rows: &mut impl Iterator<Item = (f32, &'a [f32])>) -> usize {
        let width = dims.next_multiple_of(ACROSS);
        self.weighted.clear();
        self.plain.clear();
        let mut length = 0;
        for (weight, y) in rows.take(BLOCK) {
            length += 1;
            self.weighted.extend(y.iter().map(|value| weight * value));
            self.weighted.resize(length * width, 0.0);
            self.plain.extend_from_slice(y);
            self.plain.resize(length * width, 0.0);
        }
        length
    }
}

/// Adds one block of rows to the matrix.
struct AddBlock<'a> {
    matrix: &'a mut [f32],
    dims: usize,
    laid: &'a Laid,
}

impl WithSimd for AddBlock<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let AddBlock { matrix, dims, laid } = self;
        let (lines, _) = laid.weighted.as_chunks::<LINES>();
        let (columns, _) = laid.plain.as_chunks::<ACROSS>();
        let across = dims.div_ceil(ACROSS);
        let mut sums = Tile::default();
        for line in 0..dims.div_ceil(LINES) {
            let lines = lines.iter().skip(line).step_by(across * (ACROSS / LINES));
            for column in line * LINES / ACROSS..across {
                let columns = columns.iter().skip(column).step_by(across);
                sum_up(simd, lines.clone().zip(columns), &mut sums);
                let from = column * ACROSS;
                for (row, sums) in matrix.chunks_exact_mut(dims).skip(line * LINES).zip(&sums) {
                    row[from..].iter_mut().zip(sums).for_each(|(value, sum)| *value += sum);
                }
            }
        }
    }
}

/// The sum of one tile, whatever width the vectors have.
#[inline(always)]
fn sum_up<'a, S: Simd>(simd: S, rows: impl Iterator<Item = Row<'a>>, sums: &mut Tile) {
    match ACROSS / S::F32_LANES {
        1 => sum_vectors::<S, 1>(simd, rows, sums),
        2 => sum_vectors::<S, 2>(simd, rows, sums),
        4 => sum_vectors::<S, 4>(simd, rows, sums),
        _ => sum_values(rows, sums),
    }
}

/// `VECTORS` of them make a tile's columns.
#[inline(always)]
fn sum_vectors<'a, S: Simd, const VECTORS: usize>(
    simd: S,
    rows: impl Iterator<Item = Row<'a>>,
    sums: &mut Tile,
) {
    let mut held = [[simd.splat_f32s(0.0); VECTORS]; LINES];
    for (lines, columns) in rows {
        let columns = S::as_simd_f32s(columns).0;
        for at in 0..LINES {
            let value = simd.splat_f32s(lines[at]);
            for (held, column) in held[at].iter_mut().zip(columns) {
                *held = simd.add_f32s(*held, simd.mul_f32s(value, *column));
            }
        }
    }
    for (sums, held) in sums.iter_mut().zip(held) {
        S::as_mut_simd_f32s(sums).0.copy_from_slice(&held);
    }
}

/// Without vectors.
#[inline(always)]
fn sum_values<'a>(rows: impl Iterator<Item = Row<'a>>, sums: &mut Tile) {
    *sums = Tile::default();
    for (lines, columns) in rows {
        for (sums, value) in sums.iter_mut().zip(lines) {
            sums.iter_mut().zip(columns).for_each(|(sum, column)| *sum += value * column);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ACROSS, BLOCK, LINES, Laid, Tile, add_outer, sum_up, sum_values};
    use crate::train::wide::wide;

    #[test]
    fn outer_products_add_up_for_every_remainder() {
        let mut laid = Laid::default();
        for (count, dims) in [(0, 11), (1, 1), (5, 11), (9, 16), (33, 21), (BLOCK, 5), (2 * BLOCK + 3, 18)] {
            let rows: Vec<(f32, Vec<f32>)> = (0..count)
                .map(|n| (1.0 + (n % 3) as f32, (0..dims).map(|k| ((n * 7 + k * 3) % 5) as f32).collect()))
                .collect();
            let mut matrix = vec![0.0; dims * dims];
            add_outer(&mut matrix, dims, rows.iter().map(|(weight, y)| (*weight, &y[..])), &mut laid);
            for a in 0..dims {
                for b in a..dims {
                    let expected: f32 = rows.iter().map(|(weight, y)| weight * y[a] * y[b]).sum();
                    assert_eq!(matrix[a * dims + b], expected, "{count} rows of {dims} at {a}, {b}");
                }
            }
        }
    }

    struct SumUp<'a>(&'a [[f32; LINES]], &'a [[f32; ACROSS]]);

    impl pulp::WithSimd for SumUp<'_> {
        type Output = Tile;

        fn with_simd<S: pulp::Simd>(self, simd: S) -> Tile {
            let mut sums = Tile::default();
            sum_up(simd, self.0.iter().zip(self.1), &mut sums);
            sums
        }
    }

    #[test]
    fn vectors_of_any_width_give_the_same_bits() {
        let uneven = |n: usize| 1.0 / (n as f32 + 0.3);
        let lines: Vec<[f32; LINES]> = (0..99).map(|n| std::array::from_fn(|at| uneven(n + at))).collect();
        let columns: Vec<[f32; ACROSS]> =
            (0..99).map(|n| std::array::from_fn(|at| uneven(3 * n + at))).collect();
        let mut plain = Tile::default();
        sum_values(lines.iter().zip(&columns), &mut plain);
        assert_eq!(wide(SumUp(&lines, &columns)), plain);
    }
}
