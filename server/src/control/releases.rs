//! Releases: what each endpoint offers, one after the other.
//!
//! What a manifest says, and who gets what, is composed by the caller from facts that hold in the very transaction that
//! stores it. Invariants: the sequence of an endpoint only grows, even when it is deleted and made again; the change
//! number grows over all endpoints in the order of commits, so that a replica that asks for newer ones misses none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;
use utoipa::ToSchema;

use super::actor::Actor;
use super::error::ControlError;
use super::models::Model;
use super::signing_keys::SigningKey;
use super::transaction::{Turn, again};
use super::{Control, Sql};
use crate::resource::{EndpointSpec, Name, Place, Spec};

/// Older ones are forgotten.
const KEPT: i64 = 200;
/// Models of one modeling that a composer is told of, beside those that are offered already.
const MODELS_TOLD: i64 = 20;
const COLUMNS: &str = "place, sequence, state, envelope, created_ms, actor, change";

/// What an endpoint offers from one moment on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Release {
    /// The endpoint.
    pub place: Place,
    /// Its number; only grows.
    pub sequence: i64,
    /// Where its rollout stands.
    #[schema(value_type = Object)]
    pub state: Value,
    /// The signed manifest, as it is served; nothing when the endpoint is gone.
    pub envelope: Option<String>,
    /// When it was made.
    pub created_ms: i64,
    /// By whom.
    pub actor: String,
    /// Its number among the releases of all endpoints.
    pub change: i64,
}

/// A release on its way into the database.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRelease {
    /// Where its rollout stands.
    pub state: Value,
    /// The signed manifest.
    pub envelope: String,
    /// Ids of the models that it names.
    pub models: Vec<String>,
    /// What the audit says of it.
    pub note: Value,
}

/// What a release is composed from.
#[derive(Debug, Clone, PartialEq)]
pub struct EndpointFacts {
    /// The endpoint.
    pub place: Place,
    /// What is said of it.
    pub spec: EndpointSpec,
    /// The sequence that a release made now has.
    pub sequence: i64,
    /// The release that is served.
    pub latest: Option<Release>,
    /// Of each of its modelings the newest kept models, and those that the release before names; newest first.
    pub models: BTreeMap<Name, Vec<Model>>,
    /// Its signing keys.
    pub keys: Vec<SigningKey>,
    /// This moment.
    pub now_ms: i64,
}

impl Control {
    /// What a release of an endpoint would be composed from now; nothing when it is gone. Whoever makes the release
    /// is told the facts again, in its turn.
    pub async fn facts(&self, place: &Place, now_ms: i64) -> Result<Option<EndpointFacts>, ControlError> {
        let mut look = self.look().await?;
        let resource = look.resource(place).await?;
        match resource.map(|resource| resource.spec) {
            Some(Spec::Endpoint(spec)) => look.facts(place, spec, now_ms).await.map(Some),
            _ => Ok(None),
        }
    }

    /// Makes a release of an endpoint, if `compose` gives one. `action` is what the audit calls it.
    pub async fn release<C>(
        &self,
        place: &Place,
        action: &'static str,
        actor: &Actor,
        compose: C,
    ) -> Result<Option<Release>, ControlError>
    where
        C: Fn(&EndpointFacts) -> Result<Option<NewRelease>, String>,
    {
        again(|| async {
            let mut turn = self.turn().await?;
            if let Some(earlier) = turn.earlier(actor).await? {
                return Ok(earlier);
            }
            let resource = turn.resource(place).await?.ok_or_else(|| ControlError::no_place(place))?;
            let Spec::Endpoint(spec) = resource.spec else {
                return Err(ControlError::conflict(format!(
                    "`{place}` is no endpoint, and only endpoints release"
                )));
            };
            let facts = turn.facts(place, spec, actor.now_ms).await?;
            let Some(new) = compose(&facts).map_err(|message| ControlError::Composing { message })? else {
                return Ok(None);
            };
            let release = Some(turn.insert_release(&facts, &new, actor).await?);
            let detail = json!({ "sequence": facts.sequence, "note": new.note });
            turn.done(actor, action, Some(place), detail).await?;
            turn.remember(actor, &release).await?;
            turn.commit(release).await
        })
        .await
    }

    /// Releases of all endpoints after a change number, in order: at most `limit`.
    pub async fn releases_since(&self, change: i64, limit: u32) -> Result<Vec<Release>, ControlError> {
        let sql = format!("SELECT {COLUMNS} FROM release WHERE change > $1 ORDER BY change LIMIT $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(change).bind(i64::from(limit));
        self.all(query).await?.iter().map(Release::of_row).collect()
    }

    /// What every endpoint offers now; endpoints that are gone come without an envelope.
    pub async fn latest_releases(&self) -> Result<Vec<Release>, ControlError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM release WHERE NOT EXISTS (SELECT 1 FROM release newer \
             WHERE newer.place = release.place AND newer.sequence > release.sequence) ORDER BY place"
        );
        self.all(sqlx::query(sqlx::AssertSqlSafe(sql))).await?.iter().map(Release::of_row).collect()
    }

    /// Releases of an endpoint, newest first: at most `limit` before a sequence.
    pub async fn releases(
        &self,
        of: &Place,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<Release>, ControlError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM release WHERE place = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(of.to_string());
        let query = query.bind(before.unwrap_or(i64::MAX)).bind(i64::from(limit));
        self.all(query).await?.iter().map(Release::of_row).collect()
    }
}

impl Turn {
    pub(super) async fn facts(
        &mut self,
        place: &Place,
        spec: EndpointSpec,
        now_ms: i64,
    ) -> Result<EndpointFacts, ControlError> {
        let sql = format!("SELECT {COLUMNS} FROM release WHERE place = $1 ORDER BY sequence DESC LIMIT 1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(place.to_string())).await?;
        let latest = row.as_ref().map(Release::of_row).transpose()?;
        let sequence = latest.as_ref().map_or(1, |latest| latest.sequence + 1);
        let mut models = BTreeMap::new();
        for name in &spec.modelings {
            let modeling = Place::Modeling(place.account().clone(), name.clone());
            models.insert(
                name.clone(),
                self.models_to_tell(&modeling, MODELS_TOLD, (place, sequence - 1)).await?,
            );
        }
        let keys = self.signing_keys(place).await?;
        let latest = latest.filter(|latest| latest.envelope.is_some());
        Ok(EndpointFacts { place: place.clone(), spec, sequence, latest, models, keys, now_ms })
    }

    pub(super) async fn insert_release(
        &mut self,
        facts: &EndpointFacts,
        new: &NewRelease,
        actor: &Actor,
    ) -> Result<Release, ControlError> {
        let last = self.one(sqlx::query("SELECT COALESCE(MAX(change), 0) FROM release")).await?;
        let change = 1 + last.map_or(Ok(0), |row| row.try_get::<i64, _>(0))?;
        let release = Release {
            place: facts.place.clone(),
            sequence: facts.sequence,
            state: new.state.clone(),
            envelope: Some(new.envelope.clone()),
            created_ms: facts.now_ms,
            actor: actor.name.clone(),
            change,
        };
        let place = facts.place.to_string();
        let insert: Sql = "INSERT INTO release (place, sequence, state, envelope, created_ms, actor, change) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let insert =
            sqlx::query(insert).bind(place.clone()).bind(release.sequence).bind(new.state.to_string());
        let insert = insert.bind(new.envelope.clone()).bind(release.created_ms).bind(release.actor.clone());
        self.execute(insert.bind(change)).await?;
        let valid_ms = i64::from(facts.spec.valid_hours) * 3_600_000;
        self.offer_until(facts.place.account(), facts.now_ms.saturating_add(valid_ms)).await?;
        for model in &new.models {
            let names: Sql = "INSERT INTO release_model (place, sequence, model) VALUES ($1, $2, $3)";
            let names = sqlx::query(names).bind(place.clone()).bind(release.sequence).bind(model.clone());
            self.execute(names).await?;
        }
        let old: Sql = "DELETE FROM release WHERE place = $1 AND sequence <= $2";
        self.execute(sqlx::query(old).bind(place).bind(release.sequence - KEPT)).await?;
        Ok(release)
    }

    /// Leaves word that an endpoint is gone, and forgets what it offered.
    pub(super) async fn end_releases(&mut self, place: &Place, actor: &Actor) -> Result<(), ControlError> {
        let text = place.to_string();
        let word: Sql = "INSERT INTO release (place, sequence, state, created_ms, actor, change) \
            SELECT $1, MAX(sequence) + 1, '{}', $2, $3, (SELECT MAX(change) + 1 FROM release) \
            FROM release WHERE place = $1 HAVING MAX(sequence) IS NOT NULL";
        let word = sqlx::query(word).bind(text.clone()).bind(actor.now_ms).bind(actor.name.clone());
        self.execute(word).await?;
        let old: Sql = "DELETE FROM release WHERE place = $1 AND sequence < \
            (SELECT MAX(sequence) FROM release WHERE place = $1)";
        self.execute(sqlx::query(old).bind(text)).await.map(drop)
    }
}

impl Release {
    fn of_row(row: &AnyRow) -> Result<Self, ControlError> {
        let (place, sequence): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let wrong = |what: &str| {
            ControlError::corrupt(format!("release {sequence} of `{place}` has an unreadable {what}"))
        };
        let state: String = row.try_get(2)?;
        Ok(Self {
            place: place.parse().map_err(|_| wrong("place"))?,
            sequence,
            state: serde_json::from_str(&state).map_err(|_| wrong("state"))?,
            envelope: row.try_get(3)?,
            created_ms: row.try_get(4)?,
            actor: row.try_get(5)?,
            change: row.try_get(6)?,
        })
    }
}
