//! Items that stand for the catalogue: well known, less known, hardly known, and new.
//!
//! They are what a person looks at to judge the lists. Deliberately says of an item
//! only how well known it is, in four words; the counts behind them stay here.
//! Invariant: the same data gives the same items, in the same order, none twice.

use serde::Serialize;

use super::readiness::pairs;
use crate::contract::Contract;
use crate::interaction::ANONYMOUS;

/// An item worth a look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Its id.
    pub item: String,
    /// How well known it is.
    pub commonness: Commonness,
}

/// How many shoppers chose an item, against the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Commonness {
    /// Among the first tenth of what is chosen.
    Popular,
    /// As usual.
    Middling,
    /// Among the last tenth of what enough shoppers chose.
    Rare,
    /// Below the privacy floor: new, or hardly ever chosen.
    Cold,
}

/// How many of each are shown.
const WANTED: [(Commonness, usize); 4] =
    [(Commonness::Popular, 4), (Commonness::Middling, 3), (Commonness::Rare, 2), (Commonness::Cold, 3)];

/// Chooses samples, spread over the categories.
pub(super) fn samples(data: &Contract, floor: u32) -> Vec<Sample> {
    let groups = groups(data, floor);
    let wanted = shares(groups.each_ref().map(Vec::len));
    let mut seen = vec![false; data.catalogue.categories.len()];
    let mut samples = Vec::new();
    for (((commonness, _), wanted), group) in WANTED.into_iter().zip(wanted).zip(groups) {
        for item in spread(data, &group, wanted, &mut seen) {
            samples.push(Sample { item: data.catalogue.items[item as usize].id.clone(), commonness });
        }
    }
    samples
}

/// How many of each group are shown: where one has too few, others stand in.
fn shares(there: [usize; 4]) -> [usize; 4] {
    let mut shares: [usize; 4] = std::array::from_fn(|at| WANTED[at].1.min(there[at]));
    let mut missing = WANTED.iter().map(|(_, wanted)| wanted).sum::<usize>() - shares.iter().sum::<usize>();
    for (share, there) in shares.iter_mut().zip(there) {
        let more = missing.min(there - *share);
        *share += more;
        missing -= more;
    }
    shares
}

/// Items by how well known they are, those that stand for their group best first.
fn groups(data: &Contract, floor: u32) -> [Vec<u32>; 4] {
    let chosen = chosen_by(data);
    let is_sold = |item: &u32| match &data.catalogue.availability {
        Some(availability) => {
            availability.windows.get(*item as usize).is_some_and(|windows| !windows.is_empty())
        }
        None => true,
    };
    let sold: Vec<u32> = (0..data.catalogue.items.len() as u32).filter(is_sold).collect();
    let (mut known, mut cold): (Vec<u32>, Vec<u32>) =
        sold.into_iter().partition(|&item| chosen[item as usize] >= floor.max(1));
    known.sort_by_key(|&item| (std::cmp::Reverse(chosen[item as usize]), item));
    let about = |item: u32| &data.catalogue.items[item as usize];
    cold.sort_by_key(|&item| (about(item).title.is_empty(), std::cmp::Reverse(about(item).released), item));
    let tenth = known.len().div_ceil(10);
    let rare = known.split_off(known.len() - tenth.min(known.len() / 2)).into_iter().rev().collect();
    let middle = known.split_off(tenth.max(WANTED[0].1).min(known.len()));
    let (before, after) = middle.split_at(middle.len() / 2);
    let mut middling: Vec<u32> = after.to_vec();
    middling.extend(before.iter().rev());
    [known, middling, rare, cold]
}

/// Distinct shoppers, or groups where a row names none, that chose each item.
fn chosen_by(data: &Contract) -> Vec<u32> {
    let rows = &data.interactions;
    let actor = |row: usize| match rows.shopper[row] {
        ANONYMOUS => u64::from(rows.shoppers) + u64::from(rows.group[row]),
        shopper => u64::from(shopper),
    };
    let mut chosen = vec![0; data.catalogue.items.len()];
    pairs(rows, |row| Some(actor(row))).iter().for_each(|(_, item)| chosen[*item as usize] += 1);
    chosen
}

/// The first of a group whose category was not seen yet; once all were, the first at all.
fn spread(data: &Contract, group: &[u32], wanted: usize, seen: &mut [bool]) -> Vec<u32> {
    let sizes = sizes(data);
    let category = |item: u32| {
        let categories = &data.catalogue.items[item as usize].categories;
        categories.iter().copied().min_by_key(|&category| (sizes[category as usize], category))
    };
    let mut taken: Vec<u32> = Vec::new();
    while taken.len() < wanted {
        let left = || group.iter().copied().filter(|item| !taken.contains(item));
        let fresh = left().find(|&item| category(item).is_some_and(|category| !seen[category as usize]));
        let Some(item) = fresh.or_else(|| left().next()) else { break };
        if let Some(category) = category(item) {
            seen[category as usize] = true;
        }
        taken.push(item);
    }
    taken
}

/// Items of each category.
fn sizes(data: &Contract) -> Vec<u32> {
    let mut sizes = vec![0; data.catalogue.categories.len()];
    let categories = data.catalogue.items.iter().flat_map(|item| &item.categories);
    categories.for_each(|&category| sizes[category as usize] += 1);
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, Item};

    /// Item `i` of 40 in category `i % 8` is chosen by `39 - i` shoppers.
    fn data() -> Contract {
        let mut data = Contract::default();
        let item = |id: u32| Item { id: id.to_string(), categories: vec![id % 8], ..Item::default() };
        let categories = (0..8).map(|number| number.to_string()).collect();
        data.catalogue = Catalogue { items: (0..40).map(item).collect(), categories, ..Catalogue::default() };
        let rows = &mut data.interactions;
        for item in 0..40 {
            for shopper in 0..39 - item {
                rows.group.push(shopper);
                rows.item.push(item);
                rows.shopper.push(shopper);
                rows.time.push(0);
                rows.strength.push(1.0);
                rows.positive.push(true);
            }
        }
        (rows.groups, rows.shoppers) = (39, 39);
        data
    }

    fn items(data: &Contract, floor: u32) -> Vec<(u32, Commonness)> {
        samples(data, floor).iter().map(|one| (one.item.parse().unwrap(), one.commonness)).collect()
    }

    #[test]
    fn samples_stand_for_the_catalogue() {
        use Commonness::{Cold, Middling, Popular, Rare};
        let found = items(&data(), 5);
        let of = |wanted| {
            found.iter().filter(|(_, common)| *common == wanted).map(|(item, _)| *item).collect::<Vec<_>>()
        };
        // 35 items are chosen by 5 shoppers or more; a tenth of them is 4.
        assert_eq!(of(Popular), [0, 1, 2, 3]);
        assert!(of(Middling).iter().all(|item| (10..26).contains(item)), "{found:?}");
        assert!(of(Rare).iter().all(|item| (31..35).contains(item)), "{found:?}");
        assert!(of(Cold).iter().all(|item| *item >= 35), "{found:?}");
        assert_eq!(found.len(), 12);
        let mut different = found.clone();
        different.sort_by_key(|(item, _)| *item);
        different.dedup();
        assert_eq!(different.len(), 12);
        let categories: std::collections::BTreeSet<u32> =
            found[..8].iter().map(|(item, _)| item % 8).collect();
        assert_eq!(categories.len(), 8, "{found:?}");
    }

    #[test]
    fn small_and_empty_data_give_fewer() {
        assert!(samples(&Contract::default(), 5).is_empty());
        let cold = items(&data(), 1000);
        assert_eq!(cold.len(), 12);
        assert!(cold.iter().all(|(_, common)| *common == Commonness::Cold));
        let mut sold = data();
        let windows = (0..40).map(|item| {
            if item == 7 {
                vec![crate::catalogue::Window { scope: 0, from: 0, until: 9 }]
            } else {
                Vec::new()
            }
        });
        sold.catalogue.availability =
            Some(crate::catalogue::Availability { scopes: Vec::new(), windows: windows.collect() });
        assert_eq!(items(&sold, 5), [(7, Commonness::Popular)]);
    }
}
