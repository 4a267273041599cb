//! What JavaScript sees of a model: plain objects for serde-wasm-bindgen.

use cookshelf_core::{ColumnValues, Model};
use serde::Serialize;

/// Facts about the loaded model.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Info<'m> {
    items: u32,
    kinds: Vec<&'static str>,
    name: &'m str,
    culture: &'m str,
    currency: &'m str,
    as_of: f64,
    privacy_floor: u32,
    categories: Vec<&'m str>,
    columns: Vec<ColumnInfo<'m>>,
}

/// One filter column.
#[derive(Serialize)]
struct ColumnInfo<'m> {
    name: &'m str,
    r#type: &'static str,
}

/// What to show for an item.
#[derive(Serialize)]
pub(crate) struct CardView<'m> {
    id: String,
    title: &'m str,
    #[serde(skip_serializing_if = "str::is_empty")]
    price: &'m str,
    #[serde(skip_serializing_if = "str::is_empty")]
    currency: &'m str,
    address: String,
    image: &'m str,
}

impl<'m> Info<'m> {
    pub(crate) fn new(model: &'m Model) -> Self {
        let meta = model.meta();
        let attributes = model.attributes();
        Self {
            items: model.items(),
            kinds: model.lists().into_iter().map(|list| list.name()).collect(),
            name: meta.map_or("", |meta| &meta.name),
            culture: meta.map_or("", |meta| &meta.culture),
            currency: meta.map_or("", |meta| &meta.currency),
            as_of: meta.map_or(0.0, |meta| meta.as_of as f64),
            privacy_floor: meta.map_or(0, |meta| meta.privacy_floor),
            categories: attributes.map_or_else(Vec::new, |all| all.categories().iter().collect()),
            columns: attributes.map_or_else(Vec::new, |all| {
                let columns = all.columns().iter();
                columns
                    .map(|column| ColumnInfo { name: &column.name, r#type: type_of(&column.values) })
                    .collect()
            }),
        }
    }
}

fn type_of(values: &ColumnValues) -> &'static str {
    match values {
        ColumnValues::Texts(_) => "text",
        ColumnValues::Numbers(_) => "number",
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
