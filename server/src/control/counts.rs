//! What shops counted of the lists of a model, added up by the minute.
//!
//! Numbers only: no row knows who reported it, or of whom. A report is no change of anything that an operator says, so the
//! audit does not tell of it. Invariant: a report that is sent twice with one key is added once.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::actor::Actor;
use super::error::ControlError;
use super::transaction::again;
use super::{Control, Sql};
use crate::resource::{Counts, Place};

const MINUTE_MS: i64 = 60_000;

impl Control {
    /// Adds to what was counted in this minute of the model with this index.
    pub async fn add_counts(
        &self,
        place: &Place,
        model: &str,
        counts: &Counts,
        actor: &Actor,
    ) -> Result<(), ControlError> {
        again(|| async {
            let mut turn = self.turn().await?;
            if turn.earlier::<()>(actor).await?.is_some() {
                return Ok(());
            }
            let add: Sql = "INSERT INTO counted \
                (place, model, minute_ms, lists, failed, empty, filled, chosen, compared, shared) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                ON CONFLICT (place, model, minute_ms) DO UPDATE SET \
                lists = counted.lists + excluded.lists, failed = counted.failed + excluded.failed, \
                empty = counted.empty + excluded.empty, filled = counted.filled + excluded.filled, \
                chosen = counted.chosen + excluded.chosen, compared = counted.compared + excluded.compared, \
                shared = counted.shared + excluded.shared";
            let add = sqlx::query(add).bind(place.to_string()).bind(model.to_owned());
            let add = add.bind(actor.now_ms.div_euclid(MINUTE_MS) * MINUTE_MS);
            let add = numbers(counts).into_iter().fold(add, |add, number| add.bind(number));
            turn.execute(add).await?;
            turn.remember(actor, &()).await?;
            turn.commit(()).await
        })
        .await
    }

    /// What was counted of the model with this index from a moment on, to the minute.
    pub async fn counts_since(
        &self,
        place: &Place,
        model: &str,
        since_ms: i64,
    ) -> Result<Counts, ControlError> {
        // Sums of whole numbers are of another type in PostgreSQL.
        let sum: Sql = "SELECT \
            CAST(COALESCE(SUM(lists), 0) AS BIGINT), CAST(COALESCE(SUM(failed), 0) AS BIGINT), \
            CAST(COALESCE(SUM(empty), 0) AS BIGINT), CAST(COALESCE(SUM(filled), 0) AS BIGINT), \
            CAST(COALESCE(SUM(chosen), 0) AS BIGINT), CAST(COALESCE(SUM(compared), 0) AS BIGINT), \
            CAST(COALESCE(SUM(shared), 0) AS BIGINT) \
            FROM counted WHERE place = $1 AND model = $2 AND minute_ms >= $3";
        let sum = || sqlx::query(sum).bind(place.to_string()).bind(model.to_owned()).bind(since_ms);
        let rows = self.all(sum()).await?;
        rows.first().map_or(Ok(Counts::default()), of_row)
    }

    /// Forgets what was counted before a moment.
    pub async fn forget_counts(&self, before_ms: i64) -> Result<(), ControlError> {
        let old: Sql = "DELETE FROM counted WHERE minute_ms < $1 RETURNING minute_ms";
        again(|| self.all(sqlx::query(old).bind(before_ms))).await.map(drop)
    }
}

fn numbers(counts: &Counts) -> [i64; 7] {
    let Counts { lists, failed, empty, filled, chosen, compared, shared } = *counts;
    [lists, failed, empty, filled, chosen, compared, shared]
        .map(|number| i64::try_from(number).unwrap_or(i64::MAX))
}

fn of_row(row: &AnyRow) -> Result<Counts, ControlError> {
    let number = |at: usize| Ok::<_, ControlError>(row.try_get::<i64, _>(at)?.max(0).cast_unsigned());
    Ok(Counts {
        lists: number(0)?,
        failed: number(1)?,
        empty: number(2)?,
        filled: number(3)?,
        chosen: number(4)?,
        compared: number(5)?,
        shared: number(6)?,
    })
}
