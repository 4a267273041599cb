//! The lines of a backup that say what follows.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The form of the file.
pub(super) const FORMAT: u64 = 1;

/// A line that says what follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Mark {
    /// The first line.
    Backup { format: u64, version: u64, made: String },
    /// Rows of a table follow.
    Table { table: String, columns: Vec<String> },
    /// The rows of the table end.
    End { rows: u64, sha256: String },
    /// The master secret.
    Secret { secret: String },
    /// Bytes of a file of the store follow, and a line end.
    File { path: String, bytes: u64, sha256: String },
    /// The last line.
    Whole { tables: u64, files: u64, sha256: String },
}

/// Lower-case digits of a digest.
pub(super) fn digits(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
