//! The items whose texts are most alike.
//!
//! Walks the items of each gram of the seed, heaviest gram first. Small catalogues are compared in full. In large
//! ones a seed looks at [`MOST_STEPS`] entries; grams that are left over are those that very many items have, which
//! weigh least, and the best of what was found are then compared in full. So the work is linear in items.
//! Invariant: scores are sums of whole numbers; a row is the same on any number of threads.

use rayon::prelude::*;

use super::super::likeness::{Alike, keep_best};
use super::vectors::{ONE, Vectors};
use crate::progress::Stage;

/// Entries that are looked at for one seed.
const MOST_STEPS: usize = 50_000;
/// Where not all were looked at, so many times what is kept are compared in full.
const COMPARED: usize = 4;
/// Texts less alike than this have nothing to do with each other.
const LEAST: f32 = 0.05;
/// Steps of likeness for a first, rough choice, and the bits below one; 2³⁰ is likeness 1.
const STEPS: usize = 1024;
const STEP_BITS: u32 = 20;
/// How often to tell the bar.
const REPORT_EVERY: usize = 256;

/// Working memory of one thread.
#[derive(Debug, Default)]
struct Scratch {
    /// What each item has in common with the seed so far.
    common: Vec<u32>,
    touched: Vec<u32>,
    grams: Vec<(u32, u16)>,
    found: Vec<Alike>,
}

/// For every item the `kept` most alike, in order.
pub(super) fn nearest(vectors: &Vectors, kept: usize, stage: &Stage) -> Vec<Vec<Alike>> {
    let items = vectors.grams.len();
    let scratch = || Scratch { common: vec![0; items], ..Scratch::default() };
    (0..items)
        .into_par_iter()
        .map_init(scratch, |scratch, seed| {
            if (seed + 1) % REPORT_EVERY == 0 {
                stage.advance(REPORT_EVERY as u64);
            }
            of_seed(vectors, seed as u32, kept, scratch)
        })
        .collect()
}

fn of_seed(vectors: &Vectors, seed: u32, kept: usize, scratch: &mut Scratch) -> Vec<Alike> {
    let complete = walk(vectors, seed, scratch);
    scratch.common[seed as usize] = 0;
    take(if complete { kept } else { kept * COMPARED }, scratch);
    let found = &mut scratch.found;
    if !complete {
        keep_best(seed, found, kept * COMPARED);
        found.iter_mut().for_each(|one| one.score = compare(vectors, seed, one.item));
    }
    found.retain(|one| one.score >= LEAST);
    keep_best(seed, found, kept);
    found.clone()
}

/// Takes out what was found: the `wanted` best and a few more. Most of what was touched has one light gram in
/// common, so it is cheaper to look for the limit first than to sort everything.
fn take(wanted: usize, scratch: &mut Scratch) {
    let Scratch { common, touched, found, .. } = scratch;
    let mut steps = [0u32; STEPS];
    let step = |common: u32| ((common >> STEP_BITS) as usize).min(STEPS - 1);
    touched.iter().for_each(|&item| steps[step(common[item as usize])] += 1);
    let mut left = wanted as u32;
    let passed = |&at: &usize| {
        left = left.saturating_sub(steps[at]);
        left > 0
    };
    let limit = STEPS - 1 - (0..STEPS).rev().take_while(passed).count().min(STEPS - 1);
    found.clear();
    for item in touched.drain(..) {
        let common = std::mem::take(&mut common[item as usize]);
        if common > 0 && step(common) >= limit {
            found.push(Alike { item, score: common as f32 / (ONE * ONE) });
        }
    }
}

/// Adds up what every item has in common with the seed; false when grams were left over.
fn walk(vectors: &Vectors, seed: u32, scratch: &mut Scratch) -> bool {
    let Scratch { common, touched, grams, .. } = scratch;
    grams.clear();
    grams.extend(vectors.grams.list(seed as usize));
    grams.sort_unstable_by_key(|&(gram, weight)| (std::cmp::Reverse(weight), gram));
    let mut steps = 0;
    for &(gram, weight) in grams.iter() {
        let length = vectors.items.length(gram as usize);
        if steps > 0 && steps + length > MOST_STEPS {
            return false;
        }
        steps += length;
        for (item, other) in vectors.items.list(gram as usize) {
            let common = &mut common[item as usize];
            if *common == 0 {
                touched.push(item);
            }
            *common += u32::from(weight) * u32::from(other);
        }
    }
    true
}

/// What two items have in common, in full.
fn compare(vectors: &Vectors, a: u32, b: u32) -> f32 {
    let mut others = vectors.grams.list(b as usize).peekable();
    let mut common = 0u32;
    for (gram, weight) in vectors.grams.list(a as usize) {
        while others.next_if(|(other, _)| *other < gram).is_some() {}
        if let Some((_, other)) = others.next_if(|(other, _)| *other == gram) {
            common += u32::from(weight) * u32::from(other);
        }
    }
    common as f32 / (ONE * ONE)
}
