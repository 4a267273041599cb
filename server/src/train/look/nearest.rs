//! The items that look most alike.
//!
//! Shape first: every shape is moved a little towards those nearest to it, which makes up for the accidents of one
//! photo. Then shape, colours and layout together. Up to [`IN_FULL`] pictures are compared in full; more are
//! compared with those of near cells. Invariant: the same looks give the same rows on any number of threads.

use rayon::prelude::*;

use super::super::likeness::{Alike, keep_best};
use super::Look;
use super::cells::{Cell, cells};
use super::vector::{add_scaled, dot, unit};
use crate::progress::Stage;

/// More pictures are not compared in full.
const IN_FULL: usize = 12_000;
/// With how many others a picture is then compared, at least.
const COMPARED: usize = 6_000;
/// What colours and layout count; shape counts 1.
const COLOUR: f32 = 0.6;
const LAYOUT: f32 = 0.3;
/// How many near shapes a shape is moved towards, and how far.
const NEAR_SHAPES: usize = 10;
const TOWARDS: f32 = 0.5;
/// So many seeds are compared with a look while it is at hand.
const BLOCK: usize = 8;

/// Vectors of one length, one after the other.
#[derive(Debug)]
struct Vectors {
    values: Vec<f32>,
    width: usize,
}

/// Who is compared with whom.
#[derive(Debug)]
struct Search {
    /// Places of the looks, in an order in which those that are compared lie together.
    order: Vec<u32>,
    cells: Vec<Cell>,
}

/// For every look the `kept` most alike, in order, by place in `looks`.
pub(super) fn nearest(looks: &[Look], kept: usize, stage: &Stage) -> Vec<Vec<Alike>> {
    let given = Vectors::new(looks);
    let search = Search::over(&given, looks.len());
    let vectors = given.in_order(&search.order);
    let [shape, colour, _] = looks.first().map_or([0; 3], |look| look.parts.each_ref().map(Vec::len));
    let shapes = settled(&vectors, shape, &search, stage);
    let alike = |a: usize, b: usize| {
        let ((_, a_rest), (_, b_rest)) = (vectors.of(a).split_at(shape), vectors.of(b).split_at(shape));
        let ((a_colour, a_layout), (b_colour, b_layout)) = (a_rest.split_at(colour), b_rest.split_at(colour));
        // The square makes near colours count much and others hardly.
        let colours = dot(a_colour, b_colour);
        let sum =
            dot(shapes.of(a), shapes.of(b)) + colours * colours.abs() / COLOUR + dot(a_layout, b_layout);
        sum / (1.0 + COLOUR + LAYOUT)
    };
    search.best(kept, alike, (stage, 2))
}

/// For every vector the `kept` that point most nearly the same way, in order, by place in `given`.
pub(super) fn by_cosine(given: Vec<Vec<f32>>, kept: usize, stage: &Stage) -> Vec<Vec<Alike>> {
    let (count, width) = (given.len(), given.first().map_or(0, Vec::len));
    let together = Vectors { values: given.concat(), width };
    // Each copy is as large as all else that is held here.
    drop(given);
    let search = Search::over(&together, count);
    let vectors = together.in_order(&search.order);
    drop(together);
    search.best(kept, |a, b| dot(vectors.of(a), vectors.of(b)), (stage, 1))
}

/// Every shape, moved towards the shapes nearest to it.
fn settled(vectors: &Vectors, width: usize, search: &Search, stage: &Stage) -> Vectors {
    let shape = |at: usize| &vectors.of(at)[..width];
    let near = search.best(NEAR_SHAPES, |a, b| dot(shape(a), shape(b)), (stage, 2));
    let mut place_of = vec![0; search.order.len()];
    search.order.iter().enumerate().for_each(|(place, &look)| place_of[look as usize] = place);
    let moved = |(place, &look): (usize, &u32)| {
        let mut moved = shape(place).to_vec();
        for other in &near[look as usize] {
            add_scaled(&mut moved, TOWARDS * other.score * other.score, shape(place_of[other.item as usize]));
        }
        unit(moved)
    };
    let moved: Vec<Vec<f32>> = search.order.par_iter().enumerate().map(moved).collect();
    Vectors { values: moved.concat(), width }
}

impl Vectors {
    /// All parts of every look, weighted so that a sum of products is how alike two are.
    fn new(looks: &[Look]) -> Self {
        let weights = [1.0, COLOUR.sqrt(), LAYOUT.sqrt()];
        let together = |look: &Look| {
            let parts = look.parts.iter().zip(weights);
            parts
                .flat_map(|(part, weight)| part.iter().map(move |value| value * weight))
                .collect::<Vec<f32>>()
        };
        let width = looks.first().map_or(0, |look| look.parts.iter().map(Vec::len).sum());
        Self { values: looks.iter().flat_map(together).collect(), width }
    }

    fn of(&self, place: usize) -> &[f32] {
        &self.values[place * self.width..(place + 1) * self.width]
    }

    fn in_order(&self, order: &[u32]) -> Self {
        let values = order.iter().flat_map(|&at| self.of(at as usize)).copied().collect();
        Self { values, width: self.width }
    }
}

/// The best of what one seed is compared with.
#[derive(Debug)]
struct Best {
    seed: u32,
    kept: usize,
    found: Vec<Alike>,
    /// What scores below is not among the best.
    limit: f32,
}

impl Best {
    fn new(seed: u32, kept: usize) -> Self {
        Self { seed, kept, found: Vec::with_capacity(kept * 4), limit: f32::MIN_POSITIVE }
    }

    fn look_at(&mut self, item: u32, score: f32) {
        if score < self.limit || item == self.seed {
            return;
        }
        self.found.push(Alike { item, score });
        if self.found.len() == self.kept * 4 {
            keep_best(self.seed, &mut self.found, self.kept);
            self.limit = self.found.last().map_or(self.limit, |last| last.score);
        }
    }

    fn done(mut self) -> Vec<Alike> {
        keep_best(self.seed, &mut self.found, self.kept);
        self.found.shrink_to_fit();
        self.found
    }
}

impl Search {
    fn over(vectors: &Vectors, count: usize) -> Self {
        if count <= IN_FULL {
            let members = 0..count;
            let near = vec![members.clone()];
            return Self { order: (0..count as u32).collect(), cells: vec![Cell { members, near }] };
        }
        let (order, cells) = cells(count, COMPARED, |at| vectors.of(at));
        Self { order, cells }
    }

    /// For each look the `kept` others with the highest scores above zero, in order. Scores are asked for by place. The
    /// stage is told that so many passes are one.
    fn best(
        &self,
        kept: usize,
        score: impl Fn(usize, usize) -> f32 + Sync,
        (stage, passes): (&Stage, u64),
    ) -> Vec<Vec<Alike>> {
        let blocks = |cell: &'_ Cell| -> Vec<(usize, usize)> {
            let starts = cell.members.clone().step_by(BLOCK);
            starts.map(|from| (from, cell.members.end.min(from + BLOCK))).collect()
        };
        let blocks: Vec<(&Cell, (usize, usize))> = self
            .cells
            .iter()
            .flat_map(|cell| blocks(cell).into_iter().map(move |block| (cell, block)))
            .collect();
        let of_block = |&(cell, (from, to)): &(&Cell, (usize, usize))| {
            let mut block: Vec<Best> = (from..to).map(|at| Best::new(self.order[at], kept)).collect();
            for other in cell.near.iter().cloned().flatten() {
                for (seed, best) in (from..to).zip(&mut block) {
                    best.look_at(self.order[other], score(seed, other));
                }
            }
            stage.advance(block.len() as u64 / passes);
            block.into_iter().map(|best| (best.seed, best.done())).collect::<Vec<_>>()
        };
        let found: Vec<(u32, Vec<Alike>)> = blocks.par_iter().flat_map_iter(of_block).collect();
        let mut best = vec![Vec::new(); self.order.len()];
        found.into_iter().for_each(|(seed, row)| best[seed as usize] = row);
        best
    }
}
