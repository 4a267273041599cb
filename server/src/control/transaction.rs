//! Turns: how everything in the database is changed.
//!
//! A turn is a transaction that begins by writing the one row of `head`, so that all turns of all replicas follow one
//! another, on both databases, and the audit is one chain. It is tried again when the database was busy. Invariant: a
//! turn that changes something is committed with exactly one more audit record for each change, or not at all; when the
//! connection is lost while committing, that record shows whether it was committed.

use std::future::Future;
use std::time::{Duration, Instant};

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row, Transaction};
use tokio::sync::OwnedMutexGuard;
use tokio::time::{sleep, timeout};

use super::address::DatabaseKind;
use super::error::ControlError;
use super::trace::noted;
use super::{Control, Sql};
use crate::traces::Trace;

/// How often, and for how long, a turn is tried when the database is busy.
const ATTEMPTS: u32 = 5;
const TRYING: Duration = Duration::from_secs(6);
const FIRST_PAUSE: Duration = Duration::from_millis(20);
/// Longest wait for the other changes of this process.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest wait for an answer of the database. It has shorter limits of its own; this is for one that says nothing.
const SILENCE: Duration = Duration::from_secs(12);

/// A statement with what fills its places.
pub(super) type Statement = Query<'static, Any, AnyArguments>;

/// A transaction that may change everything, and that nobody else's runs beside.
#[derive(Debug)]
pub(super) struct Turn {
    transaction: Transaction<'static, Any>,
    control: Control,
    /// Number and hash of the last audit record.
    pub(super) head: (i64, String),
    written: bool,
    trace: Trace,
    // Given back last: the next turn of this process begins when this one has ended. Whoever only looks has none.
    _queue: Option<OwnedMutexGuard<()>>,
}

impl Control {
    /// Waits for its turn.
    pub(super) async fn turn(&self) -> Result<Turn, ControlError> {
        self.ready().await?;
        let trace = self.trace("transaction");
        noted(&trace, self.turn_under(&trace).await)
    }

    async fn turn_under(&self, trace: &Trace) -> Result<Turn, ControlError> {
        let queue = timeout(PATIENCE, self.inner.writers.clone().lock_owned()).await;
        let queue = queue.map_err(|_| ControlError::unavailable("too many changes at once"))?;
        self.gate("begin")?;
        let begin = match self.kind() {
            DatabaseKind::Sqlite => "BEGIN IMMEDIATE",
            // Each statement sees what was committed before it; turns see what turns before them did.
            DatabaseKind::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        let transaction = within(self.inner.pool.begin_with(begin)).await?;
        let mut turn = self.turn_of(transaction, Some(queue), trace);
        let take = sqlx::query("UPDATE head SET turn = turn + 1 WHERE id = 1 RETURNING seq, hash");
        let row =
            turn.one(take).await?.ok_or_else(|| ControlError::corrupt("the row of `head` is missing"))?;
        turn.head = (row.try_get(0)?, row.try_get(1)?);
        Ok(turn)
    }

    /// Several questions about the same moment; waits for nobody's turn, and may change nothing.
    pub(super) async fn look(&self) -> Result<Turn, ControlError> {
        self.ready().await?;
        let trace = self.trace("read transaction");
        self.gate("look")?;
        let begin = match self.kind() {
            DatabaseKind::Sqlite => "BEGIN",
            DatabaseKind::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
        };
        let transaction = noted(&trace, within(self.inner.pool.begin_with(begin)).await)?;
        Ok(self.turn_of(transaction, None, &trace))
    }

    fn turn_of(
        &self,
        transaction: Transaction<'static, Any>,
        queue: Option<OwnedMutexGuard<()>>,
        trace: &Trace,
    ) -> Turn {
        let (control, head, trace) = (self.clone(), (0, String::new()), trace.clone());
        Turn { transaction, control, head, written: false, trace, _queue: queue }
    }
}

impl Turn {
    /// Runs a statement; how many rows it changed.
    pub(super) async fn execute(&mut self, statement: Statement) -> Result<u64, ControlError> {
        self.control.gate("statement")?;
        let done = noted(&self.trace, within(statement.execute(&mut *self.transaction)).await)?;
        Ok(done.rows_affected())
    }

    /// The first row, if any.
    pub(super) async fn one(&mut self, statement: Statement) -> Result<Option<AnyRow>, ControlError> {
        self.control.gate("statement")?;
        noted(&self.trace, within(statement.fetch_optional(&mut *self.transaction)).await)
    }

    /// Every row.
    pub(super) async fn all(&mut self, statement: Statement) -> Result<Vec<AnyRow>, ControlError> {
        self.control.gate("statement")?;
        noted(&self.trace, within(statement.fetch_all(&mut *self.transaction)).await)
    }

    /// Writes the new end of the audit.
    pub(super) async fn advance(&mut self, seq: i64, hash: String) -> Result<(), ControlError> {
        let advance: Sql = "UPDATE head SET seq = $1, hash = $2 WHERE id = 1";
        self.execute(sqlx::query(advance).bind(seq).bind(hash.clone())).await?;
        (self.head, self.written) = ((seq, hash), true);
        Ok(())
    }

    /// Keeps nothing, and waits until the database has heard of it.
    pub(super) async fn abandon(self) -> Result<(), ControlError> {
        within(self.transaction.rollback()).await
    }

    /// Keeps what was done and gives back `value`.
    pub(super) async fn commit<T>(self, value: T) -> Result<T, ControlError> {
        let Self { transaction, control, head, written, trace, _queue } = self;
        control.gate("commit")?;
        let mut committed = within(transaction.commit()).await;
        if let Err(lost) = control.gate("committed") {
            committed = Err(lost);
        }
        let committed = noted(&trace, committed);
        trace.end();
        drop(_queue);
        match committed {
            Ok(()) => Ok(value),
            Err(ControlError::Unavailable { .. }) if written && control.has_record(&head).await? => Ok(value),
            Err(error) => Err(error),
        }
    }
}

impl Control {
    /// Whether the audit has this very record. Asked in a turn of its own: it waits until a lost transaction has ended.
    async fn has_record(&self, (seq, hash): &(i64, String)) -> Result<bool, ControlError> {
        let unknown = |error| match error {
            ControlError::Unavailable { cause, retry, .. } => {
                ControlError::Unavailable { cause, retry, maybe_done: true }
            }
            other => other,
        };
        let mut turn = self.turn().await.map_err(unknown)?;
        let find = sqlx::query("SELECT hash FROM audit WHERE seq = $1").bind(*seq);
        let row = turn.one(find).await.map_err(unknown)?;
        Ok(row.map(|row| row.try_get::<String, _>(0)).transpose()?.is_some_and(|found| found == *hash))
    }
}

/// What the database answers, unless it takes too long.
pub(super) async fn within<T>(work: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, ControlError> {
    let answer = timeout(SILENCE, work).await.map_err(|_| ControlError::unavailable("it does not answer"))?;
    Ok(answer?)
}

/// Does `attempt` again while the database is only busy.
pub(super) async fn again<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, ControlError>
where
    F: Future<Output = Result<T, ControlError>>,
{
    let (started, mut pause) = (Instant::now(), FIRST_PAUSE);
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(ControlError::Busy { .. }) if started.elapsed() < TRYING => {
                // Others that collided wait for other stretches.
                sleep(pause + jitter(pause)).await;
                pause *= 3;
            }
            settled => return settled,
        }
    }
    attempt().await
}

/// Up to the whole of `pause` once more, by chance.
fn jitter(pause: Duration) -> Duration {
    let mut byte = [0];
    // Without chance the pause is only less even.
    let _ = getrandom::fill(&mut byte);
    pause * u32::from(byte[0]) / 255
}
