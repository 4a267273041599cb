//! Publishing: a cook's end with a model, and the releases that this makes, in one transaction.
//!
//! Invariants: only the holder of the newest claim publishes, and never a cook that somebody stopped; a model is never
//! without the releases that its endpoints make of it, nor they without it; publishing the same twice publishes once.

use serde_json::json;
use sqlx::Row;

use super::actor::Actor;
use super::error::ControlError;
use super::models::{COLUMNS, Model, NewModel};
use super::releases::{EndpointFacts, NewRelease, Release};
use super::transaction::{Turn, again};
use super::work::{Claim, worker, written};
use super::{Control, Sql};
use crate::resource::{EndpointSpec, Place, Spec};

/// What publishing made.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The model.
    pub model: Model,
    /// New releases of the endpoints that took it; empty when it was published before.
    pub releases: Vec<Release>,
}

impl Control {
    /// Ends a claimed cook with its model, and makes a release of each endpoint of the modeling that `compose` gives
    /// one for. The model's blobs have to be in the store already.
    pub async fn publish<C>(
        &self,
        claim: &Claim,
        model: &NewModel,
        now_ms: i64,
        compose: C,
    ) -> Result<Published, ControlError>
    where
        C: Fn(&EndpointFacts) -> Result<Option<NewRelease>, String>,
    {
        again(|| async {
            let mut turn = self.turn().await?;
            if !turn.end_with_model(claim, model, now_ms).await? {
                let model = turn.published_before(claim).await?.ok_or_else(|| claim.lost())?;
                return Ok(Published { model, releases: Vec::new() });
            }
            let lots = &model.lots;
            let model = Model {
                id: model.id.clone(),
                place: claim.place.clone(),
                cook: claim.cook.clone(),
                // The record that `record_publish` writes below, the only one of this turn.
                seq: turn.head.0 + 1,
                created_ms: now_ms,
                entry: model.entry.clone(),
                bytes: model.bytes,
                items: model.items,
                kept: true,
            };
            if !turn.take_marks_off(claim.place.account(), lots).await? {
                return Err(ControlError::conflict("a part of the model is being deleted as too old"));
            }
            turn.insert_model(&model).await?;
            let actor = worker(&claim.holder, &claim.cook, now_ms);
            let mut releases = Vec::new();
            let mut notes = Vec::new();
            for (place, spec) in turn.endpoints_with(&claim.place).await? {
                let facts = turn.facts(&place, spec, now_ms).await?;
                let new = compose(&facts).map_err(|message| ControlError::Composing { message })?;
                if let Some(new) = new {
                    releases.push(turn.insert_release(&facts, &new, &actor).await?);
                    notes.push(json!({ "endpoint": place, "sequence": facts.sequence, "note": new.note }));
                }
            }
            turn.record_publish(&actor, claim, &model, notes).await?;
            turn.commit(Published { model, releases }).await
        })
        .await
    }
}

impl Turn {
    /// True when the claim held and the cook has ended with this.
    async fn end_with_model(
        &mut self,
        claim: &Claim,
        model: &NewModel,
        now_ms: i64,
    ) -> Result<bool, ControlError> {
        let sql: Sql = "UPDATE cook SET state = 'published', ended_ms = $3, report = $4 \
            WHERE id = $1 AND term = $2 AND state = 'running' AND cancel = 0";
        let report = written(&model.report)?;
        Ok(self.execute(claim.bound(sql).bind(now_ms).bind(report)).await? == 1)
    }

    /// The model of this very claim: its worker did not hear that publishing had worked.
    async fn published_before(&mut self, claim: &Claim) -> Result<Option<Model>, ControlError> {
        let sql: Sql = "SELECT state, cancel FROM cook WHERE id = $1 AND term = $2";
        let Some(row) = self.one(claim.bound(sql)).await? else { return Ok(None) };
        let (state, cancel): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        match state.as_str() {
            "running" if cancel != 0 => Err(ControlError::conflict(format!(
                "cook `{}` was cancelled; nothing is published",
                claim.cook
            ))),
            "published" => {
                let sql = format!("SELECT {COLUMNS} FROM model WHERE cook = $1");
                let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(claim.cook.clone())).await?;
                row.as_ref().map(Model::of_row).transpose()
            }
            _ => Ok(None),
        }
    }

    /// Endpoints that offer a modeling.
    async fn endpoints_with(&mut self, modeling: &Place) -> Result<Vec<(Place, EndpointSpec)>, ControlError> {
        let all = self.endpoints_of(modeling.account()).await?;
        let endpoints = all.into_iter().filter_map(|resource| match resource.spec {
            Spec::Endpoint(spec) if spec.modelings.contains(modeling.name()) => Some((resource.place, spec)),
            _ => None,
        });
        Ok(endpoints.collect())
    }

    async fn record_publish(
        &mut self,
        actor: &Actor,
        claim: &Claim,
        model: &Model,
        releases: Vec<serde_json::Value>,
    ) -> Result<(), ControlError> {
        let detail =
            json!({ "cook": claim.cook, "term": claim.term, "model": model.id, "releases": releases });
        self.done(actor, "cook.publish", Some(&claim.place), detail).await
    }
}
