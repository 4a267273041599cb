//! What a worker does with a cook: claim it, say how far it is, end it.
//!
//! A claim has a term, and every write of the worker says it. Invariant: once somebody else has claimed a cook, nothing
//! that an earlier worker still sends changes anything, however late it wakes up.

use serde_json::{Value, json};
use sqlx::Row;

use super::actor::{Actor, line};
use super::cooks::{Cause, Cook, CookState};
use super::error::ControlError;
use super::transaction::{Turn, again};
use super::{Control, Sql};
use crate::resource::{ModelingSpec, Place, Spec};

/// Larger reports and words of progress are refused: they belong into the artifacts.
const LARGEST_REPORT: usize = 4 << 20;
const LONGEST_ERROR: usize = 4_000;

/// A worker's hold on a cook.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The cook.
    pub cook: String,
    /// Its modeling.
    pub place: Place,
    /// What was said of the modeling at the time of the claim.
    pub spec: ModelingSpec,
    /// Who claimed.
    pub holder: String,
    /// The number of this claim, which every write says.
    pub term: i64,
    /// How often the cook was started by now, from 1.
    pub attempt: i64,
    /// Why the cook is.
    pub cause: Cause,
    /// The due time that it is for, if it is for one.
    pub slot: Option<i64>,
}

/// The rules of claiming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClaimRules {
    /// How long a claim holds without another word.
    pub lease_ms: i64,
    /// A cook whose workers went away so often has failed.
    pub most_attempts: i64,
}

/// How a cook ends without a model.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// The gate held its model back.
    Refused {
        /// What was found.
        report: Value,
    },
    /// It could not be done.
    Failed {
        /// Why, for a person.
        error: String,
        /// What was found until then.
        report: Option<Value>,
        /// When it is tried again; never when it would only fail again.
        retry_ms: Option<i64>,
    },
    /// Somebody stopped it.
    Cancelled,
}

impl Control {
    /// Takes the cook that has been due for longest, or one whose worker went away. `None` when there is no work.
    pub async fn claim(
        &self,
        holder: &str,
        now_ms: i64,
        rules: &ClaimRules,
    ) -> Result<Option<Claim>, ControlError> {
        // Idle workers only read.
        let ready: Sql = "SELECT id FROM cook \
            WHERE (state = 'queued' AND due_ms <= $1) OR (state = 'running' AND lease_ms < $1) LIMIT 1";
        if self.one(sqlx::query(ready).bind(now_ms)).await?.is_none() {
            return Ok(None);
        }
        again(|| self.claim_once(holder, now_ms, rules)).await
    }

    async fn claim_once(
        &self,
        holder: &str,
        now_ms: i64,
        rules: &ClaimRules,
    ) -> Result<Option<Claim>, ControlError> {
        let mut turn = self.turn().await?;
        let actor = worker(holder, "", now_ms);
        // `$1` is there for the form of the statement alone.
        let ready: Sql = "$1 = '' AND ((state = 'queued' AND due_ms <= $2) OR (state = 'running' AND lease_ms < $2)) \
            ORDER BY due_ms, id";
        while let Some(cook) = turn.cook_where(ready, String::new(), now_ms).await? {
            let lost = cook.state == CookState::Running;
            if lost && (cook.cancel || cook.attempt >= rules.most_attempts) {
                turn.give_up(&cook, &actor).await?;
                continue;
            }
            let claim = turn.take(cook, holder, &actor, rules).await?;
            return turn.commit(Some(claim)).await;
        }
        turn.commit(None).await
    }

    /// Keeps a claim for longer. True when somebody asked that the cook stops.
    pub async fn renew(&self, claim: &Claim, now_ms: i64, lease_ms: i64) -> Result<bool, ControlError> {
        let sql: Sql = "UPDATE cook SET lease_ms = $3 WHERE id = $1 AND term = $2 AND state = 'running' \
            RETURNING cancel";
        let row = again(|| self.one(claim.bound(sql).bind(now_ms + lease_ms))).await?;
        let row = row.ok_or_else(|| claim.lost())?;
        Ok(row.try_get::<i64, _>(0)? != 0)
    }

    /// Says how far a cook is. True when somebody asked that it stops.
    pub async fn progress(&self, claim: &Claim, progress: &Value) -> Result<bool, ControlError> {
        let text = written(progress)?;
        let sql: Sql = "UPDATE cook SET progress = $3 WHERE id = $1 AND term = $2 AND state = 'running' \
            RETURNING cancel";
        let row = again(|| self.one(claim.bound(sql).bind(text.clone()))).await?;
        let row = row.ok_or_else(|| claim.lost())?;
        Ok(row.try_get::<i64, _>(0)? != 0)
    }

    /// Puts a claimed cook back, for another worker: this one has to stop, and that is not the cook's fault.
    pub async fn give_back(&self, claim: &Claim, now_ms: i64) -> Result<(), ControlError> {
        again(|| async {
            let mut turn = self.turn().await?;
            let sql: Sql = "UPDATE cook SET state = 'queued', holder = NULL, lease_ms = NULL, due_ms = $3, \
                attempt = attempt - 1, term = term + 1 WHERE id = $1 AND term = $2 AND state = 'running'";
            if turn.execute(claim.bound(sql).bind(now_ms)).await? == 0 {
                return Err(claim.lost());
            }
            let actor = worker(&claim.holder, &claim.cook, now_ms);
            turn.done(&actor, "cook.giveBack", Some(&claim.place), json!({ "cook": claim.cook })).await?;
            turn.commit(()).await
        })
        .await
    }

    /// Ends a cook that gives no model; gives back the cook that tries again, if one does.
    pub async fn finish(
        &self,
        claim: &Claim,
        ending: &Ending,
        now_ms: i64,
    ) -> Result<Option<Cook>, ControlError> {
        again(|| self.finish_once(claim, ending, now_ms)).await
    }

    async fn finish_once(
        &self,
        claim: &Claim,
        ending: &Ending,
        now_ms: i64,
    ) -> Result<Option<Cook>, ControlError> {
        let (state, error, report, retry_ms) = match ending {
            Ending::Refused { report } => (CookState::Refused, None, Some(report), None),
            Ending::Failed { error, report, retry_ms } => {
                (CookState::Failed, Some(error), report.as_ref(), *retry_ms)
            }
            Ending::Cancelled => (CookState::Cancelled, None, None, None),
        };
        let report = report.map(written).transpose()?;
        let error = error.map(|error| error.chars().take(LONGEST_ERROR).collect::<String>());
        let mut turn = self.turn().await?;
        let sql: Sql = "UPDATE cook SET state = $3, ended_ms = $4, error = $5, report = $6 \
            WHERE id = $1 AND term = $2 AND state = 'running'";
        let update = claim.bound(sql).bind(state.word()).bind(now_ms).bind(error.clone()).bind(report);
        if turn.execute(update).await? == 0 {
            return Err(claim.lost());
        }
        let retry = match retry_ms {
            Some(due_ms) => {
                let retry = Cook::queued(&claim.place, Cause::Retry, now_ms)?;
                let retry = Cook { due_ms, attempt: claim.attempt, ..retry };
                turn.insert_cook(&retry).await?;
                Some(retry)
            }
            None => None,
        };
        let detail = json!({
            "cook": claim.cook,
            "state": state.word(),
            "error": error.as_deref().map(line),
            "retry": retry.as_ref().map(|retry| &retry.id),
        });
        let actor = worker(&claim.holder, &claim.cook, now_ms);
        turn.done(&actor, "cook.finish", Some(&claim.place), detail).await?;
        turn.commit(retry).await
    }
}

impl Turn {
    async fn take(
        &mut self,
        cook: Cook,
        holder: &str,
        actor: &Actor,
        rules: &ClaimRules,
    ) -> Result<Claim, ControlError> {
        let resource = self.resource(&cook.place).await?;
        let Some(Spec::Modeling(spec)) = resource.map(|resource| resource.spec) else {
            return Err(ControlError::corrupt(format!(
                "cook `{}` has no modeling `{}`",
                cook.id, cook.place
            )));
        };
        let (term, attempt) = (cook.term + 1, cook.attempt + 1);
        let update: Sql = "UPDATE cook SET state = 'running', term = $2, attempt = $3, holder = $4, lease_ms = $5, \
            started_ms = COALESCE(started_ms, $6), progress = NULL WHERE id = $1";
        let update =
            sqlx::query(update).bind(cook.id.clone()).bind(term).bind(attempt).bind(holder.to_owned());
        self.execute(update.bind(actor.now_ms + rules.lease_ms).bind(actor.now_ms)).await?;
        let detail = json!({ "cook": cook.id, "term": term, "attempt": attempt });
        self.done(actor, "cook.start", Some(&cook.place), detail).await?;
        let (holder, cause, slot) = (holder.to_owned(), cook.cause, cook.slot);
        Ok(Claim { cook: cook.id, place: cook.place, spec, holder, term, attempt, cause, slot })
    }

    /// Ends a cook whose worker went away, and that is not started again.
    async fn give_up(&mut self, cook: &Cook, actor: &Actor) -> Result<(), ControlError> {
        let (state, error) = match cook.cancel {
            true => (CookState::Cancelled, None),
            false => (CookState::Failed, Some(format!("its worker went away {} times", cook.attempt))),
        };
        let update: Sql =
            "UPDATE cook SET state = $2, error = $3, ended_ms = $4, term = term + 1 WHERE id = $1";
        let update = sqlx::query(update).bind(cook.id.clone()).bind(state.word()).bind(error.clone());
        self.execute(update.bind(actor.now_ms)).await?;
        let detail = json!({ "cook": cook.id, "state": state.word(), "error": error });
        self.done(actor, "cook.finish", Some(&cook.place), detail).await
    }
}

impl Claim {
    /// A statement about this claim's cook: `$1` is its id and `$2` its term.
    pub(super) fn bound(&self, sql: Sql) -> super::transaction::Statement {
        sqlx::query(sql).bind(self.cook.clone()).bind(self.term)
    }

    pub(super) fn lost(&self) -> ControlError {
        ControlError::stale(format!(
            "claim {} of cook `{}` holds no more: the cook ended, or another worker has it",
            self.term, self.cook
        ))
    }
}

pub(super) fn worker(holder: &str, request: &str, now_ms: i64) -> Actor {
    Actor::new(&format!("worker:{holder}"), request, now_ms)
}

pub(super) fn written(report: &Value) -> Result<String, ControlError> {
    let text = report.to_string();
    if text.len() > LARGEST_REPORT {
        let message = format!("a report of {} bytes; it has at most {LARGEST_REPORT}", text.len());
        return Err(ControlError::conflict(message));
    }
    Ok(text)
}
