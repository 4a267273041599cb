//! What to show for an item, as texts.

use cookshelf_core::Model;

/// What to show for an item; price and currency are empty where there is none.
pub(crate) struct CardView<'m> {
    id: String,
    title: &'m str,
    price: &'m str,
    currency: &'m str,
    address: String,
    image: &'m str,
}

impl<'m> CardView<'m> {
    /// `None` when the item's card is not loaded.
    pub(crate) fn new(model: &'m Model, position: u32) -> Option<Self> {
        let card = model.card(position)?;
        let id = model.ids().id(position)?;
        let template = model.meta().map_or("", |meta| meta.address.as_str());
        let address = if card.address.is_empty() { fill(template, &id) } else { card.address.to_owned() };
        let currency = model.meta().map_or("", |meta| meta.currency.as_str());
        Some(Self { id, title: card.title, price: card.price, currency, address, image: card.image })
    }

    /// Its texts by name, in the order in which they cross.
    pub(crate) fn texts(&self) -> [(&'static str, &str); 6] {
        [
            ("id", &self.id),
            ("title", self.title),
            ("price", self.price),
            ("currency", self.currency),
            ("address", &self.address),
            ("image", self.image),
        ]
    }
}

/// The template with the id in place of `{id}`. By characters: a string search would cost more bytes than it saves.
fn fill(template: &str, id: &str) -> String {
    match template.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?.1))) {
        Some((before, after)) => [before, id, after].concat(),
        None => template.to_owned(),
    }
}
