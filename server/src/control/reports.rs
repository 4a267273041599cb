//! Reports of the cooks that gave a model, in the order in which they were asked for.

use serde_json::Value;
use sqlx::Row;

use super::error::ControlError;
use super::{Control, Sql};
use crate::resource::Place;

/// A cook that gave a model, with what it said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// The cook.
    pub cook: String,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// Its report.
    pub report: Value,
}

impl Control {
    /// Reports of a modeling's models, newest first: at most `limit` before the cook `before`.
    pub async fn reports(
        &self,
        of: &Place,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Reported>, ControlError> {
        let sql: Sql = "SELECT id, ended_ms, report FROM cook WHERE place = $1 AND id < $2 \
            AND state = 'published' AND report IS NOT NULL ORDER BY id DESC LIMIT $3";
        // `g` comes after every id.
        let query = sqlx::query(sql).bind(of.to_string()).bind(before.unwrap_or("g").to_owned());
        let mut found = Vec::new();
        for row in self.all(query.bind(i64::from(limit))).await? {
            let (cook, report): (String, String) = (row.try_get(0)?, row.try_get(2)?);
            let wrong = |_| ControlError::corrupt(format!("cook `{cook}` has an unreadable report"));
            let report = serde_json::from_str(&report).map_err(wrong)?;
            found.push(Reported { cook, ended_ms: row.try_get(1)?, report });
        }
        Ok(found)
    }

    /// The newest due time of a modeling that has a cook, in Unix seconds.
    pub async fn last_slot(&self, of: &Place) -> Result<Option<i64>, ControlError> {
        let sql: Sql = "SELECT MAX(slot) FROM cook WHERE place = $1";
        let row = self.one(sqlx::query(sql).bind(of.to_string())).await?;
        Ok(row.map(|row| row.try_get::<Option<i64>, _>(0)).transpose()?.flatten())
    }
}
