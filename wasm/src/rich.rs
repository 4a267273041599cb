//! The comfortable boundary: questions and lists as JavaScript's own objects, faults as real `Error`s. For who works
//! with the engine by hand, in a notebook, a test or a function at the edge; the package itself crosses in bytes.

use cookshelf_core::Rule;
use js_sys::{Error, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

use crate::{
    answer::{Answer, Blob, Shown},
    fault::Fault,
    question::{FIELDS, Question},
    scorer::Scorer,
};

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

    /// The blobs a question still needs, as `{ hash, size }`; none when `list` can answer.
    pub fn missing(&mut self, question: JsValue) -> Result<JsValue, JsValue> {
        let question = asked(question)?;
        let keys = self.0.ask(&question.request().map_err(thrown)?).map_err(thrown)?;
        let places = self.0.places(&keys);
        to_js(&places.lines().filter_map(Blob::read).collect::<Vec<_>>())
    }

    /// The list, or `undefined` when blobs are missing.
    pub fn list(&mut self, question: JsValue) -> Result<JsValue, JsValue> {
        let question = asked(question)?;
        if !self.0.ask(&question.request().map_err(thrown)?).map_err(thrown)?.is_empty() {
            return Ok(JsValue::UNDEFINED);
        }
        let list = self.0.list();
        let positions: Vec<u32> = list.items.iter().map(|item| item.position).collect();
        let mut cards = self.0.cards(&positions).into_iter();
        let items = list.items.iter().map(|item| Shown {
            id: self.0.id(item.position),
            score: item.score,
            reason: item.reason,
            because: item.because.map(|position| self.0.id(position)),
            card: cards.next().flatten(),
        });
        let removed = Rule::ALL.into_iter().map(|rule| (rule, list.removed.by(rule)));
        to_js(&Answer {
            level: list.level,
            items: items.collect(),
            removed: removed.filter(|(_, count)| *count > 0).collect(),
        })
    }

    /// Number of items; 0 while there is no model.
    pub fn items(&self) -> u32 {
        self.0.items()
    }
}

fn asked(question: JsValue) -> Result<Question, JsValue> {
    // What would be passed over without a word is refused.
    let names = Object::keys(question.unchecked_ref::<Object>());
    let unknown =
        names.iter().filter_map(|name| name.as_string()).find(|name| !FIELDS.contains(&name.as_str()));
    if let Some(name) = unknown {
        return Err(failure("QUERY_INVALID", &["a question has no field ", &name].concat()));
    }
    serde_wasm_bindgen::from_value(question).map_err(|cause| failure("QUERY_INVALID", &cause.to_string()))
}

fn to_js<T: Serialize>(value: &T) -> Result<JsValue, JsValue> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    value.serialize(&serializer).map_err(JsValue::from)
}

fn thrown(fault: Fault) -> JsValue {
    failure(fault.code(), fault.text())
}

/// An `Error` with a stable `code`.
fn failure(code: &str, text: &str) -> JsValue {
    let error = Error::new(text);
    // Setting a property of a fresh object cannot fail; if it did, the message still says it all.
    let _ = Reflect::set(&error, &JsValue::from_str("code"), &JsValue::from_str(code));
    error.into()
}
