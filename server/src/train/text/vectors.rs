//! Every item's text as a short list of weighted grams, and the items of every gram.
//!
//! Words and letters weigh by how rare they are; each of the two kinds has length 1 before they are put together.
//! Deliberately holds no text and no gram that only one item has: it cannot make two items alike, but it counts
//! into the length, so that an item with much that is its own is less like every other. Invariant: weights are
//! whole numbers, so sums of products are exact in any order; an item's grams ascend.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::grams::Bag;

/// Weights are cut to so many parts of 1; the product of two lists of length 1 then stays below 2³¹.
pub(super) const ONE: f32 = 32_767.0;
/// What words count, of 1; letters get the rest.
const WORDS: f64 = 1.0 / 3.0;
/// Grams kept of all items together: twelve bytes each.
const MOST_GRAMS: usize = 40_000_000;
/// Grams kept of one item, the heaviest: at most, and however many items there are.
const GRAMS_OF_ITEM: (usize, usize) = (32, 384);

/// Lists of numbered things with weights, one after the other.
#[derive(Debug, Default)]
pub(super) struct Lists {
    starts: Vec<usize>,
    names: Vec<u32>,
    weights: Vec<u16>,
}

/// The grams of every item, and the items of every gram.
#[derive(Debug, Default)]
pub(super) struct Vectors {
    /// By item.
    pub(super) grams: Lists,
    /// By gram.
    pub(super) items: Lists,
}

/// A gram that several items have.
#[derive(Debug, Clone, Copy)]
struct Known {
    number: u32,
    rarity: f32,
}

/// All that two items can have in common.
#[derive(Debug)]
struct Dictionary {
    known: FxHashMap<u64, Known>,
    /// Of a gram that one item has.
    rarest: f32,
    /// Grams kept of one item.
    kept: usize,
}

/// Reads the text of every item twice: to count, and to weigh. `bag` gives the same for an item each time.
pub(super) fn vectors(items: usize, bag: impl Fn(usize) -> Bag + Sync) -> Vectors {
    let dictionary = Dictionary::count(items, &bag);
    let weighed: Vec<Vec<(u32, u16)>> =
        (0..items).into_par_iter().map(|item| dictionary.weigh(&bag(item))).collect();
    let grams = Lists::new(&weighed);
    drop(weighed);
    let items = grams.turned(dictionary.known.len());
    Vectors { grams, items }
}

impl Dictionary {
    fn count(items: usize, bag: &(impl Fn(usize) -> Bag + Sync)) -> Self {
        let add = |mut counts: FxHashMap<u64, u32>, item: usize| {
            let bag = bag(item);
            bag.words
                .keys()
                .chain(bag.letters.keys())
                .for_each(|name| *counts.entry(*name).or_default() += 1);
            counts
        };
        let merge = |a: FxHashMap<u64, u32>, b: FxHashMap<u64, u32>| {
            let (mut into, from) = if a.len() < b.len() { (b, a) } else { (a, b) };
            from.into_iter().for_each(|(name, count)| *into.entry(name).or_default() += count);
            into
        };
        let counts =
            (0..items).into_par_iter().fold(FxHashMap::default, add).reduce(FxHashMap::default, merge);
        let mut shared: Vec<(u64, u32)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
        shared.par_sort_unstable();
        let rarity = |count: u32| (((1 + items) as f64 / f64::from(1 + count)).ln() + 1.0) as f32;
        let known = |(number, &(name, count)): (usize, &(u64, u32))| {
            (name, Known { number: number as u32, rarity: rarity(count) })
        };
        let kept = (MOST_GRAMS / items.max(1)).clamp(GRAMS_OF_ITEM.0, GRAMS_OF_ITEM.1);
        Self { known: shared.iter().enumerate().map(known).collect(), rarest: rarity(1), kept }
    }

    fn weigh(&self, bag: &Bag) -> Vec<(u32, u16)> {
        let mut grams = Vec::new();
        self.weigh_kind(&bag.words, WORDS, &mut grams);
        self.weigh_kind(&bag.letters, 1.0 - WORDS, &mut grams);
        if grams.len() > self.kept {
            grams.sort_unstable_by_key(|&(number, weight)| (std::cmp::Reverse(weight), number));
            grams.truncate(self.kept);
        }
        grams.sort_unstable();
        grams
    }

    /// Appends the grams of one kind that others have too; their length is the root of `share`.
    fn weigh_kind(&self, counts: &FxHashMap<u64, f32>, share: f64, grams: &mut Vec<(u32, u16)>) {
        let mut own = 0.0;
        let mut shared: Vec<(u32, f32)> = Vec::with_capacity(counts.len());
        for (name, &count) in counts {
            match self.known.get(name) {
                Some(known) => shared.push((known.number, damped(count) * known.rarity)),
                // Cut to whole parts, so that the sum does not depend on the order of the map.
                None => own += (f64::from(damped(count) * self.rarest).powi(2) * 4096.0).round() / 4096.0,
            }
        }
        shared.sort_unstable_by_key(|(number, _)| *number);
        let length = shared.iter().fold(own, |sum, (_, weight)| sum + f64::from(*weight).powi(2)).sqrt();
        let unit = f64::from(ONE) * share.sqrt() / length.max(f64::MIN_POSITIVE);
        let weighed =
            shared.iter().map(|&(number, weight)| (number, (f64::from(weight) * unit).round() as u16));
        grams.extend(weighed.filter(|(_, weight)| *weight > 0));
    }
}

/// The tenth mention says less than the first.
fn damped(count: f32) -> f32 {
    if count > 1.0 { 1.0 + count.ln() } else { count }
}

impl Lists {
    fn new(lists: &[Vec<(u32, u16)>]) -> Self {
        let mut starts = vec![0];
        let mut end = 0;
        starts.extend(lists.iter().map(|list| {
            end += list.len();
            end
        }));
        Self {
            starts,
            names: lists.iter().flatten().map(|(name, _)| *name).collect(),
            weights: lists.iter().flatten().map(|(_, weight)| *weight).collect(),
        }
    }

    /// The lists of each of `width` names: which list has it, with what weight.
    fn turned(&self, width: usize) -> Self {
        let mut starts = vec![0; width + 1];
        self.names.iter().for_each(|&name| starts[name as usize + 1] += 1);
        for name in 0..width {
            starts[name + 1] += starts[name];
        }
        let mut next = starts.clone();
        let (mut names, mut weights) = (vec![0; self.names.len()], vec![0; self.names.len()]);
        for list in 0..self.len() {
            for (name, weight) in self.list(list) {
                let place = &mut next[name as usize];
                (names[*place], weights[*place]) = (list as u32, weight);
                *place += 1;
            }
        }
        Self { starts, names, weights }
    }

    /// How many lists there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    /// How long a list is.
    pub(super) fn length(&self, list: usize) -> usize {
        self.starts[list + 1] - self.starts[list]
    }

    /// Names and weights of a list.
    pub(super) fn list(&self, list: usize) -> impl Iterator<Item = (u32, u16)> {
        let range = self.starts[list]..self.starts[list + 1];
        self.names[range.clone()].iter().copied().zip(self.weights[range].iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::Spelling;
    use super::*;

    fn of(texts: &[&str]) -> Vectors {
        vectors(texts.len(), |item| {
            let mut bag = Bag::default();
            bag.add(texts[item], Spelling::Plain, 1.0);
            bag
        })
    }

    fn length(vectors: &Vectors, item: usize) -> f32 {
        let weights = vectors.grams.list(item).map(|(_, weight)| f32::from(weight) / ONE);
        weights.map(|weight| weight * weight).sum::<f32>().sqrt()
    }

    #[test]
    fn what_is_shared_has_a_length_and_what_is_not_shortens_it() {
        let vectors = of(&["red lamp", "red lamp", "red chair", "blue", ""]);
        assert!((length(&vectors, 0) - 1.0).abs() < 0.001);
        assert!(length(&vectors, 2) < 0.7);
        assert_eq!((vectors.grams.length(3), vectors.grams.length(4)), (0, 0));
        assert_eq!(vectors.grams.len(), 5);
        let lists: Vec<Vec<(u32, u16)>> =
            (0..vectors.items.len()).map(|n| vectors.items.list(n).collect()).collect();
        assert!(lists.iter().all(|list| list.len() > 1 && list.windows(2).all(|two| two[0].0 < two[1].0)));
    }

    #[test]
    fn a_rare_word_weighs_more() {
        let vectors = of(&["aa bb", "aa cc", "aa cc", "aa bb", "aa dd"]);
        let weights = |item| vectors.grams.list(item).map(|(_, weight)| weight).collect::<Vec<_>>();
        assert_eq!(weights(0).len(), 4, "two words, two letter grams");
        assert_eq!(weights(0).iter().filter(|&&weight| weight < 13_000).count(), 1, "{:?}", weights(0));
    }
}
