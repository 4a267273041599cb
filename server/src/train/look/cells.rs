//! Looks put into cells of near ones, so that a large catalogue need not be compared with itself in full.
//!
//! The middles of the cells start as looks spread evenly over the catalogue and move to the mean of what is nearest.
//! Deliberately no random start. Invariant: every look is in exactly one cell, and which one does not depend on the
//! number of threads.

use std::ops::Range;

use rayon::prelude::*;

use super::vector::{add_scaled, dot, unit};

/// Moves of the middles.
const MOVES: usize = 5;
/// So many looks per cell are enough to find its middle.
const SAMPLE: usize = 20;

/// Looks of one cell, and where the looks are that they are compared with. Ranges are of places in the order of cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) members: Range<usize>,
    pub(super) near: Vec<Range<usize>>,
}

/// Puts `count` vectors of equal length into cells, twice as many as the root of `count`. Returns the vectors in the
/// order of their cells, and the cells; each has near cells with at least `wanted` vectors in all, itself first.
pub(super) fn cells<'a>(
    count: usize,
    wanted: usize,
    vector: impl Fn(usize) -> &'a [f32] + Sync,
) -> (Vec<u32>, Vec<Cell>) {
    let middles = middles(count, &vector);
    let homes: Vec<usize> = (0..count).into_par_iter().map(|at| home(&middles, vector(at))).collect();
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by_key(|at| homes[*at as usize]);
    let mut members = vec![0..0; middles.len()];
    let mut from = 0;
    for cell in order.chunk_by(|a, b| homes[*a as usize] == homes[*b as usize]) {
        members[homes[cell[0] as usize]] = from..from + cell.len();
        from += cell.len();
    }
    let held: Vec<usize> = (0..middles.len()).filter(|cell| !members[*cell].is_empty()).collect();
    let cell = |&cell: &usize| Cell {
        members: members[cell].clone(),
        near: near(cell, &held, &middles, &members, wanted),
    };
    let cells = held.par_iter().map(cell).collect();
    (order, cells)
}

/// The middles of all cells.
fn middles<'a>(count: usize, vector: &(impl Fn(usize) -> &'a [f32] + Sync)) -> Vec<Vec<f32>> {
    let cells = (((count as f64).sqrt() * 2.0) as usize).max(1);
    let evenly = |wanted: usize| (0..wanted).map(move |at| at * count / wanted.max(1));
    let mut middles: Vec<Vec<f32>> = evenly(cells).map(|at| vector(at).to_vec()).collect();
    let sample: Vec<usize> = evenly(count.min(cells * SAMPLE)).collect();
    for _ in 0..MOVES {
        let homes: Vec<usize> = sample.par_iter().map(|at| home(&middles, vector(*at))).collect();
        let mut sums = vec![vec![0.0; middles[0].len()]; middles.len()];
        let mut held = vec![false; middles.len()];
        for (&at, &home) in sample.iter().zip(&homes) {
            add_scaled(&mut sums[home], 1.0, vector(at));
            held[home] = true;
        }
        let moved = middles.into_iter().zip(sums).zip(held);
        middles = moved.map(|((middle, sum), held)| if held { unit(sum) } else { middle }).collect();
    }
    middles
}

/// Where the members of the nearest cells are; ties go to the lower number.
fn near(
    cell: usize,
    held: &[usize],
    middles: &[Vec<f32>],
    members: &[Range<usize>],
    wanted: usize,
) -> Vec<Range<usize>> {
    let mut others: Vec<(f32, usize)> = held
        .iter()
        .map(|&other| {
            (if other == cell { f32::INFINITY } else { dot(&middles[cell], &middles[other]) }, other)
        })
        .collect();
    others.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut found = 0;
    let mut more = |(_, other): &(f32, usize)| {
        let go_on = found < wanted;
        found += members[*other].len();
        go_on
    };
    others.iter().take_while(|other| more(other)).map(|(_, other)| members[*other].clone()).collect()
}

/// The nearest middle; ties go to the lower number.
fn home(middles: &[Vec<f32>], vector: &[f32]) -> usize {
    let mut best = (f32::NEG_INFINITY, 0);
    for (cell, middle) in middles.iter().enumerate() {
        let near = dot(middle, vector);
        if near > best.0 {
            best = (near, cell);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_looks_share_a_cell() {
        let vectors: Vec<Vec<f32>> = (0..400)
            .map(|at| {
                let turn = (at % 4) as f32 * 1.5 + (at / 4) as f32 * 0.001;
                vec![turn.cos(), turn.sin(), 0.0]
            })
            .collect();
        let (order, found) = cells(vectors.len(), 50, |at| &vectors[at]);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..400));
        assert_eq!(found.iter().map(|cell| cell.members.len()).sum::<usize>(), 400);
        for cell in found {
            let kind = order[cell.members.start] % 4;
            assert_eq!(cell.near[0], cell.members);
            let near: Vec<usize> = cell.near.into_iter().flatten().collect();
            assert!(near.len() >= 50 && near.len() < 200);
            assert!(near.iter().all(|&at| order[at] % 4 == kind));
        }
    }

    #[test]
    fn one_look_is_a_cell() {
        let (order, found) = cells(1, 5, |_| &[1.0, 0.0]);
        let [cell] = &found[..] else { panic!("{found:?}") };
        assert_eq!((order, &cell.members, &cell.near[..]), (vec![0], &(0..1), std::slice::from_ref(&(0..1))));
    }
}
