//! What goes wrong with artifacts, always with their path.

use std::io;

use crate::storage::StorageError;

/// Why an artifact could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArtifactError {
    /// The folder or store.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Reading stopped in the middle.
    #[error("cannot read {path} to its end: {source}; try again")]
    Broken {
        /// The artifact.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The bytes are not those that were stored.
    #[error("{path} is damaged: its bytes do not match its name; cook again, or restore it from a backup")]
    Damaged {
        /// The artifact.
        path: String,
    },
    /// Nothing that a cook writes is so large.
    #[error("{path} has {bytes} bytes, more than any artifact may have")]
    TooLarge {
        /// The artifact.
        path: String,
        /// Its size.
        bytes: u64,
    },
    /// The waiting thread ended without a result.
    #[error("the thread that waited for the store stopped; this is a fault of cookshelf, please report it")]
    Stopped,
}
