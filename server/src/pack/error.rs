//! What can go wrong while packing: a rule of the format, or a failed self-check.

use cookshelf_core::{FormatError, ModelError};
use thiserror::Error;

/// A model that cannot be packed. Nothing was written.
#[derive(Debug, Error)]
pub enum PackError {
    /// A part breaks a rule of the format.
    #[error("pack {what}: {cause}")]
    Format {
        /// The part.
        what: &'static str,
        /// The rule.
        cause: FormatError,
    },
    /// The packed model does not decode.
    #[error("read the packed model back: {0}")]
    Model(#[from] ModelError),
    /// The decoded model is not what was packed.
    #[error("check the packed model: {what}; this is a fault of cookshelf, please report it")]
    Check {
        /// The difference.
        what: &'static str,
    },
}

impl PackError {
    /// Names the part in which a rule was broken.
    pub(super) fn format(what: &'static str) -> impl Fn(FormatError) -> Self {
        move |cause| Self::Format { what, cause }
    }
}
