//! Models of the shop's own, as ONNX files: a picture or a text goes in, a vector comes out.
//!
//! The runtime is Rust throughout, and large: it is only there when the program was built with the feature `onnx`.
//! Without it the same names exist, and opening a model says how to build with it. Deliberately no files and no
//! neighbours: bytes come in, and what two vectors have in common is `train`'s business. Invariant: a vector has
//! length 1 (or is nothing but zeros), finite values and as many of them as every other one of its model, and depends on its own input alone.
//!
//! ```text
//! frame    a picture -> the numbers of the model's own input
//! image, text    the runtime    ─▶ vector    one vector of length 1
//! ```

mod colours;
mod error;
#[cfg(any(feature = "onnx", test))]
mod frame;
#[cfg(any(feature = "onnx", test))]
mod vector;

#[cfg(not(feature = "onnx"))]
mod absent;
#[cfg(feature = "onnx")]
mod caught;
#[cfg(feature = "onnx")]
mod image;
#[cfg(feature = "onnx")]
mod text;

pub use colours::Colours;
pub use error::OnnxError;

#[cfg(not(feature = "onnx"))]
pub use absent::{ImageModel, TextModel};
#[cfg(feature = "onnx")]
pub use image::ImageModel;
#[cfg(feature = "onnx")]
pub use text::TextModel;

/// Larger files are refused: model and vectors have to fit beside everything else that a cook holds.
pub const LARGEST_MODEL: u64 = 1 << 30;
/// The same of a tokenizer.
pub const LARGEST_TOKENIZER: u64 = 64 << 20;
/// More values of an output are no description, but a map or a whole picture.
pub const MOST_VALUES: usize = 4_096;
/// More tokens of an input are no text of a shop; they would all be filled.
#[cfg(feature = "onnx")]
const MOST_TOKENS: usize = 8_192;
