//! What stops the reading of a folder, and where.
//!
//! A bad row never ends up here: it is counted in the report and reading goes on. Only what
//! leaves nothing sensible to read (no folder, a broken `model.json`, a file that cannot be
//! opened) is an error. Every error names the file and what to do next.

use crate::storage::StorageError;

/// Why a data folder could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// The place with the files.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The folder is there, but nothing in it belongs to the contract.
    #[error(
        "nothing to read in {}: looked for {looked_for}, with files ending in {endings}; give the folder that holds \
         these files",
        path
    )]
    NothingToRead {
        /// What was given.
        path: String,
        /// What was looked for.
        looked_for: String,
        /// The endings that are read.
        endings: &'static str,
    },
    /// A file with a header lacks a column that its rows mean nothing without.
    #[error("{}: no column for {what}; its header has {found}; call a column {accepted}", path)]
    NoColumn {
        /// The file.
        path: String,
        /// What is missing.
        what: &'static str,
        /// The names that are understood.
        accepted: &'static str,
        /// The names that are there.
        found: String,
    },
    /// A file or folder could not be opened or read.
    #[error("cannot read {}: {source}; check that the file is there and may be read", path)]
    Unreadable {
        /// The file or folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// `model.json` is not JSON, or not of the expected shape.
    #[error(
        "{}:{line}:{column}: {message}; correct model.json, or take it away to use the built-in columns",
        path
    )]
    ModelJson {
        /// The `model.json`.
        path: String,
        /// Line of the fault, from 1.
        line: usize,
        /// Column of the fault, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// `model.json` is far larger than a description of columns can be.
    #[error("{} is larger than {limit} bytes; it should only describe columns", path)]
    ModelTooLarge {
        /// The `model.json`.
        path: String,
        /// The largest size that is read.
        limit: u64,
    },
    /// `model.json` describes an entity without a column that its rows mean nothing without.
    #[error(
        "{}: entity {entity} has no attribute {column}; add it at the place where the CSV files have it",
        path
    )]
    MissingColumn {
        /// The `model.json`.
        path: String,
        /// The entity.
        entity: &'static str,
        /// The column.
        column: &'static str,
    },
    /// `model.json` lists a file that is not in the folder.
    #[error(
        "{}: partition {location} of {entity} is not in the folder {}; copy it there, or set partitions to \
         null",
        path,
        root
    )]
    MissingPartition {
        /// The `model.json`.
        path: String,
        /// The data folder.
        root: String,
        /// The entity.
        entity: String,
        /// The location as written, without its query (which may hold a key).
        location: String,
    },
    /// More different names than a 32-bit number can count.
    #[error("{entity} has more than {limit} different values of {column}; split the folder into several")]
    TooMany {
        /// The entity.
        entity: &'static str,
        /// The column.
        column: &'static str,
        /// The largest number of different values.
        limit: u32,
    },
}
