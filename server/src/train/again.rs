//! How often each item is bought again: the typical interval, and the share of buyers who came back.
//!
//! Only purchases of shoppers with a name count, and those of one shopper and item
//! only when they are a day or more apart. Deliberately knows nothing of any one
//! shopper's next purchase: that is worked out on the device, from what it remembers.
//!
//! An item's own figures need as many distinct shoppers who came back for it as the
//! privacy floor says; below it stand those of its category, and below those the whole
//! shop's. Invariant: intervals are a day or more, shares above zero and at most 1.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::catalogue::Catalogue;
use crate::interaction::{ANONYMOUS, Interactions};

use super::params::TrainParams;
use super::refusals::Refusals;

/// Purchases closer than this are one.
const DAY: i64 = 86_400;

/// What a shopper and a device need to know of buying again.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Habits {
    /// Indexed like `Catalogue::items`.
    pub of: Vec<Habit>,
    /// What an item counts that was bought just now, against one that is due.
    pub start: f32,
    /// How fast an overdue item counts less, in parts of an interval.
    pub fading: f32,
    /// How many gaps of a shopper's own the typical interval is worth.
    pub trust: f32,
}

/// How an item is bought again.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Habit {
    /// Days from one purchase to the next.
    pub days: f32,
    /// Share of the buyers who came back.
    pub share: f32,
}

/// One shopper's purchases of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Buyer {
    /// The item, or what it belongs to.
    of: u32,
    shopper: u32,
    /// From the first purchase to the last, in seconds.
    span: i64,
    gaps: u32,
}

/// Figures of an item, a category or the shop.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Figures {
    days: f32,
    /// Shoppers and items they bought, and those that were bought again.
    buyers: f64,
    returned: f64,
}

/// Learns the habits of a shop; `None` where too few shoppers buy anything again.
pub(super) fn again(
    catalogue: &Catalogue,
    interactions: &Interactions,
    params: &TrainParams,
) -> Option<Habits> {
    let buyers = buyers(interactions);
    let floor = params.privacy_floor as usize;
    let smoothing = f64::from(params.again.smoothing);
    let all: Vec<Buyer> = regrouped(&buyers, |_| &[0]);
    let shop = figures(&all, floor)?;
    let prior = Habit { days: shop.days, share: (shop.returned / shop.buyers) as f32 };
    let habit = |figures: Figures, prior: Habit| {
        let share = (figures.returned + smoothing * f64::from(prior.share)) / (figures.buyers + smoothing);
        Habit { days: figures.days, share: share as f32 }
    };
    let mut categories: Vec<Option<Habit>> = vec![None; catalogue.categories.len()];
    let of_category = regrouped(&buyers, |item| &catalogue.items[item as usize].categories);
    for group in of_category.chunk_by(|a, b| a.of == b.of) {
        categories[group[0].of as usize] = figures(group, floor).map(|found| habit(found, prior));
    }
    let sizes = sizes(catalogue);
    let mut of: Vec<Habit> = catalogue
        .items
        .iter()
        .map(|item| {
            let known = item.categories.iter().filter(|category| categories[**category as usize].is_some());
            let closest = known.min_by_key(|category| (sizes[**category as usize], **category));
            closest.and_then(|category| categories[*category as usize]).unwrap_or(prior)
        })
        .collect();
    for group in buyers.chunk_by(|a, b| a.of == b.of) {
        let own = &mut of[group[0].of as usize];
        if let Some(found) = figures(group, floor) {
            *own = habit(found, *own);
        }
    }
    let &super::params::AgainParams { start, fading, trust, .. } = &params.again;
    Some(Habits { of, start, fading, trust })
}

/// How many named shoppers bought anything again on another day.
pub fn returning(interactions: &Interactions) -> u64 {
    let back = buyers(interactions).into_iter().filter(|buyer| buyer.gaps > 0);
    back.map(|buyer| buyer.shopper).collect::<FxHashSet<u32>>().len() as u64
}

/// Who bought what, sorted by item and shopper.
fn buyers(interactions: &Interactions) -> Vec<Buyer> {
    let shopper = |row: usize| u64::from(interactions.shopper[row]);
    let refusals = Refusals::of(interactions, shopper);
    let mut bought: Vec<(u32, u32, i64)> = (0..interactions.len())
        .filter(|&row| interactions.shopper[row] != ANONYMOUS && interactions.time[row] != 0)
        .filter(|&row| interactions.is_purchase(row) && refusals.leave_row(interactions, row, shopper(row)))
        .map(|row| (interactions.item[row], interactions.shopper[row], interactions.time[row]))
        .collect();
    bought.par_sort_unstable();
    let purchases = bought.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    purchases.map(buyer).collect()
}

fn buyer(purchases: &[(u32, u32, i64)]) -> Buyer {
    let (of, shopper, first) = purchases[0];
    let (mut last, mut gaps) = (first, 0);
    for &(_, _, time) in purchases {
        if time - last >= DAY {
            (last, gaps) = (time, gaps + 1);
        }
    }
    Buyer { of, shopper, span: last - first, gaps }
}

/// The same purchases by what their items belong to, sorted by that and the shopper.
fn regrouped<'a>(buyers: &[Buyer], of: impl Fn(u32) -> &'a [u32]) -> Vec<Buyer> {
    let of_one = |buyer: &Buyer| {
        let buyer = *buyer;
        of(buyer.of).iter().map(move |&of| Buyer { of, ..buyer })
    };
    let mut all: Vec<Buyer> = buyers.iter().flat_map(of_one).collect();
    all.par_sort_unstable();
    all
}

/// The figures of purchases sorted by shopper, unless too few shoppers came back.
///
/// Each shopper has one vote for the interval, however much was bought: the mean of their gaps.
fn figures(buyers: &[Buyer], floor: usize) -> Option<Figures> {
    let mut votes: Vec<i64> = Vec::new();
    for of_shopper in buyers.chunk_by(|a, b| a.shopper == b.shopper) {
        let gaps: i64 = of_shopper.iter().map(|buyer| i64::from(buyer.gaps)).sum();
        let span: i64 = of_shopper.iter().map(|buyer| buyer.span).sum();
        votes.extend(span.checked_div(gaps));
    }
    if votes.is_empty() || votes.len() < floor {
        return None;
    }
    let middle = (votes.len() - 1) / 2;
    let (_, median, _) = votes.select_nth_unstable(middle);
    let returned = buyers.iter().filter(|buyer| buyer.gaps > 0).count();
    Some(Figures {
        days: (*median as f64 / DAY as f64) as f32,
        buyers: buyers.len() as f64,
        returned: returned as f64,
    })
}

/// Items of each category: the smallest says most.
fn sizes(catalogue: &Catalogue) -> Vec<u32> {
    let mut sizes = vec![0; catalogue.categories.len()];
    let categories = catalogue.items.iter().flat_map(|item| &item.categories);
    categories.for_each(|&category| sizes[category as usize] += 1);
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Item;

    /// (item, shopper, day, purchase)
    type Line = (u32, u32, i64, bool);

    fn rows(of: &[Line]) -> Interactions {
        Interactions {
            item: of.iter().map(|row| row.0).collect(),
            shopper: of.iter().map(|row| row.1).collect(),
            time: of.iter().map(|row| (1000 + row.2) * DAY).collect(),
            purchase: of.iter().map(|row| row.3).collect(),
            strength: vec![1.0; of.len()],
            positive: vec![true; of.len()],
            group: vec![0; of.len()],
            groups: 1,
            shoppers: 100,
            ..Interactions::default()
        }
    }

    /// Items 0, 1 are in category 0, item 2 in category 1, item 3 in none.
    fn shop() -> Catalogue {
        let item = |id: u32, categories: &[u32]| Item {
            id: id.to_string(),
            categories: categories.to_vec(),
            ..Item::default()
        };
        let items = vec![item(0, &[0]), item(1, &[0]), item(2, &[1]), item(3, &[])];
        Catalogue { items, categories: vec!["drinks".into(), "chairs".into()], ..Catalogue::default() }
    }

    fn learned(of: &[Line], floor: u32) -> Option<Habits> {
        let mut params = TrainParams { privacy_floor: floor, ..TrainParams::recommended() };
        params.again.smoothing = 2.0;
        again(&shop(), &rows(of), &params)
    }

    /// Three shoppers come back for item 0 after 10, 20 and (twice) 30 days, one does not; a view says nothing.
    const COFFEE: [Line; 9] = [
        (0, 1, 0, true),
        (0, 1, 10, true),
        (0, 2, 0, true),
        (0, 2, 20, true),
        (0, 3, 0, true),
        (0, 3, 30, true),
        (0, 3, 60, true),
        (0, 4, 5, true),
        (0, 4, 9, false),
    ];

    #[test]
    fn intervals_are_medians_over_shoppers_and_shares_are_smoothed() {
        let chairs: Vec<Line> = (10..14).map(|shopper| (2, shopper, 0, true)).collect();
        let habits = learned(&[&COFFEE[..], &chairs].concat(), 3).unwrap();
        // The shop: 3 of 8 came back. The category: (3 + 2 * 3/8) / (4 + 2). The item: (3 + 2 * that) / (4 + 2).
        let shares = [0.708_333_3, 0.625, 0.375, 0.375];
        for (habit, share) in habits.of.iter().zip(shares) {
            assert_eq!(habit.days, 20.0);
            assert!((habit.share - share).abs() < 1e-6, "{habits:?}");
        }
    }

    #[test]
    fn nothing_below_the_floor_is_said() {
        assert_eq!(learned(&COFFEE, 4), None);
        // Another shopper who comes back for item 1 lifts the category over the floor, and no item.
        let more = [&COFFEE[..], &[(1, 5, 0, true), (1, 5, 40, true)]].concat();
        let habits = learned(&more, 4).unwrap();
        assert_eq!(habits.of[0], habits.of[1]);
        assert_eq!(habits.of[0].days, 20.0, "the lower of the middle two of 10, 20, 30, 40");
    }

    #[test]
    fn one_who_buys_every_day_has_one_vote() {
        let hoarder: Vec<Line> = (0..60).map(|day| (0, 9, day, true)).collect();
        let habits = learned(&[&COFFEE[..], &hoarder].concat(), 3).unwrap();
        assert_eq!(habits.of[0].days, 10.0, "the lower of the middle two of 1, 10, 20, 30");
    }

    #[test]
    fn one_day_is_one_purchase_and_refusals_count() {
        let mut interactions =
            rows(&[(0, 1, 0, true), (0, 1, 0, true), (0, 1, 9, true), (0, 2, 0, true), (0, 2, 9, true)]);
        interactions.time[1] += DAY - 1;
        let buyers_now = buyers(&interactions);
        assert_eq!(returning(&interactions), 2);
        assert_eq!(buyers_now.iter().map(|buyer| buyer.gaps).collect::<Vec<_>>(), [1, 1]);
        // What was sent back last was not bought.
        interactions.positive[4] = false;
        assert_eq!(buyers(&interactions).len(), 1);
        interactions.shopper.fill(ANONYMOUS);
        assert_eq!(buyers(&interactions), []);
    }
}
