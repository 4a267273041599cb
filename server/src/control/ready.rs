//! Whether the tables are as this program knows them: brought up to date once, by whoever asks first.
//!
//! A database that was away when the program started is made ready when it is back, before anything else is asked of
//! it. Invariant: no statement meets tables of another version; while one tries, the others wait for the same outcome.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sqlx::{ConnectOptions, Connection, Executor};
use tokio::sync::Mutex;

use super::address::DatabaseKind;
use super::error::ControlError;
use super::migrate;
use super::transaction::{again, within};
use super::{Control, SQLITE_SETTINGS};

/// Between two tries; whoever asks in between hears what the last one said.
const PAUSE: Duration = Duration::from_millis(300);

/// What is known of the tables.
#[derive(Debug, Default)]
pub(super) struct Ready {
    done: AtomicBool,
    /// When the last try ended, and how. Held while one tries.
    last: Mutex<Option<(Instant, ControlError)>>,
}

impl Control {
    /// Whether the database has answered since the program started; asks nothing.
    pub fn has_answered(&self) -> bool {
        self.inner.ready.done.load(Ordering::Acquire)
    }

    /// Sees to it that the tables are up to date; once they are, this costs nothing.
    pub(super) async fn ready(&self) -> Result<(), ControlError> {
        let ready = &self.inner.ready;
        if ready.done.load(Ordering::Acquire) {
            return Ok(());
        }
        let asked = Instant::now();
        let mut last = ready.last.lock().await;
        if ready.done.load(Ordering::Acquire) {
            return Ok(());
        }
        if let Some((ended, error)) = &*last
            && (*ended > asked || ended.elapsed() < PAUSE)
        {
            return Err(error.clone());
        }
        match self.prepare().await {
            Ok(()) => {
                ready.done.store(true, Ordering::Release);
                Ok(())
            }
            Err(error) => {
                *last = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    async fn prepare(&self) -> Result<(), ControlError> {
        if self.kind() == DatabaseKind::Sqlite {
            self.inner.address.create_file()?;
            // The connections below try again until their time is over, and do not say what is wrong.
            let mut first = within(self.inner.address.options()?.connect()).await?;
            within(first.execute(sqlx::raw_sql(SQLITE_SETTINGS))).await?;
            within(first.close()).await?;
        }
        // A file that somebody else holds for writing can be read, and needs nothing more most of the time.
        if migrate::is_up_to_date(self).await? {
            return Ok(());
        }
        again(|| self.migrate()).await
    }

    async fn migrate(&self) -> Result<(), ControlError> {
        let begin = match self.kind() {
            DatabaseKind::Sqlite => "BEGIN IMMEDIATE",
            DatabaseKind::Postgres => "BEGIN",
        };
        let mut transaction = within(self.inner.pool.begin_with(begin)).await?;
        if migrate::migrate(self, &mut transaction).await? {
            within(transaction.commit()).await?;
        }
        self.gate("migrated")
    }
}
