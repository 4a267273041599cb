//! How much an event of each name says about a shopper.
//!
//! GA4's names are the ones used here; Segment's and everyday names are taken for them.

use std::collections::BTreeMap;

/// Weights by event; 0 leaves an event out, below 0 it is a dislike.
#[derive(Debug, Clone, PartialEq)]
pub struct EventWeights(BTreeMap<String, f64>);

/// What counts when nobody says otherwise.
const DEFAULTS: [(&str, f64); 7] = [
    ("view_item", 1.0),
    ("add_to_wishlist", 2.0),
    ("add_to_cart", 3.0),
    ("remove_from_cart", 0.0),
    ("purchase", 5.0),
    ("refund", -5.0),
    ("like", 3.0),
];

/// Other names of the same events, without letters' case and whatever stands between words.
const ALIASES: [(&str, &str); 31] = [
    ("productviewed", "view_item"),
    ("viewproduct", "view_item"),
    ("productview", "view_item"),
    ("detailview", "view_item"),
    ("itemview", "view_item"),
    ("viewed", "view_item"),
    ("view", "view_item"),
    ("click", "view_item"),
    ("productadded", "add_to_cart"),
    ("addedtocart", "add_to_cart"),
    ("addtobasket", "add_to_cart"),
    ("cart", "add_to_cart"),
    ("basket", "add_to_cart"),
    ("productremoved", "remove_from_cart"),
    ("removefrombasket", "remove_from_cart"),
    ("ordercompleted", "purchase"),
    ("orderplaced", "purchase"),
    ("order", "purchase"),
    ("buy", "purchase"),
    ("bought", "purchase"),
    ("purchased", "purchase"),
    ("sale", "purchase"),
    ("transaction", "purchase"),
    ("orderrefunded", "refund"),
    ("ordercancelled", "refund"),
    ("refunded", "refund"),
    ("return", "refund"),
    ("returned", "refund"),
    ("productaddedtowishlist", "add_to_wishlist"),
    ("wishlist", "add_to_wishlist"),
    ("favorite", "add_to_wishlist"),
];

impl Default for EventWeights {
    fn default() -> Self {
        Self(DEFAULTS.map(|(name, weight)| (simple(name), weight)).into())
    }
}

impl EventWeights {
    /// The defaults with some weights changed or added. Names are compared without case, spaces and `_`.
    pub fn with(changed: &BTreeMap<String, f64>) -> Self {
        let mut weights = Self::default();
        weights.0.extend(changed.iter().map(|(name, weight)| (simple(name), *weight)));
        // What is said under another name of an event is said of the event.
        for (name, weight) in changed {
            if let Some(event) = alias(&simple(name)) {
                weights.0.insert(simple(event), *weight);
            }
        }
        weights
    }

    /// The weight of an event; `None` when it has none.
    pub(super) fn of(&self, name: &str) -> Option<f64> {
        let name = simple(name);
        let known = alias(&name).map_or_else(|| name.clone(), simple);
        let weight = self.0.get(&name).or_else(|| self.0.get(&known));
        weight.copied().filter(|weight| *weight != 0.0 && weight.is_finite())
    }

    /// Whether an event of this name is about one order.
    pub(super) fn is_of_order(name: &str) -> bool {
        let name = simple(name);
        let event = alias(&name).unwrap_or(&name);
        matches!(event, "purchase" | "refund")
    }
}

fn alias(simple: &str) -> Option<&'static str> {
    ALIASES.iter().find(|(alias, _)| *alias == simple).map(|(_, event)| *event)
}

fn simple(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Weights that were asked for before, so that names are not taken apart for every row.
#[derive(Debug, Default)]
pub(super) struct Remembered(Vec<(String, Option<f64>, bool)>);

impl Remembered {
    /// More names than this are looked up every time.
    const MOST: usize = 64;

    /// The weight of an event, and whether it is about one order.
    pub(super) fn of(&mut self, weights: &EventWeights, name: &str) -> (Option<f64>, bool) {
        if let Some((_, weight, order)) = self.0.iter().find(|(known, ..)| known == name) {
            return (*weight, *order);
        }
        let (weight, order) = (weights.of(name), EventWeights::is_of_order(name));
        if self.0.len() < Self::MOST {
            self.0.push((name.to_owned(), weight, order));
        }
        (weight, order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_dialect_find_their_weight() {
        let weights = EventWeights::default();
        let cases = [
            ("view_item", Some(1.0)),
            ("Product Viewed", Some(1.0)),
            ("Order Completed", Some(5.0)),
            ("PURCHASE", Some(5.0)),
            ("refund", Some(-5.0)),
            ("remove_from_cart", None),
            ("page_view", None),
            ("", None),
        ];
        for (name, weight) in cases {
            assert_eq!(weights.of(name), weight, "{name}");
            assert_eq!(Remembered::default().of(&weights, name).0, weight, "{name}");
        }
        assert!(EventWeights::is_of_order("Order Completed") && !EventWeights::is_of_order("Product Added"));
    }

    #[test]
    fn a_shop_changes_and_adds_weights() {
        let changed =
            [("Product Viewed", 0.5), ("purchase", 2.0), ("subscribe", 4.0), ("remove_from_cart", -1.0)];
        let weights = EventWeights::with(&changed.map(|(name, weight)| (name.to_owned(), weight)).into());
        for (name, weight) in [
            ("view_item", Some(0.5)),
            ("view", Some(0.5)),
            ("Order Completed", Some(2.0)),
            ("Subscribe", Some(4.0)),
            ("Product Removed", Some(-1.0)),
            ("add_to_cart", Some(3.0)),
        ] {
            assert_eq!(weights.of(name), weight, "{name}");
        }
        let off = EventWeights::with(&[("view_item".to_owned(), 0.0)].into());
        assert_eq!(off.of("Product Viewed"), None);
    }
}
