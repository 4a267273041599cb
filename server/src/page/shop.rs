//! Items as a person knows them: a title, a price, a picture, its categories.
//!
//! All of it is from the model itself; an item without a card has its id.

use std::cell::RefCell;

use cookshelf_core::{Meta, Model};

use super::album::Album;
use crate::markup::Markup;

/// The items of a decoded model, with their pictures.
#[derive(Debug)]
pub(super) struct Shop<'a> {
    pub(super) model: &'a Model,
    pub(super) meta: Meta,
    album: RefCell<Album<'a>>,
}

impl<'a> Shop<'a> {
    pub(super) fn new(model: &'a Model, album: Album<'a>) -> Self {
        Shop { model, meta: model.meta().cloned().unwrap_or_default(), album: RefCell::new(album) }
    }

    pub(super) fn id(&self, position: u32) -> String {
        self.model.ids().id(position).unwrap_or_default()
    }

    /// What it is called.
    pub(super) fn title(&self, position: u32) -> String {
        let card = self.model.card(position).map_or("", |card| card.title.trim());
        if card.is_empty() { self.id(position) } else { card.to_owned() }
    }

    /// What it costs, with the currency where the model has one; empty where nobody says.
    pub(super) fn price(&self, position: u32) -> String {
        let price = self.model.card(position).map_or("", |card| card.price);
        match (price, self.meta.currency.as_str()) {
            ("", _) => String::new(),
            (price, "") => price.to_owned(),
            (price, currency) => format!("{price} {currency}"),
        }
    }

    /// Its categories, comma by comma.
    pub(super) fn categories(&self, position: u32) -> String {
        let Some(attributes) = self.model.attributes() else { return String::new() };
        let names =
            attributes.categories_of(position).iter().map(|&at| attributes.categories().get(at as usize));
        names.collect::<Vec<&str>>().join(", ")
    }

    /// Its picture, before its title; what it is called stands in for one that is missing or does not load.
    pub(super) fn picture(&self, out: &mut Markup, position: u32) {
        let (title, card) = (self.title(position), self.model.card(position));
        let source = self.album.borrow_mut().source(card.map_or("", |card| card.image));
        out.element("div", &[("class", &"picture")], |out| {
            out.say("span", &[("class", &"letters"), ("aria-hidden", &"true")], &letters(&title));
            if let Some(source) = &source {
                // The title stands beside it: reading it twice helps nobody.
                out.leaf(
                    "img",
                    &[("src", source), ("alt", &""), ("loading", &"lazy"), ("decoding", &"async")],
                );
            }
        });
    }
}

/// The first letters of up to two words.
fn letters(title: &str) -> String {
    let words =
        title.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    words.take(2).flat_map(char::to_uppercase).collect()
}

/// Share of something in percent: whole numbers, and no zero for what is there.
pub(super) fn percent(share: f64) -> String {
    match 100.0 * share {
        percent if percent > 0.0 && percent < 1.0 => "under 1 %".to_owned(),
        percent => format!("{percent:.0} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_shares_are_short() {
        let table =
            [("linen shirt, blue", "LS"), ("«ärmel»", "Ä"), ("", ""), ("<b> x", "BX"), ("— 9 lives", "9L")];
        for (title, expected) in table {
            assert_eq!(letters(title), expected, "{title}");
        }
        let table = [(0.0, "0 %"), (0.004, "under 1 %"), (0.125, "12 %"), (1.0, "100 %")];
        for (share, expected) in table {
            assert_eq!(percent(share), expected);
        }
    }
}
