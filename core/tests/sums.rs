//! How rows and factors add up: `next` over a session, and `picks` from both.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cookshelf_core::{
    Event, EventKind, Factors, Ids, Item, ItemVectors, ListKind, Manner, Model, NearShard, Neighbour,
    Outcome, Request, Section, recommend,
};

const ITEMS: [&str; 4] = ["a", "b", "c", "d"];

fn near(list: ListKind, rows: [&[(u32, f32)]; 4], manner: Manner) -> Section {
    let row = |row: &&[(u32, f32)]| -> Vec<Neighbour> {
        row.iter().map(|&(position, weight)| Neighbour { position, weight }).collect()
    };
    let rows: Vec<Vec<Neighbour>> = rows.iter().map(row).collect();
    Section::Near(NearShard::with_manner(list, 0, 8, &rows, manner).unwrap())
}

fn model(sections: Vec<Section>) -> Model {
    let mut model = Model::new(Ids::new(&ITEMS).unwrap());
    sections.into_iter().for_each(|section| model.insert(section).unwrap());
    model
}

fn ask(model: &Model, request: &Request<'_>) -> Vec<Item> {
    match recommend(model, request) {
        Outcome::Done(list) => list.items,
        Outcome::Needs(keys) => panic!("a whole model needs nothing, yet asked for {keys:?}"),
    }
}

fn assert_list(found: &[Item], expected: &[(&str, f32, &str)]) {
    let named = |position: u32| ITEMS[position as usize];
    let found: Vec<(&str, f32, &str)> =
        found.iter().map(|item| (named(item.position), item.score, item.because.map_or("", named))).collect();
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!((found.0, found.2), (expected.0, expected.2), "{found:?}");
        assert!((found.1 - expected.1).abs() < 0.006, "{found:?} is not {expected:?}");
    }
}

/// Rows a: c 1, d 1/2. b: d 1. Step 1/2, own 3/4. Session a, b (newest last): b weighs 1, a weighs 1/2.
fn session_model() -> Model {
    let rows: [&[(u32, f32)]; 4] = [&[(2, 1.0), (3, 0.5)], &[(3, 1.0)], &[], &[]];
    model(vec![near(ListKind::Next, rows, Manner { step: 0.5, own: 0.75 })])
}

#[test]
fn what_is_newer_says_more_about_what_comes_next() {
    let model = session_model();
    let ask = |seeds: &[&'static str], repeats| {
        let request = Request { seeds: seeds.to_vec(), repeats, ..Request::new(ListKind::Next, 4) };
        ask(&model, &request)
    };
    assert_list(&ask(&["a", "b"], false), &[("d", 1.0 + 0.25, "b"), ("c", 0.5, "a")]);
    assert_list(&ask(&["b", "a"], false), &[("c", 1.0, "a"), ("d", 0.5 + 0.5, "a")]);
    let repeated = [("d", 1.25, "b"), ("b", 0.75, "b"), ("c", 0.5, "a"), ("a", 0.375, "a")];
    assert_list(&ask(&["a", "b"], true), &repeated);
    // a, b, a: each time counts, a with 1 + 1/4 and b with 1/2.
    let thrice = [("c", 1.25, "a"), ("d", 0.625 + 0.5, "a"), ("a", 0.75 * 1.25, "a"), ("b", 0.375, "b")];
    assert_list(&ask(&["a", "b", "a"], true), &thrice);
}

#[test]
fn without_seeds_the_profile_is_the_session() {
    let model = session_model();
    let event = |item, age_hours| Event { item, kind: EventKind::View, age_hours };
    let request = Request { profile: vec![event("b", 0), event("a", 1)], ..Request::new(ListKind::Next, 4) };
    assert_list(&ask(&model, &request), &[("d", 1.25, "b"), ("c", 0.5, "a")]);
}

#[test]
fn older_than_twenty_items_is_forgotten() {
    let model = session_model();
    let mut seeds = vec!["a"; 1];
    seeds.extend(["b"; 20]);
    let request = Request { seeds, ..Request::new(ListKind::Next, 4) };
    assert_list(&ask(&model, &request), &[("d", 2.0, "b")]);
}

/// One factor: y = 1, 1, 1/2, -1; G = 0, λ = 1. A profile of a and b: x = 2 / (1 + 2) = 2/3.
/// Rows a: c 1/4, d 3/4. b: d 1/2, with step 1/2 over the newest first.
#[test]
fn picks_add_up_factors_and_rows() {
    let values = [1.0, 1.0, 0.5, -1.0];
    let vectors =
        ItemVectors { dims: 1, values: &values, gram: &[0.0], ridge: 1.0, confidence: 1.0, step: 1.0 };
    let factors = Section::Factors(Factors::new(8, &vectors).unwrap());
    let rows: [&[(u32, f32)]; 4] = [&[(2, 0.25), (3, 0.75)], &[(3, 0.5)], &[], &[]];
    let rows = near(ListKind::Picks, rows, Manner { step: 0.5, own: 0.0 });
    let event = |item| Event { item, kind: EventKind::View, age_hours: 0 };
    let request = Request { profile: vec![event("a"), event("b")], ..Request::new(ListKind::Picks, 4) };
    let both = model(vec![factors.clone(), rows.clone()]);
    let (taste_c, taste_d) = (0.5 * 2.0 / 3.0, -2.0 / 3.0);
    let expected = [("c", taste_c + 0.25, "a"), ("d", taste_d + 0.75 + 0.25, "a")];
    // a gives half of each taste, and more of the rows.
    assert_list(&ask(&both, &request), &expected);
    assert_list(&ask(&model(vec![factors]), &request), &[("c", taste_c, "a")]);
    let rows_only = model(vec![rows]);
    assert_list(&ask(&rows_only, &request), &[("d", 1.0, "a"), ("c", 0.25, "a")]);
    assert!(rows_only.lists().contains(&ListKind::Picks));
}
