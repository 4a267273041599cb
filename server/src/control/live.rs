//! Rows that arrived live: which files of them count, and which events were taken.
//!
//! The files themselves lie in the store; here stands which of them there are. Invariants: a file counts from the moment
//! in which all its events are marked as taken, in one transaction, so that no event counts twice and none is taken
//! without its row; a file that does not count any more is named here until it is deleted.

use std::collections::HashSet;

use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::actor::Actor;
use super::error::ControlError;
use super::ids::new_id;
use super::transaction::{Statement, Turn, again};
use super::{Control, Sql};
use crate::resource::{Place, Spec};

/// Events that one statement names: far below what either database takes.
const AT_ONCE: usize = 400;

/// A file that was written so long ago is no longer taken: by then it may have been swept away.
pub const TAKEN_WITHIN_MS: i64 = 10 * 60_000;

/// A file whose rows stand in another one stays so long: a backup that was begun before names it.
const STAYS_MS: i64 = 8 * 86_400_000;

const COLUMNS: &str = "id, place, seq, row_count, byte_count, created_ms";

/// A file of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its id, which names its file.
    pub id: String,
    /// Its modeling.
    pub place: Place,
    /// Grows with each file of the modeling; one that was put together has the number of its last part.
    pub seq: i64,
    /// Rows in it.
    pub rows: i64,
    /// Its size.
    pub bytes: i64,
    /// When it was written, or the last part of it.
    pub created_ms: i64,
}

/// What happened to a file that was to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taking {
    /// It counts, with this number.
    Taken(i64),
    /// Somebody else took an event of it in the meantime; nothing happened.
    Overtaken,
}

/// One life of a modeling, and how much may wait in it.
struct Feed {
    id: String,
    most_rows: i64,
}

impl Feed {
    fn of_row(row: &AnyRow, place: &Place) -> Result<Self, ControlError> {
        let (spec, created_ms): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let wrong =
            |error: &dyn std::fmt::Display| ControlError::corrupt(format!("resource `{place}`: {error}"));
        let spec = serde_json::from_str(&spec).map_err(|error| wrong(&error))?;
        let spec = Spec::stored(place.kind(), spec).map_err(|error| wrong(&error))?;
        let most_rows = spec.modeling().map_or(0, |spec| spec.live().most_rows);
        Ok(Self { id: format!("{place}@{created_ms}"), most_rows: i64::from(most_rows) })
    }
}

fn find_feed(place: &Place) -> Statement {
    let sql: Sql = "SELECT spec, created_ms FROM resource WHERE place = $1 AND kind = 'modeling'";
    sqlx::query(sql).bind(place.to_string())
}

fn find_events(feed: &str, events: &[String]) -> Statement {
    let places: Vec<String> = (2..events.len() + 2).map(|at| format!("${at}")).collect();
    let sql = format!("SELECT event FROM live_event WHERE feed = $1 AND event IN ({})", places.join(", "));
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(feed.to_owned());
    events.iter().fold(query, |query, event| query.bind(event.clone()))
}

impl Control {
    /// An id for a file that is to be written now.
    pub fn new_segment_id(&self, now_ms: i64) -> Result<String, ControlError> {
        new_id(now_ms)
    }

    /// Which of these events were taken before.
    pub async fn taken(&self, place: &Place, events: &[String]) -> Result<HashSet<String>, ControlError> {
        let row = self.one(find_feed(place)).await?.ok_or_else(|| ControlError::no_place(place))?;
        let feed = Feed::of_row(&row, place)?;
        let mut taken = HashSet::new();
        for some in events.chunks(AT_ONCE) {
            for row in self.all(find_events(&feed.id, some)).await? {
                taken.insert(row.try_get(0)?);
            }
        }
        Ok(taken)
    }

    /// Lets a file count that lies in the store, with the events in it; each event is one row, and none comes twice.
    /// `clock` is looked at when everybody else has to wait.
    pub async fn take_segment(
        &self,
        segment: &Segment,
        events: &[String],
        clock: fn() -> i64,
        actor: &Actor,
    ) -> Result<Taking, ControlError> {
        again(|| self.take_segment_once(segment, events, clock, actor)).await
    }

    async fn take_segment_once(
        &self,
        segment: &Segment,
        events: &[String],
        clock: fn() -> i64,
        actor: &Actor,
    ) -> Result<Taking, ControlError> {
        let place = &segment.place;
        let mut turn = self.turn().await?;
        if clock() - segment.created_ms > TAKEN_WITHIN_MS {
            return Err(ControlError::unavailable("the rows waited too long to be taken"));
        }
        let row = turn.one(find_feed(place)).await?.ok_or_else(|| ControlError::no_place(place))?;
        let feed = Feed::of_row(&row, place)?;
        let Some(seq) = turn.count_rows(&feed, segment).await? else {
            let message = format!(
                "`{place}` holds {} rows that arrived live, and no more may wait; raise `live.mostRows`, or keep \
                 them for fewer days",
                feed.most_rows
            );
            return Err(ControlError::Limited { message, retry_seconds: 3600 });
        };
        for some in events.chunks(AT_ONCE) {
            if turn.mark_events(&feed.id, some, segment.created_ms).await? < some.len() as u64 {
                return Ok(Taking::Overtaken);
            }
        }
        turn.insert_segment(&feed.id, &Segment { seq, ..segment.clone() }).await?;
        let detail = json!({ "segment": segment.id, "rows": segment.rows, "bytes": segment.bytes });
        turn.done(actor, "rows.add", Some(place), detail).await?;
        turn.commit(Taking::Taken(seq)).await
    }

    /// The files of a modeling that count, in the order in which they were taken.
    pub async fn segments(&self, place: &Place) -> Result<Vec<Segment>, ControlError> {
        let Some(row) = self.one(find_feed(place)).await? else { return Ok(Vec::new()) };
        let feed = Feed::of_row(&row, place)?;
        let sql =
            format!("SELECT {COLUMNS} FROM live_segment WHERE feed = $1 AND state = 'kept' ORDER BY seq");
        let rows = self.all(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(feed.id)).await?;
        rows.iter().map(Segment::of_row).collect()
    }

    /// Lets one file count in the place of others that hold the same rows. False when one of those is gone already.
    pub async fn join_segments(
        &self,
        parts: &[Segment],
        whole: &Segment,
        clock: fn() -> i64,
        written_ms: i64,
    ) -> Result<bool, ControlError> {
        again(|| async {
            let mut turn = self.turn().await?;
            if clock() - written_ms > TAKEN_WITHIN_MS {
                return Ok(false);
            }
            let row = turn.one(find_feed(&whole.place)).await?;
            let Some(feed) = row.map(|row| Feed::of_row(&row, &whole.place)).transpose()? else {
                return Ok(false);
            };
            if turn.let_go(&feed.id, parts, Some(clock() + STAYS_MS)).await? < parts.len() as u64 {
                return Ok(false);
            }
            turn.insert_segment(&feed.id, whole).await?;
            turn.commit(true).await
        })
        .await
    }

    /// Files that no longer count, may lie in the store still, and are to be deleted now.
    pub async fn gone_segments(&self, now_ms: i64, limit: u32) -> Result<Vec<Segment>, ControlError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM live_segment WHERE state = 'gone' \
             AND (stays_until_ms IS NULL OR stays_until_ms <= $1) ORDER BY id LIMIT $2"
        );
        let gone = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(now_ms).bind(i64::from(limit));
        let rows = self.all(gone).await?;
        rows.iter().map(Segment::of_row).collect()
    }

    /// Forgets files that are deleted.
    pub async fn forget_segments(&self, deleted: &[Segment]) -> Result<(), ControlError> {
        again(|| async {
            let mut turn = self.turn().await?;
            for segment in deleted {
                let forget: Sql = "DELETE FROM live_segment WHERE id = $1 AND state = 'gone'";
                turn.execute(sqlx::query(forget).bind(segment.id.clone())).await?;
            }
            turn.commit(()).await
        })
        .await
    }

    /// Of these ids, those that name a file that counts or is still to be deleted. Asked in a turn: whoever takes a file
    /// at this moment has done so, or begins after it.
    pub async fn named_segments(&self, ids: &[String]) -> Result<HashSet<String>, ControlError> {
        again(|| async {
            let mut turn = self.turn().await?;
            let mut named = HashSet::new();
            for id in ids {
                let find: Sql = "SELECT id FROM live_segment WHERE id = $1";
                named.extend(turn.one(sqlx::query(find).bind(id.clone())).await?.map(|_| id.clone()));
            }
            turn.commit(named).await
        })
        .await
    }
}

impl Turn {
    /// The number of the next file, unless that would be too many rows.
    async fn count_rows(&mut self, feed: &Feed, segment: &Segment) -> Result<Option<i64>, ControlError> {
        let begin: Sql = "INSERT INTO live_feed (id, place, last_seq, row_count) VALUES ($1, $2, 0, 0) \
            ON CONFLICT (id) DO NOTHING";
        self.execute(sqlx::query(begin).bind(feed.id.clone()).bind(segment.place.to_string())).await?;
        let count: Sql = "UPDATE live_feed SET last_seq = last_seq + 1, row_count = row_count + $2 \
            WHERE id = $1 AND row_count + $2 <= $3 RETURNING last_seq";
        let count = sqlx::query(count).bind(feed.id.clone()).bind(segment.rows).bind(feed.most_rows);
        Ok(self.one(count).await?.map(|row| row.try_get(0)).transpose()?)
    }

    /// Marks events as taken; how many of them were not before.
    async fn mark_events(&mut self, feed: &str, events: &[String], now_ms: i64) -> Result<u64, ControlError> {
        let rows: Vec<String> = (3..events.len() + 3).map(|at| format!("($1, ${at}, $2)")).collect();
        let sql = format!(
            "INSERT INTO live_event (feed, event, seen_ms) VALUES {} ON CONFLICT (feed, event) DO NOTHING",
            rows.join(", ")
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(feed.to_owned()).bind(now_ms);
        self.execute(events.iter().fold(query, |query, event| query.bind(event.clone()))).await
    }

    /// Lets files count no longer; they stay in the store until a moment, where one is given.
    pub(super) async fn let_go(
        &mut self,
        feed: &str,
        segments: &[Segment],
        stays_until_ms: Option<i64>,
    ) -> Result<u64, ControlError> {
        let mut gone = 0;
        for segment in segments {
            let sql: Sql = "UPDATE live_segment SET state = 'gone', stays_until_ms = $3 \
                WHERE id = $1 AND feed = $2 AND state = 'kept'";
            let sql = sqlx::query(sql).bind(segment.id.clone()).bind(feed.to_owned());
            gone += self.execute(sql.bind(stays_until_ms)).await?;
        }
        Ok(gone)
    }

    async fn insert_segment(&mut self, feed: &str, segment: &Segment) -> Result<(), ControlError> {
        let insert: Sql = "INSERT INTO live_segment \
            (id, feed, place, seq, row_count, byte_count, created_ms, state) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, 'kept')";
        let insert = sqlx::query(insert).bind(segment.id.clone()).bind(feed.to_owned());
        let insert = insert.bind(segment.place.to_string()).bind(segment.seq).bind(segment.rows);
        self.execute(insert.bind(segment.bytes).bind(segment.created_ms)).await.map(drop)
    }
}

impl Segment {
    pub(super) fn of_row(row: &AnyRow) -> Result<Self, ControlError> {
        let (id, place): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        Ok(Self {
            place: place
                .parse()
                .map_err(|_| ControlError::corrupt(format!("file of rows `{id}` has no sound place")))?,
            seq: row.try_get(2)?,
            rows: row.try_get(3)?,
            bytes: row.try_get(4)?,
            created_ms: row.try_get(5)?,
            id,
        })
    }
}
