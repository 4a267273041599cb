//! Every table, for copies of the whole database: its columns, and which of them say where a row stands.
//!
//! Invariants, both tested: every table of the migrations is here with every column, but the one that counts the
//! migrations; a table comes after those that it refers to.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// A whole number.
    Whole,
    /// A text.
    Text,
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns; those of its primary key first.
    pub columns: &'static [(&'static str, Column)],
    /// How many belong to the primary key.
    pub key: usize,
}

use Column::{Text, Whole};

/// The table with the one row that is there from the beginning.
pub(super) const HEAD: &str = "head";

/// Every table, in an order in which their rows can be put in.
pub const TABLES: [Table; 16] = [
    Table { name: HEAD, columns: &[("id", Whole), ("turn", Whole), ("seq", Whole), ("hash", Text)], key: 1 },
    Table {
        name: "audit",
        columns: &[
            ("seq", Whole),
            ("at_ms", Whole),
            ("actor", Text),
            ("action", Text),
            ("account", Text),
            ("place", Text),
            ("outcome", Text),
            ("detail", Text),
            ("request", Text),
            ("previous", Text),
            ("hash", Text),
        ],
        key: 1,
    },
    Table {
        name: "resource",
        columns: &[
            ("place", Text),
            ("kind", Text),
            ("account", Text),
            ("spec", Text),
            ("revision", Whole),
            ("created_ms", Whole),
            ("updated_ms", Whole),
        ],
        key: 1,
    },
    Table {
        name: "key",
        columns: &[
            ("id", Text),
            ("account", Text),
            ("label", Text),
            ("hash", Text),
            ("prefix", Text),
            ("last_four", Text),
            ("grants", Text),
            ("created_ms", Whole),
            ("created_by", Text),
            ("expires_ms", Whole),
            ("last_used_ms", Whole),
            ("revoked_ms", Whole),
        ],
        key: 1,
    },
    Table {
        name: "cook",
        columns: &[
            ("id", Text),
            ("account", Text),
            ("place", Text),
            ("cause", Text),
            ("slot", Whole),
            ("state", Text),
            ("term", Whole),
            ("holder", Text),
            ("lease_ms", Whole),
            ("attempt", Whole),
            ("cancel", Whole),
            ("due_ms", Whole),
            ("created_ms", Whole),
            ("started_ms", Whole),
            ("ended_ms", Whole),
            ("progress", Text),
            ("report", Text),
            ("error", Text),
        ],
        key: 1,
    },
    Table {
        name: "model",
        columns: &[
            ("id", Text),
            ("place", Text),
            ("cook", Text),
            ("seq", Whole),
            ("created_ms", Whole),
            ("entry", Text),
            ("bytes", Whole),
            ("items", Whole),
            ("state", Text),
        ],
        key: 1,
    },
    Table {
        name: "release",
        columns: &[
            ("place", Text),
            ("sequence", Whole),
            ("state", Text),
            ("envelope", Text),
            ("created_ms", Whole),
            ("actor", Text),
            ("change", Whole),
        ],
        key: 2,
    },
    Table {
        name: "release_model",
        columns: &[("place", Text), ("sequence", Whole), ("model", Text)],
        key: 3,
    },
    Table {
        name: "signing_key",
        columns: &[("id", Text), ("place", Text), ("public", Text), ("state", Text), ("created_ms", Whole)],
        key: 1,
    },
    Table {
        name: "idempotency",
        columns: &[
            ("scope", Text),
            ("key", Text),
            ("request_hash", Text),
            ("answer", Text),
            ("created_ms", Whole),
        ],
        key: 2,
    },
    Table {
        name: "live_feed",
        columns: &[("id", Text), ("place", Text), ("last_seq", Whole), ("row_count", Whole)],
        key: 1,
    },
    Table {
        name: "live_segment",
        columns: &[
            ("id", Text),
            ("feed", Text),
            ("place", Text),
            ("seq", Whole),
            ("row_count", Whole),
            ("byte_count", Whole),
            ("created_ms", Whole),
            ("state", Text),
            ("stays_until_ms", Whole),
        ],
        key: 1,
    },
    Table { name: "live_event", columns: &[("feed", Text), ("event", Text), ("seen_ms", Whole)], key: 2 },
    Table {
        name: "counted",
        columns: &[
            ("place", Text),
            ("model", Text),
            ("minute_ms", Whole),
            ("lists", Whole),
            ("failed", Whole),
            ("empty", Whole),
            ("filled", Whole),
            ("chosen", Whole),
            ("compared", Whole),
            ("shared", Whole),
        ],
        key: 3,
    },
    Table { name: "offer", columns: &[("account", Text), ("until_ms", Whole)], key: 1 },
    Table {
        name: "unneeded",
        columns: &[("account", Text), ("name", Text), ("until_ms", Whole), ("going_ms", Whole)],
        key: 2,
    },
];
