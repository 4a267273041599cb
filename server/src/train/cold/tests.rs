//! Borrowing by hand, and what holds of any rows. Deliberately no quality figures: `tests/judged` has those. Invariant:
//! every weight that is expected is worked out in a comment.

use ndarray::{Array2, array};
use proptest::prelude::*;

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

fn said(row: &[Neighbour]) -> Vec<(u32, f32)> {
    row.iter().map(|one| (one.item, (one.weight * 1000.0).round() / 1000.0)).collect()
}

fn said_all(rows: &Rows) -> Vec<Vec<(u32, f32)>> {
    rows.of.iter().map(|row| said(row)).collect()
}

const PARAMS: ColdParams = ColdParams { fill: true, enough: 2, quota: 1, shown_in: 2, shrink: 0.5 };

/// Fills rows of one list with 4-bit weights.
fn filled(list: ListKind, rows: Rows, from: Likenesses<'_>, params: &ColdParams) -> (Rows, Option<Filled>) {
    let mut trained = Trained::default();
    let place = |trained: &mut Trained, rows| match list {
        ListKind::Similar => std::mem::replace(&mut trained.similar, rows),
        _ => std::mem::replace(&mut trained.together, rows),
    };
    place(&mut trained, rows);
    let filled = fill(&mut trained, &[list], from, params, |_| RowSize { kept: 64, bits: 4 }).pop();
    (place(&mut trained, Rows::default()), filled)
}

/// Items 0 to 2 are learned; 3 is new and reads like 1 and looks like 1 and 2.
#[test]
fn a_new_item_borrows_below_what_was_learned_and_is_shown() {
    let catalogue = catalogue(&[&[], &[], &[], &[]]);
    let rows = Rows::of(vec![
        row(&[(1, 0.5), (2, 0.4)]),
        row(&[(0, 0.5), (2, 0.3)]),
        row(&[(0, 0.2), (1, 0.4)]),
        vec![],
    ]);
    let text = Rows::of(vec![vec![], vec![], vec![], row(&[(0, 0.1), (1, 0.2)])]);
    let look = Rows::of(vec![vec![], vec![], vec![], row(&[(1, 0.9), (2, 0.9)])]);
    let from = Likenesses { catalogue: &catalogue, text: &text, look: &look };
    let (rows, report) = filled(ListKind::Similar, rows, from, &PARAMS);
    // Alike: 1 is 0.6 + 0.4, 2 is 0.4, 0 is 0.6 / 2. The weakest of the rows are 0.4, 0.3 and 0.2; of the middle one
    // a single bit is kept, 0.25.
    let expected = vec![
        vec![(1, 0.5), (2, 0.4)],
        // 0.8 × 0.3
        vec![(0, 0.5), (2, 0.3), (3, 0.24)],
        // 0.8 × 0.2
        vec![(0, 0.2), (1, 0.4), (3, 0.16)],
        // 0.8 × 0.25 × (1, 0.4)
        vec![(1, 0.2), (2, 0.08)],
    ];
    assert_eq!(said_all(&rows), expected);
    let expected = Filled { list: "similar", cold: 1, text: 1, look: 0, category: 0, shown: 1 };
    assert_eq!(report, Some(expected));
}

#[test]
fn a_short_row_keeps_what_was_learned_first_and_is_filled_from_its_category() {
    let catalogue = catalogue(&[&[0], &[0], &[0, 1], &[0, 1], &[1]]);
    let rows = Rows::of(vec![
        row(&[(1, 0.5), (2, 0.4), (3, 0.4)]),
        row(&[(2, 0.5), (3, 0.3), (4, 0.3)]),
        row(&[(0, 0.5), (1, 0.4), (3, 0.4)]),
        row(&[(0, 0.5)]),
        vec![],
    ]);
    let none = Rows::default();
    let from = Likenesses { catalogue: &catalogue, text: &none, look: &none };
    let (rows, report) = filled(ListKind::Similar, rows, from, &ColdParams { enough: 3, ..PARAMS });
    // Best known of category 1: 3 (three rows), 2 (two), 4 (one), which count 1, 5/6 and 4/6.
    assert_eq!(said(&rows.of[3]), [(0, 0.5), (2, 0.4), (4, 0.32)]);
    // The median of the weakest weights 0.3, 0.4, 0.4, 0.5 is 0.4, to one bit 0.5.
    assert_eq!(said(&rows.of[4]), [(2, 0.333), (3, 0.4)]);
    let expected = Filled { list: "similar", cold: 2, text: 0, look: 0, category: 2, shown: 0 };
    assert_eq!(report, Some(expected));
}

#[test]
fn a_row_shows_the_most_alike_new_items_up_to_its_quota() {
    let catalogue = catalogue(&[&[][..]; 5]);
    let learned =
        Rows::of(vec![row(&[(1, 0.5), (2, 0.5)]), row(&[(0, 0.5), (2, 0.5)]), row(&[(0, 1.0), (1, 1.0)])]);
    let text = Rows::of(vec![vec![], vec![], vec![], row(&[(0, 0.5), (1, 0.4)]), row(&[(0, 0.9), (2, 0.1)])]);
    let from = Likenesses { catalogue: &catalogue, text: &text, look: &Rows::default() };
    let (rows, report) = filled(ListKind::Similar, learned.clone(), from, &PARAMS);
    // Both are as alike to 0 as can be; the lower number stands there. 4 stands with 2.
    assert_eq!(said(&rows.of[0]), [(1, 0.5), (2, 0.5), (3, 0.4)]);
    assert_eq!(said(&rows.of[2]), [(0, 1.0), (1, 1.0), (4, 0.8)]);
    assert_eq!(report.map(|report| (report.filled(), report.shown)), Some((2, 2)));
    let (rows, report) = filled(ListKind::Similar, learned, from, &ColdParams { quota: 0, ..PARAMS });
    assert!(rows.of.iter().flatten().all(|one| one.item < 3), "{rows:?}");
    assert_eq!(report.map(|report| (report.filled(), report.shown)), Some((2, 0)));
}

/// 2 is new and reads like 0, which is bought with 1: 2 goes with 1 as well, and neither goes with 0.
#[test]
fn what_is_bought_together_is_borrowed_from_the_rows_of_likes() {
    let catalogue = catalogue(&[&[][..]; 3]);
    let learned = Rows::of(vec![row(&[(1, 0.4)]), row(&[(0, 0.4)]), vec![]]);
    let text = Rows::of(vec![vec![], vec![], row(&[(0, 0.9)])]);
    let from = Likenesses { catalogue: &catalogue, text: &text, look: &Rows::default() };
    let (rows, _) = filled(ListKind::Together, learned, from, &PARAMS);
    let expected = vec![vec![(1, 0.4)], vec![(0, 0.4), (2, 0.32)], vec![(1, 0.4)]];
    assert_eq!(said_all(&rows), expected);
}

#[test]
fn a_list_that_learned_nothing_and_a_switch_that_is_off_leave_all_as_it_is() {
    let catalogue = catalogue(&[&[][..]; 3]);
    let text = Rows::of(vec![row(&[(1, 0.9), (2, 0.3)]), row(&[(0, 0.9)]), row(&[(0, 0.3)])]);
    let from = Likenesses { catalogue: &catalogue, text: &text, look: &Rows::default() };
    assert_eq!(filled(ListKind::Similar, Rows::default(), from, &PARAMS), (Rows::default(), None));
    let learned = Rows::of(vec![row(&[(1, 0.5)]), row(&[(0, 0.5)]), vec![]]);
    let off = ColdParams { fill: false, ..PARAMS };
    assert_eq!(filled(ListKind::Similar, learned.clone(), from, &off), (learned, None));
}

#[test]
fn a_row_is_not_filled_beyond_what_is_kept() {
    let catalogue = catalogue(&[&[0][..]; 5]);
    let learned = Rows::of(vec![row(&[(1, 0.5)]), row(&[(0, 0.5)]), vec![], vec![], vec![]]);
    let from = Likenesses { catalogue: &catalogue, text: &Rows::default(), look: &Rows::default() };
    let mut trained = Trained { similar: learned, ..Trained::default() };
    fill(&mut trained, &[ListKind::Similar], from, &ColdParams { quota: 0, ..PARAMS }, |_| RowSize {
        kept: 1,
        bits: 4,
    });
    assert_eq!(said_all(&trained.similar), [[(1, 0.5)], [(0, 0.5)], [(0, 0.4)], [(0, 0.4)], [(0, 0.4)]]);
}

#[test]
fn factors_are_borrowed_and_shortened() {
    let values: Array2<f32> = array![[1.0, 0.0], [0.0, 2.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]];
    let factors = ItemFactors { values, gram: Array2::eye(2), ridge: 1.0, confidence: 1.0, step: 1.0 };
    let mut trained = Trained { factors: Some(factors), ..Trained::default() };
    let catalogue = catalogue(&[&[], &[7], &[], &[7], &[]]);
    // 2 is like 0 and half as much like 1, and like 4, which knows nothing either. 3 has the category of 1.
    let text = Rows::of(vec![vec![], vec![], row(&[(0, 0.8), (1, 0.4), (4, 0.7)])]);
    let from = Likenesses { catalogue: &catalogue, text: &text, look: &Rows::default() };
    let report = fill(&mut trained, &[ListKind::Picks], from, &PARAMS, |_| RowSize { kept: 64, bits: 4 });
    let expected = Filled { list: "picks", cold: 3, text: 1, look: 0, category: 1, shown: 2 };
    assert_eq!(report, [expected]);
    let factors = trained.factors.expect("there were some");
    // 0.5 × (2/3 × (1, 0) + 1/3 × (0, 2)), and 0.5 × (0, 2).
    for (item, expected) in [(2, [1.0 / 3.0, 1.0 / 3.0]), (3, [0.0, 1.0]), (4, [0.0, 0.0])] {
        let values = factors.values.row(item);
        assert!(values.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{item}: {values}");
    }
}

/// Some of 9 items, each once, with weights of very different size.
fn some() -> impl Strategy<Value = Vec<Neighbour>> {
    proptest::collection::btree_map(0u32..9, 1e-3f32..1.0, 0..9)
        .prop_map(|of| of.into_iter().map(|(item, weight)| Neighbour { item, weight }).collect())
}

/// Rows without their own seeds.
fn some_rows() -> impl Strategy<Value = Rows> {
    proptest::collection::vec(some(), 9).prop_map(|mut of| {
        (0..).zip(&mut of).for_each(|(seed, row)| row.retain(|one| one.item != seed));
        Rows::of(of)
    })
}

proptest! {
    #[test]
    fn rows_stay_rows_and_what_is_borrowed_stays_below(
        (learned, text, look) in (some_rows(), some_rows(), some_rows()),
        (enough, quota, bits) in (1usize..9, 0usize..4, prop_oneof![Just(4u8), Just(8)]),
        substitutes: bool,
    ) {
        let catalogue = catalogue(&[&[0], &[0], &[0, 1], &[1], &[1], &[], &[], &[2], &[2]]);
        let from = Likenesses { catalogue: &catalogue, text: &text, look: &look };
        let params = ColdParams { enough, quota, ..ColdParams::default() };
        let mut trained = Trained::default();
        let list = if substitutes { ListKind::Similar } else { ListKind::Next };
        (if substitutes { &mut trained.similar } else { &mut trained.next }).clone_from(&learned);
        fill(&mut trained, &[list], from, &params, |_| RowSize { kept: 64, bits });
        let rows = if substitutes { &trained.similar } else { &trained.next };
        for (seed, (row, before)) in rows.of.iter().zip(&learned.of).enumerate() {
            prop_assert!(row.windows(2).all(|pair| pair[0].item < pair[1].item));
            prop_assert!(row.iter().all(|one| one.item as usize != seed && one.weight > 0.0 && one.weight.is_finite()));
            prop_assert!(row.len() <= before.len().max(enough) + quota);
            let (old, new): (Vec<&Neighbour>, Vec<&Neighbour>) =
                row.iter().partition(|one| before.iter().any(|there| there.item == one.item));
            let least = old.iter().fold(f32::INFINITY, |least, one| least.min(one.weight));
            prop_assert!(new.iter().all(|one| one.weight < least), "{row:?} of {before:?}");
            // Only what packing cuts to nothing anyway is gone.
            let level = strongest(before) / ((1u32 << bits) - 1) as f32;
            let gone = before.iter().filter(|there| old.iter().all(|one| one.item != there.item));
            prop_assert!(gone.clone().all(|there| there.weight < 0.5 * level));
        }
    }
}
