//! Why an item is in a list, in plain words.
//!
//! Only what the model itself says: how strong a tie is against the strongest of
//! the same item, which words two titles share, which item of a profile speaks for
//! a pick. Counts of shoppers are not in a model, so no reason has any.

use cookshelf_core::{Cause, Explanation, Item, ListKind, Reason, Rhythm};

use super::shop::{Shop, percent};

/// Words that are shown of those that two titles share.
const WORDS: usize = 3;
/// Shorter words say little.
const SHORTEST: usize = 3;

/// What is said above a list.
pub(super) struct Heading {
    pub(super) title: &'static str,
    pub(super) about: &'static str,
}

/// What a list is, for somebody who runs the shop.
pub(super) fn heading(list: ListKind) -> Heading {
    let (title, about) = match list {
        ListKind::Picks => ("Picked for them", "made in the shopper's browser, from what that shopper did"),
        ListKind::Similar => {
            ("Shoppers who chose it also chose", "learned from the histories of many shoppers")
        }
        ListKind::Together => ("Bought together with it", "learned from baskets"),
        ListKind::Next => ("What comes next in a visit", "learned from the order of visits"),
        ListKind::Popular => ("Popular", "chosen by most shoppers"),
        ListKind::Trending => ("Trending", "gaining most of late"),
        ListKind::New => ("New", "released last"),
        ListKind::Text => ("Described alike", "compared by titles, categories and descriptions"),
        ListKind::Look => ("Looks alike", "compared by pictures"),
        ListKind::Again => ("Buy it again", "from what that shopper bought before"),
        ListKind::Recent => ("Seen recently", "from what that shopper saw before"),
        ListKind::Named => ("Chosen by the shop", "made by hand"),
    };
    Heading { title, about }
}

/// Why `item` is beside `seed`; `strength` is its weight as a part of the strongest one.
pub(super) fn beside(shop: &Shop<'_>, seed: u32, item: &Item, strength: f64) -> String {
    if item.reason == Reason::Chosen {
        return "put here by the shop".to_owned();
    }
    let words = match item.list {
        ListKind::Text => shared_words(&shop.title(seed), &shop.title(item.position)),
        _ => Vec::new(),
    };
    let tie = match strength {
        strength if strength > 0.999 => "the strongest tie",
        strength if strength >= 0.75 => "nearly as strong",
        strength if strength >= 0.4 => "about half as strong",
        _ => "a weaker tie",
    };
    match (item.list, words.is_empty()) {
        (ListKind::Text, false) => format!("both say {}", words.join(", ")),
        (ListKind::Text, true) => "similar description".to_owned(),
        (ListKind::Look, _) if strength > 0.999 => "most alike".to_owned(),
        (ListKind::Look, _) if strength >= 0.75 => "nearly as alike".to_owned(),
        (ListKind::Look, _) => "less alike".to_owned(),
        _ => tie.to_owned(),
    }
}

/// Why an item was picked for a profile: the items of it that gave most of the score.
pub(super) fn because(shop: &Shop<'_>, item: &Item, explanation: &Explanation) -> String {
    if let Some(rhythm) = explanation.rhythm {
        return bought(rhythm);
    }
    if item.list != ListKind::Picks {
        return format!("filled up from {}", item.list.name());
    }
    let for_it = explanation.parts.iter().filter(|part| part.cause == Cause::Profile && part.amount > 0.0);
    let total: f64 = for_it.clone().map(|part| part.amount).sum();
    let Some(most) = for_it.reduce(|a, b| if b.amount > a.amount { b } else { a }) else {
        return "fits the whole of it".to_owned();
    };
    format!("{} because of {}", percent(most.amount / total), shop.title(most.of))
}

/// How often something is bought, and since when.
fn bought(Rhythm { times, days, last_hours }: Rhythm) -> String {
    let several = |number: u32, one: &str| match number {
        1 => format!("1 {one}"),
        number => format!("{number} {one}s"),
    };
    format!(
        "bought {}, every {} or so, last {} ago",
        several(times, "time"),
        several(days.round() as u32, "day"),
        several(last_hours / 24, "day")
    )
}

/// Words of one title that are in the other, in its order.
fn shared_words(of: &str, with: &str) -> Vec<String> {
    let words = |title: &str| -> Vec<String> {
        let words = title.split(|letter: char| !letter.is_alphanumeric());
        words.filter(|word| word.chars().count() >= SHORTEST).map(str::to_lowercase).collect()
    };
    let others = words(with);
    let mut shared: Vec<String> = Vec::new();
    for word in words(of) {
        if others.contains(&word) && !shared.contains(&word) && shared.len() < WORDS {
            shared.push(word);
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_words_are_found_without_case_and_repeats() {
        let table: [(&str, &str, &[&str]); 4] = [
            ("Blue Linen Shirt, blue", "shirt of LINEN in blue", &["blue", "linen", "shirt"]),
            ("A B C", "a b c", &[]),
            ("Ärmel-Hemd", "ärmel", &["ärmel"]),
            ("one two three four five", "five four three two one", &["one", "two", "three"]),
        ];
        for (of, with, expected) in table {
            assert_eq!(shared_words(of, with), expected, "{of}");
        }
    }

    #[test]
    fn what_is_bought_again_says_when() {
        let said = |times, days, last_hours| bought(Rhythm { times, days, last_hours });
        assert_eq!(said(3, 27.6, 721), "bought 3 times, every 28 days or so, last 30 days ago");
        assert_eq!(said(1, 1.0, 24), "bought 1 time, every 1 day or so, last 1 day ago");
    }

    #[test]
    fn every_list_has_words_of_its_own() {
        let mut titles: Vec<&str> = ListKind::ALL.map(|list| heading(list).title).to_vec();
        titles.sort_unstable();
        titles.dedup();
        assert_eq!(titles.len(), ListKind::ALL.len());
    }
}
