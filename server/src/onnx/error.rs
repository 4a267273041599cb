//! Why a model cannot be used, or did not answer for one item.
//!
//! The caller knows the file or the item and names it.

use super::MOST_VALUES;

/// Why a model cannot be used, or did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OnnxError {
    /// The program has no runtime.
    #[error(
        "this program was built without ONNX models; build it with `cargo build --release -p cookshelf-server \
         --features onnx`, or take the model out of the settings"
    )]
    NotBuilt,
    /// Not a model, or one with parts the runtime does not know.
    #[error(
        "the model cannot be used: {0}; export it as one ONNX file of operator set 9 to 18, in 32-bit floats"
    )]
    Model(String),
    /// Not a tokenizer.
    #[error("the tokenizer cannot be used: {0}; give the `tokenizer.json` that belongs to the model")]
    Tokenizer(String),
    /// An input that nothing here can fill.
    #[error("the model's input `{name}` is {found}; {expected}")]
    Input {
        /// Its name.
        name: String,
        /// Type and shape.
        found: String,
        /// What could be filled.
        expected: &'static str,
    },
    /// Far too many numbers.
    #[error(
        "the model gives {0} values for one item, more than {MOST_VALUES}; export it up to the layer that describes \
         the whole (its embedding)"
    )]
    Output(usize),
    /// The runtime gave up on one item.
    #[error("the model did not answer: {0}")]
    Run(String),
    /// A number that is none, or another count of them than usual.
    #[error("the model answered with numbers that cannot be compared")]
    Values,
    /// The tokenizer knows nothing of a text.
    #[error("the tokenizer knows no word of it")]
    NoTokens,
}
