//! Cards into shards: title, price and image of every item.

use cookshelf_core::{CARD_ITEMS, Card, CardShard};

use super::{error::PackError, layout::Layout};
use crate::catalogue::{Catalogue, Item};

pub(super) fn encode(catalogue: &Catalogue, layout: &Layout) -> Result<Vec<Vec<u8>>, PackError> {
    let price = catalogue.filters.iter().position(|name| name.eq_ignore_ascii_case("price"));
    let price = price.map(|filter| filter as u32);
    let card = |item: &Option<u32>| match item.and_then(|item| catalogue.items.get(item as usize)) {
        Some(item) => {
            Card { title: &item.title, price: price_of(item, price), address: "", image: &item.image }
        }
        None => Card::default(),
    };
    let shards = layout.items().chunks(CARD_ITEMS as usize).enumerate();
    let encoded = shards.map(|(number, items)| {
        let cards: Vec<Card<'_>> = items.iter().map(card).collect();
        CardShard::new(number as u32, &cards)?.encode()
    });
    encoded.collect::<Result<_, _>>().map_err(PackError::format("cards"))
}

fn price_of(item: &Item, price: Option<u32>) -> &str {
    let found = item.filters.iter().find(|(filter, _)| Some(*filter) == price);
    found.map_or("", |(_, value)| value.as_str())
}
