//! Popular, trending and new, by category and channel.

use cookshelf_server::catalogue::Scope;
use cookshelf_server::interaction::Interactions;
use cookshelf_server::train::as_of;

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
