//! Why an item is in a list: parts that add up to its score, on the small model.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asked;
mod shelf;

use cookshelf_core::{
    Boost, Cause, Event, EventKind, Explanation, Filter, List, ListKind, Part, Pin, Reason, Request, Rhythm,
    Rotation, Rule, Scratch, Wishes, explain, recommend_with,
};
use proptest::prelude::*;

fn why(request: &Request<'_>, item: &str) -> Explanation {
    explain(&shelf::model(), request, item, &mut Scratch::default()).unwrap()
}

fn near(part: &Part, cause: Cause, of: u32, amount: f64) {
    assert_eq!((part.cause, part.of), (cause, of));
    assert!((part.amount - amount).abs() < 0.01, "{part:?} is not {amount}");
}

fn view(item: &'static str) -> Event<'static> {
    Event { item, kind: EventKind::View, age_hours: 0 }
}

#[test]
fn each_seed_a_boost_and_a_rotation_say_what_they_give() {
    // 102 is two places from 100 and from 104: a third from each. Twice that, and a quarter is lost.
    let request = Request {
        seeds: vec!["100", "104"],
        wishes: Wishes {
            boosts: vec![
                Boost { filter: Filter::Category("Lamps"), by: 9.0 },
                Boost { filter: Filter::Category("Numbers"), by: 2.0 },
            ],
            rotation: Rotation { rate: 0.5, half_life_hours: 24, shown: vec![("102", 24)] },
            ..Wishes::default()
        },
        ..Request::new(ListKind::Together, 4)
    };
    let parts = why(&request, "102").parts;
    assert_eq!(parts.len(), 4);
    near(&parts[0], Cause::Seed, 0, 1.0 / 3.0);
    near(&parts[1], Cause::Seed, 4, 1.0 / 3.0);
    near(&parts[2], Cause::Boost, 1, 2.0 / 3.0);
    near(&parts[3], Cause::Rotation, 0, -1.0 / 3.0);
}

#[test]
fn charts_pins_and_the_shop_s_own_order_have_one_part() {
    let popular = Request::new(ListKind::Popular, 5);
    near(&why(&popular, "102").parts[0], Cause::Place, 0, 0.8);
    let pins = vec![Pin { item: "107", place: 2 }];
    let pinned = why(&Request { wishes: Wishes { pins, ..Wishes::default() }, ..popular.clone() }, "107");
    assert_eq!((pinned.found.unwrap().0, pinned.parts.len()), (2, 1));
    near(&pinned.parts[0], Cause::Place, 0, 1.0);
    let chosen = why(&Request { seeds: vec!["99"], ..Request::new(ListKind::Similar, 4) }, "107");
    near(&chosen.parts[0], Cause::Place, 0, 1.0);
}

#[test]
fn a_pick_names_each_item_of_the_profile() {
    let profile = vec![view("101"), view("102")];
    let why = why(&Request { profile, ..Request::new(ListKind::Picks, 9) }, "105");
    let causes: Vec<(Cause, u32)> = why.parts.iter().map(|part| (part.cause, part.of)).collect();
    assert_eq!(causes, [(Cause::Profile, 1), (Cause::Profile, 2)]);
    assert!(why.parts[0].amount > why.parts[1].amount, "105 is like 101: {:?}", why.parts);
    assert_eq!(why.found.unwrap().1.because, Some(1));
}

#[test]
fn a_list_seen_with_the_shopper_s_eyes_names_both() {
    let wishes = Wishes { personal: 0.5, ..Wishes::default() };
    let request = Request {
        seeds: vec!["102"],
        profile: vec![view("lamp-c")],
        wishes,
        ..Request::new(ListKind::Similar, 4)
    };
    let parts = why(&request, "100").parts;
    assert_eq!((parts.len(), parts[0].cause, parts[1].cause), (2, Cause::Seed, Cause::Profile));
    // 100 is one of the two nearest: half a score from the row.
    near(&parts[0], Cause::Seed, 2, 0.5);
}

#[test]
fn what_is_bought_again_says_how_often() {
    let bought = |item, days: u32| Event { item, kind: EventKind::Purchase, age_hours: days * 24 };
    let profile = vec![bought("lamp-a", 4), bought("lamp-a", 9), bought("lamp-a", 20)];
    let wishes =
        Wishes { boosts: vec![Boost { filter: Filter::Category("Lamps"), by: 2.0 }], ..Wishes::default() };
    let why = why(&Request { profile, wishes, ..Request::new(ListKind::Again, 4) }, "lamp-a");
    // Two gaps of its own in 16 days, and two typical ones of 64: 36 days.
    assert_eq!(why.rhythm, Some(Rhythm { times: 3, days: 36.0, last_hours: 96 }));
    // A ninth of the way from a half to due, three times, by a quarter of its buyers.
    let score = 0.25 * 3.0 * (0.5 + 0.5 / 9.0);
    assert_eq!(why.parts.len(), 2);
    near(&why.parts[0], Cause::Profile, 8, score);
    near(&why.parts[1], Cause::Boost, 0, score);
    assert_eq!(why.found.map(|(_, item)| item.reason), Some(Reason::Again));
}

#[test]
fn what_is_not_there_has_its_rule() {
    let request = Request {
        seeds: vec!["102"],
        exclude: vec!["100"],
        filter: Some(Filter::Not(Box::new(Filter::Category("Lamps")))),
        channel: "shop",
        ..Request::new(ListKind::Similar, 1)
    };
    let rule = |item| {
        let why = why(&request, item);
        assert!(why.found.is_none() && why.parts.is_empty());
        why.rule
    };
    assert_eq!((rule("100"), rule("102")), (Some(Rule::Excluded), Some(Rule::Seed)));
    assert_eq!(rule("lamp-b"), Some(Rule::Unavailable), "sold on the web only, and the filter comes later");
    assert_eq!((rule("106"), rule("no such item")), (None, None), "there was no room");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_parts_add_up_to_the_score(request in asked::request()) {
        let model = shelf::model();
        let (mut scratch, mut list) = (Scratch::default(), List::default());
        recommend_with(&model, &request, &mut scratch, &mut list);
        for (place, item) in (1..).zip(&list.items) {
            let why = explain(&model, &request, shelf::ITEMS[item.position as usize], &mut scratch).unwrap();
            prop_assert_eq!(why.found, Some((place, *item)));
            let sum: f64 = why.parts.iter().map(|part| part.amount).sum();
            let score = f64::from(item.score);
            prop_assert!((sum - score).abs() <= 1e-6 * score, "{:?} is not {score} for {item:?}", why.parts);
            let plain = why.parts.iter().filter(|part| !matches!(part.cause, Cause::Boost | Cause::Rotation));
            let base: f64 = plain.map(|part| part.amount).sum();
            // Picks are rounded relative to the whole taste: next to nothing is rounded by more of itself.
            prop_assert!(why.rounding.abs() <= 1e-3 * base + 2e-5, "{why:?}");
        }
    }
}
