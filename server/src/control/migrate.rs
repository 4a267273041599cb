//! The tables, made and brought up to date when the database is opened.
//!
//! Under a lock and in one transaction: of several replicas that start at once one does it, and a crash in between
//! leaves the tables as they were. Invariant: a migration that was released never changes; its checksum is kept.

use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{Any, Executor, Row, Transaction};

use super::address::DatabaseKind;
use super::error::ControlError;
use super::transaction::within;
use super::{Control, Sql, hex};

/// Every migration there ever was, in order; the first has version 1.
pub(super) const MIGRATIONS: [&str; 4] = [
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
];

const LIST: Sql = "SELECT version, checksum FROM migration ORDER BY version";
const OWN_TABLE: &str =
    "CREATE TABLE IF NOT EXISTS migration (version BIGINT PRIMARY KEY, checksum TEXT NOT NULL)";
/// Waits for other replicas, for this schema alone.
const LOCK: &str = "SELECT pg_advisory_xact_lock(hashtext('cookshelf ' || current_schema()))";

/// Brings the tables up to date within `transaction`, which the caller commits. True when something was done.
pub(super) async fn migrate(
    control: &Control,
    transaction: &mut Transaction<'static, Any>,
) -> Result<bool, ControlError> {
    if control.kind() == DatabaseKind::Postgres {
        within(transaction.execute(sqlx::raw_sql(LOCK))).await?;
    }
    control.gate("migrate")?;
    within(transaction.execute(sqlx::raw_sql(OWN_TABLE))).await?;
    control.gate("migrate")?;
    let rows = within(sqlx::query(LIST).fetch_all(&mut **transaction)).await?;
    let found = known(&rows)?;
    for (place, sql) in MIGRATIONS.iter().enumerate().skip(found) {
        within(transaction.execute(sqlx::raw_sql(*sql))).await?;
        control.gate("migrate")?;
        let done = sqlx::query("INSERT INTO migration (version, checksum) VALUES ($1, $2)");
        within(done.bind(place as i64 + 1).bind(digest(sql)).execute(&mut **transaction)).await?;
        control.gate("migrate")?;
    }
    Ok(found < MIGRATIONS.len())
}

/// How many migrations these rows say were done; they are all ours.
fn known(rows: &[AnyRow]) -> Result<usize, ControlError> {
    if rows.len() > MIGRATIONS.len() {
        return Err(ControlError::Newer { found: rows.len() as i64, known: MIGRATIONS.len() as i64 });
    }
    for (place, row) in rows.iter().enumerate() {
        let (version, checksum): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        if version != place as i64 + 1 || checksum != digest(MIGRATIONS[place]) {
            return Err(ControlError::corrupt(format!(
                "migration {version} is not the one that was released"
            )));
        }
    }
    Ok(rows.len())
}

/// Whether nothing is to be done. Only reads; of PostgreSQL nothing is asked: its locks hold up nobody for long.
pub(super) async fn is_up_to_date(control: &Control) -> Result<bool, ControlError> {
    if control.kind() == DatabaseKind::Postgres {
        return Ok(false);
    }
    let pool = &control.inner.pool;
    let table: Sql = "SELECT name FROM sqlite_schema WHERE name = 'migration'";
    if within(sqlx::query(table).fetch_optional(pool)).await?.is_none() {
        return Ok(false);
    }
    let rows = within(sqlx::query(LIST).fetch_all(pool)).await?;
    Ok(known(&rows)? == MIGRATIONS.len())
}

fn digest(sql: &str) -> String {
    hex(&Sha256::digest(sql.as_bytes()))
}
