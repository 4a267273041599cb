//! Packing seen from outside: what the shop says about places, times and choices reaches the model.
//!
//! Deliberately nothing about scoring; the core tests that. Invariant: every catalogue is made here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cookshelf_core::{Bundle, Ids, ListKind, Model, Outcome, Request, SectionKey, SectionKind, recommend};
use cookshelf_server::catalogue::{
    ALWAYS, Availability, Catalogue, Item, NamedList, Override, Scene, Scope, Window,
};
use cookshelf_server::interaction::Interactions;
use cookshelf_server::pack::{PackParams, Packed, pack};
use cookshelf_server::progress::Progress;
use cookshelf_server::train::{TrainParams, train};

fn catalogue(ids: &[&str]) -> Catalogue {
    let item = |id: &&str| Item { id: (*id).to_owned(), title: format!("Item {id}"), ..Item::default() };
    Catalogue { items: ids.iter().map(item).collect(), ..Catalogue::default() }
}

/// Six items with everything a shop can say about them. Items are named by their place among the given ids.
fn full(ids: &[&str]) -> Catalogue {
    let place = |id: &str| ids.iter().position(|known| *known == id).unwrap() as u32;
    let places = |ids: &[&str]| ids.iter().map(|id| place(id)).collect::<Vec<u32>>();
    let scope = |channel: &str, catalog: &str| Scope { channel: channel.into(), catalog: catalog.into() };
    let window = |scope, (from, until)| Window { scope, from, until };
    let of = |id: &&str| match *id {
        "b" => vec![window(1, (1000, 2000))],
        "c" => vec![],
        _ => vec![window(0, ALWAYS), window(1, (-5, 5_000_000_000))],
    };
    Catalogue {
        availability: Some(Availability {
            scopes: vec![scope("", ""), scope("web", "sale")],
            windows: ids.iter().map(of).collect(),
        }),
        lists: vec![NamedList {
            name: "Summer".into(),
            title: "Warm days".into(),
            from: 1000,
            until: ALWAYS.1,
            items: places(&["e", "c", "a"]),
        }],
        overrides: vec![
            Override {
                list: ListKind::Similar,
                seed: Some(place("d")),
                include: places(&["e", "a"]),
                exclude: vec![],
            },
            Override { list: ListKind::Popular, seed: None, include: vec![], exclude: places(&["e"]) },
        ],
        scenes: vec![Scene { id: "room".into(), address: "/room.jpg".into(), items: places(&["a", "d"]) }],
        ..catalogue(ids)
    }
}

fn packed(catalogue: &Catalogue, previous: Option<&Ids>) -> Packed {
    let trained = train(catalogue, &Interactions::default(), &TrainParams::recommended(), Progress::Silent);
    let params = PackParams {
        name: "test".into(),
        currency: String::new(),
        address: String::new(),
        weight_bits: 4,
        factor_bits: 4,
        privacy_floor: 5,
        as_of: 0,
        settings: Vec::new(),
    };
    pack(catalogue, &trained.unwrap(), previous, &params).unwrap()
}

fn model(packed: &Packed) -> Model {
    Bundle::decode(&packed.bundle).unwrap().model().unwrap()
}

fn ids(model: &Model, request: &Request<'_>) -> Vec<String> {
    let Outcome::Done(list) = recommend(model, request) else { panic!("a bundle is whole") };
    list.items.iter().filter_map(|item| model.ids().id(item.position)).collect()
}

fn named(moment: u32) -> Request<'static> {
    Request { name: "SUMMER", moment, ..Request::new(ListKind::Named, 8) }
}

#[test]
fn what_the_shop_says_is_in_the_model() {
    let model = model(&packed(&full(&["a", "b", "c", "d", "e"]), None));
    let windows: Vec<_> = model.availability().unwrap().windows(0).collect();
    let all = |window: &cookshelf_core::Window<'_>| (window.from, window.until) == (0, u32::MAX);
    assert!(windows.len() == 2 && windows.iter().all(all), "{windows:?}");
    let b = model.availability().unwrap().windows(1).next().unwrap();
    assert_eq!((b.channel, b.catalog, b.from, b.until), ("web", "sale", 1000, 2000));
    // c has no window, so it is nowhere.
    assert_eq!(ids(&model, &named(1000)), ["e", "a"]);
    assert!(ids(&model, &named(999)).is_empty());
    let similar = Request { seeds: vec!["d"], ..Request::new(ListKind::Similar, 8) };
    assert_eq!(ids(&model, &similar), ["e", "a"]);
    let scene = model.curated().unwrap().scenes().next().unwrap();
    assert_eq!((scene.id, scene.address, scene.items), ("room", "/room.jpg", &[0, 3][..]));
    let title = model.curated().unwrap().lists().next().unwrap().title;
    assert_eq!(title, "Warm days");
}

/// A later cook keeps positions: the same choices then name other catalogue places and the same positions.
#[test]
fn choices_follow_their_items_to_their_positions() {
    let previous = Ids::new(&["e", "a", "x", "d", "c", "b"]).unwrap();
    let after = packed(&full(&["a", "b", "c", "d", "e"]), Some(&previous));
    let model = model(&after);
    assert_eq!(model.ids().position("e"), Some(0));
    assert_eq!(ids(&model, &named(1000)), ["e", "a"]);
    let similar = Request { seeds: vec!["d"], ..Request::new(ListKind::Similar, 8) };
    assert_eq!(ids(&model, &similar), ["e", "a"]);
    let gone = model.ids().position("x").unwrap();
    assert_eq!(model.availability().unwrap().windows(gone).count(), 0, "what is gone may not be shown");
    assert_eq!(model.curated().unwrap().scenes().next().unwrap().items, [1, 3], "sorted by position");
    assert_eq!(after, packed(&full(&["a", "b", "c", "d", "e"]), Some(&previous)), "the same bytes again");
}

#[test]
fn a_shop_that_says_nothing_has_no_such_sections() {
    let packed = packed(&catalogue(&["a", "b"]), None);
    for kind in [SectionKind::Availability, SectionKind::Curated] {
        assert!(packed.blob(SectionKey::single(kind)).is_none());
    }
    let model = model(&packed);
    assert!(model.availability().is_none() && model.curated().is_none());
    assert!(!model.lists().contains(&ListKind::Named));
}

/// No windows at all is not the same as no word about windows: nothing may be shown.
#[test]
fn availability_without_windows_shows_nothing() {
    let silent = Availability { scopes: vec![], windows: vec![vec![], vec![]] };
    let list = NamedList { name: "n".into(), title: "t".into(), from: 0, until: ALWAYS.1, items: vec![0, 1] };
    let shop = Catalogue { availability: Some(silent), lists: vec![list], ..catalogue(&["a", "b"]) };
    assert!(
        ids(&model(&packed(&shop, None)), &Request { name: "n", ..Request::new(ListKind::Named, 8) })
            .is_empty()
    );
}
