//! Models: what a modeling gave, and which of them may go.
//!
//! What a manifest says of a model is a text to this room. Invariant: a model that an endpoint offers, or offered a
//! short while ago, is never given up.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;
use utoipa::ToSchema;

use super::actor::Actor;
use super::error::ControlError;
use super::ids::is_id;
use super::transaction::{Turn, again};
use super::{Control, Sql};
use crate::resource::Place;

pub(super) const COLUMNS: &str = "id, place, cook, seq, created_ms, entry, bytes, items, state";

/// The result of a cook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// Its id.
    pub id: String,
    /// Its modeling.
    pub place: Place,
    /// The cook that made it.
    pub cook: String,
    /// The audit record that published it. Models are in this order: clocks of replicas may differ.
    pub seq: i64,
    /// When it was published.
    pub created_ms: i64,
    /// What a manifest says of it.
    #[schema(value_type = Object)]
    pub entry: Value,
    /// Bytes of all its blobs.
    pub bytes: i64,
    /// Items it can show.
    pub items: i64,
    /// Whether its blobs are still kept.
    pub kept: bool,
}

/// A model on its way into the database. Its blobs are in the store already.
#[derive(Debug, Clone, PartialEq)]
pub struct NewModel {
    /// Its id, which the store has it under: the cook's.
    pub id: String,
    /// What a manifest says of it.
    pub entry: Value,
    /// Bytes of all its blobs.
    pub bytes: i64,
    /// Items it can show.
    pub items: i64,
    /// The report of its cook.
    pub report: Value,
    /// Names of everything in the store that it is made of.
    pub lots: Vec<String>,
}

/// Which models of a modeling may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetireRules {
    /// So many of the newest stay.
    pub keep: u32,
    /// What was offered after this moment stays: there are still pages with manifests that name it.
    pub offered_after_ms: i64,
}

impl Control {
    /// A model, if there is one with this id.
    pub async fn model(&self, id: &str) -> Result<Option<Model>, ControlError> {
        if !is_id(id) {
            return Ok(None);
        }
        let sql = format!("SELECT {COLUMNS} FROM model WHERE id = $1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_owned())).await?;
        row.as_ref().map(Model::of_row).transpose()
    }

    /// Models of a modeling, newest first: at most `limit` before the one with the id `before`.
    pub async fn models(
        &self,
        of: &Place,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Model>, ControlError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM model WHERE place = $1 \
             AND seq < COALESCE((SELECT seq FROM model WHERE id = $2), $3) ORDER BY seq DESC LIMIT $4"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(of.to_string());
        let query = query.bind(before.unwrap_or_default().to_owned()).bind(i64::MAX).bind(i64::from(limit));
        self.all(query).await?.iter().map(Model::of_row).collect()
    }

    /// When each modeling's newest model was made.
    pub async fn last_models(&self) -> Result<Vec<(Place, i64)>, ControlError> {
        let sql: Sql = "SELECT place, MAX(created_ms) FROM model GROUP BY place";
        let row = |row: &AnyRow| {
            let (place, created_ms): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            let wrong = |_| ControlError::corrupt(format!("a model is of `{place}`, which is no place"));
            Ok((place.parse().map_err(wrong)?, created_ms))
        };
        self.all(sqlx::query(sql)).await?.iter().map(row).collect()
    }

    /// Gives up the models of a modeling that the rules let go; what is given back may be deleted from the store.
    pub async fn retire(
        &self,
        of: &Place,
        rules: &RetireRules,
        actor: &Actor,
    ) -> Result<Vec<Model>, ControlError> {
        // Most of the time there is nothing to do, and nobody has to wait for that.
        if self.look().await?.models_to_retire(of, rules).await?.is_empty() {
            return Ok(Vec::new());
        }
        again(|| self.retire_once(of, rules, actor)).await
    }

    async fn retire_once(
        &self,
        of: &Place,
        rules: &RetireRules,
        actor: &Actor,
    ) -> Result<Vec<Model>, ControlError> {
        let mut turn = self.turn().await?;
        let models = turn.models_to_retire(of, rules).await?;
        if models.is_empty() {
            return Ok(models);
        }
        for model in &models {
            let gone: Sql = "UPDATE model SET state = 'gone' WHERE id = $1";
            turn.execute(sqlx::query(gone).bind(model.id.clone())).await?;
        }
        let ids: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
        turn.done(actor, "models.retire", Some(of), json!({ "models": ids })).await?;
        turn.commit(models).await
    }
}

impl Turn {
    async fn models_to_retire(
        &mut self,
        of: &Place,
        rules: &RetireRules,
    ) -> Result<Vec<Model>, ControlError> {
        // A release is over once a newer one was made; a model is free when every release with it was over by then.
        let sql = format!(
            "SELECT {COLUMNS} FROM model WHERE place = $1 AND state = 'kept' AND created_ms <= $2 \
             AND id NOT IN (SELECT id FROM model WHERE place = $1 AND state = 'kept' ORDER BY seq DESC LIMIT $3) \
             AND NOT EXISTS (SELECT 1 FROM release_model offered \
                 WHERE offered.model = model.id AND NOT EXISTS (SELECT 1 FROM release newer \
                     WHERE newer.place = offered.place AND newer.sequence > offered.sequence \
                     AND newer.created_ms <= $2)) \
             ORDER BY seq"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(of.to_string()).bind(rules.offered_after_ms);
        let rows = self.all(query.bind(i64::from(rules.keep))).await?;
        rows.iter().map(Model::of_row).collect()
    }

    /// The newest kept models of a modeling, and those that a release names however old they are; newest first.
    pub(super) async fn models_to_tell(
        &mut self,
        of: &Place,
        limit: i64,
        release: (&Place, i64),
    ) -> Result<Vec<Model>, ControlError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM model WHERE place = $1 AND state = 'kept' AND (id IN \
             (SELECT id FROM model WHERE place = $1 AND state = 'kept' ORDER BY seq DESC LIMIT $2) \
             OR id IN (SELECT model FROM release_model WHERE place = $3 AND sequence = $4)) ORDER BY seq DESC"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(of.to_string()).bind(limit);
        let rows = self.all(query.bind(release.0.to_string()).bind(release.1)).await?;
        rows.iter().map(Model::of_row).collect()
    }

    pub(super) async fn insert_model(&mut self, model: &Model) -> Result<(), ControlError> {
        let insert: Sql = "INSERT INTO model (id, place, cook, seq, created_ms, entry, bytes, items, state) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'kept')";
        let insert = sqlx::query(insert).bind(model.id.clone()).bind(model.place.to_string());
        let insert = insert
            .bind(model.cook.clone())
            .bind(model.seq)
            .bind(model.created_ms)
            .bind(model.entry.to_string());
        self.execute(insert.bind(model.bytes).bind(model.items)).await.map(drop)
    }
}

impl Model {
    pub(super) fn of_row(row: &AnyRow) -> Result<Self, ControlError> {
        let id: String = row.try_get(0)?;
        let wrong = |what: &str| ControlError::corrupt(format!("model `{id}` has an unreadable {what}"));
        let (place, entry): (String, String) = (row.try_get(1)?, row.try_get(5)?);
        Ok(Self {
            place: place.parse().map_err(|_| wrong("place"))?,
            cook: row.try_get(2)?,
            seq: row.try_get(3)?,
            created_ms: row.try_get(4)?,
            entry: serde_json::from_str(&entry).map_err(|_| wrong("entry"))?,
            bytes: row.try_get(6)?,
            items: row.try_get(7)?,
            kept: row.try_get::<String, _>(8)? == "kept",
            id,
        })
    }
}
