//! What can go wrong with the server's database.
//!
//! Invariant: an error that says nothing happened means that nothing happened; where nobody can know, it says so.

use std::time::Duration;

use crate::resource::Place;

/// The database did not do what it was asked for.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The database cannot be reached, or is too busy. Nothing happened unless `maybe_done`.
    #[error("the database cannot be used now ({cause}){}; try again in {} s", may(*maybe_done), retry.as_secs().max(1))]
    Unavailable {
        /// What it said.
        cause: String,
        /// When to try again.
        retry: Duration,
        /// True when the connection was lost at the very end: the change may have been made all the same.
        maybe_done: bool,
    },
    /// Others changed the same at the same time, several times in a row. Nothing happened.
    #[error("the database is busy ({cause}); try again in a moment")]
    Busy {
        /// What it said.
        cause: String,
    },
    /// There is nothing at this place.
    #[error("there is no {what} `{name}`")]
    Missing {
        /// A word for it.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// What was asked for does not go together with what is there.
    #[error("{message}")]
    Conflict {
        /// What is in the way, and what to do.
        message: String,
    },
    /// Somebody else was faster: the revision, or the term of a claim, is no longer the one that was named.
    #[error("{message}")]
    Stale {
        /// What is newer.
        message: String,
    },
    /// A cook of the modeling waits or runs already.
    #[error("cook `{cook}` is under way; wait for its end, or cancel it")]
    UnderWay {
        /// Which one.
        cook: String,
    },
    /// A limit of the modeling or the account.
    #[error("{message}")]
    Limited {
        /// Which limit, and when it opens.
        message: String,
        /// After this many seconds it may be asked again.
        retry_seconds: u64,
    },
    /// Something in the database is not what this program writes.
    #[error("the database is damaged: {message}; restore a backup, or ask for help with this message")]
    Corrupt {
        /// What and where.
        message: String,
    },
    /// The database is of a newer program.
    #[error(
        "the database has version {found}, and this program knows versions up to {known}; use the newer program"
    )]
    Newer {
        /// What it has.
        found: i64,
        /// What this program knows.
        known: i64,
    },
    /// The address of the database makes no sense.
    #[error("{message}")]
    Address {
        /// What is wrong and what would be right.
        message: String,
    },
    /// What a caller was to compose from the facts of a transaction could not be composed.
    #[error("{message}")]
    Composing {
        /// Why.
        message: String,
    },
    /// The database refused a statement of this program.
    #[error("the database refused an operation: {cause}; this is a fault of cookshelf, please report it")]
    Refused {
        /// What it said.
        cause: String,
    },
}

fn may(maybe_done: bool) -> &'static str {
    if maybe_done { "; the change may have been made all the same" } else { "" }
}

impl ControlError {
    /// A word for what happened, which says nothing of whom or what.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Unavailable { .. } => "unavailable",
            Self::Busy { .. } => "busy",
            Self::Missing { .. } => "missing",
            Self::Conflict { .. } => "conflict",
            Self::Stale { .. } => "stale",
            Self::UnderWay { .. } => "under_way",
            Self::Limited { .. } => "limited",
            Self::Corrupt { .. } => "corrupt",
            Self::Newer { .. } => "newer",
            Self::Address { .. } => "address",
            Self::Composing { .. } => "composing",
            Self::Refused { .. } => "refused",
        }
    }

    pub(super) fn unavailable(cause: impl Into<String>) -> Self {
        Self::Unavailable { cause: cause.into(), retry: Duration::from_secs(2), maybe_done: false }
    }

    pub(super) fn corrupt(message: impl Into<String>) -> Self {
        Self::Corrupt { message: message.into() }
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into() }
    }

    pub(super) fn stale(message: impl Into<String>) -> Self {
        Self::Stale { message: message.into() }
    }

    pub(super) fn missing(what: &'static str, name: impl Into<String>) -> Self {
        Self::Missing { what, name: name.into() }
    }

    pub(super) fn no_place(place: &Place) -> Self {
        Self::missing(place.kind().word(), place.to_string())
    }
}

/// PostgreSQL: serialization failure, deadlock, lock not available.
const BUSY_CODES: [&str; 3] = ["40001", "40P01", "55P03"];
/// SQLite: the file, or a table, is locked; others opened it or changed its tables in the same moment, more than once.
const BUSY_PRIMARY: [i64; 4] = [5, 6, 15, 17];
/// Classes of PostgreSQL's codes that say that the server, not the statement, is in trouble, and the code of a
/// transaction that stood idle for too long.
const TROUBLED: [&str; 4] = ["08", "53", "57", "25P03"];
/// SQLite's troubles with its disk: I/O, full, read-only, cannot open.
const TROUBLED_PRIMARY: [i64; 4] = [10, 13, 8, 14];
/// PostgreSQL: classes of "you may not come in" and "no such database".
const CLOSED: [&str; 2] = ["28", "3D"];
/// What both say of a file that is not what it should be.
const DAMAGED: [&str; 2] = ["XX001", "XX002"];
const DAMAGED_PRIMARY: [i64; 2] = [11, 26];

/// What a database says of a statement, by its code: five letters from PostgreSQL, a number from SQLite.
fn of_database(code: &str, message: &str) -> ControlError {
    let primary = code.parse::<i64>().ok().filter(|_| code.len() != 5).map(|code| code & 0xff);
    let is = |known: &[i64]| primary.is_some_and(|primary| known.contains(&primary));
    let cause = message.to_owned();
    if BUSY_CODES.contains(&code) || is(&BUSY_PRIMARY) {
        ControlError::Busy { cause }
    } else if is(&TROUBLED_PRIMARY) || code.len() == 5 && TROUBLED.iter().any(|start| code.starts_with(start))
    {
        ControlError::unavailable(cause)
    } else if code.len() == 5 && CLOSED.iter().any(|start| code.starts_with(start)) {
        ControlError::Address { message: format!("the database lets nobody in with this address: {cause}") }
    } else if DAMAGED.contains(&code) || is(&DAMAGED_PRIMARY) {
        ControlError::corrupt(cause)
    } else {
        ControlError::Refused { cause: format!("{message} ({code})") }
    }
}

impl From<sqlx::Error> for ControlError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(said) => of_database(&said.code().unwrap_or_default(), said.message()),
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::BeginFailed => Self::unavailable(error.to_string()),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::corrupt(error.to_string()),
            sqlx::Error::Configuration(_) => {
                Self::Address { message: format!("the address of the database: {error}") }
            }
            _ => Self::Refused { cause: error.to_string() },
        }
    }
}
