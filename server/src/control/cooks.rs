//! Cooks as they are kept, and how they are read.
//!
//! A cook waits, runs, and ends in one of four ways; what moves it is in `queue` and `work`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;
use utoipa::ToSchema;

use super::error::ControlError;
use super::ids::is_id;
use super::transaction::Turn;
use super::{Control, Sql};
use crate::resource::{ModelingSpec, Place, Schedule, Spec};

const COLUMNS: &str = "id, place, cause, slot, state, term, holder, lease_ms, attempt, cancel, due_ms, created_ms, \
                       started_ms, ended_ms, progress, error";

/// One run of a modeling.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cook {
    /// Its id; ids sort by when they were made.
    pub id: String,
    /// The modeling.
    pub place: Place,
    /// Why it is.
    pub cause: Cause,
    /// The due time of the schedule that it is for, in Unix seconds.
    pub slot: Option<i64>,
    /// How far it is.
    pub state: CookState,
    /// Grows with every claim; only the newest claim may write.
    pub term: i64,
    /// Who works on it, or did last.
    pub holder: Option<String>,
    /// Until when the holder has it without another word.
    pub lease_ms: Option<i64>,
    /// How often it was started, with the cooks that it is a retry of.
    pub attempt: i64,
    /// Somebody asked to stop it.
    pub cancel: bool,
    /// Not to be started before.
    pub due_ms: i64,
    /// When it was asked for.
    pub created_ms: i64,
    /// When it was first started.
    pub started_ms: Option<i64>,
    /// When it ended.
    pub ended_ms: Option<i64>,
    /// The worker's last word on how far it is.
    #[schema(value_type = Option<Object>)]
    pub progress: Option<Value>,
    /// The report; only where one cook is asked for.
    #[schema(value_type = Option<Object>)]
    pub report: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
}

/// Why a cook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cause {
    /// Its time had come.
    Schedule,
    /// Somebody asked for it.
    Manual,
    /// The one before failed in a way that may pass.
    Retry,
}

/// How far a cook is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum CookState {
    /// It waits for a worker.
    Queued,
    /// A worker has it.
    Running,
    /// It gave a model.
    Published,
    /// It gave a model that the gate held back.
    Refused,
    /// It gave nothing.
    Failed,
    /// Somebody stopped it.
    Cancelled,
}

/// A modeling that is cooked on a schedule, with all that decides when.
#[derive(Debug, Clone, PartialEq)]
pub struct Scheduled {
    /// The modeling.
    pub place: Place,
    /// Its schedule.
    pub schedule: Schedule,
    /// When the modeling was made: the first due time follows.
    pub created_ms: i64,
    /// The latest due time that has a cook, in Unix seconds.
    pub last_slot: Option<i64>,
    /// A cook waits or runs.
    pub under_way: bool,
}

impl Cause {
    /// As it stands in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Manual => "manual",
            Self::Retry => "retry",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Schedule, Self::Manual, Self::Retry].into_iter().find(|cause| cause.word() == word)
    }
}

impl CookState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Published, Self::Refused, Self::Failed, Self::Cancelled];

    /// As it stands in the database.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Published => "published",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Nothing moves it any more.
    pub fn is_over(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

impl Control {
    /// A cook with its report, if there is one with this id.
    pub async fn cook(&self, id: &str) -> Result<Option<Cook>, ControlError> {
        if !is_id(id) {
            return Ok(None);
        }
        let sql = format!("SELECT {COLUMNS}, report FROM cook WHERE id = $1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_owned())).await?;
        row.as_ref().map(|row| Cook::of_row(row, true)).transpose()
    }

    /// Cooks of a modeling, or of an account, newest first: at most `limit` before the id `before`. Without reports.
    pub async fn cooks(
        &self,
        of: &Place,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Cook>, ControlError> {
        let (column, text) = match of {
            Place::Account(account) => ("account", account.to_string()),
            place => ("place", place.to_string()),
        };
        // `g` comes after every id.
        let before = before.unwrap_or("g").to_owned();
        let sql =
            format!("SELECT {COLUMNS} FROM cook WHERE {column} = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(text).bind(before);
        self.all(query.bind(i64::from(limit))).await?.iter().map(|row| Cook::of_row(row, false)).collect()
    }

    /// How many cooks wait, and how many run.
    pub async fn cooks_under_way(&self) -> Result<Vec<(CookState, i64)>, ControlError> {
        let sql: Sql = "SELECT state, COUNT(*) FROM cook WHERE state IN ('queued', 'running') GROUP BY state";
        let rows = self.all(sqlx::query(sql)).await?;
        let counted = rows.iter().map(|row| {
            let (word, count): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            let state = if word == CookState::Queued.word() { CookState::Queued } else { CookState::Running };
            Ok((state, count))
        });
        counted.collect()
    }

    /// Every modeling with a schedule, so that what is due can be decided without the database.
    pub async fn scheduled(&self) -> Result<Vec<Scheduled>, ControlError> {
        let sql: Sql = "SELECT place, spec, created_ms, \
            (SELECT MAX(slot) FROM cook WHERE cook.place = resource.place), \
            (SELECT COUNT(*) FROM cook WHERE cook.place = resource.place AND state IN ('queued', 'running')) \
            FROM resource WHERE kind = 'modeling' ORDER BY place";
        let mut scheduled = Vec::new();
        for row in self.all(sqlx::query(sql)).await? {
            let (place, spec) = modeling(&row.try_get::<String, _>(0)?, &row.try_get::<String, _>(1)?)?;
            let Some(schedule) = spec.schedule else { continue };
            let under_way = row.try_get::<i64, _>(4)? > 0;
            let (created_ms, last_slot) = (row.try_get(2)?, row.try_get(3)?);
            scheduled.push(Scheduled { place, schedule, created_ms, last_slot, under_way });
        }
        Ok(scheduled)
    }
}

/// A row of a modeling as what it says.
fn modeling(place: &str, spec: &str) -> Result<(Place, ModelingSpec), ControlError> {
    let wrong = |error: &dyn std::fmt::Display| ControlError::corrupt(format!("modeling `{place}`: {error}"));
    let parsed: Place = place.parse().map_err(|error| wrong(&error))?;
    let spec = serde_json::from_str(spec).map_err(|error| wrong(&error))?;
    match Spec::stored(parsed.kind(), spec).map_err(|error| wrong(&error))? {
        Spec::Modeling(spec) => Ok((parsed, spec)),
        _ => Err(wrong(&"it is none")),
    }
}

impl Turn {
    pub(super) async fn cook(&mut self, id: &str) -> Result<Option<Cook>, ControlError> {
        let sql = format!("SELECT {COLUMNS}, report FROM cook WHERE id = $1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_owned())).await?;
        row.as_ref().map(|row| Cook::of_row(row, true)).transpose()
    }

    /// The first cook that `filter` finds, which speaks of `$1` and `$2`.
    pub(super) async fn cook_where(
        &mut self,
        filter: Sql,
        text: String,
        number: i64,
    ) -> Result<Option<Cook>, ControlError> {
        let sql = format!("SELECT {COLUMNS} FROM cook WHERE {filter} LIMIT 1");
        let row = self.one(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(text).bind(number)).await?;
        row.as_ref().map(|row| Cook::of_row(row, false)).transpose()
    }
}

impl Cook {
    fn of_row(row: &AnyRow, with_report: bool) -> Result<Self, ControlError> {
        let id: String = row.try_get(0)?;
        let wrong = |what: &str| ControlError::corrupt(format!("cook `{id}` has an unknown {what}"));
        let json = |text: Option<String>| {
            text.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| wrong("progress or report"))
        };
        let (place, cause, state): (String, String, String) =
            (row.try_get(1)?, row.try_get(2)?, row.try_get(4)?);
        Ok(Self {
            place: place.parse().map_err(|_| wrong("place"))?,
            cause: Cause::of(&cause).ok_or_else(|| wrong("cause"))?,
            slot: row.try_get(3)?,
            state: CookState::ALL
                .into_iter()
                .find(|known| known.word() == state)
                .ok_or_else(|| wrong("state"))?,
            term: row.try_get(5)?,
            holder: row.try_get(6)?,
            lease_ms: row.try_get(7)?,
            attempt: row.try_get(8)?,
            cancel: row.try_get::<i64, _>(9)? != 0,
            due_ms: row.try_get(10)?,
            created_ms: row.try_get(11)?,
            started_ms: row.try_get(12)?,
            ended_ms: row.try_get(13)?,
            progress: json(row.try_get(14)?)?,
            error: row.try_get(15)?,
            report: if with_report { json(row.try_get(16)?)? } else { None },
            id,
        })
    }
}
