//! Looks put into cells of near ones, so that a large catalogue need not be compared with itself in full.
//!
//! The middles of the cells start as looks spread evenly over the catalogue and move to the mean of what is nearest.
//! Deliberately no random start. Invariant: every look is in exactly one cell, and which one does not depend on the
//! number of threads.

use rayon::prelude::*;

use super::vector::{add_scaled, dot, unit};

/// Moves of the middles.
const MOVES: usize = 5;
/// So many looks per cell are enough to find its middle.
const SAMPLE: usize = 20;

/// Cells and what is in them.
#[derive(Debug)]
pub(super) struct Cells {
    middles: Vec<Vec<f32>>,
    members: Vec<Vec<u32>>,
}

impl Cells {
    /// Puts `count` vectors of equal length into cells, twice as many as the root of `count`.
    pub(super) fn new<'a>(count: usize, vector: impl Fn(usize) -> &'a [f32] + Sync) -> Self {
        let cells = ((count as f64).sqrt() * 2.0) as usize;
        let evenly = |wanted: usize| (0..wanted).map(move |at| at * count / wanted.max(1));
        let mut middles: Vec<Vec<f32>> = evenly(cells.max(1)).map(|at| vector(at).to_vec()).collect();
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
        let homes: Vec<usize> = (0..count).into_par_iter().map(|at| home(&middles, vector(at))).collect();
        let mut members = vec![Vec::new(); middles.len()];
        homes.iter().enumerate().for_each(|(at, &home)| members[home].push(at as u32));
        Self { middles, members }
    }

    /// Members of the cells nearest to a vector, at least `wanted` of them where there are so many.
    pub(super) fn near(&self, vector: &[f32], wanted: usize) -> Vec<u32> {
        let mut order: Vec<(f32, usize)> =
            self.middles.iter().enumerate().map(|(cell, middle)| (dot(middle, vector), cell)).collect();
        order.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut found = Vec::with_capacity(wanted * 2);
        for (_, cell) in order {
            if found.len() >= wanted {
                break;
            }
            found.extend_from_slice(&self.members[cell]);
        }
        found
    }
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
        let cells = Cells::new(vectors.len(), |at| &vectors[at]);
        assert_eq!(cells.members.iter().map(Vec::len).sum::<usize>(), 400);
        let found = cells.near(&vectors[2], 50);
        assert!(found.len() >= 50 && found.len() < 200);
        assert!(found.iter().all(|at| at % 4 == 2), "{found:?}");
        assert_eq!(cells.near(&vectors[0], 1000).len(), 400);
    }

    #[test]
    fn one_look_is_a_cell() {
        let cells = Cells::new(1, |_| &[1.0, 0.0]);
        assert_eq!(cells.near(&[0.0, 1.0], 5), [0]);
    }
}
