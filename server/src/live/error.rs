//! What goes wrong with rows that arrive live.

use crate::artifacts::ArtifactError;
use crate::contract::BadRow;
use crate::control::ControlError;

/// Rows were not taken, or not handed out.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// A row cannot be understood; none of its companions was taken.
    #[error("{0}; nothing of this body was taken: correct it and send it again")]
    Row(#[from] BadRow),
    /// Too many at once.
    #[error("{found} rows at once; send at most {most}")]
    TooMany {
        /// As many came.
        found: usize,
        /// As many may.
        most: usize,
    },
    /// The same events are sent from several sides at once, again and again.
    #[error("others send the same events at the same time; try again in a moment")]
    Contended,
    /// The database.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The store.
    #[error(transparent)]
    Artifacts(#[from] ArtifactError),
    /// A file counts and is not in the store.
    #[error(
        "the rows of `{segment}` are not in the store; restore it from a backup, or cook again when it is back"
    )]
    Missing {
        /// The file.
        segment: String,
    },
    /// The folder that files were to be put into.
    #[error("cannot write {path}: {source}")]
    Folder {
        /// What was to be written.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
}
