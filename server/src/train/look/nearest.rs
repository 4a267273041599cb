//! The items that look most alike.
//!
//! Shape first: every shape is moved a little towards those nearest to it, which makes up for the accidents of one
//! photo. Then shape, colours and layout together. Up to [`IN_FULL`] pictures are compared in full; more are
//! compared with those of near cells. Invariant: the same looks give the same rows on any number of threads.

use rayon::prelude::*;

use super::super::likeness::{Alike, keep_best};
use super::Look;
use super::cells::Cells;
use super::vector::{add_scaled, dot, unit};
use crate::progress::Stage;

/// More pictures are not compared in full.
const IN_FULL: usize = 12_000;
/// With how many others a picture is then compared.
const COMPARED: usize = 4_000;
/// What colours and layout count; shape counts 1.
const COLOUR: f32 = 0.6;
const LAYOUT: f32 = 0.3;
/// How many near shapes a shape is moved towards, and how far.
const NEAR_SHAPES: usize = 10;
const TOWARDS: f32 = 0.5;
/// So many seeds are compared with a look while it is at hand.
const BLOCK: usize = 8;

/// With whom a picture is compared.
#[derive(Debug)]
enum Search {
    All,
    Near(Cells, Vec<Vec<f32>>),
}

/// For every look the `kept` most alike, in order, by place in `looks`.
pub(super) fn nearest(looks: &[Look], kept: usize, stage: &Stage) -> Vec<Vec<Alike>> {
    let search = Search::over(looks);
    let shapes = settled(looks, &search, stage);
    let alike = |a: usize, b: usize| {
        let [colour, layout] = [1, 2].map(|part: usize| dot(&looks[a].parts[part], &looks[b].parts[part]));
        let sum = dot(&shapes[a], &shapes[b]) + COLOUR * colour * colour.abs() + LAYOUT * layout;
        sum / (1.0 + COLOUR + LAYOUT)
    };
    search.best(looks.len(), kept, alike, stage)
}

/// Every shape, moved towards the shapes nearest to it.
fn settled(looks: &[Look], search: &Search, stage: &Stage) -> Vec<Vec<f32>> {
    let shape = |at: usize| &looks[at].parts[0][..];
    let near = search.best(looks.len(), NEAR_SHAPES, |a, b| dot(shape(a), shape(b)), stage);
    let moved = |(seed, near): (usize, &Vec<Alike>)| {
        let mut moved = shape(seed).to_vec();
        for other in near {
            add_scaled(&mut moved, TOWARDS * other.score * other.score, shape(other.item as usize));
        }
        unit(moved)
    };
    near.par_iter().enumerate().map(moved).collect()
}

/// The best of what one seed is compared with.
#[derive(Debug)]
struct Best {
    seed: usize,
    kept: usize,
    found: Vec<Alike>,
    /// What scores below is not among the best.
    limit: f32,
}

impl Best {
    fn new(seed: usize, kept: usize) -> Self {
        Self { seed, kept, found: Vec::with_capacity(kept * 4), limit: f32::MIN_POSITIVE }
    }

    fn look_at(&mut self, item: usize, score: f32) {
        if score < self.limit || item == self.seed {
            return;
        }
        self.found.push(Alike { item: item as u32, score });
        if self.found.len() == self.kept * 4 {
            keep_best(self.seed as u32, &mut self.found, self.kept);
            self.limit = self.found.last().map_or(self.limit, |last| last.score);
        }
    }

    fn done(mut self) -> Vec<Alike> {
        keep_best(self.seed as u32, &mut self.found, self.kept);
        self.found.shrink_to_fit();
        self.found
    }
}

impl Search {
    fn over(looks: &[Look]) -> Self {
        if looks.len() <= IN_FULL {
            return Self::All;
        }
        let together = |look: &Look| {
            let parts = look.parts.iter().zip([1.0, COLOUR.sqrt(), LAYOUT.sqrt()]);
            parts
                .flat_map(|(part, weight)| part.iter().map(move |value| value * weight))
                .collect::<Vec<f32>>()
        };
        let vectors: Vec<Vec<f32>> = looks.par_iter().map(together).collect();
        Self::Near(Cells::new(vectors.len(), |at| &vectors[at]), vectors)
    }

    /// For each of `count` seeds the `kept` others with the highest scores above zero, in order.
    fn best(
        &self,
        count: usize,
        kept: usize,
        score: impl Fn(usize, usize) -> f32 + Sync,
        stage: &Stage,
    ) -> Vec<Vec<Alike>> {
        let blocks: Vec<usize> = (0..count).step_by(BLOCK).collect();
        let block = |&from: &usize| {
            let mut block: Vec<Best> =
                (from..count.min(from + BLOCK)).map(|seed| Best::new(seed, kept)).collect();
            match self {
                Self::All => (0..count).for_each(|other| {
                    block.iter_mut().for_each(|best| best.look_at(other, score(best.seed, other)));
                }),
                Self::Near(cells, vectors) => block.iter_mut().for_each(|best| {
                    for other in cells.near(&vectors[best.seed], COMPARED) {
                        best.look_at(other as usize, score(best.seed, other as usize));
                    }
                }),
            }
            // Every seed is looked at twice: for its shape, and for all of it.
            stage.advance(block.len() as u64 / 2);
            block.into_iter().map(Best::done).collect::<Vec<_>>()
        };
        blocks.par_iter().flat_map_iter(block).collect()
    }
}
