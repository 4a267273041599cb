//! The boundary of the package: bytes and typed arrays only, so that the module imports next to nothing.
//! A module can touch the world only through its imports; this one has no way to reach it.

use wasm_bindgen::prelude::*;

use crate::{card::CardView, fault::Fault, scorer::Scorer};

/// A model that grows as lists need it. What failed is asked for with `fault`, after an empty answer.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Engine {
    scorer: Scorer,
    fault: Option<Fault>,
}

#[wasm_bindgen]
impl Engine {
    /// An engine without a model.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a blob. The ids must come before everything but the index.
    pub fn add(&mut self, blob: &[u8]) {
        let added = self.scorer.add(blob);
        self.kept(added);
    }

    /// The blobs a request still needs, as `hash:size`, a line each; empty when `run` can answer.
    pub fn needs(&mut self, request: &[u8]) -> String {
        let needs = self.scorer.needs(request);
        self.kept(needs)
    }

    /// The list; nothing at all when blobs are missing, which `needs` then names.
    pub fn run(&mut self, request: &[u8]) -> Vec<f64> {
        let list = self.scorer.run(request);
        self.kept(list)
    }

    /// Why an item is in the list of a request, or is not; nothing at all when blobs are missing.
    pub fn explain(&mut self, request: &[u8], item: &[u8]) -> Vec<f64> {
        let why = self.scorer.explain(request, item);
        self.kept(why)
    }

    /// Item ids of positions, a line each.
    pub fn ids(&self, positions: &[u32]) -> String {
        self.scorer.ids(positions)
    }

    /// The blobs that hold the cards of positions and are not loaded, as `hash:size`, a line each.
    #[wasm_bindgen(js_name = cardNeeds)]
    pub fn card_needs(&self, positions: &[u32]) -> String {
        self.scorer.card_needs(positions)
    }

    /// The cards of positions: for each a byte, 0 where it is not loaded, or 1 and its six texts, each its length in
    /// four bytes (little-endian) and then UTF-8.
    pub fn cards(&self, positions: &[u32]) -> Vec<u8> {
        let mut out = Vec::new();
        for card in self.scorer.cards(positions) {
            out.push(u8::from(card.is_some()));
            for (_, text) in card.iter().flat_map(CardView::texts) {
                // No section holds more than 32 bits can count.
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
        }
        out
    }

    /// Number of items; 0 while there is no model.
    pub fn items(&self) -> u32 {
        self.scorer.items()
    }

    /// What the last call that answered with nothing failed with, as `CODE which part`; empty when it did not fail.
    pub fn fault(&mut self) -> String {
        self.fault.take().map_or_else(String::new, |fault| [fault.code(), " ", fault.text()].concat())
    }
}

impl Engine {
    fn kept<T: Default>(&mut self, result: Result<T, Fault>) -> T {
        self.fault = result.as_ref().err().copied();
        result.unwrap_or_default()
    }
}
