//! The tables, made and brought up to date when the database is opened.
//!
//! Under a lock and in one transaction: of several replicas that start at once one does it, and a crash in between
//! leaves the tables as they were. Invariant: a migration that was released never changes; its checksum is kept.

use sha2::{Digest, Sha256};
use sqlx::{Any, Executor, Row, Transaction};

use super::address::DatabaseKind;
use super::error::ControlError;
use super::{Control, hex};

/// Every migration there ever was, in order; the first has version 1.
pub(super) const MIGRATIONS: [&str; 2] =
    [include_str!("migrations/0001.sql"), include_str!("migrations/0003.sql")];

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
        transaction.execute(sqlx::raw_sql(LOCK)).await?;
    }
    control.gate("migrate")?;
    transaction.execute(sqlx::raw_sql(OWN_TABLE)).await?;
    control.gate("migrate")?;
    let rows = sqlx::query("SELECT version, checksum FROM migration ORDER BY version");
    let rows = rows.fetch_all(&mut **transaction).await?;
    let known = MIGRATIONS.len() as i64;
    let found = rows.len() as i64;
    if found > known {
        return Err(ControlError::Newer { found, known });
    }
    for (place, row) in rows.iter().enumerate() {
        let (version, checksum): (i64, String) = (row.try_get(0)?, row.try_get(1)?);
        if version != place as i64 + 1 || checksum != digest(MIGRATIONS[place]) {
            return Err(ControlError::corrupt(format!(
                "migration {version} is not the one that was released"
            )));
        }
    }
    for (place, sql) in MIGRATIONS.iter().enumerate().skip(rows.len()) {
        transaction.execute(sqlx::raw_sql(*sql)).await?;
        control.gate("migrate")?;
        let done = sqlx::query("INSERT INTO migration (version, checksum) VALUES ($1, $2)");
        done.bind(place as i64 + 1).bind(digest(sql)).execute(&mut **transaction).await?;
        control.gate("migrate")?;
    }
    Ok(found < known)
}

fn digest(sql: &str) -> String {
    hex(&Sha256::digest(sql.as_bytes()))
}
