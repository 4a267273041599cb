//! The server's database: what is to be cooked and offered, what was, and who changed it.
//!
//! SQLite in a file, or PostgreSQL; the same statements on both. It knows resources and gives meaning to nothing else:
//! what a manifest says is composed by whoever publishes. Invariants: changes happen one by one (see `transaction`);
//! each leaves exactly one audit record in its own transaction; a worker whose claim somebody else took over changes
//! nothing any more.

mod actor;
mod address;
mod audit;
mod cooks;
mod copy;
mod counts;
mod error;
#[cfg(test)]
pub(crate) mod faults;
mod idempotency;
mod ids;
mod keys;
mod live;
mod live_end;
mod migrate;
mod models;
mod publish;
mod queue;
mod ready;
mod releases;
mod reports;
mod resources;
mod retention;
mod signing_keys;
mod tables;
#[cfg(test)]
pub(crate) mod tests;
mod trace;
mod transaction;
mod unneeded;
mod work;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, AnyRow};
use sqlx::{AnyPool, Connection, Executor};
use tokio::sync::Mutex;
use tokio::time::timeout;

pub use actor::{Actor, Once};
pub use address::{DatabaseKind, DatabaseUrl};
pub use audit::{AuditRecord, Chain};
pub use cooks::{Cause, Cook, CookState, Scheduled};
pub use copy::{Cell, Filling};
pub use error::ControlError;
pub use ids::is_id;
pub use keys::{KeyRecord, NewKey};
pub use live::{Segment, TAKEN_WITHIN_MS, Taking};
pub use live_end::AgingFeed;
pub use models::{Model, NewModel, RetireRules};
pub use publish::Published;
pub use queue::Wanted;
pub use releases::{EndpointFacts, NewRelease, Release};
pub use reports::Reported;
pub use resources::{Condition, Put, Resource};
pub use signing_keys::{NewSigningKey, SigningKey, SigningKeyState};
pub use tables::{Column, TABLES, Table};
pub use unneeded::{DELETED_WITHIN_MS, OFFERED_MS, Unneeded};
pub use work::{Claim, ClaimRules, Ending};

use ready::Ready;
use trace::noted;
use transaction::{Statement, within};

/// The text of a statement.
type Sql = &'static str;

/// Connections of one process; turns take one of them, one at a time.
const MOST_CONNECTIONS: u32 = 8;
/// Longest wait for a connection; a database that is gone is noticed after this.
const PATIENCE: Duration = Duration::from_secs(3);

/// Done on every new connection. A commit is on the disk before it is acknowledged.
const SQLITE_SETTINGS: Sql = "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                              PRAGMA foreign_keys = ON";
/// A replica that stopped in the middle of its turn does not hold up the others for long.
const POSTGRES_SETTINGS: Sql = "SET lock_timeout = '5s'; SET statement_timeout = '8s'; \
                                SET idle_in_transaction_session_timeout = '4s'";

/// The database, which may be away for a while. Clones are the same database.
#[derive(Clone)]
pub struct Control {
    inner: Arc<Inner>,
}

struct Inner {
    pool: AnyPool,
    address: DatabaseUrl,
    ready: Ready,
    /// Changes of this process queue up here, so that they take one connection and leave the others to readers.
    writers: Arc<Mutex<()>>,
    #[cfg(test)]
    faults: faults::Faults,
}

impl Control {
    /// Opens a database, makes it when it is a file that is not there, and brings its tables up to date.
    pub async fn open(address: &DatabaseUrl) -> Result<Self, ControlError> {
        let control = Self::connect(address)?;
        control.ready().await?;
        Ok(control)
    }

    /// The same, also while the database is away: everything says so until it is back, and works from then on. What
    /// is wrong with it and does not pass by itself is still an error.
    pub async fn open_or_await(address: &DatabaseUrl) -> Result<Self, ControlError> {
        let control = Self::connect(address)?;
        match control.ready().await {
            Ok(()) | Err(ControlError::Unavailable { .. } | ControlError::Busy { .. }) => Ok(control),
            Err(error) => Err(error),
        }
    }

    /// Nothing is asked of the database yet.
    fn connect(address: &DatabaseUrl) -> Result<Self, ControlError> {
        sqlx::any::install_default_drivers();
        let settings = match address.kind() {
            DatabaseKind::Sqlite => SQLITE_SETTINGS,
            DatabaseKind::Postgres => POSTGRES_SETTINGS,
        };
        let pool = AnyPoolOptions::new().max_connections(MOST_CONNECTIONS).acquire_timeout(PATIENCE);
        let pool = pool.after_connect(move |connection, _| {
            Box::pin(async move { connection.execute(sqlx::raw_sql(settings)).await.map(drop) })
        });
        // A connection whose other end fell silent is given up, so that it takes nobody's place for ever; and so is one
        // that believes to be in a transaction: a full disk ends them behind its back.
        let pool = pool.after_release(|connection, _| {
            Box::pin(async move {
                let answer = timeout(PATIENCE, connection.ping()).await;
                answer.unwrap_or(Err(sqlx::Error::PoolTimedOut))?;
                Ok(!connection.is_in_transaction())
            })
        });
        let inner = Inner {
            pool: pool.connect_lazy_with(address.options()?),
            address: address.clone(),
            ready: Ready::default(),
            writers: Arc::default(),
            #[cfg(test)]
            faults: faults::Faults::of_environment(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Which database it is.
    pub fn kind(&self) -> DatabaseKind {
        self.inner.address.kind()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), ControlError> {
        self.one(sqlx::query("SELECT id FROM head")).await.map(drop)
    }

    /// Ends every connection.
    pub async fn close(&self) {
        self.inner.pool.close().await;
    }

    /// The first row of a statement that only reads, if any.
    async fn one(&self, statement: Statement) -> Result<Option<AnyRow>, ControlError> {
        self.ready().await?;
        self.gate("read")?;
        let trace = self.trace("read");
        noted(&trace, within(statement.fetch_optional(&self.inner.pool)).await)
    }

    /// Every row of a statement that only reads.
    async fn all(&self, statement: Statement) -> Result<Vec<AnyRow>, ControlError> {
        self.ready().await?;
        self.gate("read")?;
        let trace = self.trace("read");
        noted(&trace, within(statement.fetch_all(&self.inner.pool)).await)
    }

    /// Every operation passes here; tests let one fail.
    #[cfg(test)]
    fn gate(&self, step: &'static str) -> Result<(), ControlError> {
        self.inner.faults.pass(step)
    }

    /// Every operation passes here; tests let one fail.
    #[cfg(not(test))]
    #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "the same form as in tests")]
    fn gate(&self, _step: &'static str) -> Result<(), ControlError> {
        Ok(())
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("kind", &self.kind()).finish_non_exhaustive()
    }
}

/// Lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
