//! Popular, trending and new, by category and channel.

use cookshelf_server::catalogue::{Catalogue, Scope};
use cookshelf_server::interaction::Interactions;
use cookshelf_server::train::{Decay, Ranked, as_of};

use crate::{DAY, add, catalogue, params, trained};

#[test]
fn charts_keep_to_their_windows_categories_and_ties() {
    let mut catalogue = catalogue(4);
    catalogue.categories = vec!["first".to_owned(), "second".to_owned(), "empty".to_owned()];
    for (item, categories) in [(0, vec![0]), (1, vec![1]), (2, vec![0, 1]), (3, vec![1])] {
        catalogue.items[item].categories = categories;
    }
    let today = 1000 * DAY;
    catalogue.items[0].released = Some(today - 400 * DAY);
    catalogue.items[1].released = Some(today - 10 * DAY);
    catalogue.items[3].released = Some(today + 5 * DAY);
    let mut interactions = Interactions::default();
    let bought = [(0, 0), (0, 0), (0, 1), (1, 2), (1, 90), (2, 2), (2, 1), (3, 200), (3, 200), (3, 200)];
    for (shopper, (item, days)) in (0..).zip(bought) {
        add(&mut interactions, shopper, shopper, item, today - days * DAY);
    }
    let mut params = params();
    params.charts.best_selling_interval_days = 100;
    params.charts.trending_interval_days = 30;
    params.charts.trending_max_age_days = 365;
    assert_eq!(as_of(&interactions), today);
    let charts = trained(&catalogue, &interactions, &params).charts;
    let items =
        |list: &[cookshelf_server::train::Ranked]| list.iter().map(|ranked| ranked.item).collect::<Vec<_>>();
    assert_eq!(items(&charts.popular.overall), [0, 1, 2], "item 3 sold long ago; 1 and 2 tie");
    let by_category: Vec<_> = charts.popular.by_category.iter().map(|list| items(list)).collect();
    assert_eq!(by_category, [vec![0, 2], vec![1, 2], vec![]]);
    assert_eq!(items(&charts.trending.overall), [2, 1], "item 0 is too old, item 3 sold long ago");
    assert_eq!(items(&charts.new.overall), [3, 1, 0], "item 2 names no date");
    assert!(charts.new.overall.iter().all(|ranked| ranked.score > 0.0 && ranked.score <= 1.0));
    params.charts.overall = 2;
    params.charts.per_category = 1;
    let short = trained(&catalogue, &interactions, &params).charts;
    assert_eq!(items(&short.popular.overall), [0, 1]);
    assert_eq!(items(&short.popular.by_category[1]), [1]);
}

/// Channels have charts of their own rows, under the same floor; who names no channel counts overall only.
#[test]
fn channels_have_charts_of_their_own() {
    let scope = |channel: &str, catalog: &str| Scope { channel: channel.into(), catalog: catalog.into() };
    // Two catalogues of one channel are one channel.
    let scopes =
        vec![scope("web", "a"), scope("", ""), scope("outlet", ""), scope("web", "b"), scope("tiny", "")];
    let mut interactions = Interactions { scopes, ..Interactions::default() };
    // Item, scope, how many shoppers.
    let sold = [(0, 0, 2), (0, 3, 2), (1, 0, 3), (0, 1, 9), (2, 1, 3), (1, 2, 4), (2, 2, 2), (3, 4, 2)];
    for (item, scope, shoppers) in sold {
        for _ in 0..shoppers {
            let shopper = interactions.shoppers;
            add(&mut interactions, shopper, shopper, item, 10 * DAY);
            interactions.scope.push(scope);
        }
    }
    let mut params = params();
    params.privacy_floor = 3;
    let charts = trained(&catalogue(4), &interactions, &params).charts;
    let items = |rows: &[Vec<cookshelf_server::train::Ranked>]| -> Vec<Vec<u32>> {
        rows.iter().map(|row| row.iter().map(|ranked| ranked.item).collect()).collect()
    };
    // Of item 0 the web sold to 2 + 2 shoppers; below the floor are item 2 of the outlet and all of the tiny channel.
    assert_eq!(charts.channels, ["outlet", "web"]);
    assert_eq!(items(&charts.popular.by_channel), [vec![1], vec![0, 1]]);
    assert_eq!(items(&charts.trending.by_channel), [vec![1], vec![0, 1]]);
    assert!(charts.new.by_channel.is_empty());
    assert_eq!(items(&[charts.popular.overall]), [vec![0, 1, 2]]);
    // One shopper in three channels is one shopper overall, and one in each.
    let mut same = interactions.clone();
    same.shopper.fill(0);
    let same = trained(&catalogue(4), &same, &params).charts;
    assert!(same.channels.is_empty() && same.popular.overall.is_empty());
    params.charts.per_category = 1;
    let short = trained(&catalogue(4), &interactions, &params).charts;
    assert_eq!(items(&short.popular.by_channel), [vec![1], vec![0]]);
}

/// Item 0 was chosen now, item 1 four and six days ago, item 2 eight, eight, eight and twelve days ago; all on the web,
/// items 1 and 2 in the one category.
fn forgotten() -> (Catalogue, Interactions) {
    let mut catalogue = catalogue(3);
    catalogue.categories = vec!["old".to_owned()];
    catalogue.items[1].categories = vec![0];
    catalogue.items[2].categories = vec![0];
    let scopes = vec![Scope { channel: "web".into(), catalog: String::new() }];
    let mut interactions = Interactions { scopes, ..Interactions::default() };
    for (shopper, (item, days)) in (0..).zip([(0, 0), (1, 4), (1, 6), (2, 8), (2, 8), (2, 8), (2, 12)]) {
        add(&mut interactions, shopper, shopper, item, (100 - days) * DAY);
        interactions.scope.push(0);
    }
    (catalogue, interactions)
}

#[test]
fn trending_forgets_in_the_form_that_is_asked_for() {
    let (catalogue, interactions) = forgotten();
    let root = 0.5f32.sqrt();
    type Expected<'a> = &'a [(u32, f32)];
    let cases: [(Decay, Option<f64>, Expected<'_>); 7] = [
        // Half-life of four days: item 1 is 1 and 1.5 of them old, item 2 is 2, 2, 2 and 3.
        (Decay::Exponential, Some(4.0), &[(0, 1.0), (2, 0.75 + 0.125), (1, 0.5 + 0.5 * root)]),
        (Decay::Linear, Some(4.0), &[(0, 1.0), (1, 0.5 + 0.25)]),
        (Decay::Power, Some(4.0), &[(2, 1.0 + 0.25), (0, 1.0), (1, 0.5 + 0.4)]),
        (Decay::None, None, &[(2, 4.0), (1, 2.0), (0, 1.0)]),
        // Twelve days of data: a half-life of one day, of six for the straight line.
        (Decay::Exponential, None, &[(0, 1.0), (1, 0.0625 + 0.015_625), (2, 3.0 / 256.0 + 1.0 / 4096.0)]),
        (Decay::Linear, None, &[(1, 2.0 / 3.0 + 0.5), (0, 1.0), (2, 1.0)]),
        (Decay::Power, None, &[(0, 1.0), (2, 3.0 / 9.0 + 1.0 / 13.0), (1, 0.2 + 1.0 / 7.0)]),
    ];
    for (decay, half_life_days, expected) in cases {
        let mut params = params();
        (params.charts.decay, params.charts.half_life_days) = (decay, half_life_days);
        let trending = trained(&catalogue, &interactions, &params).charts.trending;
        let close = |found: &[Ranked], expected: &[(u32, f32)]| {
            let pairs = || found.iter().zip(expected);
            found.len() == expected.len()
                && pairs().all(|(own, (item, score))| own.item == *item && (own.score - score).abs() < 1e-5)
        };
        assert!(close(&trending.overall, expected), "{decay:?}: {:?}", trending.overall);
        assert!(close(&trending.by_channel[0], expected), "{decay:?}: {:?}", trending.by_channel);
        let old: Vec<(u32, f32)> = expected.iter().copied().filter(|(item, _)| *item > 0).collect();
        assert!(close(&trending.by_category[0], &old), "{decay:?}: {:?}", trending.by_category);
    }
}

#[test]
fn a_minimum_of_shoppers_stands_above_the_floor_and_never_below() {
    let (catalogue, interactions) = forgotten();
    // The floor, the minimum of popular and of trending; popular and trending.
    let cases: [([u32; 3], [&[u32]; 2]); 4] = [
        ([1, 1, 1], [&[2, 1, 0], &[0, 1, 2]]),
        ([1, 3, 2], [&[2], &[1, 2]]),
        ([3, 1, 2], [&[2], &[2]]),
        ([2, 1, 5], [&[2, 1], &[]]),
    ];
    for ([floor, popular, trending], [expected_popular, expected_trending]) in cases {
        let mut params = params();
        params.privacy_floor = floor;
        (params.charts.popular_minimum, params.charts.trending_minimum) = (popular, trending);
        let charts = trained(&catalogue, &interactions, &params).charts;
        let items = |row: &[Ranked]| row.iter().map(|ranked| ranked.item).collect::<Vec<_>>();
        assert_eq!(items(&charts.popular.overall), expected_popular, "{floor} {popular}");
        assert_eq!(items(&charts.trending.overall), expected_trending, "{floor} {trending}");
        let by_channel = charts.trending.by_channel.first().map_or(vec![], |row| items(row));
        assert_eq!(by_channel, expected_trending, "{floor} {trending}");
    }
}
