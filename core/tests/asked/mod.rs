//! Any question about the small model, for the tests of this folder.

use cookshelf_core::{Boost, Event, EventKind, Filter, ListKind, Pin, Request, Rotation, Wishes};
use proptest::{prelude::*, sample::select};

use crate::shelf;

fn id() -> impl Strategy<Value = &'static str> {
    prop_oneof![9 => select(&shelf::ITEMS), 1 => Just("no such item")]
}

fn some_ids(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(id(), 0..=most)
}

fn list() -> impl Strategy<Value = ListKind> {
    select(&ListKind::ALL)
}

fn profile() -> impl Strategy<Value = Vec<Event<'static>>> {
    let kinds = [
        EventKind::View,
        EventKind::AddToCart,
        EventKind::RemoveFromCart,
        EventKind::Purchase,
        EventKind::Dismiss,
    ];
    let event = (id(), select(kinds.to_vec()), 0u32..2000);
    proptest::collection::vec(event.prop_map(|(item, kind, age_hours)| Event { item, kind, age_hours }), 0..6)
}

fn filter() -> impl Strategy<Value = Filter<'static>> {
    let leaf = prop_oneof![
        select(vec!["Numbers", "Lamps", "Hats"]).prop_map(Filter::Category),
        select(vec!["blue", "red", "pink"]).prop_map(|value| Filter::Is { column: "Colour", value }),
        (0u32..12, 0u32..12).prop_map(|(min, max)| Filter::Range {
            column: "Price",
            min: f64::from(min) * 10.0,
            max: f64::from(max) * 10.0
        }),
        Just(Filter::InStock),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let parts = || proptest::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            parts().prop_map(Filter::All),
            parts().prop_map(Filter::Any),
            inner.clone().prop_map(|part| Filter::Not(Box::new(part))),
        ]
    })
}

fn wishes() -> impl Strategy<Value = Wishes<'static>> {
    let boost = (filter(), select(vec![0.0, 0.2, 3.0, 100.0])).prop_map(|(filter, by)| Boost { filter, by });
    let pin = (id(), 1u32..8).prop_map(|(item, place)| Pin { item, place });
    let rotation = (0.0f32..=1.0, 0u32..100, proptest::collection::vec((id(), 0u32..100), 0..5));
    let share = || prop_oneof![Just(0.0f32), 0.0f32..=1.0];
    (
        proptest::collection::vec(boost, 0..3),
        proptest::collection::vec(pin, 0..4),
        (share(), share(), share(), share()),
        0u32..4,
        rotation,
        proptest::option::weighted(0.3, some_ids(8)),
    )
        .prop_map(
            |(boosts, pins, (diversity, min_score, personal, explore), per_category, rotation, among)| {
                let (rate, half_life_hours, shown) = rotation;
                let rotation = Rotation { rate, half_life_hours, shown };
                Wishes {
                    boosts,
                    pins,
                    diversity,
                    per_category,
                    rotation,
                    min_score,
                    personal,
                    among,
                    explore,
                }
            },
        )
}

pub(crate) fn request() -> impl Strategy<Value = Request<'static>> {
    let place = (
        select(vec![0u32, 1_650_000_000, 1_763_000_000, 1_900_000_000]),
        select(vec!["", "0", "web", "shop", "moon"]),
        select(vec!["", "summer"]),
    );
    (
        (list(), 0u32..14, some_ids(3), profile(), some_ids(4)),
        (proptest::option::of(filter()), proptest::collection::vec(list(), 0..3), place),
        (select(vec!["", "summer", "last-year"]), select(vec!["", "living-room"]), any::<bool>()),
        wishes(),
    )
        .prop_map(
            |(
                (list, limit, seeds, profile, exclude),
                (filter, fallback, place),
                (name, scene, repeats),
                wishes,
            )| {
                let (moment, channel, catalog) = place;
                Request {
                    list,
                    limit,
                    seeds,
                    profile,
                    exclude,
                    filter,
                    fallback,
                    moment,
                    channel,
                    catalog,
                    name,
                    scene,
                    repeats,
                    wishes,
                }
            },
        )
}
