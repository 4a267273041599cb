//! The end of rows that arrived live: too old, or of a modeling that is gone.
//!
//! A file goes as a whole, and its events are forgotten after it, a few at a time, so that no change takes long. Invariant:
//! an event is forgotten only when no file that counts can hold its row.

use std::collections::HashSet;

use serde_json::json;
use sqlx::Row;

use super::actor::Actor;
use super::error::ControlError;
use super::live::Segment;
use super::transaction::again;
use super::{Control, Sql};
use crate::resource::{Place, Spec};

/// Events that one turn forgets.
const AT_ONCE: i64 = 5_000;
const A_DAY: i64 = 86_400_000;

/// A feed, and the moment before which its rows are too old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingFeed {
    id: String,
    place: Place,
    before_ms: i64,
    /// Whether its modeling is gone, and with it everything.
    over: bool,
}

impl Control {
    /// Every feed there is.
    pub async fn feeds(&self, now_ms: i64) -> Result<Vec<AgingFeed>, ControlError> {
        let sql: Sql = "SELECT live_feed.id, live_feed.place, resource.spec, resource.created_ms FROM live_feed \
            LEFT JOIN resource ON resource.place = live_feed.place AND resource.kind = 'modeling' ORDER BY live_feed.id";
        let mut feeds = Vec::new();
        for row in self.all(sqlx::query(sql)).await? {
            let (id, place): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let wrong = || ControlError::corrupt(format!("feed `{id}` cannot be read"));
            let place: Place = place.parse().map_err(|_| wrong())?;
            let spec: Option<String> = row.try_get(2)?;
            let created_ms: Option<i64> = row.try_get(3)?;
            let lives = created_ms.is_some_and(|created_ms| id == format!("{place}@{created_ms}"));
            let days = match spec.filter(|_| lives) {
                None => None,
                Some(spec) => {
                    let spec = serde_json::from_str(&spec).map_err(|_| wrong())?;
                    let spec = Spec::stored(place.kind(), spec).map_err(|_| wrong())?;
                    spec.modeling().map(|spec| i64::from(spec.live().keep_days))
                }
            };
            // Nothing of a modeling that is gone is young enough.
            let before_ms = days.map_or(i64::MAX, |days| now_ms - days * A_DAY);
            feeds.push(AgingFeed { id, place, before_ms, over: days.is_none() });
        }
        Ok(feeds)
    }

    /// Lets the files of a feed go that are too old; how many.
    pub async fn end_old_segments(&self, feed: &AgingFeed, actor: &Actor) -> Result<usize, ControlError> {
        self.hurry_old_segments(feed).await?;
        if self.old_segments(feed).await?.is_empty() {
            return Ok(0);
        }
        again(|| async {
            let old = self.old_segments(feed).await?;
            let mut turn = self.turn().await?;
            if turn.let_go(&feed.id, &old, None).await? < old.len() as u64 {
                // They were put together with others at this very moment.
                return Ok(0);
            }
            let rows: i64 = old.iter().map(|segment| segment.rows).sum();
            let less: Sql = "UPDATE live_feed SET row_count = row_count - $2 WHERE id = $1";
            turn.execute(sqlx::query(less).bind(feed.id.clone()).bind(rows)).await?;
            turn.done(actor, "rows.end", Some(&feed.place), json!({ "segments": old.len(), "rows": rows }))
                .await?;
            turn.commit(old.len()).await
        })
        .await
    }

    /// What is too old stays for nobody, also where its rows stand in another file.
    async fn hurry_old_segments(&self, feed: &AgingFeed) -> Result<(), ControlError> {
        let find: Sql = "SELECT id FROM live_segment WHERE feed = $1 AND state = 'gone' AND created_ms < $2 \
            AND stays_until_ms IS NOT NULL LIMIT 1";
        if self.one(sqlx::query(find).bind(feed.id.clone()).bind(feed.before_ms)).await?.is_none() {
            return Ok(());
        }
        again(|| async {
            let mut turn = self.turn().await?;
            let hurry: Sql = "UPDATE live_segment SET stays_until_ms = NULL \
                WHERE feed = $1 AND state = 'gone' AND created_ms < $2";
            turn.execute(sqlx::query(hurry).bind(feed.id.clone()).bind(feed.before_ms)).await?;
            turn.commit(()).await
        })
        .await
    }

    async fn old_segments(&self, feed: &AgingFeed) -> Result<Vec<Segment>, ControlError> {
        let sql: Sql = "SELECT id, place, seq, row_count, byte_count, created_ms FROM live_segment \
            WHERE feed = $1 AND state = 'kept' AND created_ms < $2 ORDER BY seq LIMIT 1000";
        let rows = self.all(sqlx::query(sql).bind(feed.id.clone()).bind(feed.before_ms)).await?;
        rows.iter().map(Segment::of_row).collect()
    }

    /// Forgets some events whose rows are gone for a day, and at last a feed that is over. True when there may be more.
    pub async fn forget_events(&self, feed: &AgingFeed) -> Result<bool, ControlError> {
        // Files that were put together go when the youngest of their rows may: a day after the oldest at most.
        let before_ms = if feed.over { feed.before_ms } else { feed.before_ms - A_DAY };
        let find: Sql = "SELECT event FROM live_event WHERE feed = $1 AND seen_ms < $2 LIMIT 1";
        let some = self.one(sqlx::query(find).bind(feed.id.clone()).bind(before_ms)).await?.is_some();
        if !some && !feed.over {
            return Ok(false);
        }
        again(|| async {
            let mut turn = self.turn().await?;
            let forget: Sql = "DELETE FROM live_event WHERE feed = $1 AND event IN \
                (SELECT event FROM live_event WHERE feed = $1 AND seen_ms < $2 ORDER BY seen_ms LIMIT $3)";
            let forget = sqlx::query(forget).bind(feed.id.clone()).bind(before_ms).bind(AT_ONCE);
            let forgotten = turn.execute(forget).await?;
            if feed.over && forgotten == 0 {
                let end: Sql = "DELETE FROM live_feed WHERE id = $1 \
                    AND NOT EXISTS (SELECT 1 FROM live_segment WHERE feed = $1)";
                turn.execute(sqlx::query(end).bind(feed.id.clone())).await?;
            }
            turn.commit(forgotten > 0).await
        })
        .await
    }

    /// Places that have several files, for whoever puts them together.
    pub async fn places_with_segments(&self, at_least: i64) -> Result<HashSet<Place>, ControlError> {
        let sql: Sql = "SELECT place FROM live_segment WHERE state = 'kept' GROUP BY feed, place \
            HAVING COUNT(*) >= $1";
        let mut places = HashSet::new();
        for row in self.all(sqlx::query(sql).bind(at_least)).await? {
            let place: String = row.try_get(0)?;
            let wrong = |_| ControlError::corrupt(format!("there are rows of `{place}`, which is no place"));
            places.insert(place.parse().map_err(wrong)?);
        }
        Ok(places)
    }
}
