//! Whatever is asked: what is excluded, dismissed, filtered out or not available is in no list.
//!
//! The rules are told again here, in the plainest words, from the small model's own data.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod asked;
mod shelf;

use asked::request;
use cookshelf_core::{
    Boost, Event, EventKind, Filter, Item, List, ListKind, Model, Outcome, Reason, Request, Scratch, Wishes,
    recommend, recommend_many,
};
use proptest::prelude::*;

/// A filter, asked of one item of the small model.
fn passes(filter: &Filter<'_>, at: u32) -> bool {
    match filter {
        Filter::Category(name) => *name == if (8..11).contains(&at) { "Lamps" } else { "Numbers" },
        Filter::Is { value, .. } => *value == if at.is_multiple_of(2) { "blue" } else { "red" },
        Filter::Range { min, max, .. } => (*min..=*max).contains(&(f64::from(at) * 10.0)),
        Filter::InStock => at != 2,
        Filter::All(parts) => parts.iter().all(|part| passes(part, at)),
        Filter::Any(parts) => parts.iter().any(|part| passes(part, at)),
        Filter::Not(part) => !passes(part, at),
    }
}

/// When and where the small model's items are sold.
fn is_sold(request: &Request<'_>, at: u32) -> bool {
    let channel = if request.channel == "0" { "" } else { request.channel };
    let somewhere = match (channel, request.catalog) {
        ("", "") => true,
        ("web", "") => true,
        ("" | "shop", "summer") | ("shop", "") => at < 8,
        _ => false,
    };
    somewhere && (at != 11 || request.moment <= 1_893_456_000)
}

fn at(id: &str) -> Option<u32> {
    shelf::ITEMS.iter().position(|known| *known == id).map(|at| at as u32)
}

/// Why an item must not be in any list of this request.
fn forbids(request: &Request<'_>, item: u32) -> Option<&'static str> {
    let names = |ids: &[&str]| ids.iter().any(|id| at(id) == Some(item));
    let dismissed = |event: &Event<'_>| event.kind == EventKind::Dismiss && at(event.item) == Some(item);
    let buried = |boost: &Boost<'_>| boost.by == 0.0 && passes(&boost.filter, item);
    let wishes = &request.wishes;
    let again = matches!(request.list, ListKind::Recent | ListKind::Again);
    let rules = [
        (names(&request.exclude), "excluded"),
        (request.profile.iter().any(dismissed), "dismissed"),
        (request.filter.as_ref().is_some_and(|filter| !passes(filter, item)), "filtered out"),
        (!is_sold(request, item), "not sold"),
        (!request.repeats && !again && names(&request.seeds), "a seed"),
        (wishes.among.as_ref().is_some_and(|among| !names(among)), "not among those asked about"),
        (wishes.boosts.iter().any(buried), "buried"),
        (request.list == ListKind::New && item == 3, "kept out by the shop"),
        (
            request.list == ListKind::Similar && request.seeds.contains(&"99") && item == 0,
            "kept out beside 99",
        ),
    ];
    rules.into_iter().find(|(broken, _)| *broken).map(|(_, rule)| rule)
}

fn check(request: &Request<'_>, list: &List) -> Result<(), TestCaseError> {
    prop_assert!(list.items.len() <= request.limit as usize);
    for (place, item) in list.items.iter().enumerate() {
        prop_assert_eq!(forbids(request, item.position), None, "{:?} {:?}", item, request);
        prop_assert!(
            list.items[..place].iter().all(|other| other.position != item.position),
            "{:?} twice",
            item
        );
        prop_assert!(item.score.is_finite() && item.score > 0.0, "{:?}", item);
    }
    let quota = request.wishes.per_category as usize;
    let computed = |item: &&Item| item.reason != Reason::Chosen;
    for lamps in [false, true] {
        let of = list.items.iter().filter(computed).filter(|item| (8..11).contains(&item.position) == lamps);
        prop_assert!(quota == 0 || of.count() <= quota, "{:?}", list);
    }
    Ok(())
}

fn model() -> Model {
    shelf::model()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_wish_shows_what_may_not_be_shown(request in request()) {
        let Outcome::Done(list) = recommend(&model(), &request) else { panic!("a whole model needs nothing") };
        check(&request, &list)?;
        // The same through bytes, as a browser asks.
        let bytes = request.encode();
        prop_assert_eq!(recommend(&model(), &Request::decode(&bytes).unwrap()), Outcome::Done(list));
    }

    #[test]
    fn no_page_shows_an_item_twice(requests in proptest::collection::vec(request(), 1..4)) {
        let mut lists = Vec::new();
        prop_assert!(recommend_many(&model(), &requests, &mut Scratch::default(), &mut lists).is_empty());
        let mut shown = Vec::new();
        for (request, list) in requests.iter().zip(&lists) {
            check(request, list)?;
            for item in &list.items {
                prop_assert!(!shown.contains(&item.position), "{:?} again", item);
                shown.push(item.position);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// What the list shows of the first places stays in its order, and the rest is for new items as far as there are any.
    #[test]
    fn the_places_kept_for_new_items_are_exact(request in request()) {
        // Lists that are not explored become one that is: what is new by itself could not be told apart.
        let explored = |list| match list {
            ListKind::New | ListKind::Recent | ListKind::Again | ListKind::Named => ListKind::Popular,
            list => list,
        };
        let fallback = request.fallback.iter().map(|list| explored(*list)).collect();
        let request = Request { list: explored(request.list), fallback, ..request };
        let without = |wishes| Request { wishes, ..request.clone() };
        let answer = |request: &Request<'_>| {
            let Outcome::Done(list) = recommend(&model(), request) else { panic!("a whole model needs nothing") };
            list
        };
        let wishes = Wishes { per_category: 0, ..request.wishes.clone() };
        let plain = answer(&without(Wishes { explore: 0.0, ..wishes.clone() }));
        let found = answer(&without(wishes));
        let pins = &request.wishes.pins;
        let is_pin = |item: &&Item| {
            pins.iter().any(|pin| pin.place <= request.limit && at(pin.item) == Some(item.position))
        };
        let rest = |list: &List| -> Vec<u32> {
            list.items.iter().filter(|item| !is_pin(item)).map(|item| item.position).collect()
        };
        let (before, after) = (rest(&plain), rest(&found));
        let room = request.limit as usize - plain.items.iter().filter(is_pin).count();
        // What the shop put on top is not moved.
        let chosen = plain.items.iter().filter(|item| !is_pin(item)).take_while(|item| item.reason == Reason::Chosen);
        let kept = ((request.wishes.explore * request.limit as f32).round() as usize).min(room - chosen.count());
        let head = &before[..before.len().min(room - kept)];
        // The two items of the small model's chart, as far as they may be shown.
        let all = [11u32, 10];
        let free = |item: &u32| {
            let pinned = pins.iter().any(|pin| pin.place <= request.limit && at(pin.item) == Some(*item));
            forbids(&request, *item).is_none() && !head.contains(item) && !pinned
        };
        // What a shopper knows is in no list of picks but those of a page's own items, nor next in the session it tells.
        let known = |item: &u32| {
            let own = request.list == ListKind::Picks && request.wishes.among.is_none();
            let about = (own || request.list == ListKind::Next) && !request.repeats;
            about && request.profile.iter().any(|event| at(event.item) == Some(*item))
        };
        let most = all.iter().filter(|item| free(item)).count().min(kept);
        let least = all.iter().filter(|item| free(item) && !known(item)).count().min(kept);
        let new = found.items.iter().filter(|item| (item.reason, item.list) == (Reason::New, ListKind::New)).count();
        prop_assert!((least..=most).contains(&new), "{new} of {least} to {most}: {found:?} {plain:?}");
        let in_order: Vec<u32> = after.iter().copied().filter(|item| head.contains(item)).collect();
        prop_assert_eq!(&in_order[..], head);
        prop_assert_eq!(after.len(), room.min(before.len() + after.iter().filter(|item| !before.contains(item)).count()));
        for pin in plain.items.iter().zip(&found.items).filter(|(item, _)| is_pin(item)) {
            prop_assert!(before.len() < room || pin.0.position == pin.1.position, "{:?}", pin);
        }
    }
}

/// The rules above would also hold for a recommender that shows nothing.
#[test]
fn wishes_alone_do_not_empty_a_list() {
    let wishes =
        Wishes { diversity: 0.9, personal: 0.5, min_score: 0.2, per_category: 2, ..Wishes::default() };
    let request = Request { wishes, fallback: vec![ListKind::New], ..Request::new(ListKind::Popular, 4) };
    let Outcome::Done(list) = recommend(&model(), &request) else { panic!("a whole model needs nothing") };
    assert_eq!(list.items.len(), 4);
}
