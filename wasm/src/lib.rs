//! Browser bindings of the Cookshelf core.
//!
//! Translates and nothing more. Two boundaries over the same scorer, each a wasm file of its own: `bytes` imports
//! next to nothing, so that it cannot send any, and is what the package runs; `rich` takes and gives JavaScript's
//! own objects, for who works with the engine by hand.
//! Deliberately absent: fetching, storing, time. The page's code does those.

#[cfg(feature = "rich")]
mod answer;
#[cfg(feature = "bytes")]
mod bytes;
mod card;
mod fault;
#[cfg(feature = "rich")]
mod question;
#[cfg(feature = "rich")]
mod rich;
mod scorer;

#[cfg(feature = "bytes")]
pub use bytes::Engine;
#[cfg(feature = "rich")]
pub use rich::RichEngine;

/// Half the bytes of the allocator that Rust brings.
#[cfg(target_family = "wasm")]
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
