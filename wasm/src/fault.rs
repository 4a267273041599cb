//! What can go wrong at the boundary: a stable code, and which part is meant.

/// Which promise was broken.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// Bytes that are not a usable section.
    ModelFormat(&'static str),
    /// The calling package used the engine wrongly.
    Engine(&'static str),
}

impl Fault {
    /// The code that the package maps to its own.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::ModelFormat(_) => "MODEL_FORMAT",
            Self::Engine(_) => "QUERY_INVALID",
        }
    }

    /// The part that is meant.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::ModelFormat(text) | Self::Engine(text) => text,
        }
    }
}
