//! Implicit alternating least squares: item factors from who chose what.
//!
//! Shoppers and items are solved in turn with the other side held still.
//! Shoppers are solved exactly as a device folds its profile in (same λ, same
//! weights), so that the items are fitted to the answers they will be asked
//! for. What a shopper refused counts as a confident "no": preference 0 with the
//! weight of its Strength where that is above α₀, the weight of everything that
//! was not chosen. Deliberately gives no shopper factors out. Invariant: every
//! row is solved alone and sums over rows run in blocks of fixed size, so that
//! the number of threads changes nothing.

use ndarray::Array2;
use rayon::prelude::*;

use crate::chance::mixed;
use crate::progress::Stage;

use super::factors::ItemFactors;
use super::matrix::{Histories, Matrix};
use super::normal::{add_scaled, dot, factorise, substitute};
use super::outer::{Laid, add_outer};
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

/// The rows to be solved: what is wanted, and what is not.
struct Rows<'a> {
    chosen: &'a Matrix,
    /// Weights on top of α₀, which the Gram matrix holds already.
    refused: &'a Matrix,
}

/// Working memory of one thread.
#[derive(Debug, Default)]
struct Room {
    matrix: Vec<f32>,
    laid: Laid,
}

impl Rows<'_> {
    /// Column, weight and preference of every entry of a row.
    fn entries(&self, row: usize) -> impl Iterator<Item = (usize, f32, f32)> {
        wanted(self.chosen, row, 1.0).chain(wanted(self.refused, row, 0.0))
    }

    /// How many entries a row has; none when it chose nothing, for then its factor is zero whatever it refused.
    fn length(&self, row: usize) -> usize {
        match self.chosen.row(row).len() {
            0 => 0,
            chosen => chosen + self.refused.row(row).len(),
        }
    }
}

/// Column, weight and preference of every entry of a row of one matrix.
fn wanted(matrix: &Matrix, row: usize, preference: f32) -> impl Iterator<Item = (usize, f32, f32)> {
    let pairs = matrix.row(row).iter().zip(matrix.weights(row));
    pairs.map(move |(&column, &weight)| (column as usize, weight, preference))
}

/// Factors of the items of `rows` (shoppers × items), or `None` when there is too little to learn from.
pub(super) fn factorise_items(rows: &Histories, params: &FactorParams, stage: &Stage) -> Option<ItemFactors> {
    let chosen = &rows.chosen;
    let holders = chosen.transposed();
    let known = |matrix: &Matrix| (0..matrix.rows()).filter(|&row| !matrix.row(row).is_empty()).count();
    let (shoppers, items) = (known(chosen), known(&holders));
    if chosen.entries() < params.minimum || items < params.dims {
        return None;
    }
    let refused = rows.refused.above(params.alpha0);
    let refusers = refused.transposed();
    let by_shopper = Rows { chosen, refused: &refused };
    let by_item = Rows { chosen: &holders, refused: &refusers };
    let ridge = |filled: usize| params.ridge * (chosen.entries() as f32 / filled.max(1) as f32);
    let (shopper_ridge, item_ridge) = (ridge(shoppers), ridge(items));
    let mut values = start(&holders, params.dims);
    let mut people = Array2::zeros((chosen.rows(), params.dims));
    for _ in 0..params.rounds {
        solve(&by_shopper, &still(&values, params.alpha0), shopper_ridge, &mut people);
        solve(&by_item, &still(&people, params.alpha0), item_ridge, &mut values);
        stage.advance(1);
    }
    let gram = mirrored(&still(&values, params.alpha0).gram, params.dims);
    Some(ItemFactors { values, gram, ridge: shopper_ridge, confidence: 1.0, step: params.step })
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
            let rows = rows.map(|row| (alpha0, row_of(factors, row)));
            add_outer(&mut part, dims, rows, &mut Laid::default());
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
/// (B + FᵀWF)⁻¹FᵀW·p = B⁻¹Fᵀ(W⁻¹ + FB⁻¹Fᵀ)⁻¹·p, with B⁻¹Fᵀ made once for the whole still side.
fn solve(rows: &Rows<'_>, still: &Still<'_>, ridge: f32, out: &mut Array2<f32>) {
    let dims = still.factors.ncols();
    let mut base = Vec::new();
    with_ridge(&still.gram, dims, ridge, &mut base);
    factorise(&mut base, dims);
    let mut carried = still.factors.clone();
    by_row(&mut carried).for_each(|row| substitute(&base, dims, row));
    by_row(out).enumerate().for_each_init(Room::default, |room, (row, x)| {
        x.fill(0.0);
        match rows.length(row) {
            0 => return,
            length if length * SHORT < dims => {
                solve_short(rows, row, still.factors, &carried, &mut room.matrix, x);
            }
            _ => solve_long(rows, row, still, ridge, room, x),
        }
        for value in x.iter_mut().filter(|value| value.abs() < NOTHING) {
            *value = 0.0;
        }
    });
}

/// Solves one row with a system as wide as the factors.
fn solve_long(
    rows: &Rows<'_>,
    row: usize,
    still: &Still<'_>,
    ridge: f32,
    Room { matrix, laid }: &mut Room,
    x: &mut [f32],
) {
    let dims = still.factors.ncols();
    let weighted = |(column, weight, _)| (weight, row_of(still.factors, column));
    with_ridge(&still.gram, dims, ridge, matrix);
    add_outer(matrix, dims, rows.entries(row).map(weighted), laid);
    for (column, weight, preference) in rows.entries(row).filter(|entry| entry.2 > 0.0) {
        add_scaled(x, weight * preference, row_of(still.factors, column));
    }
    factorise(matrix, dims);
    substitute(matrix, dims, x);
}

/// Solves one row with a system as wide as the row; `carried` holds B⁻¹y of every column.
fn solve_short(
    rows: &Rows<'_>,
    row: usize,
    factors: &Array2<f32>,
    carried: &Array2<f32>,
    matrix: &mut Vec<f32>,
    x: &mut [f32],
) {
    let width = rows.length(row);
    matrix.clear();
    matrix.resize(width * width, 0.0);
    let mut shares = Vec::with_capacity(width);
    for (at, (column, weight, preference)) in rows.entries(row).enumerate() {
        for (other, (with, ..)) in rows.entries(row).enumerate().skip(at) {
            matrix[at * width + other] = dot(row_of(carried, column), row_of(factors, with));
        }
        matrix[at * width + at] += 1.0 / weight;
        shares.push(preference);
    }
    factorise(matrix, width);
    substitute(matrix, width, &mut shares);
    for ((column, ..), share) in rows.entries(row).zip(shares) {
        add_scaled(x, share, row_of(carried, column));
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;
    use rayon::prelude::*;

    use crate::interaction::Interactions;
    use crate::progress::Progress;
    use crate::train::matrix::{Histories, histories};
    use crate::train::params::FactorParams;

    use super::{
        Room, Rows, by_row, factorise, factorise_items, row_of, solve, solve_long, solve_short, still,
        substitute, with_ridge,
    };

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
        let params = FactorParams { dims: 16, rounds: 5, alpha0: 0.3, ridge: 0.05, step: 1.0, minimum: 1 };
        let stage = Progress::Silent.stage("picks", 5, "rounds");
        let factors = factorise_items(&rows, &params, &stage).expect("34 items for 16 dimensions");
        let mut people = Array2::zeros((rows.chosen.rows(), 16));
        let by_shopper = Rows { chosen: &rows.chosen, refused: &rows.refused };
        solve(&by_shopper, &still(&factors.values, params.alpha0), factors.ridge, &mut people);
        let rows = rows.chosen;
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

    /// One shopper who chose item 0 and refused item 1, with these strengths.
    fn one_shopper(refusal: f32) -> Histories {
        let interactions = Interactions {
            group: vec![0, 0],
            item: vec![0, 1],
            shopper: vec![0, 0],
            time: vec![0, 0],
            strength: vec![1.0, refusal],
            positive: vec![true, false],
            groups: 1,
            shoppers: 1,
            ..Interactions::default()
        };
        histories(&interactions, 2, 10)
    }

    /// y = (1, 2), α₀ = 0.3, λ = 0.5: (0.3·(1 + 4) + 0.5 + 1·1 + extra·4)·x = 1.
    #[test]
    fn a_refusal_weighs_as_much_as_its_strength() {
        let values = Array2::from_shape_vec((2, 1), vec![1.0, 2.0]).expect("two values");
        let cases = [(1.0, 1.0 / (3.0 + 0.7 * 4.0)), (5.0, 1.0 / (3.0 + 4.7 * 4.0)), (0.2, 1.0 / 3.0)];
        for (strength, expected) in cases {
            let rows = one_shopper(strength);
            let refused = rows.refused.above(0.3);
            let rows = Rows { chosen: &rows.chosen, refused: &refused };
            let mut people = Array2::zeros((1, 1));
            solve(&rows, &still(&values, 0.3), 0.5, &mut people);
            assert!((people[[0, 0]] - expected).abs() < 1e-6, "{strength}: {people} is not {expected}");
        }
    }

    #[test]
    fn both_ways_of_solving_agree_about_refusals() {
        let values = Array2::from_shape_fn((2, 8), |(item, at)| ((item * 3 + at * 5) % 7) as f32 - 2.5);
        let rows = one_shopper(2.0);
        let refused = rows.refused.above(0.3);
        let rows = Rows { chosen: &rows.chosen, refused: &refused };
        let still = still(&values, 0.3);
        let mut base = Vec::new();
        with_ridge(&still.gram, 8, 0.5, &mut base);
        factorise(&mut base, 8);
        let mut carried = values.clone();
        by_row(&mut carried).for_each(|row| substitute(&base, 8, row));
        let (mut short, mut long) = (vec![0.0; 8], vec![0.0; 8]);
        solve_short(&rows, 0, &values, &carried, &mut Vec::new(), &mut short);
        solve_long(&rows, 0, &still, 0.5, &mut Room::default(), &mut long);
        assert!(long.iter().any(|value| value.abs() > 0.01), "{long:?}");
        for (one, other) in short.iter().zip(&long) {
            assert!((one - other).abs() < 1e-5, "{short:?} is not {long:?}");
        }
    }
}
