//! Places that are kept for new items, on the small model with a longer chart of them, item by item.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shelf;

use cookshelf_core::{
    Cause, Chart, Charts, Event, EventKind, Filter, Level, List, ListKind, Model, Names, Outcome, Pin,
    Ranked, Reason, Request, Rotation, Rule, Scratch, Section, SectionKey, SectionKind, Wishes, explain,
    recommend, recommend_many,
};

/// The small model; new are 99, 107, 106, lamp-c, 105 and 100, each a tenth less than the one before.
fn model() -> Model {
    let chart = |rows: &[&[u32]]| {
        let row = |row: &&[u32]| {
            let place = |(at, &position)| Ranked { position, score: 10.0 - at as f32 };
            (0..10).zip(*row).map(place).collect::<Vec<Ranked>>()
        };
        Chart::new(&rows.iter().map(row).collect::<Vec<_>>()).unwrap()
    };
    // Overall, the categories, and the channel "web"; 103 is kept out of new items by the shop.
    let popular = chart(&[&[0, 1, 2, 8, 9], &[0, 1, 2], &[8, 9], &[]]);
    let trending = chart(&[&[5, 8, 0], &[5, 0], &[8], &[]]);
    let new = chart(&[&[3, 11, 7, 6, 10, 5, 0], &[3, 11, 7, 6, 5, 0], &[10], &[]]);
    let charts = Charts::new(Names::new(["web"]), [popular, trending, new]).unwrap();
    let mut model = shelf::model();
    model.insert(Section::Popular(charts)).unwrap();
    model
}

fn ask(request: &Request<'_>) -> List {
    match recommend(&model(), request) {
        Outcome::Done(list) => list,
        Outcome::Needs(keys) => panic!("a whole model needs nothing, yet asked for {keys:?}"),
    }
}

fn ids(list: &List) -> Vec<&'static str> {
    list.items.iter().map(|item| shelf::ITEMS[item.position as usize]).collect()
}

/// What is in the list because it is new.
fn new(list: &List) -> Vec<&'static str> {
    let items = list.items.iter().filter(|item| (item.reason, item.list) == (Reason::New, ListKind::New));
    items.map(|item| shelf::ITEMS[item.position as usize]).collect()
}

fn exploring(explore: f32) -> Wishes<'static> {
    Wishes { explore, ..Wishes::default() }
}

fn popular(limit: u32, wishes: Wishes<'static>) -> Request<'static> {
    Request { wishes, ..Request::new(ListKind::Popular, limit) }
}

#[test]
fn new_items_have_their_share_of_the_places_spread_over_the_list() {
    let list = ask(&popular(5, exploring(0.4)));
    // Two of five: the second and the fourth. 103 is in the chart, but the shop keeps it out of new items.
    assert_eq!((ids(&list), new(&list)), (vec!["100", "99", "101", "107", "102"], vec!["99", "107"]));
    assert_eq!((list.level, list.removed.by(Rule::Shop)), (Level::Asked, 1));
    assert_eq!(ids(&ask(&popular(5, exploring(0.0)))), ids(&ask(&popular(5, Wishes::default()))));
    // A tenth of five is half a place, which is one; less is none.
    assert_eq!(ids(&ask(&popular(5, exploring(0.1)))), ["100", "101", "99", "102", "lamp-a"]);
    assert_eq!(ids(&ask(&popular(5, exploring(0.09)))), ["100", "101", "102", "lamp-a", "lamp-b"]);
    assert_eq!(ids(&ask(&popular(5, exploring(1.0)))), ["99", "107", "106", "lamp-c", "105"]);
    let other = |list| ids(&ask(&Request { wishes: exploring(1.0), ..Request::new(list, 3) }));
    assert_eq!(other(ListKind::New), ["99", "107", "106"]);
    assert_eq!((other(ListKind::Named), other(ListKind::Recent)), (vec![], vec![]));
}

#[test]
fn places_that_no_new_item_takes_go_back_to_the_list() {
    let lamps = Request {
        filter: Some(Filter::Category("Lamps")),
        exclude: vec!["100"],
        ..popular(4, exploring(0.5))
    };
    assert_eq!(ids(&ask(&lamps)), ["lamp-a", "lamp-c", "lamp-b"]);
    // The only new item left is the best of the list already, and is not made worse.
    let exclude = vec!["99", "107", "106", "lamp-c", "105"];
    let list = ask(&Request { exclude: exclude.clone(), ..popular(4, exploring(0.5)) });
    assert_eq!((ids(&list), new(&list)), (vec!["100", "101", "102", "lamp-a"], vec![]));
    // At the end of the list it is lifted, and what stood before it comes back.
    let trending = Request { exclude, wishes: exploring(0.67), ..Request::new(ListKind::Trending, 3) };
    let list = ask(&Request { exclude: vec!["99", "107", "106", "lamp-c"], ..trending });
    assert_eq!(
        (ids(&list), new(&list), list.level),
        (vec!["105", "100", "lamp-a"], vec!["100"], Level::Asked)
    );
}

#[test]
fn pins_keep_their_places_and_rules_win() {
    let pins = vec![Pin { item: "103", place: 2 }, Pin { item: "104", place: 4 }];
    let pinned = Wishes { pins, ..exploring(0.4) };
    // Three places are left, two of them for new items.
    assert_eq!(ids(&ask(&popular(5, pinned.clone()))), ["99", "103", "100", "104", "107"]);
    let only = Request { limit: 2, ..popular(2, Wishes { explore: 1.0, ..pinned }) };
    assert_eq!(ids(&ask(&only)), ["99", "103"]);
    let dismissed = Event { item: "107", kind: EventKind::Dismiss, age_hours: 0 };
    let ruled = Request {
        exclude: vec!["99"],
        profile: vec![dismissed],
        filter: Some(Filter::Range { column: "Price", min: 0.0, max: 95.0 }),
        channel: "shop",
        ..popular(5, exploring(0.6))
    };
    let list = ask(&ruled);
    // lamp-c is not sold in the shop and too dear; left are 106 and 105, and 100 comes first by itself.
    assert_eq!((ids(&list), new(&list)), (vec!["100", "106", "101", "105", "102"], vec!["106", "105"]));
    assert_eq!((list.removed.by(Rule::Excluded), list.removed.by(Rule::Dismissed)), (1, 1));
}

#[test]
fn the_quota_of_a_category_holds_and_a_low_score_is_no_fault_of_what_is_new() {
    let quota = Wishes { per_category: 2, ..exploring(0.4) };
    // 100, 101, lamp-a stay; of the new ones only a lamp is let in, and then the other lamp not again.
    let list = ask(&popular(5, quota));
    assert_eq!((ids(&list), new(&list)), (vec!["100", "101", "lamp-c", "lamp-a"], vec!["lamp-c"]));
    let good = Wishes { min_score: 0.75, ..exploring(0.4) };
    assert_eq!(ids(&ask(&popular(5, good))), ["100", "99", "101", "107", "102"]);
}

#[test]
fn what_was_shown_makes_room_for_other_new_items() {
    let rotation = Rotation { rate: 1.0, half_life_hours: 24, shown: vec![("99", 0), ("106", 0)] };
    assert_eq!(new(&ask(&popular(5, Wishes { rotation, ..exploring(0.4) }))), ["107", "lamp-c"]);
}

#[test]
fn the_level_is_that_of_the_rest() {
    let nobody = Request { fallback: vec![ListKind::Popular], ..Request::new(ListKind::Picks, 4) };
    let list = ask(&Request { wishes: exploring(0.25), ..nobody.clone() });
    assert_eq!((ids(&list), list.level), (vec!["100", "101", "99", "102"], Level::Fallback));
    let alone = Request { fallback: vec![], wishes: exploring(0.25), ..nobody };
    let list = ask(&alone);
    assert_eq!((ids(&list), list.level), (vec!["99"], Level::Fallback));
    let few = Request {
        fallback: vec![ListKind::Popular],
        wishes: exploring(0.25),
        ..Request::new(ListKind::Trending, 8)
    };
    let list = ask(&few);
    // Three of trending, three of popular, two new.
    assert_eq!((list.level, list.items.len(), new(&list)), (Level::PartlyFallback, 8, vec!["99", "107"]));
    assert_eq!(ids(&list), ["105", "lamp-a", "99", "100", "101", "102", "107", "lamp-b"]);
}

#[test]
fn a_taste_chooses_among_new_items_where_the_list_is_about_it() {
    let view = |item| Event { item, kind: EventKind::View, age_hours: 0 };
    let picks = |explore| Request {
        profile: vec![view("101"), view("103")],
        wishes: exploring(explore),
        ..Request::new(ListKind::Picks, 4)
    };
    // All of the list: what nobody looked at, by the taste alone.
    let list = ask(&picks(1.0));
    let taste = |id: &str| {
        let open = Request { limit: 12, ..picks(0.0) };
        let found = ask(&open);
        found.items.iter().find(|item| shelf::ITEMS[item.position as usize] == id).unwrap().score
    };
    assert_eq!((list.items.len(), new(&list).len(), list.level), (4, 4, Level::Fallback));
    let mut by_taste = ["99", "107", "106", "lamp-c", "105", "100"];
    by_taste.sort_by(|a, b| taste(b).total_cmp(&taste(a)));
    assert_eq!(ids(&list), by_taste[..4]);
    assert_ne!(ids(&list), ["99", "107", "106", "lamp-c"], "the chart's order");
    // A part of it: the best picks stay, and are not there twice.
    let plain = ids(&ask(&picks(0.0)));
    let list = ask(&picks(0.5));
    assert_eq!((ids(&list)[0], ids(&list)[2], list.level), (plain[0], plain[1], Level::Asked));
    let expected: Vec<&str> = by_taste.into_iter().filter(|id| !plain[..2].contains(id)).take(2).collect();
    assert_eq!(new(&list), expected);
    // Each says why: the place among new items, and the taste.
    for item in &list.items {
        let id = shelf::ITEMS[item.position as usize];
        let why = explain(&model(), &picks(0.5), id, &mut Scratch::default()).unwrap();
        let sum: f64 = why.parts.iter().map(|part| part.amount).sum();
        assert!((sum - f64::from(item.score)).abs() < 1e-6, "{why:?}");
        let place = why.parts.iter().any(|part| part.cause == Cause::Place);
        assert_eq!(place, item.reason == Reason::New, "{why:?}");
        assert!(why.parts.iter().any(|part| part.cause == Cause::Profile), "{why:?}");
    }
    // In a list that is about an item, as much as the page wishes: here not at all.
    let similar = Request { list: ListKind::Similar, seeds: vec!["102"], ..picks(0.5) };
    assert_eq!(new(&ask(&similar)), ["99", "107"]);
    let wishes = Wishes { personal: 1.0, ..exploring(0.5) };
    let near: Vec<&str> = new(&ask(&Request { wishes, ..similar }));
    let expected: Vec<&str> = by_taste.into_iter().filter(|id| !["100"].contains(id)).take(2).collect();
    assert_eq!(near, expected);
}

#[test]
fn the_lists_of_a_page_explore_different_items() {
    let requests =
        [popular(4, exploring(0.5)), Request { list: ListKind::Trending, ..popular(4, exploring(0.5)) }];
    let mut lists = Vec::new();
    assert!(recommend_many(&model(), &requests, &mut Scratch::default(), &mut lists).is_empty());
    assert_eq!(ids(&lists[0]), ["100", "99", "101", "107"]);
    assert_eq!(ids(&lists[1]), ["105", "106", "lamp-a", "lamp-c"]);
}

#[test]
fn the_charts_are_named_among_what_is_needed() {
    use cookshelf_core::{Index, Located, NAME_BYTES, Place};
    let sections = shelf::sections();
    let keys = || sections.iter().map(|blob| Section::decode(blob).unwrap().key().unwrap());
    let places = keys().map(|key| Located { key, place: Place { hash: [0; NAME_BYTES], size: 1 } }).collect();
    let Section::Ids(ids) = Section::decode(&sections[0]).unwrap() else { panic!("the ids come first") };
    let mut model = Model::new(ids);
    model.insert(Section::Index(Index::new(places).unwrap())).unwrap();
    for blob in &sections {
        let section = Section::decode(blob).unwrap();
        if matches!(section, Section::Availability(_) | Section::Curated(_)) {
            model.insert(section).unwrap();
        }
    }
    let similar = Request { seeds: vec!["102"], ..Request::new(ListKind::Similar, 4) };
    let needs = |explore| match recommend(&model, &Request { wishes: exploring(explore), ..similar.clone() })
    {
        Outcome::Needs(keys) => keys,
        Outcome::Done(list) => panic!("{list:?} of nothing"),
    };
    let charts = SectionKey::single(SectionKind::Popular);
    assert_eq!(needs(0.0), [SectionKey::near(ListKind::Similar, 0)]);
    assert_eq!(needs(0.25), [charts, SectionKey::near(ListKind::Similar, 0)]);
    assert_eq!(needs(0.1), [SectionKey::near(ListKind::Similar, 0)], "no place, no need");
}
