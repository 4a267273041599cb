//! What the shop decides: where and when items may be shown, what stands on top, what stays out.
//!
//! Answers are computed by hand from a shop of eight items; a property test asks the same of any shop.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cookshelf_core::{
    Availability, Chart, Charts, Curated, Event, EventKind, Filter, FormatError, Ids, Level, List, ListKind,
    Model, NamedList, Names, NearShard, Neighbour, Outcome, Override, Ranked, Reason, Request, Scene,
    Section, Window, recommend,
};
use proptest::prelude::*;

const ITEMS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];
const ALWAYS: Window<'static> = Window { channel: "", catalog: "", from: 0, until: u32::MAX };

fn section(blob: Result<Vec<u8>, FormatError>) -> Section {
    Section::decode(&blob.unwrap()).unwrap()
}

/// Popular and trending name all eight in order, and every item is similar to every other, the nearer the more.
fn shop() -> Model {
    let mut model = Model::new(Ids::new(&ITEMS).unwrap());
    let row = |positions: &[u32]| -> Vec<Ranked> {
        positions
            .iter()
            .zip(0u8..)
            .map(|(&position, at)| Ranked { position, score: f32::from(20 - at) })
            .collect()
    };
    let all = row(&[0, 1, 2, 3, 4, 5, 6, 7]);
    let chart = |web: &[u32]| Chart::new(&[all.clone(), row(web)]).unwrap();
    let charts = Charts::new(Names::new(["web"]), [chart(&[6, 2]), chart(&[]), chart(&[])]).unwrap();
    let near = |at: u32| -> Vec<Neighbour> {
        let others = (0..8).filter(|other| *other != at);
        others
            .map(|position| Neighbour { position, weight: 1.0 / f32::from(position.abs_diff(at) as u8) })
            .collect()
    };
    let rows = NearShard::new(ListKind::Similar, 0, 8, &(0..8).map(near).collect::<Vec<_>>()).unwrap();
    model.insert(section(charts.encode())).unwrap();
    model.insert(section(rows.encode())).unwrap();
    model
}

fn with_windows(mut model: Model, windows: &[Vec<Window<'_>>]) -> Model {
    model.insert(section(Availability::new(windows).unwrap().encode())).unwrap();
    model
}

fn with_choices(
    mut model: Model,
    lists: &[NamedList<'_>],
    overrides: &[Override<'_>],
    scenes: &[Scene<'_>],
) -> Model {
    model.insert(section(Curated::new(lists, overrides, scenes).unwrap().encode())).unwrap();
    model
}

fn ask(model: &Model, request: &Request<'_>) -> List {
    match recommend(model, request) {
        Outcome::Done(list) => list,
        Outcome::Needs(keys) => panic!("a whole model needs nothing, yet asked for {keys:?}"),
    }
}

/// The items of a list as one text.
fn ids(model: &Model, request: &Request<'_>) -> String {
    ask(model, request).items.iter().map(|item| ITEMS[item.position as usize]).collect()
}

/// The contract's own tables: channels, and catalogues within one.
#[test]
fn channels_and_catalogues_are_as_the_contract_says() {
    let of = |channel, catalog| Window { channel, catalog, ..ALWAYS };
    let mut windows = vec![
        vec![of("C1", "")],
        vec![of("C1", ""), of("C2", "")],
        vec![of("C2", "")],
        vec![of("C3", "A"), of("C3", "B")],
        vec![of("C3", "B")],
        vec![of("C4", "A")],
        vec![of("", "")],
    ];
    windows.push(vec![]);
    let model = with_windows(shop(), &windows);
    let popular =
        |channel, catalog| ids(&model, &Request { channel, catalog, ..Request::new(ListKind::Popular, 8) });
    for default in ["", "0"] {
        for table in [
            (default, default, "abcdefg"),
            ("C1", default, "ab"),
            ("C2", default, "bc"),
            ("unknown", default, ""),
            ("c1", default, ""),
            ("C3", default, "de"),
            ("C3", "A", "d"),
            ("C3", "B", "de"),
            ("C3", "unknown", ""),
            ("C1", "A", ""),
            // A catalogue without a channel: in any channel.
            (default, "A", "df"),
            (default, "unknown", ""),
        ] {
            let (channel, catalog, expected) = table;
            assert_eq!(popular(channel, catalog), expected, "{table:?}");
        }
    }
    let unknown = ask(&model, &Request { channel: "unknown", ..Request::new(ListKind::Popular, 8) });
    assert_eq!(unknown.level, Level::Empty);
}

#[test]
fn without_availability_everything_may_be_shown_everywhere() {
    let request = Request { channel: "unknown", moment: 5, ..Request::new(ListKind::Popular, 8) };
    assert_eq!(ids(&shop(), &request), "abcdefgh");
}

#[test]
fn dates_include_their_first_and_last_second() {
    let mut windows = vec![vec![ALWAYS]; 8];
    windows[0] = vec![Window { from: 100, until: 200, ..ALWAYS }];
    windows[1] = vec![Window { from: 300, ..ALWAYS }, Window { until: 50, ..ALWAYS }];
    let model = with_windows(shop(), &windows);
    let at = |moment| ids(&model, &Request { moment, ..Request::new(ListKind::Popular, 3) });
    let table = [
        (0, "abc"),
        (1, "bcd"),
        (50, "bcd"),
        (51, "cde"),
        (99, "cde"),
        (100, "acd"),
        (200, "acd"),
        (201, "cde"),
        (300, "bcd"),
        (u32::MAX, "bcd"),
    ];
    for (moment, expected) in table {
        assert_eq!(at(moment), expected, "at {moment}");
    }
    // A window in the right channel at the wrong time does not lend its time to one in another channel.
    windows[2] =
        vec![Window { channel: "web", until: 10, ..ALWAYS }, Window { channel: "shop", from: 90, ..ALWAYS }];
    let model = with_windows(shop(), &windows);
    let web = |moment| ids(&model, &Request { channel: "web", moment, ..Request::new(ListKind::Popular, 3) });
    assert_eq!((web(10), web(95)), ("c".to_owned(), String::new()));
}

#[test]
fn includes_stand_on_top_in_the_shop_s_order() {
    let seeded =
        |seed, include, exclude| Override { list: ListKind::Similar, seed: Some(seed), include, exclude };
    let overrides = [seeded(3, &[7, 0], &[4]), seeded(1, &[5, 7, 4], &[]), seeded(6, &[], &[])];
    let model = with_choices(shop(), &[], &overrides, &[]);
    let similar = |seeds: &[&'static str], limit| {
        ask(&model, &Request { seeds: seeds.to_vec(), ..Request::new(ListKind::Similar, limit) })
    };
    let names = |list: &List| list.items.iter().map(|item| ITEMS[item.position as usize]).collect::<String>();
    // Of d: h and a first, e never; c is nearest, then b and f, then g.
    let list = similar(&["d"], 8);
    assert_eq!((names(&list).as_str(), list.level), ("hacbfg", Level::Asked));
    let reasons: Vec<_> = list.items[..3].iter().map(|item| (item.reason, item.because)).collect();
    assert_eq!(reasons, [(Reason::Chosen, None), (Reason::Chosen, None), (Reason::SimilarTo, Some(3))]);
    assert!(list.items[0].score > list.items[1].score);
    // Two seeds: the first one's includes first; e is excluded by d although b includes it.
    assert_eq!(names(&similar(&["b", "d"], 4)), "fhac");
    assert_eq!(names(&similar(&["d", "b"], 4)), "hafc");
    assert_eq!(names(&similar(&["d", "b"], 1)), "h");
    assert_eq!(names(&similar(&["g"], 2)), "fh", "an override that says nothing changes nothing");
    assert_eq!(names(&similar(&["c"], 2)), "bd", "no override for this seed");
    // Overrides of one list are not those of another.
    assert_eq!(ids(&model, &Request { seeds: vec!["d"], ..Request::new(ListKind::Popular, 8) }), "abcefgh");
}

#[test]
fn includes_obey_what_the_request_rules_out() {
    let include = Override { list: ListKind::Similar, seed: Some(3), include: &[7, 0, 6], exclude: &[] };
    let model = with_choices(shop(), &[], &[include], &[]);
    let base = Request { seeds: vec!["d"], ..Request::new(ListKind::Similar, 2) };
    assert_eq!(ids(&model, &Request { exclude: vec!["h"], ..base.clone() }), "ag");
    assert_eq!(ids(&model, &Request { seeds: vec!["d", "h"], ..base.clone() }), "ag");
    let dismissed = Event { item: "a", kind: EventKind::Dismiss, age_hours: 0 };
    assert_eq!(ids(&model, &Request { profile: vec![dismissed], ..base.clone() }), "hg");
    // The model has no attributes, so no item passes a filter, included or not.
    assert_eq!(ids(&model, &Request { filter: Some(Filter::InStock), ..base }), "");
}

#[test]
fn unseeded_overrides_change_a_list_for_everybody() {
    let all = |list, include, exclude| Override { list, seed: None, include, exclude };
    let overrides = [
        all(ListKind::Popular, &[5], &[0, 1]),
        all(ListKind::Trending, &[7], &[2]),
        all(ListKind::Picks, &[4], &[7]),
    ];
    let model = with_choices(shop(), &[], &overrides, &[]);
    let list = |list, fallback: &[ListKind], limit| {
        ask(&model, &Request { fallback: fallback.to_vec(), ..Request::new(list, limit) })
    };
    let names = |list: &List| list.items.iter().map(|item| ITEMS[item.position as usize]).collect::<String>();
    assert_eq!(names(&list(ListKind::Popular, &[], 4)), "fcde");
    assert_eq!(names(&list(ListKind::New, &[], 4)), "abcd");
    // Picks know nothing of this shopper: the include is what was asked for, trending fills up, and h stays out
    // of it because picks exclude it; c stays out because trending itself does.
    let picks = list(ListKind::Picks, &[ListKind::Trending], 4);
    assert_eq!((names(&picks).as_str(), picks.level), ("eabd", Level::PartlyFallback));
    let reasons: Vec<Reason> = picks.items.iter().map(|item| item.reason).collect();
    assert_eq!(reasons, [Reason::Chosen, Reason::Trending, Reason::Trending, Reason::Trending]);
    assert_eq!(list(ListKind::Picks, &[], 4).level, Level::Asked);
}

#[test]
fn named_lists_keep_the_shop_s_order_and_their_dates() {
    let summer = NamedList { name: "Summer", title: "Warm days", from: 100, until: 200, items: &[6, 1, 3] };
    let model = with_choices(shop(), &[summer], &[], &[]);
    let named = |name, moment| Request { name, moment, ..Request::new(ListKind::Named, 8) };
    let list = ask(&model, &named("SUMMER", 150));
    assert_eq!((ids(&model, &named("SUMMER", 150)).as_str(), list.level), ("gbd", Level::Asked));
    assert!(list.items.iter().all(|item| item.reason == Reason::Chosen));
    let table = [
        ("summer", 0, "gbd"),
        ("summer", 100, "gbd"),
        ("summer", 200, "gbd"),
        ("summer", 201, ""),
        ("autumn", 150, ""),
        ("", 150, ""),
    ];
    for (name, moment, expected) in table {
        assert_eq!(ids(&model, &named(name, moment)), expected, "{name} at {moment}");
    }
    assert_eq!(ids(&model, &Request { limit: 2, exclude: vec!["g"], ..named("summer", 0) }), "bd");
    let filled =
        ask(&model, &Request { fallback: vec![ListKind::Popular], limit: 4, ..named("summer", 150) });
    assert_eq!(filled.level, Level::PartlyFallback);
    assert!(model.lists().contains(&ListKind::Named) && !shop().lists().contains(&ListKind::Named));
}

#[test]
fn the_items_of_a_scene_are_seeds() {
    let scene = Scene { id: "room", address: "", items: &[6, 7] };
    let include = Override { list: ListKind::Similar, seed: Some(7), include: &[0], exclude: &[] };
    let model = with_choices(shop(), &[], &[include], &[scene]);
    let request = Request { scene: "room", ..Request::new(ListKind::Similar, 3) };
    // g and h themselves are not shown; f is nearest to both.
    assert_eq!(ids(&model, &request), "afe");
    assert_eq!(ids(&model, &Request { seeds: vec!["f"], ..request.clone() }), "aed");
    assert_eq!(ids(&model, &Request { scene: "no such room", ..request }), "");
}

/// Item b cannot be shown now, whoever asks for it.
#[test]
fn availability_wins_over_everything() {
    let mut windows = vec![vec![ALWAYS]; 8];
    windows[1] = vec![Window { until: 10, ..ALWAYS }];
    let named = NamedList { name: "n", title: "", from: 0, until: u32::MAX, items: &[1, 2] };
    let overrides = [
        Override { list: ListKind::Similar, seed: Some(0), include: &[1], exclude: &[] },
        Override { list: ListKind::Popular, seed: None, include: &[1], exclude: &[] },
    ];
    let model = with_choices(with_windows(shop(), &windows), &[named], &overrides, &[]);
    let profile = vec![Event { item: "b", kind: EventKind::View, age_hours: 0 }];
    for list in ListKind::ALL {
        let mut request = Request {
            seeds: vec!["a"],
            profile: profile.clone(),
            fallback: vec![ListKind::Popular, ListKind::Named, ListKind::Recent],
            name: "n",
            moment: 11,
            ..Request::new(list, 8)
        };
        assert!(!ids(&model, &request).contains('b'), "{list:?}");
        request.moment = 10;
        // Picks never repeat what the shopper has seen.
        assert_eq!(ids(&model, &request).contains('b'), list != ListKind::Picks, "{list:?}");
    }
}

#[test]
fn a_channel_has_charts_of_its_own() {
    let web = Window { channel: "web", ..ALWAYS };
    let mut windows = vec![vec![ALWAYS, web]; 8];
    windows[0] = vec![ALWAYS];
    let model = with_windows(shop(), &windows);
    let list = |list, channel| ids(&model, &Request { channel, ..Request::new(list, 4) });
    assert_eq!(list(ListKind::Popular, ""), "abcd");
    // g and c lead on the web; then as overall, without a, which is not sold there.
    assert_eq!(list(ListKind::Popular, "web"), "gcbd");
    assert_eq!(list(ListKind::Trending, "web"), "bcde", "no row of its own");
}

/// A window, as plain data.
type Dated = (u8, u8, u32, u32);

const CHANNELS: [&str; 3] = ["", "web", "shop"];
const CATALOGS: [&str; 3] = ["", "A", "B"];

/// Whether an item may be shown, straight from the words of the contract.
fn may_be_shown(windows: &[Dated], channel: usize, catalog: usize, moment: u32) -> bool {
    windows.iter().any(|&(c, k, from, until)| {
        let channel_fits = channel == 0 || usize::from(c) == channel;
        let catalog_fits = catalog == 0 || usize::from(k) == catalog;
        channel_fits && catalog_fits && (moment == 0 || (from <= moment && moment <= until))
    })
}

proptest! {
    #[test]
    fn nothing_unavailable_or_excluded_is_ever_shown(
        windows in proptest::collection::vec(
            proptest::collection::vec((0u8..3, 0u8..3, 0u32..6, 0u32..9), 0..4), 8),
        include in proptest::collection::vec((0u32..9, proptest::collection::vec(0u32..8, 0..4)), 0..4),
        exclude in proptest::collection::vec((0u32..9, proptest::collection::vec(0u32..8, 0..3)), 0..4),
        list in 0u8..12,
        seeds in proptest::collection::vec(0usize..8, 0..3),
        (channel, catalog, moment) in (0usize..3, 0usize..3, 0u32..9),
    ) {
        let list = ListKind::from_number(list).unwrap();
        let dated = |&(c, k, from, until): &Dated| Window {
            channel: CHANNELS[usize::from(c)], catalog: CATALOGS[usize::from(k)], from, until,
        };
        let rows: Vec<Vec<Window<'_>>> = windows.iter().map(|item| item.iter().map(dated).collect()).collect();
        let included = include.iter().map(|(seed, items)| Override {
            list, seed: seed.checked_sub(1), include: items, exclude: &[],
        });
        let excluded = exclude.iter().map(|(seed, items)| Override {
            list, seed: seed.checked_sub(1), include: &[], exclude: items,
        });
        let overrides: Vec<Override<'_>> = included.chain(excluded).collect();
        let named = NamedList { name: "n", title: "", from: 0, until: u32::MAX, items: &[7, 6, 5, 4, 3, 2, 1, 0, 7] };
        let model = with_choices(with_windows(shop(), &rows), &[named], &overrides, &[]);
        let viewed = |item: &&'static str| Event { item, kind: EventKind::View, age_hours: 0 };
        let found = ask(&model, &Request {
            seeds: seeds.iter().map(|seed| ITEMS[*seed]).collect(),
            profile: ITEMS.iter().map(viewed).collect(),
            fallback: vec![ListKind::Popular, ListKind::Named, ListKind::Recent],
            channel: CHANNELS[channel],
            catalog: CATALOGS[catalog],
            moment,
            name: "n",
            ..Request::new(list, 8)
        });
        let mut shown: Vec<u32> = found.items.iter().map(|item| item.position).collect();
        let forbidden = |position: u32| {
            let for_seed = |seed: u32| seed == 0 || seeds.contains(&(seed as usize - 1));
            exclude.iter().any(|(seed, items)| for_seed(*seed) && items.contains(&position))
        };
        for &position in &shown {
            prop_assert!(may_be_shown(&windows[position as usize], channel, catalog, moment), "{position}");
            prop_assert!(!forbidden(position), "{position} is excluded");
        }
        // The named list in the fallbacks holds everything: whatever may be shown is shown, unless the asked list
        // rules it out. So nothing is lost either.
        let ruled_out = |position: u32| match list {
            ListKind::Recent | ListKind::Again => false,
            ListKind::Picks => true,
            // Without seeds the whole profile is the session.
            ListKind::Next if seeds.is_empty() => true,
            _ => seeds.contains(&(position as usize)),
        };
        let expected: Vec<u32> = (0..8)
            .filter(|&p| may_be_shown(&windows[p as usize], channel, catalog, moment) && !forbidden(p) && !ruled_out(p))
            .collect();
        shown.sort_unstable();
        prop_assert_eq!(shown, expected);
    }
}
