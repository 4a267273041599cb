//! Asking for a cook, and stopping it.
//!
//! Invariants: a modeling has at most one cook that waits or runs; a due time has at most one cook; limits are counted
//! in the transaction that makes the cook, so that a hundred requests at once are still counted one by one.

use serde_json::json;
use sqlx::Row;

use super::actor::Actor;
use super::cooks::{Cause, Cook, CookState};
use super::error::ControlError;
use super::ids::{is_id, new_id};
use super::transaction::{Turn, again};
use super::{Control, Sql};
use crate::resource::{ModelingSpec, Place, Spec};

const A_MINUTE: i64 = 60_000;
const A_DAY: i64 = 86_400_000;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The cook of a due time of the schedule, in Unix seconds.
    Slot(i64),
    /// A cook that a person or a program asks for, now.
    Manual,
}

impl Control {
    /// Asks for a cook of a modeling. The same due time asked for twice gives the same cook.
    pub async fn enqueue(&self, place: &Place, wanted: Wanted, actor: &Actor) -> Result<Cook, ControlError> {
        again(|| self.enqueue_once(place, wanted, actor)).await
    }

    async fn enqueue_once(&self, place: &Place, wanted: Wanted, actor: &Actor) -> Result<Cook, ControlError> {
        let mut turn = self.turn().await?;
        if let Some(earlier) = turn.earlier(actor).await? {
            return Ok(earlier);
        }
        let resource = turn.resource(place).await?.ok_or_else(|| ControlError::no_place(place))?;
        let Spec::Modeling(spec) = resource.spec else {
            return Err(ControlError::conflict(format!(
                "`{place}` is no modeling, and only modelings are cooked"
            )));
        };
        if let Wanted::Slot(slot) = wanted
            && let Some(cook) = turn.cook_where("place = $1 AND slot = $2", place.to_string(), slot).await?
        {
            return Ok(cook);
        }
        let under_way: Sql = "place = $1 AND state IN ('queued', 'running') AND created_ms >= $2";
        if let Some(cook) = turn.cook_where(under_way, place.to_string(), i64::MIN).await? {
            return Err(ControlError::UnderWay { cook: cook.id });
        }
        turn.check_limits(place, &spec, wanted, actor.now_ms).await?;
        let (cause, slot) = match wanted {
            Wanted::Slot(slot) => (Cause::Schedule, Some(slot)),
            Wanted::Manual => (Cause::Manual, None),
        };
        let cook = Cook::queued(place, cause, actor.now_ms)?;
        let cook = Cook { slot, ..cook };
        let detail = json!({ "cook": cook.id, "cause": cause.word(), "slot": slot });
        turn.done(actor, "cook.enqueue", Some(place), detail).await?;
        turn.insert_cook(&cook).await?;
        turn.remember(actor, &cook).await?;
        turn.commit(cook).await
    }

    /// Asks that a cook stops: at once when it waits, else as soon as its worker hears of it.
    pub async fn cancel(&self, id: &str, actor: &Actor) -> Result<Cook, ControlError> {
        if !is_id(id) {
            return Err(ControlError::missing("cook", id));
        }
        again(|| self.cancel_once(id, actor)).await
    }

    async fn cancel_once(&self, id: &str, actor: &Actor) -> Result<Cook, ControlError> {
        let mut turn = self.turn().await?;
        if let Some(earlier) = turn.earlier(actor).await? {
            return Ok(earlier);
        }
        let mut cook = turn.cook(id).await?.ok_or_else(|| ControlError::missing("cook", id))?;
        if cook.state.is_over() {
            let message = format!("cook `{id}` has ended already: {}", cook.state.word());
            return Err(ControlError::conflict(message));
        }
        if cook.cancel {
            return Ok(cook);
        }
        cook.cancel = true;
        if cook.state == CookState::Queued {
            (cook.state, cook.ended_ms) = (CookState::Cancelled, Some(actor.now_ms));
        }
        let update: Sql = "UPDATE cook SET cancel = 1, state = $2, ended_ms = $3 WHERE id = $1";
        let update = sqlx::query(update).bind(id.to_owned()).bind(cook.state.word()).bind(cook.ended_ms);
        turn.execute(update).await?;
        let (place, detail) = (cook.place.clone(), json!({ "cook": id, "state": cook.state.word() }));
        turn.done(actor, "cook.cancel", Some(&place), detail).await?;
        turn.remember(actor, &cook).await?;
        turn.commit(cook).await
    }
}

impl Turn {
    /// Refuses a cook more than the modeling or its account may have.
    async fn check_limits(
        &mut self,
        place: &Place,
        spec: &ModelingSpec,
        wanted: Wanted,
        now_ms: i64,
    ) -> Result<(), ControlError> {
        let limited = |message: String, opens_ms: i64| {
            let retry_seconds = u64::try_from((opens_ms - now_ms + 999) / 1_000).unwrap_or(1).max(1);
            Err(ControlError::Limited { message, retry_seconds })
        };
        if wanted == Wanted::Manual {
            let by_hand = "place = $1 AND cause = 'manual' AND created_ms > $2";
            let gap = i64::from(spec.least_minutes_between) * A_MINUTE;
            if gap > 0
                && let (_, Some(newest), _) = self.count(by_hand, place.to_string(), now_ms - gap).await?
            {
                let message = format!(
                    "a cook was asked for less than {} minutes ago; `leastMinutesBetween` says how often it may be",
                    spec.least_minutes_between
                );
                return limited(message, newest + gap);
            }
            let (count, _, oldest) = self.count(by_hand, place.to_string(), now_ms - A_DAY).await?;
            if count >= i64::from(spec.most_per_day) {
                let message = format!(
                    "{count} cooks were asked for in 24 hours; `mostPerDay` is {}",
                    spec.most_per_day
                );
                return limited(message, oldest.unwrap_or(now_ms) + A_DAY);
            }
        }
        let account = Place::Account(place.account().clone());
        let resource = self.resource(&account).await?.ok_or_else(|| ControlError::no_place(&account))?;
        let most = resource.spec.account().and_then(|spec| spec.cooks_per_day);
        let (count, _, oldest) =
            self.count("account = $1 AND created_ms > $2", account.to_string(), now_ms - A_DAY).await?;
        match most {
            Some(most) if count >= i64::from(most) => {
                let message =
                    format!("account `{account}` had {count} cooks in 24 hours; its `cooksPerDay` is {most}");
                limited(message, oldest.unwrap_or(now_ms) + A_DAY)
            }
            _ => Ok(()),
        }
    }

    /// How many cooks, and when the newest and the oldest of them were asked for.
    async fn count(
        &mut self,
        filter: Sql,
        text: String,
        after_ms: i64,
    ) -> Result<(i64, Option<i64>, Option<i64>), ControlError> {
        let sql = format!("SELECT COUNT(*), MAX(created_ms), MIN(created_ms) FROM cook WHERE {filter}");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(text).bind(after_ms)).await?;
        let row = row.ok_or_else(|| ControlError::corrupt("a count without a row"))?;
        Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    }

    pub(super) async fn insert_cook(&mut self, cook: &Cook) -> Result<(), ControlError> {
        let insert: Sql = "INSERT INTO cook \
            (id, account, place, cause, slot, state, term, attempt, cancel, due_ms, created_ms) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10)";
        let insert = sqlx::query(insert).bind(cook.id.clone()).bind(cook.place.account().to_string());
        let insert = insert.bind(cook.place.to_string()).bind(cook.cause.word()).bind(cook.slot);
        let insert = insert.bind(cook.state.word()).bind(cook.term).bind(cook.attempt);
        self.execute(insert.bind(cook.due_ms).bind(cook.created_ms)).await.map(drop)
    }
}

impl Cook {
    /// A new one that waits, due at once.
    pub(super) fn queued(place: &Place, cause: Cause, now_ms: i64) -> Result<Self, ControlError> {
        Ok(Self {
            id: new_id(now_ms)?,
            place: place.clone(),
            cause,
            slot: None,
            state: CookState::Queued,
            term: 0,
            holder: None,
            lease_ms: None,
            attempt: 0,
            cancel: false,
            due_ms: now_ms,
            created_ms: now_ms,
            started_ms: None,
            ended_ms: None,
            progress: None,
            report: None,
            error: None,
        })
    }
}
