//! The comfortable boundary: questions and lists as bytes and typed arrays, since there are many; cards as
//! plain objects and faults as real `Error`s, since those are rich and rare.

use js_sys::{Error, Reflect};
use serde::{Serialize, Serializer, ser::SerializeMap};
use wasm_bindgen::prelude::*;

use crate::{card::CardView, fault::Fault, scorer::Scorer};

/// A model that grows as lists need it.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct RichEngine(Scorer);

#[wasm_bindgen]
impl RichEngine {
    /// An engine without a model.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in a blob. The ids must come before everything but the index.
    pub fn add(&mut self, blob: &[u8]) -> Result<(), JsValue> {
        self.0.add(blob).map_err(thrown)
    }

    /// The blobs a request still needs, as `hash:size`, a line each; empty when `run` can answer.
    pub fn needs(&mut self, request: &[u8]) -> Result<String, JsValue> {
        self.0.needs(request).map_err(thrown)
    }

    /// The list; nothing at all when blobs are missing, which `needs` then names.
    pub fn run(&mut self, request: &[u8]) -> Result<Vec<f64>, JsValue> {
        self.0.run(request).map_err(thrown)
    }

    /// Why an item is in the list of a request, or is not; nothing at all when blobs are missing.
    pub fn explain(&mut self, request: &[u8], item: &[u8]) -> Result<Vec<f64>, JsValue> {
        self.0.explain(request, item).map_err(thrown)
    }

    /// Item ids of positions, a line each.
    pub fn ids(&self, positions: &[u32]) -> String {
        self.0.ids(positions)
    }

    /// The blobs that hold the cards of positions and are not loaded, as `hash:size`, a line each.
    #[wasm_bindgen(js_name = cardNeeds)]
    pub fn card_needs(&self, positions: &[u32]) -> String {
        self.0.card_needs(positions)
    }

    /// The cards of positions; `undefined` where a card is not loaded.
    pub fn cards(&self, positions: &[u32]) -> Result<JsValue, JsValue> {
        let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
        self.0.cards(positions).serialize(&serializer).map_err(JsValue::from)
    }

    /// Number of items; 0 while there is no model.
    pub fn items(&self) -> u32 {
        self.0.items()
    }
}

/// As a map: for the fields of structs serde-wasm-bindgen keeps a table of names that costs a kilobyte.
impl Serialize for CardView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, text) in self.texts() {
            if !(text.is_empty() && matches!(name, "price" | "currency")) {
                map.serialize_entry(name, text)?;
            }
        }
        map.end()
    }
}

/// An `Error` whose `code` the package maps to its own.
fn thrown(fault: Fault) -> JsValue {
    let error = Error::new(fault.text());
    // Setting a property of a fresh object cannot fail; if it did, the message still says it all.
    let _ = Reflect::set(&error, &JsValue::from_str("code"), &JsValue::from_str(fault.code()));
    error.into()
}
