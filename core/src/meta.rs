//! Facts about a cook that no scoring needs.

use serde::Serialize;

use crate::{
    format::{Fields, FormatError, encode_body},
    kind::{SectionKey, SectionKind},
};

/// What was cooked, from what, how. Holds no clock time of the cook, so that the
/// same input gives the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Meta {
    /// The modeling's name.
    pub name: String,
    /// Language tag of the data.
    pub culture: String,
    /// Currency of prices, or empty when unknown.
    pub currency: String,
    /// Address of an item's page, with `{id}` where the id goes; or empty.
    pub address: String,
    /// The newest moment in the data, Unix seconds.
    pub as_of: i64,
    /// Items that can be shown.
    pub live_items: u32,
    /// No statistic about fewer distinct shoppers than this is in the model.
    pub privacy_floor: u32,
    /// Settings of the cook, by name, for people who inspect a model.
    pub settings: Vec<(String, String)>,
}

impl Meta {
    /// As a blob.
    pub fn encode(&self) -> Result<Vec<u8>, FormatError> {
        encode_body(SectionKey::single(SectionKind::Meta), self)
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, FormatError> {
        let mut fields = Fields::new(SectionKind::Meta, body);
        let mut meta = Self {
            name: fields.text().to_owned(),
            culture: fields.text().to_owned(),
            currency: fields.text().to_owned(),
            address: fields.text().to_owned(),
            as_of: fields.i64(),
            live_items: fields.u32(),
            privacy_floor: fields.u32(),
            settings: Vec::new(),
        };
        for _ in 0..fields.count() {
            meta.settings.push((fields.text().to_owned(), fields.text().to_owned()));
        }
        fields.done().map(|()| meta)
    }
}
