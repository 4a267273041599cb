//! What a list of things to buy again has to beat: orders that need no learning.
//!
//! A model that knows no habits shows what was bought in the order of the profile, so
//! each order is made by putting the contexts of the cases into it. Every item has a
//! place of its own: equals do not share the mean of their places, which would make
//! the simple orders look worse than they are.

use std::cmp::Reverse;

use crate::eval::Case;

const DAY_HOURS: u32 = 24;

/// The orders by name, and the cases arranged for each.
pub(super) fn orders(cases: &[Case]) -> [(&'static str, Vec<Case>); 2] {
    [("newest first", cases.to_vec()), ("most frequent first", cases.iter().map(by_frequency).collect())]
}

/// Each item once, what was bought on most days last, and of equals what was bought last.
fn by_frequency(case: &Case) -> Case {
    // Days, hours since the first of them that was counted, hours since the last, item.
    let mut items: Vec<(u32, u32, u32, &str)> = Vec::new();
    let oldest_first: Vec<(&str, u32)> = case.aged().collect();
    for &(item, age) in oldest_first.iter().rev() {
        match items.iter_mut().find(|known| known.3 == item) {
            Some((days, first, ..)) if age >= first.saturating_add(DAY_HOURS) => {
                (*days, *first) = (*days + 1, age)
            }
            Some(_) => (),
            None => items.push((1, age, age, item)),
        }
    }
    // Stable: what stood further up in a basket stays further up.
    items.sort_by_key(|(days, _, last, _)| (Reverse(*days), *last));
    items.reverse();
    let context = items.into_iter().map(|(.., item)| item.to_owned()).collect();
    Case { context, age_hours: Vec::new(), ..case.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_items_come_first_and_new_ones_before_old_ones() {
        let bought =
            [("old", 900), ("often", 800), ("twice", 600), ("often", 400), ("hour", 41), ("hour", 40)];
        let bought = [&bought[..], &[("twice", 30), ("often", 20), ("new", 10)]].concat();
        let case = Case {
            context: bought.iter().map(|(item, _)| (*item).to_owned()).collect(),
            age_hours: bought.iter().map(|(_, age)| *age).collect(),
            ..Case::default()
        };
        let [(_, newest), (_, frequent)] = orders(std::slice::from_ref(&case));
        assert_eq!(newest, [case]);
        assert_eq!(
            frequent[0].context,
            ["old", "hour", "new", "twice", "often"],
            "the first place comes last"
        );
    }
}
