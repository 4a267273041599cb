//! What can go wrong while publishing, with the path and what to do.

use std::{io, path::PathBuf};

use cookshelf_core::FormatError;
use thiserror::Error;

/// A model that was not published; what was published before is untouched.
#[derive(Debug, Error)]
pub enum PublishError {
    /// A file operation failed.
    #[error("{action} {}: {source}", path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A blob of this name is there with other bytes.
    #[error("write {}: it is there with other bytes; delete it, it was damaged", path.display())]
    Damaged {
        /// The blob.
        path: PathBuf,
    },
    /// The folder's manifest cannot be read.
    #[error("read {}: {cause}; cook into another folder, or delete it", path.display())]
    PreviousManifest {
        /// The manifest.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// The folder's model cannot be read.
    #[error("read the model of the previous cook, {}: {cause}; cook into another folder, or delete it", path.display())]
    PreviousModel {
        /// The bundle.
        path: PathBuf,
        /// Why.
        cause: FormatError,
    },
    /// The manifest breaks its own rules.
    #[error("write the manifest: {rule}")]
    Manifest {
        /// The rule.
        rule: &'static str,
    },
}
