//! Lists of a small model, item by item.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shelf;

use cookshelf_core::{
    Event, EventKind, Filter, Ids, Index, Level, List, ListKind, Located, Model, NAME_BYTES, Outcome, Place,
    Reason, Request, Section, SectionKey, SectionKind, recommend,
};

fn request(list: ListKind) -> Request<'static> {
    Request::new(list, 4)
}

fn ask(request: &Request<'_>) -> List {
    match recommend(&shelf::model(), request) {
        Outcome::Done(list) => list,
        Outcome::Needs(keys) => panic!("a whole model needs nothing, yet asked for {keys:?}"),
    }
}

fn ids(list: &List) -> Vec<&'static str> {
    list.items.iter().map(|item| shelf::ITEMS[item.position as usize]).collect()
}

fn view(item: &'static str) -> Event<'static> {
    Event { item, kind: EventKind::View, age_hours: 0 }
}

#[test]
fn similar_is_the_row_of_the_seed_best_first() {
    let list = ask(&Request { seeds: vec!["102"], ..request(ListKind::Similar) });
    // Weights are 1/3 for 100 and 104, 1/5 for 106, 1/7 for lamp-a: ties go to the lower position.
    assert_eq!(ids(&list), ["100", "104", "106", "lamp-a"]);
    assert_eq!(list.level, Level::Asked);
    let first = list.items[0];
    assert_eq!((first.reason, first.because), (Reason::SimilarTo, Some(2)));
    assert!((first.score - 1.0 / 3.0).abs() < 0.02, "{}", first.score);
}

#[test]
fn several_seeds_add_up_and_the_strongest_is_the_reason() {
    let list = ask(&Request { seeds: vec!["100", "104", "no such item"], ..request(ListKind::Together) });
    assert_eq!(ids(&list)[0], "102", "the only item near both");
    let single = ask(&Request { seeds: vec!["104"], ..request(ListKind::Together) });
    let score = |list: &List| list.items.iter().find(|item| item.position == 2).unwrap().score;
    assert!(score(&list) > score(&single));
    let lamp = list.items.iter().find(|item| item.position == 6).unwrap();
    assert_eq!(
        (lamp.reason, lamp.because),
        (Reason::TogetherWith, Some(4)),
        "104 is nearer to 106 than 100 is"
    );
}

#[test]
fn picks_follow_the_taste_and_name_their_reason() {
    let profile = vec![view("101"), view("103")];
    let list = ask(&Request { profile: profile.clone(), ..request(ListKind::Picks) });
    assert_eq!(list.level, Level::Asked);
    assert!(ids(&list)[..2].iter().all(|id| ["105", "107", "lamp-b", "99"].contains(id)), "{:?}", ids(&list));
    for item in &list.items {
        assert_eq!(item.reason, Reason::YourTaste);
        assert!([Some(1), Some(3)].contains(&item.because), "{item:?}");
    }
    let seen: Vec<_> = list.items.iter().filter(|item| item.position == 1 || item.position == 3).collect();
    assert!(seen.is_empty(), "what the shopper saw is not a pick");
}

#[test]
fn a_shopper_nobody_knows_gets_the_fallback_and_is_told() {
    let list = ask(&Request { fallback: vec![ListKind::Trending], ..request(ListKind::Picks) });
    assert_eq!((ids(&list), list.level), (vec!["105", "lamp-a", "100"], Level::Fallback));
    let none = ask(&request(ListKind::Picks));
    assert_eq!((none.items.len(), none.level), (0, Level::Empty));
}

#[test]
fn a_short_list_is_filled_without_repeats() {
    let list = ask(&Request {
        limit: 5,
        fallback: vec![ListKind::Popular, ListKind::New],
        ..request(ListKind::Trending)
    });
    assert_eq!((ids(&list), list.level), (vec!["105", "lamp-a", "100", "101", "102"], Level::PartlyFallback));
    let reasons: Vec<Reason> = list.items.iter().map(|item| item.reason).collect();
    assert_eq!(reasons[2..4], [Reason::Trending, Reason::Popular]);
}

#[test]
fn charts_know_categories_and_filters() {
    let of = |list, filter| ids(&ask(&Request { filter: Some(filter), ..request(list) }));
    assert_eq!(of(ListKind::Popular, Filter::Category("Lamps")), ["lamp-a", "lamp-b"]);
    assert_eq!(of(ListKind::New, Filter::Category("Lamps")), ["lamp-c"]);
    assert!(of(ListKind::Popular, Filter::Category("No such category")).is_empty());
    let cheap = Filter::Range { column: "Price", min: 0.0, max: 15.0 };
    assert_eq!(of(ListKind::Popular, cheap.clone()), ["100", "101"]);
    assert_eq!(
        of(ListKind::Popular, Filter::All(vec![cheap, Filter::Is { column: "Colour", value: "red" }])),
        ["101"]
    );
    assert_eq!(of(ListKind::Popular, Filter::InStock), ["100", "101", "lamp-a", "lamp-b"], "102 is sold out");
    let not_lamps = Filter::Not(Box::new(Filter::Category("Lamps")));
    assert_eq!(of(ListKind::Popular, not_lamps), ["100", "101", "102"]);
}

#[test]
fn excluded_and_dismissed_items_stay_away() {
    let dismissed = Event { item: "104", kind: EventKind::Dismiss, age_hours: 3 };
    let asked = Request {
        seeds: vec!["102"],
        exclude: vec!["100"],
        profile: vec![dismissed],
        ..request(ListKind::Similar)
    };
    assert_eq!(ids(&ask(&asked)), ["106", "lamp-a", "lamp-c"]);
}

#[test]
fn recent_is_the_profile_newest_first() {
    let profile = vec![view("103"), view("lamp-a"), view("103"), view("gone")];
    let list = ask(&Request { profile, ..request(ListKind::Recent) });
    assert_eq!((ids(&list), list.items[0].reason), (vec!["103", "lamp-a"], Reason::Recent));
}

/// In a browser the model starts as ids and an index; the core says what to fetch.
#[test]
fn a_growing_model_asks_for_what_it_needs() {
    let mut model = Model::new(Ids::new(&shelf::ITEMS).unwrap());
    let blobs = shelf::sections();
    let keys: Vec<SectionKey> =
        blobs.iter().map(|blob| Section::decode(blob).unwrap().key().unwrap()).collect();
    let places =
        keys.iter().map(|key| Located { key: *key, place: Place { hash: [1; NAME_BYTES], size: 9 } });
    model.insert(Section::Index(Index::new(places.collect()).unwrap())).unwrap();
    let mut asked = Request {
        seeds: vec!["102"],
        limit: 10,
        filter: Some(Filter::InStock),
        fallback: vec![ListKind::Popular],
        ..request(ListKind::Similar)
    };
    let mut fetched = Vec::new();
    let list = loop {
        match recommend(&model, &asked) {
            Outcome::Done(list) => break list,
            Outcome::Needs(needs) => {
                assert!(!needs.is_empty());
                for key in needs {
                    let at = keys.iter().position(|known| *known == key).unwrap();
                    model.insert(Section::decode(&blobs[at]).unwrap()).unwrap();
                    fetched.push(key.kind);
                }
            }
        }
    };
    let first = [SectionKind::Attributes, SectionKind::Availability, SectionKind::Curated];
    assert_eq!(fetched, [&first[..], &[SectionKind::Near, SectionKind::Popular]].concat());
    assert_eq!(list.level, Level::PartlyFallback);
    asked.limit = 1;
    assert!(matches!(recommend(&model, &asked), Outcome::Done(_)));
    // A list the model does not have is not asked for; the fallback answers.
    asked.list = ListKind::Look;
    assert!(matches!(recommend(&model, &asked), Outcome::Done(list) if list.level == Level::Fallback));
}
