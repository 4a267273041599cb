//! Neighbours and factors for items that shoppers have not chosen often enough.
//!
//! What is new, or below the privacy floor, borrows from what it is like: first by text and look, then from the best
//! known items of its category. Deliberately never outweighs what was learned: what is borrowed for a row stands
//! below the weakest neighbour that shoppers made. Invariant: a function of its arguments alone; rows stay sorted,
//! without their own seed, and within [`LONGEST_ROW`]; a row that is long enough only gains the few cold items that
//! it is given to show.

use super::factors::ItemFactors;
use super::likeness::LEAST;
use super::rows::{LONGEST_ROW, Neighbour, Rows};
use crate::catalogue::Catalogue;

/// What text counts beside look, of 1 together.
const TEXT: f32 = 0.6;
/// What the best known item of the same category counts: less than anything that is alike.
const CATEGORY: f32 = 0.1;
/// The strongest borrowed neighbour, as a part of the weakest learned one.
const BELOW: f32 = 0.8;

/// How much is borrowed.
#[derive(Debug, Clone, PartialEq)]
pub struct ColdParams {
    /// Rows shorter than this are filled up to it; an item with one is cold.
    pub enough: usize,
    /// Most cold items that are shown in a row of another item.
    pub quota: usize,
    /// Most rows of other items that show a cold item.
    pub shown_in: usize,
    /// Length of borrowed factors as a part of the mean they are borrowed from.
    pub shrink: f32,
}

impl Default for ColdParams {
    fn default() -> Self {
        Self { enough: 8, quota: 2, shown_in: 6, shrink: 0.5 }
    }
}

/// What is known of items without shoppers.
#[derive(Debug, Clone, Copy)]
pub struct Likenesses<'a> {
    /// The items themselves.
    pub catalogue: &'a Catalogue,
    /// Rows of text likeness; may be empty.
    pub text: &'a Rows,
    /// Rows of look likeness; may be empty.
    pub look: &'a Rows,
}

/// Fills short rows, and shows cold items in the rows of what they are like. Returns how many items were cold.
pub fn fill_rows(rows: &mut Rows, from: Likenesses<'_>, params: &ColdParams) -> usize {
    let items = from.catalogue.items.len();
    rows.of.resize(items, Vec::new());
    let best_known = best_known(rows, from.catalogue, params.enough);
    let usual = usual_weakest(rows);
    let cold: Vec<u32> =
        (0..items as u32).filter(|&item| rows.of[item as usize].len() < params.enough).collect();
    let alike: Vec<Vec<Neighbour>> = cold.iter().map(|&item| alike(item, from)).collect();
    let shown = shown(&cold, &alike, params);
    for (&item, alike) in cold.iter().zip(&alike) {
        fill(&mut rows.of[item as usize], item, alike, &best_known, from.catalogue, (params, usual));
    }
    show(rows, &shown, params.quota, usual);
    rows.of.iter_mut().for_each(|row| row.sort_unstable_by_key(|neighbour| neighbour.item));
    cold.len()
}

/// Gives items without factors the mean of the factors of what they are like. Returns how many got some.
pub fn fill_factors(factors: &mut ItemFactors, from: Likenesses<'_>, params: &ColdParams) -> usize {
    let is_known: Vec<bool> =
        factors.values.outer_iter().map(|values| values.iter().any(|&value| value != 0.0)).collect();
    let mut filled = 0;
    for item in (0..is_known.len()).filter(|&item| !is_known[item]) {
        let known = alike(item as u32, from).into_iter().filter(|one| is_known[one.item as usize]);
        let known: Vec<Neighbour> = known.collect();
        let total: f32 = known.iter().map(|one| one.weight).sum();
        if total <= 0.0 {
            continue;
        }
        let mut mean = vec![0.0; factors.dims()];
        for one in &known {
            let share = params.shrink * one.weight / total;
            let values = factors.values.row(one.item as usize);
            mean.iter_mut().zip(values).for_each(|(mean, value)| *mean += share * value);
        }
        factors.values.row_mut(item).iter_mut().zip(mean).for_each(|(value, mean)| *value = mean);
        filled += 1;
    }
    filled
}

/// What an item is like, the most alike first, 1 for the same text and look. Where an item has only one of the two,
/// that one counts in full.
fn alike(item: u32, from: Likenesses<'_>) -> Vec<Neighbour> {
    let row = |rows: &'_ Rows| rows.of.get(item as usize).cloned().unwrap_or_default();
    let (text, look) = (row(from.text), row(from.look));
    let of_text = if look.is_empty() { 1.0 } else { TEXT };
    let of_look = if text.is_empty() { 1.0 } else { 1.0 - TEXT };
    let mut found: Vec<Neighbour> = Vec::with_capacity(text.len() + look.len());
    for (row, share) in [(text, of_text), (look, of_look)] {
        let best = heaviest(&row);
        found.extend(row.iter().map(|one| Neighbour { item: one.item, weight: share * one.weight / best }));
    }
    found.sort_unstable_by_key(|one| one.item);
    found.dedup_by(|later, first| {
        let same = later.item == first.item;
        first.weight += if same { later.weight } else { 0.0 };
        same
    });
    by_weight(&mut found);
    found
}

/// Heaviest first; ties go to the lower number.
fn by_weight(found: &mut [Neighbour]) {
    found.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then(a.item.cmp(&b.item)));
}

fn heaviest(row: &[Neighbour]) -> f32 {
    row.iter().fold(0.0, |best, one| best.max(one.weight))
}

fn lightest(row: &[Neighbour]) -> f32 {
    row.iter().fold(f32::INFINITY, |least, one| least.min(one.weight))
}

/// For every category its items that most rows recommend, a few more than `enough`.
fn best_known(rows: &Rows, catalogue: &Catalogue, enough: usize) -> Vec<Vec<u32>> {
    let mut known = vec![0u32; catalogue.items.len()];
    rows.of.iter().flatten().for_each(|one| known[one.item as usize] += 1);
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); catalogue.categories.len()];
    for (item, about) in (0..).zip(&catalogue.items).filter(|(item, _)| known[*item as usize] > 0) {
        about.categories.iter().for_each(|&category| members[category as usize].push(item));
    }
    for items in &mut members {
        items.sort_unstable_by_key(|&item| (std::cmp::Reverse(known[item as usize]), item));
        items.truncate(2 * enough);
    }
    members
}

/// The median of the weakest weights of all rows: what a row that nobody made stands beside. 1 where there is none.
fn usual_weakest(rows: &Rows) -> f32 {
    let mut weakest: Vec<f32> =
        rows.of.iter().filter(|row| !row.is_empty()).map(|row| lightest(row)).collect();
    weakest.sort_unstable_by(f32::total_cmp);
    weakest.get(weakest.len() / 2).copied().unwrap_or(1.0)
}

/// Fills a short row up. `usual` is what an empty row is measured by.
fn fill(
    row: &mut Vec<Neighbour>,
    item: u32,
    alike: &[Neighbour],
    best_known: &[Vec<u32>],
    catalogue: &Catalogue,
    (params, usual): (&ColdParams, f32),
) {
    let room = params.enough.min(LONGEST_ROW).saturating_sub(row.len());
    let is_new = |other: u32, row: &[Neighbour]| other != item && row.iter().all(|one| one.item != other);
    let mut borrowed: Vec<Neighbour> =
        alike.iter().copied().filter(|one| is_new(one.item, row)).take(room).collect();
    // The smallest category says most about an item.
    let categories = catalogue.items[item as usize].categories.iter();
    let category = categories.min_by_key(|&&category| (best_known[category as usize].len(), category));
    for &other in category.map_or(&[][..], |&category| &best_known[category as usize]) {
        if borrowed.len() < room && is_new(other, row) && is_new(other, &borrowed) {
            borrowed.push(Neighbour { item: other, weight: CATEGORY });
        }
    }
    let (best, weakest) = if row.is_empty() { (usual, usual) } else { (heaviest(row), lightest(row)) };
    let most = heaviest(&borrowed);
    row.extend(borrowed.iter().map(|one| Neighbour {
        item: one.item,
        // What is cut to nothing when it is packed would not be there.
        weight: (BELOW * weakest * one.weight / most).max(LEAST * best),
    }));
}

/// A cold item in the row of another item.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Shown {
    row: u32,
    item: u32,
    /// How alike the two are.
    alike: f32,
}

/// In which rows cold items would like to stand, by row and then by how alike they are.
fn shown(cold: &[u32], alike: &[Vec<Neighbour>], params: &ColdParams) -> Vec<Shown> {
    let of_item = |(&item, alike): (&u32, &Vec<Neighbour>)| {
        let rows = alike.iter().take(params.shown_in);
        rows.map(|one| Shown { row: one.item, item, alike: one.weight }).collect::<Vec<_>>()
    };
    let mut shown: Vec<Shown> = cold.iter().zip(alike).flat_map(of_item).collect();
    shown.sort_unstable_by(|a, b| {
        a.row.cmp(&b.row).then(b.alike.total_cmp(&a.alike)).then(a.item.cmp(&b.item))
    });
    shown
}

/// Puts the first few that are not there yet at the end of each row.
fn show(rows: &mut Rows, shown: &[Shown], quota: usize, usual: f32) {
    for wishes in shown.chunk_by(|a, b| a.row == b.row) {
        let row = &mut rows.of[wishes[0].row as usize];
        let (best, weakest) = if row.is_empty() { (usual, usual) } else { (heaviest(row), lightest(row)) };
        let new: Vec<&Shown> =
            wishes.iter().filter(|one| row.iter().all(|known| known.item != one.item)).take(quota).collect();
        for one in new {
            if row.len() < LONGEST_ROW {
                let weight = (BELOW * weakest * one.alike).max(LEAST * best);
                row.push(Neighbour { item: one.item, weight });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, array};

    use super::*;
    use crate::catalogue::Item;

    fn row(entries: &[(u32, f32)]) -> Vec<Neighbour> {
        entries.iter().map(|&(item, weight)| Neighbour { item, weight }).collect()
    }

    fn catalogue(categories: &[&[u32]]) -> Catalogue {
        let item = |of: &&[u32]| Item { categories: of.to_vec(), ..Item::default() };
        let names = (0..10).map(|n| format!("c{n}")).collect();
        Catalogue { items: categories.iter().map(item).collect(), categories: names, ..Catalogue::default() }
    }

    fn shown(rows: &Rows) -> Vec<Vec<(u32, f32)>> {
        let round = |weight: f32| (weight * 1000.0).round() / 1000.0;
        rows.of.iter().map(|row| row.iter().map(|one| (one.item, round(one.weight))).collect()).collect()
    }

    const PARAMS: ColdParams = ColdParams { enough: 2, quota: 1, shown_in: 2, shrink: 0.5 };

    /// Items 0 to 2 are learned; 3 is new and reads like 1 and looks like 1 and 2.
    #[test]
    fn a_new_item_borrows_below_what_was_learned_and_is_shown() {
        let catalogue = catalogue(&[&[], &[], &[], &[]]);
        let mut rows = Rows::of(vec![
            row(&[(1, 0.5), (2, 0.4)]),
            row(&[(0, 0.5), (2, 0.3)]),
            row(&[(0, 0.2), (1, 0.4)]),
            vec![],
        ]);
        let text = Rows::of(vec![vec![], vec![], vec![], row(&[(0, 0.1), (1, 0.2)])]);
        let look = Rows::of(vec![vec![], vec![], vec![], row(&[(1, 0.9), (2, 0.9)])]);
        let from = Likenesses { catalogue: &catalogue, text: &text, look: &look };
        assert_eq!(fill_rows(&mut rows, from, &PARAMS), 1);
        // Alike: 1 is 0.6 + 0.4, 2 is 0.4, 0 is 0.6 / 2. The weakest of the rows are 0.4, 0.3 and 0.2: usual is 0.3.
        let expected = vec![
            vec![(1, 0.5), (2, 0.4)],
            // 0.8 × 0.3 × 1
            vec![(0, 0.5), (2, 0.3), (3, 0.24)],
            // 0.8 × 0.2 × 0.4
            vec![(0, 0.2), (1, 0.4), (3, 0.064)],
            // 0.8 × 0.3 × (1, 0.4)
            vec![(1, 0.24), (2, 0.096)],
        ];
        assert_eq!(shown(&rows), expected);
    }

    #[test]
    fn a_short_row_keeps_what_was_learned_first_and_is_filled_from_its_category() {
        let catalogue = catalogue(&[&[0], &[0], &[0, 1], &[0, 1], &[1]]);
        let mut rows = Rows::of(vec![
            row(&[(1, 0.5), (2, 0.4), (3, 0.4)]),
            row(&[(2, 0.5), (3, 0.3), (4, 0.3)]),
            row(&[(0, 0.5), (1, 0.4), (3, 0.4)]),
            row(&[(0, 0.5)]),
            vec![],
        ]);
        let none = Rows::default();
        let from = Likenesses { catalogue: &catalogue, text: &none, look: &none };
        fill_rows(&mut rows, from, &ColdParams { enough: 3, ..PARAMS });
        // Best known of category 1: 3 (three rows), 2 (two), 4 (one); 0.8 × 0.5 below what item 3 has.
        assert_eq!(shown(&rows)[3], [(0, 0.5), (2, 0.4), (4, 0.4)]);
        // The median of the weakest weights 0.3, 0.4, 0.4, 0.5 is the upper of the two in the middle.
        assert_eq!(shown(&rows)[4], [(2, 0.32), (3, 0.32)]);
    }

    #[test]
    fn a_row_shows_the_most_alike_cold_items_up_to_its_quota() {
        let catalogue = catalogue(&[&[][..]; 5]);
        let mut rows = Rows::of(vec![
            row(&[(1, 0.5), (2, 0.5)]),
            row(&[(0, 0.5), (2, 0.5)]),
            row(&[(0, 1.0), (1, 1.0)]),
        ]);
        let text =
            Rows::of(vec![vec![], vec![], vec![], row(&[(0, 0.5), (1, 0.4)]), row(&[(0, 0.9), (2, 0.1)])]);
        let from = Likenesses { catalogue: &catalogue, text: &text, look: &Rows::default() };
        fill_rows(&mut rows, from, &PARAMS);
        let shown = shown(&rows);
        // Both are as alike to 0 as can be; the lower number stands there. 4 stands with 2, faintly.
        assert_eq!(shown[0], [(1, 0.5), (2, 0.5), (3, 0.4)]);
        assert_eq!(shown[2], [(0, 1.0), (1, 1.0), (4, 0.089)]);
    }

    #[test]
    fn without_anything_learned_likeness_is_all_there_is() {
        let catalogue = catalogue(&[&[][..]; 3]);
        let text = Rows::of(vec![row(&[(1, 0.9), (2, 0.3)]), row(&[(0, 0.9)]), row(&[(0, 0.3)])]);
        let from = Likenesses { catalogue: &catalogue, text: &text, look: &Rows::default() };
        let mut rows = Rows::default();
        assert_eq!(fill_rows(&mut rows, from, &PARAMS), 3);
        assert_eq!(shown(&rows)[0], [(1, 0.8), (2, 0.267)]);
        assert!(rows.of.iter().flatten().all(|one| one.weight > 0.0));
    }

    #[test]
    fn factors_are_borrowed_and_shortened() {
        let values: Array2<f32> = array![[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0]];
        let gram = Array2::eye(2);
        let mut factors = ItemFactors { values, gram, ridge: 1.0, confidence: 1.0, step: 1.0 };
        let catalogue = catalogue(&[&[][..]; 4]);
        // 2 is like 0 and half as much like 1, and like 3, which knows nothing either.
        let text = Rows::of(vec![vec![], vec![], row(&[(0, 0.8), (1, 0.4), (3, 0.7)]), vec![]]);
        let from = Likenesses { catalogue: &catalogue, text: &text, look: &Rows::default() };
        assert_eq!(fill_factors(&mut factors, from, &PARAMS), 1);
        let borrowed: Vec<f32> = factors.values.row(2).to_vec();
        // 0.5 × (2/3 × (1, 0) + 1/3 × (0, 2))
        assert!(
            (borrowed[0] - 1.0 / 3.0).abs() < 1e-6 && (borrowed[1] - 1.0 / 3.0).abs() < 1e-6,
            "{borrowed:?}"
        );
        assert_eq!(factors.values.row(3).to_vec(), [0.0, 0.0]);
    }
}
