//! Browser bindings of the Cookshelf core.
//!
//! Translates and nothing more: bytes and typed arrays on the hot path, plain
//! JavaScript values through serde-wasm-bindgen where an answer is rich and rare.
//! Deliberately absent: fetching, storing, time. The page's code does those.

mod engine;
mod error;
mod views;

pub use engine::Engine;
