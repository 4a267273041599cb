//! The demo shop, written in every form: through every door it is the same shop.

use std::collections::{BTreeMap, BTreeSet};

use cookshelf_server::contract::{Contract, EventWeights, ReadAs, ReadOptions};
use cookshelf_server::demo::{ShopForm, ShopParams, write_shop_as};
use cookshelf_server::interaction::{ANONYMOUS, Interactions};
use cookshelf_server::progress::Progress;
use cookshelf_server::train::{TrainParams, train};

use crate::folder::{entity, read_with};

const SHOP: ShopParams = ShopParams { items: 200, shoppers: 500, seed: 5 };

/// The weights with which the contract folder of the demo shop was written.
fn weights() -> EventWeights {
    EventWeights::with(&[("view_item".to_owned(), 0.25), ("purchase".to_owned(), 1.0)].into())
}

fn shop(form: ShopForm, read_as: ReadAs) -> Contract {
    let folder = tempfile::tempdir().unwrap();
    write_shop_as(form, folder.path(), &SHOP, Progress::Silent).unwrap();
    let options = ReadOptions { weights: weights(), ..ReadOptions::default() };
    let contract = read_with(&folder.path().join("root"), &options).unwrap();
    assert_eq!(contract.report.read_as, read_as);
    for entity in &contract.report.entities {
        assert_eq!((entity.total_dropped_records, entity.warnings.len()), (0, 0), "{entity:#?}");
    }
    contract
}

/// Numbers as they first appear, so that only what belongs together counts.
fn pattern(numbers: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut known = BTreeMap::new();
    numbers
        .map(|number| {
            let next = known.len() as u32;
            *known.entry(number).or_insert(next)
        })
        .collect()
}

/// The number that ends a handle, or the whole id.
fn number(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}

fn items(contract: &Contract) -> Vec<&str> {
    let items = &contract.catalogue.items;
    contract.interactions.item.iter().map(|item| number(&items[*item as usize].id)).collect()
}

/// Shoppers of rows in which another form names one as well.
fn named(rows: &Interactions, by: &Interactions) -> Vec<u32> {
    pattern(
        rows.shopper.iter().zip(&by.shopper).filter(|(_, by)| **by != ANONYMOUS).map(|(shopper, _)| *shopper),
    )
}

fn kept(contract: &Contract, keep: impl Fn(usize) -> bool) -> Interactions {
    let rows = &contract.interactions;
    let at: Vec<usize> = (0..rows.len()).filter(|at| keep(*at)).collect();
    Interactions {
        group: at.iter().map(|at| rows.group[*at]).collect(),
        item: at.iter().map(|at| rows.item[*at]).collect(),
        shopper: at.iter().map(|at| rows.shopper[*at]).collect(),
        time: at.iter().map(|at| rows.time[*at]).collect(),
        strength: at.iter().map(|at| rows.strength[*at]).collect(),
        positive: at.iter().map(|at| rows.positive[*at]).collect(),
        scope: at.iter().filter_map(|at| rows.scope.get(*at).copied()).collect(),
        ..rows.clone()
    }
}

#[test]
fn plain_tables_hold_all_that_the_contract_holds() {
    let (expected, found) =
        (shop(ShopForm::Contract, ReadAs::Contract), shop(ShopForm::Plain, ReadAs::Plain));
    assert_eq!(found.interactions, expected.interactions);
    assert_eq!(found.catalogue.categories, expected.catalogue.categories);
    let lower = |names: &[String]| names.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>();
    assert_eq!(lower(&found.catalogue.filters), lower(&expected.catalogue.filters));
    for (found, expected) in found.catalogue.items.iter().zip(&expected.catalogue.items) {
        // A table of a database gives the day of a release.
        let day = |released: Option<i64>| released.map(|released| released / 86_400);
        assert_eq!(day(found.released), day(expected.released));
        let same = cookshelf_server::catalogue::Item { released: expected.released, ..found.clone() };
        assert_eq!(&same, expected);
    }
    assert_eq!(found.catalogue.items.len(), 200);
}

#[test]
fn events_hold_what_happened_and_the_names_of_what_was_seen() {
    let (expected, found) =
        (shop(ShopForm::Contract, ReadAs::Contract), shop(ShopForm::Events, ReadAs::Events));
    assert_eq!(items(&found), items(&expected));
    let (rows, by) = (&found.interactions, &expected.interactions);
    assert_eq!((&rows.time, &rows.strength, &rows.positive), (&by.time, &by.strength, &by.positive));
    assert_eq!(pattern(rows.group.iter().copied()), pattern(by.group.iter().copied()));
    assert_eq!(named(rows, by), named(by, by));
    assert!(!rows.shopper.contains(&ANONYMOUS), "GA4 and Segment know every browser");
    let known: BTreeMap<&str, _> =
        expected.catalogue.items.iter().map(|item| (item.id.as_str(), item)).collect();
    for item in &found.catalogue.items {
        let expected_item = known[item.id.as_str()];
        assert_eq!(item.title, expected_item.title);
        let names = |contract: &Contract, item: &[u32]| {
            item.iter()
                .map(|category| contract.catalogue.categories[*category as usize].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(&found, &item.categories), names(&expected, &expected_item.categories));
    }
    let notes = entity(&found, "Reco_Interactions").notes.join("\n");
    for word in ["page_view", "\"page\"", "there twice"] {
        assert!(notes.contains(word), "{word} is not in {notes}");
    }
}

#[test]
fn shopify_holds_the_orders() {
    let (expected, found) =
        (shop(ShopForm::Contract, ReadAs::Contract), shop(ShopForm::Shopify, ReadAs::Shopify));
    let is_order = |at: usize| expected.interactions.strength[at] == 1.0;
    let orders = kept(&expected, is_order);
    let ids = &expected.catalogue.items;
    let expected_items: Vec<&str> = orders.item.iter().map(|item| ids[*item as usize].id.as_str()).collect();
    assert_eq!(items(&found), expected_items);
    let rows = &found.interactions;
    assert_eq!(
        (&rows.time, &rows.strength, &rows.positive),
        (&orders.time, &orders.strength, &orders.positive)
    );
    assert_eq!(pattern(rows.group.iter().copied()), pattern(orders.group.iter().copied()));
    assert_eq!(pattern(rows.shopper.iter().copied()), pattern(orders.shopper.iter().copied()));
    let cancelled = entity(&found, "Reco_Interactions").notes.join("\n");
    assert!(cancelled.contains("lines of cancelled orders"), "{cancelled}");
    // Archived products are there as well.
    let old = found.catalogue.items.iter().filter(|item| item.id.ends_with("-old")).count();
    assert_eq!((found.catalogue.items.len(), old), (205, 5));
    let known: BTreeMap<&str, _> = ids.iter().map(|item| (item.id.as_str(), item)).collect();
    for item in found.catalogue.items.iter().filter(|item| !item.id.ends_with("-old")) {
        let same = known[number(&item.id)];
        assert_eq!((&item.title, &item.image), (&same.title, &same.image));
        assert!(item.description.starts_with(&same.description), "{}", item.description);
        let category = &expected.catalogue.categories[same.categories[0] as usize];
        let names: Vec<_> =
            item.categories.iter().map(|at| &found.catalogue.categories[*at as usize]).collect();
        assert!(names.contains(&category), "{names:?}");
        let price = |contract: &Contract, item: &cookshelf_server::catalogue::Item| {
            let at = contract.catalogue.filters.iter().position(|name| name == "Price").unwrap() as u32;
            item.filters.iter().find(|(filter, _)| *filter == at).map(|(_, price)| price.clone())
        };
        assert_eq!(price(&found, item), price(&expected, same));
    }
}

#[test]
fn threads_do_not_change_what_comes_through_a_door() {
    for (form, read_as) in [(ShopForm::Events, ReadAs::Events), (ShopForm::Plain, ReadAs::Plain)] {
        let read = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| shop(form, read_as))
        };
        assert!(read(1) == read(3), "{form:?}");
    }
}

/// Pairs of items that are bought together, by their numbers.
fn together(contract: &Contract, interactions: &Interactions) -> BTreeSet<(String, String)> {
    let params = TrainParams { privacy_floor: 2, ..TrainParams::recommended() };
    let trained = train(&contract.catalogue, interactions, &params, Progress::Silent).unwrap();
    let items = &contract.catalogue.items;
    let id = |item: u32| number(&items[item as usize].id).to_owned();
    let rows = (0_u32..).zip(&trained.together.of);
    rows.flat_map(|(seed, row)| row.iter().map(move |near| (seed, near.item)))
        .map(|(seed, near)| (id(seed), id(near)))
        .collect()
}

#[test]
fn lists_of_the_same_facts_are_the_same() {
    let contract = shop(ShopForm::Contract, ReadAs::Contract);
    let all = together(&contract, &contract.interactions);
    assert!(all.len() > 300, "{} pairs", all.len());
    let plain = shop(ShopForm::Plain, ReadAs::Plain);
    assert_eq!(together(&plain, &plain.interactions), all);
    let events = shop(ShopForm::Events, ReadAs::Events);
    alike(&together(&events, &events.interactions), &all);
    let orders = kept(&contract, |at| contract.interactions.strength[at] == 1.0);
    let bought = together(&contract, &orders);
    assert!(bought.len() > 100, "{} pairs", bought.len());
    let shopify = shop(ShopForm::Shopify, ReadAs::Shopify);
    alike(&together(&shopify, &shopify.interactions), &bought);
}

/// Items stand in another order there, so that sums are rounded otherwise and equals change places.
fn alike(found: &BTreeSet<(String, String)>, expected: &BTreeSet<(String, String)>) {
    let both = found.intersection(expected).count();
    let either = found.union(expected).count();
    assert!(both * 100 >= either * 99, "{both} of {either} pairs");
}
