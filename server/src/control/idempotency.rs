//! Requests that come twice and must have one effect.
//!
//! The answer is kept in the transaction of the effect, so there is never one without the other. Invariant: the same key
//! with another request is refused; a key lives for a day.

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;

use super::Sql;
use super::actor::Actor;
use super::error::ControlError;
use super::transaction::Turn;

/// How long an answer is kept.
const A_DAY: i64 = 86_400_000;

impl Turn {
    /// What the same request was answered before, if it came before.
    pub(super) async fn earlier<T: DeserializeOwned>(
        &mut self,
        actor: &Actor,
    ) -> Result<Option<T>, ControlError> {
        let Some(once) = &actor.once else { return Ok(None) };
        let find: Sql = "SELECT request_hash, answer FROM idempotency \
            WHERE scope = $1 AND key = $2 AND created_ms > $3";
        let find = sqlx::query(find).bind(once.scope.clone()).bind(once.key.clone());
        let Some(row) = self.one(find.bind(actor.now_ms - A_DAY)).await? else { return Ok(None) };
        let (hash, answer): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if hash != once.request_hash {
            return Err(ControlError::conflict(
                "this idempotency key came before with another request; take a new key for a new request",
            ));
        }
        let answer = serde_json::from_str(&answer);
        answer
            .map(Some)
            .map_err(|error| ControlError::corrupt(format!("the answer to a repeated request: {error}")))
    }

    /// Keeps the answer for when the request comes again.
    pub(super) async fn remember<T: Serialize>(
        &mut self,
        actor: &Actor,
        answer: &T,
    ) -> Result<(), ControlError> {
        let Some(once) = &actor.once else { return Ok(()) };
        let answer = serde_json::to_string(answer).expect("answers have text keys and finite numbers only");
        let old: Sql = "DELETE FROM idempotency WHERE created_ms <= $1";
        self.execute(sqlx::query(old).bind(actor.now_ms - A_DAY)).await?;
        let keep: Sql = "INSERT INTO idempotency (scope, key, request_hash, answer, created_ms) \
            VALUES ($1, $2, $3, $4, $5)";
        let keep = sqlx::query(keep).bind(once.scope.clone()).bind(once.key.clone());
        let keep = keep.bind(once.request_hash.clone()).bind(answer).bind(actor.now_ms);
        self.execute(keep).await.map(drop)
    }
}
