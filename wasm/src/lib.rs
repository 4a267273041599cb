//! Browser bindings of the Cookshelf core.
//!
//! Translates and nothing more: bytes and typed arrays on the hot path, plain
//! JavaScript values through serde-wasm-bindgen where an answer is rich and rare.
//! Deliberately absent: fetching, storing, time. The page's code does those.

mod engine;
mod error;
mod views;

pub use engine::Engine;

/// Half the bytes of the allocator that Rust brings.
#[cfg(target_family = "wasm")]
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
