//! Implicit alternating least squares: item factors from who chose what.
//!
//! Shoppers and items are solved in turn with the other side held still.
//! Shoppers are solved exactly as a device folds its profile in (same λ, same
//! weights), so that the items are fitted to the answers they will be asked
//! for. Deliberately gives no shopper factors out. Invariant: every row is
//! solved alone and sums over rows run in blocks of fixed size, so that the
//! number of threads changes nothing.

use ndarray::Array2;
use rayon::prelude::*;

use crate::progress::Stage;

use super::factors::ItemFactors;
use super::matrix::Matrix;
use super::normal::{add_outer, add_scaled, dot, factorise, substitute};
use super::params::FactorParams;

/// Rows per partial sum of a Gram matrix.
const BLOCK: usize = 2048;
/// Rows shorter than `dims` divided by this are solved through their own small system.
const SHORT: usize = 2;
/// Smaller values are nothing; products of them would be denormal numbers, a hundred times slower to score.
const NOTHING: f32 = 1e-15;

/// One side held still while the other is solved.
struct Still<'a> {
    factors: &'a Array2<f32>,
    /// α₀ · FᵀF, upper half.
    gram: Vec<f32>,
}

/// Factors of the items of `rows` (shoppers × items), or `None` when there is too little to learn from.
pub(super) fn factorise_items(rows: &Matrix, params: &FactorParams, stage: &Stage) -> Option<ItemFactors> {
    let holders = rows.transposed();
    let known = |matrix: &Matrix| (0..matrix.rows()).filter(|&row| !matrix.row(row).is_empty()).count();
    let (shoppers, items) = (known(rows), known(&holders));
    if rows.entries() < params.minimum || items < params.dims {
        return None;
    }
    let ridge = |filled: usize| params.ridge * (rows.entries() as f32 / filled.max(1) as f32);
    let (shopper_ridge, item_ridge) = (ridge(shoppers), ridge(items));
    let mut values = start(&holders, params.dims);
    let mut people = Array2::zeros((rows.rows(), params.dims));
    for _ in 0..params.rounds {
        solve(rows, &still(&values, params.alpha0), shopper_ridge, &mut people);
        solve(&holders, &still(&people, params.alpha0), item_ridge, &mut values);
        stage.advance(1);
    }
    let gram = mirrored(&still(&values, params.alpha0).gram, params.dims);
    Some(ItemFactors { values, gram, ridge: shopper_ridge, confidence: 1.0 })
}

/// Small values that depend on nothing but the item's number.
fn start(holders: &Matrix, dims: usize) -> Array2<f32> {
    let reach = 0.1 * (3.0 / dims as f32).sqrt();
    Array2::from_shape_fn((holders.rows(), dims), |(item, at)| {
        if holders.row(item).is_empty() {
            return 0.0;
        }
        let bits = mixed((item * dims + at) as u64) >> 40;
        (bits as f32 / (1u64 << 23) as f32 - 1.0) * reach
    })
}

/// One step of splitmix64: neighbouring numbers give unrelated bits.
fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn row_of(factors: &Array2<f32>, row: usize) -> &[f32] {
    let dims = factors.ncols();
    let values = factors.as_slice().expect("factors are stored row by row");
    &values[row * dims..(row + 1) * dims]
}

/// All rows at once, each to be solved alone.
fn by_row(factors: &mut Array2<f32>) -> impl IndexedParallelIterator<Item = &mut [f32]> {
    let dims = factors.ncols();
    factors.as_slice_mut().expect("factors are stored row by row").par_chunks_exact_mut(dims)
}

fn still(factors: &Array2<f32>, alpha0: f32) -> Still<'_> {
    let (rows, dims) = factors.dim();
    let parts: Vec<Vec<f32>> = (0..rows.div_ceil(BLOCK))
        .into_par_iter()
        .map(|block| {
            let mut part = vec![0.0; dims * dims];
            let rows = block * BLOCK..rows.min((block + 1) * BLOCK);
            add_outer(&mut part, dims, rows.map(|row| (alpha0, row_of(factors, row))));
            part
        })
        .collect();
    let mut gram = vec![0.0; dims * dims];
    for part in &parts {
        add_scaled(&mut gram, 1.0, part);
    }
    Still { factors, gram }
}

fn mirrored(upper: &[f32], dims: usize) -> Array2<f32> {
    Array2::from_shape_fn((dims, dims), |(a, b)| upper[a.min(b) * dims + a.max(b)])
}

fn with_ridge(gram: &[f32], dims: usize, ridge: f32, matrix: &mut Vec<f32>) {
    matrix.clear();
    matrix.extend_from_slice(gram);
    for at in 0..dims {
        matrix[at * dims + at] += ridge;
    }
}

/// Solves every row of one side. All rows share one λ, so a short row needs only a system as wide as itself:
/// (B + FᵀWF)⁻¹FᵀW·1 = B⁻¹Fᵀ(W⁻¹ + FB⁻¹Fᵀ)⁻¹·1, with B⁻¹Fᵀ made once for the whole still side.
fn solve(rows: &Matrix, still: &Still<'_>, ridge: f32, out: &mut Array2<f32>) {
    let dims = still.factors.ncols();
    let mut base = Vec::new();
    with_ridge(&still.gram, dims, ridge, &mut base);
    factorise(&mut base, dims);
    let mut carried = still.factors.clone();
    by_row(&mut carried).for_each(|row| substitute(&base, dims, row));
    by_row(out).enumerate().for_each_init(Vec::new, |matrix, (row, x)| {
        x.fill(0.0);
        match rows.row(row).len() {
            0 => return,
            length if length * SHORT < dims => solve_short(rows, row, still.factors, &carried, matrix, x),
            _ => solve_long(rows, row, still, ridge, matrix, x),
        }
        for value in x.iter_mut().filter(|value| value.abs() < NOTHING) {
            *value = 0.0;
        }
    });
}

/// Solves one row with a system as wide as the factors.
fn solve_long(
    rows: &Matrix,
    row: usize,
    still: &Still<'_>,
    ridge: f32,
    matrix: &mut Vec<f32>,
    x: &mut [f32],
) {
    let dims = still.factors.ncols();
    let entries = || {
        let pairs = rows.row(row).iter().zip(rows.weights(row));
        pairs.map(|(&column, &weight)| (weight, row_of(still.factors, column as usize)))
    };
    with_ridge(&still.gram, dims, ridge, matrix);
    add_outer(matrix, dims, entries());
    for (weight, y) in entries() {
        add_scaled(x, weight, y);
    }
    factorise(matrix, dims);
    substitute(matrix, dims, x);
}

/// Solves one row with a system as wide as the row; `carried` holds B⁻¹y of every column.
fn solve_short(
    rows: &Matrix,
    row: usize,
    factors: &Array2<f32>,
    carried: &Array2<f32>,
    matrix: &mut Vec<f32>,
    x: &mut [f32],
) {
    let (columns, weights) = (rows.row(row), rows.weights(row));
    let width = columns.len();
    matrix.clear();
    matrix.resize(width * width, 0.0);
    for (at, &column) in columns.iter().enumerate() {
        for (other, &with) in columns.iter().enumerate().skip(at) {
            matrix[at * width + other] =
                dot(row_of(carried, column as usize), row_of(factors, with as usize));
        }
        matrix[at * width + at] += 1.0 / weights[at];
    }
    let mut shares = vec![1.0; width];
    factorise(matrix, width);
    substitute(matrix, width, &mut shares);
    for (&column, share) in columns.iter().zip(shares) {
        add_scaled(x, share, row_of(carried, column as usize));
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use crate::interaction::Interactions;
    use crate::progress::Progress;
    use crate::train::matrix::histories;
    use crate::train::params::FactorParams;

    use super::{factorise_items, row_of, solve, still};

    /// Every third shopper has a history longer than half the factors, so both ways of solving are compared.
    #[test]
    fn a_folded_in_profile_is_the_trained_shopper() {
        let mut interactions = Interactions { groups: 90, shoppers: 90, ..Interactions::default() };
        for shopper in 0..90u32 {
            for n in 0..if shopper.is_multiple_of(3) { 12 } else { 4 } {
                interactions.group.push(shopper);
                interactions.shopper.push(shopper);
                interactions.item.push((shopper % 3) * 10 + (shopper * 5 + n * 3) % 14);
                interactions.time.push(0);
                interactions.strength.push(1.0 + (n % 2) as f32);
                interactions.positive.push(true);
            }
        }
        let rows = histories(&interactions, 34, 100);
        let params = FactorParams { dims: 16, rounds: 5, alpha0: 0.3, ridge: 0.05, minimum: 1 };
        let stage = Progress::Silent.stage("picks", 5, "rounds");
        let factors = factorise_items(&rows, &params, &stage).expect("34 items for 16 dimensions");
        let mut people = Array2::zeros((rows.rows(), 16));
        solve(&rows, &still(&factors.values, params.alpha0), factors.ridge, &mut people);
        for shopper in 0..90 {
            let profile: Vec<(u32, f32)> =
                rows.row(shopper).iter().copied().zip(rows.weights(shopper).iter().copied()).collect();
            let folded = factors.fold_in(&profile);
            let order = |x: &[f32]| {
                let mut order: Vec<u32> = (0..34).collect();
                order.sort_by(|&a, &b| factors.score(b, x).total_cmp(&factors.score(a, x)));
                order.truncate(5);
                order
            };
            assert_eq!(order(&folded), order(row_of(&people, shopper)), "shopper {shopper}");
            for (one, other) in folded.iter().zip(row_of(&people, shopper)) {
                assert!((one - other).abs() < 1e-3, "shopper {shopper}: {one} and {other}");
            }
        }
    }
}
