//! Rows of cooks that nobody asks for any more.
//!
//! The audit is never cut, and of releases each new one forgets the oldest. Invariant: what a kept model was made by, what
//! is under way, what limits count, and the last due time of a schedule stay.

use serde_json::json;
use sqlx::Row;

use super::actor::Actor;
use super::error::ControlError;
use super::transaction::again;
use super::{Control, Sql};
use crate::resource::Place;

/// Rows that one turn deletes.
const AT_ONCE: i64 = 500;
/// Limits count the cooks of a day.
const COUNTED_MS: i64 = 2 * 86_400_000;

/// Cooks that may go: not among the newest, over, too old for any limit, and without a model that has a row.
const OLD: &str = "SELECT id FROM cook WHERE place = $1 AND state NOT IN ('queued', 'running') AND created_ms < $2 \
    AND id NOT IN (SELECT id FROM cook WHERE place = $1 ORDER BY id DESC LIMIT $3) \
    AND id NOT IN (SELECT cook FROM model WHERE place = $1 AND state = 'kept') \
    AND (slot IS NULL OR slot < (SELECT MAX(slot) FROM cook WHERE place = $1)) ORDER BY id LIMIT $4";

impl Control {
    /// Forgets cooks of a modeling beyond the newest `keep`, with the rows of models that are gone; how many.
    pub async fn forget_cooks(&self, of: &Place, keep: u32, actor: &Actor) -> Result<u64, ControlError> {
        let mut all = 0;
        loop {
            let mut look = self.look().await?;
            let old = look.all(bound(OLD.to_owned(), of, keep, actor)).await?;
            drop(look);
            if old.is_empty() {
                return Ok(all);
            }
            let forgotten = again(|| async {
                let mut turn = self.turn().await?;
                let rows = turn.all(bound(OLD.to_owned(), of, keep, actor)).await?;
                let mut forgotten = 0;
                for row in &rows {
                    let id: String = row.try_get(0)?;
                    let model: Sql = "DELETE FROM model WHERE cook = $1 AND state = 'gone'";
                    turn.execute(sqlx::query(model).bind(id.clone())).await?;
                    let cook: Sql = "DELETE FROM cook WHERE id = $1";
                    forgotten += turn.execute(sqlx::query(cook).bind(id)).await?;
                }
                if forgotten > 0 {
                    turn.done(actor, "cooks.forget", Some(of), json!({ "cooks": forgotten })).await?;
                }
                turn.commit(forgotten).await
            })
            .await?;
            all += forgotten;
        }
    }
}

fn bound(sql: String, of: &Place, keep: u32, actor: &Actor) -> super::transaction::Statement {
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(of.to_string());
    query.bind(actor.now_ms - COUNTED_MS).bind(i64::from(keep)).bind(AT_ONCE)
}
