//! Errors for JavaScript: a real `Error` with a stable `code`.

use js_sys::{Error, Reflect};
use wasm_bindgen::JsValue;

/// Which promise was broken.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Code {
    /// Bytes that are not a usable section.
    ModelFormat,
    /// The calling package used the engine wrongly.
    Engine,
}

/// An `Error` whose `code` the package maps to its own; the text says which part is meant.
pub(crate) fn error(code: Code, text: &str) -> JsValue {
    let error = Error::new(text);
    let code = match code {
        Code::ModelFormat => "MODEL_FORMAT",
        Code::Engine => "ENGINE",
    };
    // Setting a property of a fresh object cannot fail; if it did, the message still says it all.
    let _ = Reflect::set(&error, &JsValue::from_str("code"), &JsValue::from_str(code));
    error.into()
}
