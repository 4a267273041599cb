//! Answers take no memory once the room for them is there.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shelf;

use cookshelf_core::{
    Boost, Event, EventKind, Filter, List, ListKind, Model, Pin, Request, Rotation, Scratch, Wishes,
    recommend, recommend_with,
};

/// Everything that a question can hold, about one list.
fn full(list: ListKind) -> Request<'static> {
    let event = |item, kind, age_hours| Event { item, kind, age_hours };
    let price = Filter::Range { column: "Price", min: 0.0, max: 95.0 };
    let colour = Filter::Any(vec![
        Filter::Is { column: "Colour", value: "blue" },
        Filter::Is { column: "Colour", value: "red" },
    ]);
    Request {
        seeds: vec!["102", "lamp-a", "no such item"],
        profile: vec![
            event("101", EventKind::View, 0),
            event("lamp-b", EventKind::Purchase, 30),
            event("103", EventKind::Purchase, 90),
            event("105", EventKind::Dismiss, 2),
            event("lamp-b", EventKind::Purchase, 400),
        ],
        exclude: vec!["104", "lamp-z"],
        filter: Some(Filter::All(vec![price, colour, Filter::Not(Box::new(Filter::Category("Hats")))])),
        fallback: vec![ListKind::Similar, ListKind::Trending, ListKind::Popular],
        moment: 1_763_000_000,
        channel: "web",
        name: "SUMMER",
        scene: "living-room",
        wishes: Wishes {
            boosts: vec![Boost { filter: Filter::InStock, by: 1.5 }],
            pins: vec![Pin { item: "103", place: 2 }],
            diversity: 0.3,
            per_category: 4,
            rotation: Rotation { rate: 0.5, half_life_hours: 24, shown: vec![("100", 3), ("lamp-c", 30)] },
            min_score: 0.01,
            personal: 0.4,
            among: None,
            explore: 0.3,
        },
        ..Request::new(list, 9)
    }
}

fn requests() -> impl Iterator<Item = Request<'static>> {
    ListKind::ALL.into_iter().flat_map(|list| {
        let mut given = full(list);
        given.wishes.among = Some(vec!["103", "lamp-c", "100", "107"]);
        [full(list), given, Request { seeds: vec!["102"], ..Request::new(list, 4) }]
    })
}

fn answer(model: &Model, request: &Request<'_>, scratch: &mut Scratch, list: &mut List) {
    assert!(recommend_with(model, request, scratch, list).is_empty(), "a whole model needs nothing");
}

#[test]
fn the_second_answer_of_every_kind_takes_no_memory() {
    let model = shelf::model();
    let (mut scratch, mut list) = (Scratch::default(), List::default());
    let all: Vec<Request<'_>> = requests().collect();
    all.iter().for_each(|request| answer(&model, request, &mut scratch, &mut list));
    for request in &all {
        let taken = allocation_counter::measure(|| answer(&model, request, &mut scratch, &mut list));
        assert_eq!(taken.count_total, 0, "{:?} took {} bytes", request.list, taken.bytes_total);
        assert!(allocation_counter::measure(|| drop(recommend(&model, request))).count_total > 0);
    }
}

#[test]
fn what_was_answered_before_changes_nothing() {
    let model = shelf::model();
    let (mut scratch, mut list) = (Scratch::default(), List::default());
    for request in requests().chain(requests()) {
        answer(&model, &request, &mut scratch, &mut list);
        let mut alone = List::default();
        answer(&model, &request, &mut Scratch::default(), &mut alone);
        assert_eq!(list, alone, "{:?}", request.list);
    }
}
