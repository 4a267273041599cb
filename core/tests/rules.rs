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

/// The rules above would also hold for a recommender that shows nothing.
#[test]
fn wishes_alone_do_not_empty_a_list() {
    let wishes =
        Wishes { diversity: 0.9, personal: 0.5, min_score: 0.2, per_category: 2, ..Wishes::default() };
    let request = Request { wishes, fallback: vec![ListKind::New], ..Request::new(ListKind::Popular, 4) };
    let Outcome::Done(list) = recommend(&model(), &request) else { panic!("a whole model needs nothing") };
    assert_eq!(list.items.len(), 4);
}
