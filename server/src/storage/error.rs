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
    /// A location that is no folder and no address that is understood.
    #[error("cannot use {location} as a place: {message}")]
    Location {
        /// What was given, without anything secret.
        location: String,
        /// What is wrong with it, and what to give instead.
        message: String,
    },
    /// The credentials do not open this place, or are not understood.
    #[error("{place}: {message}")]
    Credentials {
        /// The file and line, the variable, or the location they were to open.
        place: String,
        /// What is wrong, and what to do.
        message: String,
    },
    /// A web server does not say which files it has.
    #[error(
        "{root} is read over https, which cannot list files; put a model.json there that lists the files of every \
         entity as partitions, or give the folder as s3://, az://, gs:// or a path"
    )]
    CannotList {
        /// The root.
        root: String,
    },
}
