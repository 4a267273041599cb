//! What goes wrong with backups, with the place in the file.

use std::io;

use crate::artifacts::ArtifactError;
use crate::control::ControlError;

/// Why there is no backup, or why it was not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The store.
    #[error(transparent)]
    Artifacts(#[from] ArtifactError),
    /// The file cannot be written.
    #[error("cannot write the backup: {0}")]
    Write(io::Error),
    /// The file cannot be read.
    #[error("cannot read the backup at line {line} (byte {byte}): {source}")]
    Read {
        /// The line.
        line: u64,
        /// The byte it begins with.
        byte: u64,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not what was written.
    #[error(
        "this backup cannot be used: at line {line} (byte {byte}) {why}; nothing was restored, take another one"
    )]
    Damaged {
        /// The line.
        line: u64,
        /// The byte it begins with.
        byte: u64,
        /// What is wrong.
        why: String,
    },
    /// A newer program made it.
    #[error("this backup is of a newer program (version {found}, and this one knows {known}); use that one")]
    Newer {
        /// What it says.
        found: u64,
        /// What this program knows.
        known: u64,
    },
}
