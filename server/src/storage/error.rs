//! What goes wrong with places and files, always with the path and what to do.

use std::io;

/// Why a file or folder could not be listed, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no such folder.
    #[error("there is no folder {path}; give a folder that exists and may be read")]
    NoFolder {
        /// What was given.
        path: String,
    },
    /// A file or folder could not be opened, listed or read.
    #[error("cannot read {path}: {source}; check that it is there and may be read")]
    Unreadable {
        /// The file or folder.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be written.
    #[error("cannot write {path}: {source}; check that the place exists, may be written and has room")]
    Unwritable {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}
