//! Accounts, modelings and endpoints: put, read, deleted.
//!
//! A revision is the number of the audit record that made it, so no revision ever comes again, even after a deletion.
//! Invariant: what belongs to an account has its account, and every modeling that an endpoint names is there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::actor::Actor;
use super::error::ControlError;
use super::transaction::{Turn, again};
use super::{Control, Sql};
use crate::resource::{Kind, Layer, Name, Place, Spec, difference};

/// Something that is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Where.
    pub place: Place,
    /// What is said of it.
    pub spec: Spec,
    /// Grows with every change; the ETag.
    pub revision: i64,
    /// When it was made, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it last changed.
    pub updated_ms: i64,
}

/// What must hold before a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Condition {
    /// Nothing.
    Always,
    /// It is not there: `If-None-Match: *`.
    Absent,
    /// It is there, whatever it says: `If-Match: *`.
    Present,
    /// It has this revision: `If-Match: "7"`.
    Revision(i64),
}

/// What a put did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It was not there before.
    Created,
    /// It says something else now.
    Updated,
    /// It said the same already.
    Unchanged,
}

const SELECT: &str = "SELECT place, spec, revision, created_ms, updated_ms FROM resource";

impl Control {
    /// Makes a resource, or makes it say something else.
    pub async fn put(
        &self,
        place: &Place,
        spec: &Spec,
        condition: Condition,
        actor: &Actor,
    ) -> Result<(Put, Resource), ControlError> {
        if spec.kind() != place.kind() {
            return Err(ControlError::conflict(format!(
                "`{place}` is a place for the spec of a {}",
                place.kind()
            )));
        }
        again(|| self.put_once(place, spec, condition, actor)).await
    }

    async fn put_once(
        &self,
        place: &Place,
        spec: &Spec,
        condition: Condition,
        actor: &Actor,
    ) -> Result<(Put, Resource), ControlError> {
        let mut turn = self.turn().await?;
        let before = turn.resource(place).await?;
        condition.check(place, before.as_ref())?;
        if let Some(before) = &before
            && before.spec == *spec
        {
            return Ok((Put::Unchanged, before.clone()));
        }
        turn.check_around(place, spec).await?;
        let created_ms = before.as_ref().map_or(actor.now_ms, |before| before.created_ms);
        let old = before.as_ref().map_or_else(|| json!({}), |before| before.spec.json());
        let fields = difference(&old, &spec.json());
        turn.done(actor, "put", Some(place), json!({ "fields": fields, "created": before.is_none() }))
            .await?;
        let revision = turn.head.0;
        let upsert: Sql = "INSERT INTO resource (place, kind, account, spec, revision, created_ms, updated_ms) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) \
            ON CONFLICT (place) DO UPDATE SET spec = $4, revision = $5, updated_ms = $7";
        let upsert = sqlx::query(upsert).bind(place.to_string()).bind(place.kind().word());
        let upsert = upsert.bind(place.account().to_string()).bind(spec.json().to_string());
        turn.execute(upsert.bind(revision).bind(created_ms).bind(actor.now_ms)).await?;
        let resource = Resource {
            place: place.clone(),
            spec: spec.clone(),
            revision,
            created_ms,
            updated_ms: actor.now_ms,
        };
        let put = if before.is_some() { Put::Updated } else { Put::Created };
        turn.commit((put, resource)).await
    }

    /// Takes a resource away, with its cooks, models and releases. An account has to be empty.
    pub async fn delete(
        &self,
        place: &Place,
        condition: Condition,
        actor: &Actor,
    ) -> Result<(), ControlError> {
        again(|| self.delete_once(place, condition, actor)).await
    }

    async fn delete_once(
        &self,
        place: &Place,
        condition: Condition,
        actor: &Actor,
    ) -> Result<(), ControlError> {
        let mut turn = self.turn().await?;
        let before = turn.resource(place).await?;
        condition.check(place, before.as_ref())?;
        let Some(before) = before else { return Err(ControlError::no_place(place)) };
        turn.check_free(place).await?;
        turn.done(actor, "delete", Some(place), json!({ "revision": before.revision })).await?;
        for statement in removal(place.kind()) {
            turn.execute(sqlx::query(*statement).bind(place.to_string())).await?;
        }
        if place.kind() == Kind::Endpoint {
            turn.end_releases(place, actor).await?;
        }
        turn.execute(sqlx::query("DELETE FROM resource WHERE place = $1").bind(place.to_string())).await?;
        turn.commit(()).await
    }

    /// A resource, if it is there.
    pub async fn resource(&self, place: &Place) -> Result<Option<Resource>, ControlError> {
        let sql = format!("{SELECT} WHERE place = $1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(place.to_string())).await?;
        row.as_ref().map(Resource::of_row).transpose()
    }

    /// What belongs to an account, or all accounts: at most `limit` of a kind after the place `after`.
    pub async fn resources(
        &self,
        account: Option<&Name>,
        kind: Kind,
        after: Option<&Place>,
        limit: u32,
    ) -> Result<Vec<Resource>, ControlError> {
        let after = after.map_or_else(String::new, Place::to_string);
        let (account, filter) = match account {
            Some(account) => (account.to_string(), "account = $4"),
            None => (String::new(), "$4 = ''"),
        };
        let sql = format!("{SELECT} WHERE kind = $1 AND place > $2 AND {filter} ORDER BY place LIMIT $3");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(kind.word()).bind(after);
        let rows = self.all(query.bind(i64::from(limit)).bind(account)).await?;
        rows.iter().map(Resource::of_row).collect()
    }

    /// Everything that is there, of one account or of all: for a stack.
    pub async fn everything(
        &self,
        account: Option<&Name>,
    ) -> Result<BTreeMap<Place, Resource>, ControlError> {
        let (account, filter) = match account {
            Some(account) => (account.to_string(), "account = $1"),
            None => (String::new(), "$1 = ''"),
        };
        let sql = format!("{SELECT} WHERE {filter} ORDER BY place");
        let rows = self.all(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account)).await?;
        let each = rows.iter().map(Resource::of_row);
        each.map(|resource| resource.map(|resource| (resource.place.clone(), resource))).collect()
    }
}

impl Turn {
    pub(super) async fn resource(&mut self, place: &Place) -> Result<Option<Resource>, ControlError> {
        let sql = format!("{SELECT} WHERE place = $1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(place.to_string())).await?;
        row.as_ref().map(Resource::of_row).transpose()
    }

    /// Every endpoint of an account.
    pub(super) async fn endpoints_of(&mut self, account: &Name) -> Result<Vec<Resource>, ControlError> {
        let sql = format!("{SELECT} WHERE account = $1 AND kind = 'endpoint' ORDER BY place");
        let rows = self.all(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account.to_string())).await?;
        rows.iter().map(Resource::of_row).collect()
    }

    /// Refuses what has no account, or names modelings that are not there.
    async fn check_around(&mut self, place: &Place, spec: &Spec) -> Result<(), ControlError> {
        if let Some(parent) = place.parent()
            && self.resource(&parent).await?.is_none()
        {
            return Err(ControlError::no_place(&parent));
        }
        for name in spec.endpoint().iter().flat_map(|spec| spec.modelings.iter()) {
            let modeling = Place::Modeling(place.account().clone(), name.clone());
            if self.resource(&modeling).await?.is_none() {
                let message =
                    format!("`{place}` names modeling `{name}`, and there is no `{modeling}`; make it first");
                return Err(ControlError::conflict(message));
            }
        }
        match spec.endpoint().and_then(|spec| spec.strategy.layer()) {
            Some(layer) => self.check_apart(place, layer).await,
            None => Ok(()),
        }
    }

    /// Refuses a part of a layer that another comparison has.
    async fn check_apart(&mut self, place: &Place, layer: &Layer) -> Result<(), ControlError> {
        for other in self.endpoints_of(place.account()).await? {
            let taken = other.spec.endpoint().and_then(|spec| spec.strategy.layer());
            if let Some(taken) = taken.filter(|taken| other.place != *place && taken.touches(layer)) {
                return Err(ControlError::conflict(format!(
                    "`{}` has {} to {} percent of layer `{}`, and shoppers would be in both comparisons; take another part",
                    other.place, taken.from, taken.to, taken.name
                )));
            }
        }
        Ok(())
    }

    /// Refuses to take away what something else needs.
    async fn check_free(&mut self, place: &Place) -> Result<(), ControlError> {
        let sql = format!("{SELECT} WHERE account = $1 AND place <> $2 ORDER BY place");
        let others = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(place.account().to_string());
        let rows = self.all(others.bind(place.to_string())).await?;
        let others = rows.iter().map(Resource::of_row).collect::<Result<Vec<_>, _>>()?;
        match place.kind() {
            Kind::Endpoint => Ok(()),
            Kind::Account => match others.first() {
                None => Ok(()),
                Some(other) => Err(ControlError::conflict(format!(
                    "account `{place}` still holds `{}` and {} more; delete those first",
                    other.place,
                    others.len() - 1
                ))),
            },
            Kind::Modeling => {
                let names = |other: &&Resource| {
                    other.spec.endpoint().is_some_and(|spec| spec.modelings.contains(place.name()))
                };
                if let Some(endpoint) = others.iter().find(names) {
                    let message = format!(
                        "`{}` offers modeling `{}`; change or delete it first",
                        endpoint.place,
                        place.name()
                    );
                    return Err(ControlError::conflict(message));
                }
                let under_way: Sql = "SELECT id FROM cook WHERE place = $1 AND state = 'running'";
                match self.one(sqlx::query(under_way).bind(place.to_string())).await? {
                    Some(row) => Err(ControlError::UnderWay { cook: row.try_get(0)? }),
                    None => Ok(()),
                }
            }
        }
    }
}

/// What goes before the resource itself.
fn removal(kind: Kind) -> &'static [Sql] {
    match kind {
        Kind::Account => &["DELETE FROM key WHERE account = $1"],
        Kind::Modeling => &["DELETE FROM model WHERE place = $1", "DELETE FROM cook WHERE place = $1"],
        Kind::Endpoint => &["DELETE FROM signing_key WHERE place = $1"],
    }
}

impl Condition {
    fn check(self, place: &Place, found: Option<&Resource>) -> Result<(), ControlError> {
        match (self, found) {
            (Self::Always, _) | (Self::Absent, None) | (Self::Present, Some(_)) => Ok(()),
            (Self::Revision(wanted), Some(found)) if found.revision == wanted => Ok(()),
            (Self::Absent, Some(found)) => Err(ControlError::stale(format!(
                "`{place}` is there already, with revision {}",
                found.revision
            ))),
            (Self::Revision(wanted), Some(found)) => Err(ControlError::stale(format!(
                "`{place}` has revision {}, not {wanted}: somebody changed it; read it again",
                found.revision
            ))),
            (Self::Present | Self::Revision(_), None) => {
                Err(ControlError::stale(format!("there is no `{place}`")))
            }
        }
    }
}

impl Resource {
    fn of_row(row: &AnyRow) -> Result<Self, ControlError> {
        let (place, spec): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let wrong =
            |error: &dyn std::fmt::Display| ControlError::corrupt(format!("resource `{place}`: {error}"));
        let parsed: Place = place.parse().map_err(|error| wrong(&error))?;
        let spec: Value = serde_json::from_str(&spec).map_err(|error| wrong(&error))?;
        Ok(Self {
            spec: Spec::stored(parsed.kind(), spec).map_err(|error| wrong(&error))?,
            place: parsed,
            revision: row.try_get(2)?,
            created_ms: row.try_get(3)?,
            updated_ms: row.try_get(4)?,
        })
    }
}
