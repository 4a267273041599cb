//! Buy it again: what this shopper bought, by how due it is; answers computed by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shelf;

use cookshelf_core::{
    Event, EventKind, Filter, Index, Level, List, ListKind, Located, Model, NAME_BYTES, Outcome, Place,
    Reason, Request, Rule, Section, SectionKey, SectionKind, recommend,
};

fn ask(model: &Model, request: &Request<'_>) -> List {
    match recommend(model, request) {
        Outcome::Done(list) => list,
        Outcome::Needs(keys) => panic!("needs {keys:?}"),
    }
}

fn event(item: &'static str, kind: EventKind, days: u32) -> Event<'static> {
    Event { item, kind, age_hours: days * 24 }
}

fn bought(item: &'static str, days: u32) -> Event<'static> {
    event(item, EventKind::Purchase, days)
}

fn again(profile: Vec<Event<'static>>) -> Request<'static> {
    Request { profile, ..Request::new(ListKind::Again, 9) }
}

fn shown(list: &List) -> Vec<(&'static str, f32)> {
    list.items.iter().map(|item| (shelf::ITEMS[item.position as usize], item.score)).collect()
}

/// A model without one kind of section.
fn without(kind: SectionKind, index: Option<Index>) -> Model {
    let sections = shelf::sections().into_iter().map(|blob| Section::decode(&blob).unwrap());
    let mut sections: Vec<Section> = sections.filter(|section| section.key().unwrap().kind != kind).collect();
    let Section::Ids(ids) = sections.remove(0) else { panic!("ids come first") };
    let mut model = Model::new(ids);
    sections.into_iter().chain(index.map(Section::Index)).for_each(|section| model.insert(section).unwrap());
    model
}

#[test]
fn what_is_due_comes_first() {
    let list = ask(
        &shelf::model(),
        &again(vec![
            event("104", EventKind::View, 0),
            event("105", EventKind::AddToCart, 0),
            bought("100", 0),
            bought("101", 4),
            bought("102", 8),
            bought("lamp-b", 16),
            bought("103", 40),
            bought("lamp-b", 48),
            bought("107", 50),
        ]),
    );
    // Numbers every 8 days by half of their buyers: start at a half, due after 8 days, four intervals late a half again.
    // lamp-b: a gap of 32 days and two typical ones of 64: 160 / 3 days, of which 16 are 0.3.
    let lamp = 0.25 * 2.0 * (0.5 + 0.5 * 16.0 / (160.0 / 3.0));
    let expected = [("102", 0.5), ("101", 0.375), ("lamp-b", lamp), ("100", 0.25), ("103", 0.25)];
    for ((item, score), (wanted, near)) in shown(&list).into_iter().zip(expected) {
        assert!(item == wanted && (score - near).abs() < 1e-6, "{list:?}");
    }
    assert_eq!((list.items.len(), list.level), (5, Level::Asked));
    assert!(list.items.iter().all(|item| item.reason == Reason::Again && item.because.is_none()));
}

#[test]
fn rules_hold_as_in_every_list() {
    let mut request = again(vec![
        event("101", EventKind::Dismiss, 0),
        bought("100", 8),
        bought("101", 8),
        bought("102", 8),
        bought("lamp-a", 64),
        bought("lamp-c", 64),
    ]);
    request.exclude = vec!["lamp-c"];
    request.filter = Some(Filter::InStock);
    request.channel = "shop";
    let list = ask(&shelf::model(), &request);
    assert_eq!(shown(&list), [("100", 0.5)]);
    let removed =
        [Rule::Dismissed, Rule::Filter, Rule::Excluded, Rule::Unavailable].map(|rule| list.removed.by(rule));
    assert_eq!(removed, [1, 1, 1, 1]);
    request.fallback = vec![ListKind::Trending];
    let filled = ask(&shelf::model(), &request);
    assert_eq!(filled.level, Level::PartlyFallback);
}

#[test]
fn without_repeats_in_the_data_it_is_what_was_bought_last() {
    let model = without(SectionKind::Again, None);
    assert!(!model.lists().contains(&ListKind::Again) && shelf::model().lists().contains(&ListKind::Again));
    let list =
        ask(&model, &again(vec![event("104", EventKind::View, 0), bought("103", 2), bought("100", 9)]));
    assert_eq!(shown(&list), [("103", 1.0), ("100", 0.5)]);
    assert_eq!((list.level, list.items[0].reason), (Level::Fallback, Reason::Recent));
    assert_eq!(ask(&model, &again(Vec::new())).level, Level::Empty);
}

#[test]
fn a_page_fetches_the_same_for_every_shopper() {
    let key = SectionKey::single(SectionKind::Again);
    let place = Place { hash: [1; NAME_BYTES], size: 1 };
    let model = without(SectionKind::Again, Some(Index::new(vec![Located { key, place }]).unwrap()));
    for profile in [vec![bought("100", 1)], vec![event("104", EventKind::View, 0)]] {
        assert_eq!(recommend(&model, &again(profile)), Outcome::Needs(vec![key]));
    }
}
