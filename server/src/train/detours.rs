//! Neighbours of items that too few chose together with any other, reached over others.
//!
//! Only where there is a privacy floor, and only for rows that are short: below what was learned of direct pairs stand
//! those that [`paths`](super::paths) lead to, the best by the product of the cosines of both steps. Deliberately
//! fits nothing: there is too little to fit. Invariant: items need the rows of `floor` people each to take part;
//! sums are exact, so that their order means nothing.

use rayon::prelude::*;

use super::crowd::Crowd;
use super::gram::Gram;
use super::matrix::Matrix;
use super::paths::{Leads, Step, heaviest};
use super::place::{Finest, New, Place};
use super::rounding::{exact, significant};
use super::rows::{Neighbour, Rows};

/// Rows shorter than this, or than what is kept, are filled up to it: what a page shows at most.
const ENOUGH: usize = 20;
/// Steps from one item that are followed.
const FOLLOWED: usize = 32;
/// Weights carry this many significant bits: noise below one percent is no change.
const WEIGHT_BITS: i32 = 8;
/// Bits a weight has when it is packed, unless it has more.
const BITS: u8 = 4;

/// Who is joined with whom, one step at a time.
struct Steps<'a> {
    rows: &'a Matrix,
    holders: Matrix,
    /// What a row counts: long ones say less of each pair.
    weights: Vec<f64>,
    /// How much each item was chosen; 0 below the floor.
    own: Vec<f64>,
}

/// What one item met so far.
#[derive(Debug, Clone, Copy, Default)]
struct Meeting {
    weight: f64,
    crowd: Crowd,
}

/// Fills the short rows of what was learned from a matrix at a floor.
pub(super) fn fill(rows: &mut Rows, gram: &Gram, matrix: &Matrix, (floor, kept): (u32, usize)) {
    let enough = ENOUGH.min(kept);
    let is_short = |item: &usize| gram.candidates[*item].len() < enough;
    let steps = Steps::of(matrix, floor);
    let short: Vec<usize> =
        (0..rows.of.len()).filter(is_short).filter(|&item| steps.own[item] > 0.0).collect();
    if short.is_empty() {
        return;
    }
    let taken = steps.all(&short);
    let lent: Vec<Vec<Neighbour>> = short
        .par_iter()
        .map_init(
            || Leads::new(rows.of.len()),
            |leads, &item| {
                leads.walk(&taken[item], |middle| &taken[middle as usize], (1.0, floor));
                ranked(heaviest(leads.take(item, floor), enough))
            },
        )
        .collect();
    let place = Place::beside(rows, Finest::of_bits(BITS));
    for (item, lent) in short.into_iter().zip(lent) {
        let row = &mut rows.of[item];
        place.fill(row, New { lent, wishes: Vec::new() }, (enough, 0));
        row.sort_unstable_by_key(|neighbour| neighbour.item);
    }
}

/// Heaviest first; ties go to the lower item.
fn ranked(of: Vec<(u32, f32)>) -> Vec<Neighbour> {
    let rounded = |weight: f32| significant(weight.into(), WEIGHT_BITS) as f32;
    let mut row: Vec<Neighbour> =
        of.into_iter().map(|(item, weight)| Neighbour { item, weight: rounded(weight) }).collect();
    row.sort_unstable_by(Neighbour::heavier_first);
    row
}

impl<'a> Steps<'a> {
    fn of(rows: &'a Matrix, floor: u32) -> Self {
        let weights: Vec<f64> =
            (0..rows.rows()).map(|row| exact(1.0 / rows.row(row).len().max(1) as f64)).collect();
        let holders = rows.transposed();
        let people =
            |held: &[u32]| held.chunk_by(|a, b| rows.person(*a as usize) == rows.person(*b as usize)).count();
        let own = |item: usize| match holders.row(item) {
            held if people(held) < floor as usize => 0.0,
            held => held.iter().map(|&row| weights[row as usize]).sum(),
        };
        let own = (0..rows.width()).map(own).collect();
        Self { rows, holders, weights, own }
    }

    /// The steps from these items, and from where they lead; none from others.
    fn all(&self, first: &[usize]) -> Vec<Vec<Step>> {
        let mut taken: Vec<Vec<Step>> = vec![Vec::new(); self.own.len()];
        self.take(first, &mut taken);
        let mut middle: Vec<usize> =
            first.iter().flat_map(|&item| &taken[item]).map(|step| step.item as usize).collect();
        middle.sort_unstable();
        middle.dedup();
        middle.retain(|&item| taken[item].is_empty());
        self.take(&middle, &mut taken);
        taken
    }

    fn take(&self, items: &[usize], into: &mut [Vec<Step>]) {
        let scratch = || (vec![Meeting::default(); self.own.len()], Vec::new());
        let from = |(meetings, touched): &mut (Vec<Meeting>, Vec<u32>), item: &usize| {
            self.meet(*item, meetings, touched);
            self.steps(*item, meetings, touched)
        };
        let found: Vec<Vec<Step>> = items.par_iter().map_init(scratch, from).collect();
        items.iter().zip(found).for_each(|(&item, steps)| into[item] = steps);
    }

    /// Adds up what else stands in the rows that hold an item.
    fn meet(&self, item: usize, meetings: &mut [Meeting], touched: &mut Vec<u32>) {
        for &row in self.holders.row(item) {
            let crowd = Crowd::of(self.rows.person(row as usize).into());
            let weight = self.weights[row as usize];
            let others = self.rows.row(row as usize).iter();
            for &other in others.filter(|other| **other as usize != item && self.own[**other as usize] > 0.0)
            {
                let meeting = &mut meetings[other as usize];
                if meeting.weight == 0.0 {
                    touched.push(other);
                }
                meeting.weight += weight;
                meeting.crowd |= crowd;
            }
        }
        touched.sort_unstable();
    }

    /// The steps that count most; clears the scratch.
    fn steps(&self, item: usize, meetings: &mut [Meeting], touched: &mut Vec<u32>) -> Vec<Step> {
        let cosine = |other: u32| {
            let both = meetings[other as usize].weight;
            (both / (self.own[item] * self.own[other as usize]).sqrt()) as f32
        };
        let best = heaviest(touched.iter().map(|&other| (other, cosine(other))).collect(), FOLLOWED);
        // Here people are counted as a crowd only.
        let step = |(item, share): (u32, f32)| Step {
            item,
            share,
            is_known: false,
            crowd: meetings[item as usize].crowd,
        };
        let steps = best.into_iter().map(step).collect();
        touched.drain(..).for_each(|other| meetings[other as usize] = Meeting::default());
        steps
    }
}
