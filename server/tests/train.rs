//! Training seen from outside: hand-computed cases, floors, charts, and the promise of identical bits.
//!
//! Deliberately no quality figures on real data; those belong to the bench. Invariant: every
//! interaction is made here, so that a failure names a handful of rows.

#[path = "train/charts.rs"]
mod charts;
#[path = "train/detours.rs"]
mod detours;
#[path = "train/next.rs"]
mod next;

use std::collections::BTreeMap;

use cookshelf_server::catalogue::{Catalogue, Item, Scope};
use cookshelf_server::interaction::{ANONYMOUS, Interactions};
use cookshelf_server::progress::Progress;
use cookshelf_server::train::{TrainError, TrainParams, Trained, train};

const DAY: i64 = 86_400;

fn catalogue(items: usize) -> Catalogue {
    let named = |n| Item { id: format!("item {n}"), ..Item::default() };
    Catalogue { items: (0..items).map(named).collect(), ..Catalogue::default() }
}

/// Adds one positive row of strength 1.
fn add(to: &mut Interactions, group: u32, shopper: u32, item: u32, time: i64) {
    to.group.push(group);
    to.shopper.push(shopper);
    to.item.push(item);
    to.time.push(time);
    to.strength.push(1.0);
    to.positive.push(true);
    to.groups = to.groups.max(group + 1);
    if shopper != ANONYMOUS {
        to.shoppers = to.shoppers.max(shopper + 1);
    }
}

/// One shopper, and one basket, per history.
fn histories(of: &[&[u32]]) -> Interactions {
    let mut interactions = Interactions::default();
    for (shopper, items) in (0..).zip(of) {
        for &item in *items {
            add(&mut interactions, shopper, shopper, item, 0);
        }
    }
    interactions
}

fn params() -> TrainParams {
    let mut params = TrainParams::recommended();
    params.privacy_floor = 1;
    params
}

fn trained(catalogue: &Catalogue, interactions: &Interactions, params: &TrainParams) -> Trained {
    train(catalogue, interactions, params, Progress::Silent).expect("the data of a test is sound")
}

/// Shoppers of two tastes over `items` items; the same numbers every time.
fn two_tastes(shoppers: u32, items: u32) -> Interactions {
    let mut interactions = Interactions::default();
    let mut state = 7u32;
    for shopper in 0..shoppers {
        for n in 0..10 + shopper % 40 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let within = (state >> 16) % (items / 2);
            let stray = (state >> 8).is_multiple_of(31);
            let item = if (shopper % 2 == 1) != stray { within + items / 2 } else { within };
            add(&mut interactions, shopper * 4 + n % 4, shopper, item, i64::from(shopper + n) * 3600);
        }
    }
    interactions
}

fn bits(of: &Trained) -> Vec<u32> {
    let mut bits = Vec::new();
    for rows in [&of.similar, &of.together] {
        for row in &rows.of {
            bits.push(row.len() as u32);
            bits.extend(row.iter().flat_map(|neighbour| [neighbour.item, neighbour.weight.to_bits()]));
        }
    }
    for chart in [&of.charts.popular, &of.charts.trending, &of.charts.new] {
        let lists = chart.by_category.iter().chain(&chart.by_channel).chain([&chart.overall]);
        bits.extend(lists.flatten().flat_map(|ranked| [ranked.item, ranked.score.to_bits()]));
    }
    if let Some(factors) = &of.factors {
        bits.extend(factors.values.iter().chain(&factors.gram).map(|value| value.to_bits()));
        bits.extend([factors.ridge.to_bits(), factors.confidence.to_bits()]);
    }
    bits
}

/// G = (8 6; 6 7), λ = 2: item 1 from item 0 is 6/(8+2), item 0 from item 1 is 6/(7+2); with δ = ½, 6/(8+2+4) and
/// 6/(7+2+3.5).
#[test]
fn two_items_match_the_closed_form_in_the_row_of_their_seed() {
    let mut of: Vec<&[u32]> = vec![&[0, 1]; 6];
    of.extend([&[0][..], &[0], &[1]]);
    let mut params = params();
    for (ridge, dropout) in [(&mut params.similar, 0.0), (&mut params.together, 0.5)] {
        (ridge.ridge, ridge.dropout, ridge.scaling, ridge.fading) = (2.0, dropout, 0.0, 0.0);
    }
    let result = trained(&catalogue(3), &histories(&of), &params);
    for (rows, forth, back) in
        [(&result.similar, 6.0 / 10.0, 6.0 / 9.0), (&result.together, 6.0 / 14.0, 6.0 / 12.5)]
    {
        for (seed, target, expected) in [(0, 1, forth), (1, 0, back)] {
            assert_eq!(rows.of[seed].len(), 1, "{rows:?}");
            assert_eq!(rows.of[seed][0].item, target);
            let weight = rows.of[seed][0].weight;
            assert!((weight - expected).abs() < 0.004 * expected, "{weight} is not {expected}");
        }
        assert!(rows.of[2].is_empty());
    }
}

/// Rows of length 2 scaled by 2^-½ count half: G = (4+2 3; 3 3+1) where 6 rows hold both.
#[test]
fn long_rows_count_less() {
    let mut of: Vec<&[u32]> = vec![&[0, 1]; 6];
    of.extend([&[0][..], &[0], &[0], &[1]]);
    let mut params = params();
    (params.similar.ridge, params.similar.scaling) = (1.0, 0.5);
    let result = trained(&catalogue(2), &histories(&of), &params);
    let weight = result.similar.of[0][0].weight;
    assert!((weight - 3.0 / 7.0).abs() < 0.004, "{weight}");
}

#[test]
fn rows_are_sorted_positive_and_within_their_limits() {
    let mut params = params();
    params.similar.kept = 3;
    params.similar.candidates = 7;
    let result = trained(&catalogue(40), &two_tastes(200, 40), &params);
    let mut seeds = BTreeMap::new();
    for (seed, row) in result.similar.of.iter().enumerate() {
        assert!(row.windows(2).all(|pair| pair[0].item < pair[1].item));
        assert!(row.iter().all(|neighbour| neighbour.item as usize != seed));
        assert!(row.iter().all(|neighbour| neighbour.weight > 0.0 && neighbour.weight.is_finite()));
        for neighbour in row {
            *seeds.entry(neighbour.item).or_insert(0) += 1;
        }
    }
    assert_eq!(seeds.len(), 40, "every item is somebody's neighbour");
    assert!(seeds.values().all(|&seeds| seeds <= 3), "{seeds:?}");
}

#[test]
fn one_and_two_threads_give_the_same_bits() {
    let (catalogue, interactions) = (catalogue(120), two_tastes(900, 120));
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads are there");
        pool.install(|| bits(&trained(&catalogue, &interactions, &TrainParams::recommended())))
    };
    let one = with(1);
    assert!(one.len() > 120 * 64, "factors are part of the comparison");
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let forward = two_tastes(300, 80);
    let mut backward = forward.clone();
    backward.group.reverse();
    backward.item.reverse();
    backward.shopper.reverse();
    backward.time.reverse();
    let result = |interactions| bits(&trained(&catalogue(80), interactions, &TrainParams::recommended()));
    assert_eq!(result(&forward), result(&backward));
}

#[test]
fn new_numbers_for_shoppers_do_not_change_neighbours() {
    let before = two_tastes(300, 80);
    let mut after = before.clone();
    for shopper in &mut after.shopper {
        *shopper = (*shopper * 7) % 300;
    }
    let similar = |interactions| trained(&catalogue(80), interactions, &params()).similar;
    assert_eq!(similar(&before), similar(&after));
}

#[test]
fn ten_more_interactions_leave_unrelated_rows_alone() {
    let mut of: Vec<&[u32]> = Vec::new();
    for _ in 0..6 {
        of.extend([&[0, 1, 2][..], &[0, 1], &[4, 5, 6], &[5, 6], &[6, 7, 4]]);
    }
    let before = trained(&catalogue(8), &histories(&of), &params());
    of.extend([&[0, 1, 2, 3][..], &[1, 2, 3], &[0, 2, 3]]);
    let after = trained(&catalogue(8), &histories(&of), &params());
    assert_ne!(before.similar.of[..4], after.similar.of[..4]);
    assert_eq!(before.similar.of[4..], after.similar.of[4..]);
    assert_eq!(before.together.of[4..], after.together.of[4..]);
}

#[test]
fn the_floor_counts_distinct_shoppers_not_rows() {
    let mut interactions = Interactions::default();
    for shopper in 0..5 {
        add(&mut interactions, shopper, shopper, 0, 10);
        add(&mut interactions, shopper, shopper, 1, 10);
    }
    for group in 5..25 {
        // Four shoppers, again and again: five baskets each, but four people.
        add(&mut interactions, group, group % 4, 2, 10);
        add(&mut interactions, group, group % 4, 3, 10);
    }
    let mut params = TrainParams::recommended();
    (params.factors.minimum, params.factors.dims) = (1, 2);
    let result = trained(&catalogue(4), &interactions, &params);
    let charted =
        |chart: &[_]| chart.iter().map(|ranked: &cookshelf_server::train::Ranked| ranked.item).collect();
    let popular: Vec<u32> = charted(&result.charts.popular.overall);
    let trending: Vec<u32> = charted(&result.charts.trending.overall);
    assert_eq!((popular, trending), (vec![0, 1], vec![0, 1]));
    assert!(!result.similar.of[0].is_empty() && !result.similar.of[1].is_empty());
    assert!(result.similar.of[2].is_empty() && result.similar.of[3].is_empty());
    assert!(!result.together.of[0].is_empty() && result.together.of[2].is_empty(), "baskets are not people");
    let factors = result.factors.expect("two items are enough for two dimensions");
    let known: Vec<bool> =
        factors.values.rows().into_iter().map(|row| row.iter().any(|&value| value != 0.0)).collect();
    assert_eq!(known, [true, true, false, false]);
}

#[test]
fn anonymous_baskets_count_one_each() {
    let mut interactions = Interactions::default();
    for group in 0..5 {
        add(&mut interactions, group, ANONYMOUS, 0, 10);
        add(&mut interactions, group, ANONYMOUS, 0, 20);
        add(&mut interactions, group, ANONYMOUS, 1, 10);
    }
    let result = trained(&catalogue(2), &interactions, &TrainParams::recommended());
    let popular: Vec<f32> = result.charts.popular.overall.iter().map(|ranked| ranked.score).collect();
    assert_eq!(popular, [5.0, 5.0]);
    assert_eq!(result.similar.of[0].len(), 1);
}

#[test]
fn negative_rows_are_no_evidence() {
    let mut interactions = histories(&[&[0, 1], &[0, 1], &[0, 2], &[0, 2]]);
    for row in [5, 7] {
        interactions.positive[row] = false;
    }
    let result = trained(&catalogue(3), &interactions, &params());
    assert!(result.similar.of[2].is_empty() && result.together.of[2].is_empty());
    assert!(result.charts.popular.overall.iter().all(|ranked| ranked.item != 2));
    assert!(result.charts.trending.overall.iter().all(|ranked| ranked.item != 2));
}

#[test]
fn factors_tell_two_tastes_apart() {
    let mut params = TrainParams::recommended();
    params.factors.dims = 8;
    let factors = trained(&catalogue(60), &two_tastes(400, 60), &params).factors.expect("data enough");
    for profile in [[1u32, 5, 9], [31, 35, 39]] {
        let x = factors.fold_in(&profile.map(|item| (item, 1.0)));
        let mut order: Vec<u32> = (0..60).filter(|item| !profile.contains(item)).collect();
        order.sort_by(|&a, &b| factors.score(b, &x).total_cmp(&factors.score(a, &x)));
        assert!(order[..20].iter().all(|&item| (item < 30) == (profile[0] < 30)), "{profile:?}: {order:?}");
    }
    let symmetric = (0..8).all(|a| (0..8).all(|b| factors.gram[[a, b]] == factors.gram[[b, a]]));
    assert!(symmetric && factors.ridge > 0.0);
}

#[test]
fn hardly_any_data_gives_empty_answers() {
    let none = trained(&catalogue(0), &Interactions::default(), &TrainParams::recommended());
    assert_eq!((none.similar.of.len(), none.together.of.len(), none.factors), (0, 0, None));
    let idle = trained(&catalogue(3), &Interactions::default(), &TrainParams::recommended());
    assert_eq!((idle.similar.of.len(), idle.similar.entries()), (3, 0));
    let one = trained(&catalogue(1), &histories(&[&[0], &[0, 0]]), &params());
    assert_eq!((one.similar.entries(), one.charts.popular.overall.len()), (0, 1));
    assert!(one.factors.is_none());
    let mut worthless = histories(&[&[0, 1], &[0, 1]]);
    worthless.strength.fill(0.0);
    let worthless = trained(&catalogue(2), &worthless, &params());
    assert_eq!((worthless.similar.entries(), worthless.charts.popular.overall.len()), (0, 0));
}

#[test]
fn unsound_input_is_refused_with_its_place() {
    let sound = || histories(&[&[0, 1], &[0, 1]]);
    type Spoil = fn(&mut Catalogue, &mut Interactions, &mut TrainParams);
    let cases: [(Spoil, &str); 10] = [
        (|_, rows, _| rows.item[2] = 9, "interaction row 2: `item` is 9 but there are only 2"),
        (|_, rows, _| rows.group[1] = 2, "interaction row 1: `group` is 2"),
        (|_, rows, _| rows.shopper[3] = 5, "interaction row 3: `shopper` is 5"),
        (|_, rows, _| rows.strength[0] = f32::NAN, "interaction row 0: strength NaN"),
        (|_, rows, _| rows.time.truncate(1), "interaction column `time` has 1 rows but `item` has 4"),
        (|_, rows, _| rows.scope = vec![0], "interaction column `scope` has 1 rows but `item` has 4"),
        (
            |_, rows, _| (rows.scope, rows.scopes) = (vec![0, 0, 1, 0], vec![Scope::default()]),
            "interaction row 2: `scope` is 1 but there are only 1",
        ),
        (|shop, _, _| shop.items[1].categories = vec![0], "item 1 names category 0 but there are only 0"),
        (|_, _, params| params.similar.kept = 256, "setting `kept` is 256: give it 1 to 255"),
        (
            |_, _, params| params.factors.alpha0 = 0.0,
            "setting `factors.alpha0` is 0: give it a finite number",
        ),
    ];
    for (spoil, expected) in cases {
        let (mut catalogue, mut interactions, mut params) = (catalogue(2), sound(), params());
        spoil(&mut catalogue, &mut interactions, &mut params);
        let error: TrainError =
            train(&catalogue, &interactions, &params, Progress::Silent).expect_err("spoilt on purpose");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// Two shoppers chose both; one of them sent item 1 back, the other bought it again after sending it back.
#[test]
fn the_newest_word_decides_what_a_shopper_chose() {
    let mut interactions = histories(&[&[0, 1], &[0, 1]]);
    for (shopper, time, positive) in [(0, 10, false), (1, 10, false), (1, 20, true)] {
        add(&mut interactions, shopper + 2, shopper, 1, time);
        *interactions.positive.last_mut().expect("a row was added") = positive;
    }
    let charts = trained(&catalogue(2), &interactions, &params()).charts;
    let counted: Vec<_> = charts.popular.overall.iter().map(|ranked| (ranked.item, ranked.score)).collect();
    assert_eq!(counted, [(0, 2.0), (1, 1.0)]);
    let mut floor = params();
    floor.privacy_floor = 2;
    assert_eq!(trained(&catalogue(2), &interactions, &floor).similar.entries(), 0, "one shopper chose both");
    assert_eq!(trained(&catalogue(2), &interactions, &floor).together.entries(), 2, "two baskets held both");
}

/// Even shoppers like items 0 to 29; in the second run, those who did not choose item 5 refuse it.
#[test]
fn refusals_push_an_item_down_in_the_factors_on_any_number_of_threads() {
    let before = two_tastes(400, 60);
    let mut after = before.clone();
    for shopper in (0..400).step_by(2) {
        let rows = before.shopper.iter().zip(&before.item);
        if !rows.into_iter().any(|row| row == (&shopper, &5)) {
            add(&mut after, shopper * 4, shopper, 5, 0);
            *after.positive.last_mut().expect("a row was added") = false;
        }
    }
    let mut params = TrainParams::recommended();
    params.factors.dims = 8;
    let score = |interactions: &Interactions| {
        let factors = trained(&catalogue(60), interactions, &params).factors.expect("data enough");
        factors.score(5, &factors.fold_in(&[(1, 1.0), (9, 1.0), (13, 1.0)]))
    };
    let (liked, refused) = (score(&before), score(&after));
    assert!(refused < 0.8 * liked, "{refused} is not far below {liked}");
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads are there");
        pool.install(|| bits(&trained(&catalogue(60), &after, &params)))
    };
    assert_eq!(with(1), with(3));
}
