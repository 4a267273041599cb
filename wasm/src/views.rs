//! What JavaScript sees of a model: plain objects for serde-wasm-bindgen.

use cookshelf_core::Model;
use serde::{Serialize, Serializer, ser::SerializeMap};

/// What to show for an item.
pub(crate) struct CardView<'m> {
    id: String,
    title: &'m str,
    price: &'m str,
    currency: &'m str,
    address: String,
    image: &'m str,
}

/// As a map: for the fields of structs serde-wasm-bindgen keeps a table of names that costs a kilobyte.
impl Serialize for CardView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("title", self.title)?;
        for (name, text) in [("price", self.price), ("currency", self.currency)] {
            if !text.is_empty() {
                map.serialize_entry(name, text)?;
            }
        }
        map.serialize_entry("address", &self.address)?;
        map.serialize_entry("image", self.image)?;
        map.end()
    }
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
}

/// The template with the id in place of `{id}`. By characters: a string search would cost more bytes than it saves.
fn fill(template: &str, id: &str) -> String {
    match template.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?.1))) {
        Some((before, after)) => [before, id, after].concat(),
        None => template.to_owned(),
    }
}
