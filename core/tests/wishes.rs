//! What a page may wish of a list, on the small model, item by item.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod shelf;

use cookshelf_core::{
    Boost, Event, EventKind, Filter, Level, List, ListKind, Outcome, Pin, Reason, Request, Rotation, Rule,
    Scratch, Wishes, recommend, recommend_many,
};

fn ask(request: &Request<'_>) -> List {
    match recommend(&shelf::model(), request) {
        Outcome::Done(list) => list,
        Outcome::Needs(keys) => panic!("a whole model needs nothing, yet asked for {keys:?}"),
    }
}

fn ids(list: &List) -> Vec<&'static str> {
    list.items.iter().map(|item| shelf::ITEMS[item.position as usize]).collect()
}

fn popular(wishes: Wishes<'static>) -> Request<'static> {
    Request { wishes, ..Request::new(ListKind::Popular, 5) }
}

fn similar(wishes: Wishes<'static>) -> Request<'static> {
    Request { seeds: vec!["102"], wishes, ..Request::new(ListKind::Similar, 4) }
}

fn boosted(filter: Filter<'static>, by: f32) -> Wishes<'static> {
    Wishes { boosts: vec![Boost { filter, by }], ..Wishes::default() }
}

fn view(item: &'static str) -> Event<'static> {
    Event { item, kind: EventKind::View, age_hours: 0 }
}

const LAMPS: Filter<'static> = Filter::Category("Lamps");

#[test]
fn a_boost_moves_up_in_rows_and_charts() {
    // 100 and 104 have level 14 of their row, lamp-a 6, lamp-c 5: two and a half times that is 15 and 12.5.
    let list = ask(&similar(boosted(LAMPS, 2.5)));
    assert_eq!(ids(&list), ["lamp-a", "100", "104", "lamp-c"]);
    // 1.0, 0.9, 0.8 and the lamps' 0.7 and 0.6 times 1.3.
    let list = ask(&popular(boosted(LAMPS, 1.3)));
    assert_eq!(ids(&list), ["100", "lamp-a", "101", "102", "lamp-b"]);
    assert!((list.items[1].score - 0.7 * 1.3).abs() < 0.01);
    assert_eq!(ids(&ask(&popular(boosted(LAMPS, 0.1)))), ["100", "101", "102", "lamp-a", "lamp-b"]);
    let red = Boost { filter: Filter::Is { column: "Colour", value: "red" }, by: 2.0 };
    let lamps = Boost { filter: LAMPS, by: 1.5 };
    let both = Wishes { boosts: vec![red, lamps], ..Wishes::default() };
    // 101 and lamp-b are red: 229 of 255 times 2 is 458, and 153 times 3 is 459.
    assert_eq!(ids(&ask(&popular(both)))[..2], ["lamp-b", "101"]);
}

#[test]
fn a_boost_of_nothing_takes_out_and_nothing_brings_back() {
    let mut request = popular(boosted(LAMPS, 0.0));
    request.fallback = vec![ListKind::Trending];
    request.wishes.pins = vec![Pin { item: "lamp-c", place: 1 }];
    let list = ask(&request);
    assert_eq!(ids(&list), ["100", "101", "102", "105"]);
    assert_eq!(list.removed.by(Rule::Buried), 3);
}

#[test]
fn pins_stand_at_their_places_if_they_may_be_shown() {
    let pin = |item, place| Pin { item, place };
    let pinned = |pins| Wishes { pins, ..Wishes::default() };
    let list =
        ask(&similar(pinned(vec![pin("107", 2), pin("100", 4), pin("105", 2), pin("no such item", 1)])));
    assert_eq!(ids(&list), ["104", "107", "105", "100"]);
    assert_eq!((list.items[1].reason, list.items[1].score, list.level), (Reason::Chosen, 1.0, Level::Asked));
    // The seed, an excluded item, one behind the end; and a list that is too short for its pin.
    let mut request = similar(pinned(vec![pin("102", 1), pin("104", 1), pin("106", 5), pin("101", 4)]));
    request.exclude = vec!["104"];
    request.filter = Some(Filter::Not(Box::new(LAMPS)));
    let list = ask(&request);
    assert_eq!(ids(&list), ["100", "106", "101"]);
    assert_eq!(
        (list.removed.by(Rule::Seed), list.removed.by(Rule::Excluded), list.removed.by(Rule::Filter)),
        (1, 1, 2)
    );
    let only = Request { limit: 2, ..similar(pinned(vec![pin("107", 1), pin("105", 2), pin("103", 1)])) };
    assert_eq!(ids(&ask(&only)), ["107", "105"]);
}

#[test]
fn a_mixed_list_prefers_what_is_unlike() {
    // Half score, half likeness: after 100 a lamp (0.35) beats 101 (0.45 - 0.5), then 101 beats the other lamp.
    let mixed = Wishes { diversity: 0.5, ..Wishes::default() };
    assert_eq!(ids(&ask(&popular(mixed.clone()))), ["100", "lamp-a", "101", "102", "lamp-b"]);
    let slightly = Wishes { diversity: 0.05, ..Wishes::default() };
    assert_eq!(ids(&ask(&popular(slightly))), ["100", "101", "102", "lamp-a", "lamp-b"]);
    // Casts its net wider than the list.
    assert_eq!(ids(&ask(&Request { limit: 2, ..popular(mixed) })), ["100", "lamp-a"]);
}

#[test]
fn picks_are_mixed_by_taste_too() {
    let picks = |diversity| {
        let profile = vec![view("101"), view("103"), view("102")];
        let wishes = Wishes { diversity, ..Wishes::default() };
        ids(&ask(&Request { profile, wishes, ..Request::new(ListKind::Picks, 9) }))
    };
    let odd = |id: &&str| ["105", "107", "lamp-b", "99"].contains(id);
    let first_even = |list: Vec<&'static str>| list.iter().position(|id| !odd(id)).unwrap();
    assert_eq!(picks(0.0).len(), picks(0.9).len());
    assert!(first_even(picks(0.9)) < first_even(picks(0.0)), "{:?} {:?}", picks(0.0), picks(0.9));
}

#[test]
fn a_quota_holds_over_the_whole_list() {
    let two = Wishes { per_category: 2, ..Wishes::default() };
    let list = ask(&popular(two.clone()));
    assert_eq!((ids(&list), list.removed.by(Rule::Category)), (vec!["100", "101", "lamp-a", "lamp-b"], 1));
    assert_eq!(ids(&ask(&Request { limit: 3, ..popular(two.clone()) })), ["100", "101", "lamp-a"]);
    // Pins count; fallbacks add nothing more of what is there.
    let pins = vec![Pin { item: "107", place: 1 }];
    let fallback = vec![ListKind::Trending, ListKind::New];
    let list = ask(&Request { fallback, ..popular(Wishes { pins, ..two }) });
    assert_eq!(ids(&list), ["107", "100", "lamp-a", "lamp-b"]);
}

#[test]
fn what_was_shown_comes_later() {
    let rotation =
        Rotation { rate: 0.5, half_life_hours: 24, shown: vec![("100", 0), ("102", 24), ("gone", 0)] };
    let list = ask(&popular(Wishes { rotation, ..Wishes::default() }));
    // 100 has 1.0 * 0.5 left, 102 has 0.8 * 0.75 = 0.6 as lamp-b has; to the byte of a chart, 204 * 0.75 = 153.
    assert_eq!(ids(&list), ["101", "lamp-a", "102", "lamp-b", "100"]);
    let all = Rotation { rate: 1.0, half_life_hours: 1, shown: vec![("100", 0), ("100", 5), ("101", 0)] };
    let list = ask(&popular(Wishes { rotation: all, ..Wishes::default() }));
    assert_eq!(
        ids(&list),
        ["102", "lamp-a", "lamp-b", "100", "101"],
        "the latest time counts, nothing is lost"
    );
}

#[test]
fn far_below_the_best_is_left_out() {
    let list = ask(&popular(Wishes { min_score: 0.75, ..Wishes::default() }));
    assert_eq!((ids(&list), list.removed.by(Rule::Score)), (vec!["100", "101", "102"], 2));
    // The best that may be shown counts, after its boost.
    let boosts = vec![Boost { filter: Filter::Is { column: "Colour", value: "red" }, by: 2.0 }];
    let mut request = popular(Wishes { min_score: 0.5, boosts, ..Wishes::default() });
    request.exclude = vec!["100"];
    assert_eq!(ids(&ask(&request)), ["101", "lamp-b"]);
}

#[test]
fn similar_can_follow_the_taste() {
    let profile = vec![view("106"), view("lamp-c")];
    let asked = |list, personal| {
        let wishes = Wishes { personal, ..Wishes::default() };
        let list = if list == ListKind::Picks {
            Request::new(list, 12)
        } else {
            Request { seeds: vec!["102"], ..Request::new(list, 12) }
        };
        ask(&Request { profile: profile.clone(), exclude: vec!["106", "lamp-c"], wishes, ..list })
    };
    let plain = asked(ListKind::Similar, 0.0);
    assert_eq!(ids(&plain), ["100", "104", "lamp-a"]);
    let taste = asked(ListKind::Picks, 0.0);
    let of = |list: &List, id: &str| {
        f64::from(list.items.iter().find(|item| shelf::ITEMS[item.position as usize] == id).unwrap().score)
    };
    let favourite = ["100", "104", "lamp-a", "106", "lamp-c"];
    // The best of each is relative to all that the row holds, also what is excluded: ask without.
    let open = ask(&Request {
        profile: profile.clone(),
        wishes: Wishes { among: Some(favourite.to_vec()), ..Wishes::default() },
        ..Request::new(ListKind::Picks, 12)
    });
    let most = favourite.iter().map(|id| of(&open, id)).fold(0.0, f64::max);
    for personal in [0.25, 0.5, 1.0] {
        let list = asked(ListKind::Similar, personal as f32);
        for id in ids(&plain) {
            let expected =
                (1.0 - personal) * of(&plain, id) / of(&plain, "100") + personal * of(&taste, id) / most;
            assert!((of(&list, id) - expected).abs() < 2e-3, "{id}: {} is not {expected}", of(&list, id));
        }
    }
    assert_eq!(ids(&asked(ListKind::Similar, 1.0))[0], "lamp-a", "{:?}", ids(&taste));
    let nobody =
        Request { wishes: Wishes { personal: 1.0, ..Wishes::default() }, ..similar(Wishes::default()) };
    assert_eq!(ask(&nobody), ask(&similar(Wishes::default())), "nobody's taste changes nothing");
}

#[test]
fn a_given_list_is_put_in_order_and_stays_whole() {
    let among = Some(vec!["103", "lamp-a", "no such item", "100", "102", "106", "107", "100"]);
    let mut request = Request { limit: 12, ..similar(Wishes { among, ..Wishes::default() }) };
    let list = ask(&request);
    // The seed is not in a list about it; 103 and 107 are not near it and keep their order.
    assert_eq!(ids(&list), ["100", "106", "lamp-a", "103", "107"]);
    let reasons: Vec<Reason> = list.items.iter().map(|item| item.reason).collect();
    assert_eq!(reasons, [[Reason::SimilarTo; 3].as_slice(), &[Reason::Given; 2]].concat());
    assert_eq!((list.level, list.removed.by(Rule::Elsewhere)), (Level::PartlyFallback, 2));
    request.filter = Some(Filter::Is { column: "Colour", value: "blue" });
    request.exclude = vec!["100"];
    assert_eq!(ids(&ask(&request)), ["106", "lamp-a"]);
    let nothing = Request {
        fallback: vec![ListKind::Popular],
        ..similar(Wishes { among: Some(vec![]), ..Wishes::default() })
    };
    assert_eq!(ask(&nothing).level, Level::Empty);
    // Picks put even what the shopper knows in order: the page wants its own items back.
    let among = Some(vec!["100", "101", "103", "104"]);
    let list = ask(&Request {
        profile: vec![view("103")],
        wishes: Wishes { among, ..Wishes::default() },
        ..Request::new(ListKind::Picks, 9)
    });
    let mut found = ids(&list);
    assert!(["101", "103"].contains(&found[0]) && ["101", "103"].contains(&found[1]), "{found:?}");
    found.sort_unstable();
    assert_eq!(found, ["100", "101", "103", "104"]);
}

#[test]
fn every_rule_says_how_much_it_kept_out() {
    let dismissed = Event { kind: EventKind::Dismiss, ..view("106") };
    let list = ask(&Request {
        limit: 9,
        exclude: vec!["100"],
        profile: vec![dismissed],
        filter: Some(Filter::Range { column: "Price", min: 0.0, max: 90.0 }),
        fallback: vec![ListKind::Popular],
        ..similar(Wishes::default())
    });
    // Near 102: 100 excluded, 104, 106 dismissed, lamp-a, lamp-c too dear. Popular: 100 again, 101, the seed, lamp-a again, lamp-b.
    assert_eq!(ids(&list), ["104", "lamp-a", "101", "lamp-b"]);
    let removed: Vec<(Rule, u32)> = Rule::ALL
        .into_iter()
        .map(|rule| (rule, list.removed.by(rule)))
        .filter(|(_, count)| *count > 0)
        .collect();
    let expected =
        [(Rule::Excluded, 1), (Rule::Seed, 1), (Rule::Dismissed, 1), (Rule::Filter, 1), (Rule::Shown, 1)];
    assert_eq!(removed, expected);
    let web = Request { channel: "shop", ..popular(Wishes::default()) };
    assert_eq!(ask(&web).removed.by(Rule::Unavailable), 2, "lamps are sold on the web only");
    let curated = Request { seeds: vec!["99"], limit: 12, ..similar(Wishes::default()) };
    assert_eq!(ask(&curated).removed.by(Rule::Shop), 0, "100 is kept out, but it is not near 99 either");
}

#[test]
fn the_lists_of_a_page_share_no_item() {
    let requests =
        [popular(Wishes::default()), similar(Wishes::default()), Request::new(ListKind::Trending, 3)];
    let mut lists = Vec::new();
    assert!(recommend_many(&shelf::model(), &requests, &mut Scratch::default(), &mut lists).is_empty());
    let all: Vec<Vec<&str>> = lists.iter().map(ids).collect();
    assert_eq!(
        all,
        [vec!["100", "101", "102", "lamp-a", "lamp-b"], vec!["104", "106", "lamp-c"], vec!["105"]]
    );
    assert_eq!((lists[1].removed.by(Rule::Shown), lists[2].removed.by(Rule::Shown)), (2, 2));
    assert_eq!(lists[0], ask(&requests[0]));
    // The same room again, for fewer.
    assert!(recommend_many(&shelf::model(), &requests[1..2], &mut Scratch::default(), &mut lists).is_empty());
    assert_eq!(lists, [ask(&requests[1])]);
}
