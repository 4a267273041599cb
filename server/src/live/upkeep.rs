//! What keeps files of rows few and young: joined when they are small, let go when they are old, and deleted when no list
//! names them any more.
//!
//! Invariant: a file is deleted only after the database has said that it does not count, and never while somebody may
//! still let it count.

use std::collections::HashSet;

use bytes::BytesMut;

use super::LiveError;
use super::add::{Source, count, path};
use crate::artifacts::ArtifactPath;
use crate::control::{Actor, Segment, TAKEN_WITHIN_MS};
use crate::resource::Place;

/// So many small files in a row become one.
const FEW: usize = 8;
/// A file that is larger stays as it is.
const SMALL: i64 = 1 << 20;
/// A joined file is not made larger than this.
const LARGEST: i64 = 16 << 20;
/// Files of one day only are joined: a file goes as a whole.
const A_DAY: i64 = 86_400_000;
/// A file that nobody names may be on its way for a while, and for days the database may be put back that named it.
const UNNAMED_MS: i64 = TAKEN_WITHIN_MS + 8 * 86_400_000;
/// Files that are deleted before the database hears of it.
const AT_ONCE: u32 = 200;

/// Joins small files of a modeling; how many became fewer.
pub async fn join(source: Source<'_>, place: &Place) -> Result<usize, LiveError> {
    let segments = source.control.segments(place).await?;
    let mut joined = 0;
    for run in runs(&segments) {
        joined += join_run(source, place, run).await?;
    }
    Ok(joined)
}

/// Neighbours that are small, of one day, and together not too large.
fn runs(segments: &[Segment]) -> Vec<&[Segment]> {
    let day = |segment: &Segment| segment.created_ms / A_DAY;
    let small = |segment: &Segment| segment.bytes < SMALL;
    let (mut runs, mut rest) = (Vec::new(), segments);
    while let Some(first) = rest.first() {
        let mut bytes = 0;
        let run = rest.iter().take_while(|segment| {
            bytes += segment.bytes;
            small(segment) && day(segment) == day(first) && bytes <= LARGEST
        });
        // One that is large stands alone.
        let length = run.count().max(1);
        runs.push(&rest[..length]);
        rest = &rest[length..];
    }
    runs.retain(|run| run.len() >= FEW);
    runs
}

async fn join_run(source: Source<'_>, place: &Place, parts: &[Segment]) -> Result<usize, LiveError> {
    let mut text = BytesMut::new();
    for part in parts {
        match source.artifacts.read(path(part)).await? {
            Some(bytes) => text.extend_from_slice(&bytes),
            // Another server joined it just now; if not, the next cook tells.
            None => return Ok(0),
        }
    }
    let now_ms = (source.clock)();
    let last = parts.last().expect("a run has several parts");
    let whole = Segment {
        id: source.control.new_segment_id(now_ms)?,
        place: place.clone(),
        seq: last.seq,
        rows: parts.iter().map(|part| part.rows).sum(),
        bytes: count(text.len()),
        created_ms: parts.iter().map(|part| part.created_ms).max().unwrap_or(now_ms),
    };
    source.artifacts.write(path(&whole), text.freeze()).await?;
    if source.control.join_segments(parts, &whole, source.clock, now_ms).await? {
        return Ok(parts.len());
    }
    source.artifacts.delete(path(&whole)).await?;
    Ok(0)
}

/// Lets go what is too old or of modelings that are gone, deletes the files of it, and forgets events.
pub async fn tidy(source: Source<'_>, holder: &str) -> Result<(), LiveError> {
    let now_ms = (source.clock)();
    let actor = Actor::new("keeper", holder, now_ms);
    for feed in source.control.feeds(now_ms).await? {
        while source.control.end_old_segments(&feed, &actor).await? > 0 {}
        while source.control.forget_events(&feed).await? {}
    }
    loop {
        let gone = source.control.gone_segments(now_ms, AT_ONCE).await?;
        if gone.is_empty() {
            return Ok(());
        }
        for segment in &gone {
            source.artifacts.delete(path(segment)).await?;
        }
        source.control.forget_segments(&gone).await?;
    }
}

/// Deletes files that lie in the store and that nobody ever let count; how many. Those of accounts that this database never heard
/// of are another's, or it was lost.
pub async fn sweep(source: Source<'_>) -> Result<usize, LiveError> {
    let now_ms = (source.clock)();
    let accounts: HashSet<String> =
        source.control.accounts_ever().await?.iter().map(ToString::to_string).collect();
    let mut old = Vec::new();
    for found in source.artifacts.below(ArtifactPath::all_rows()).await? {
        let Some((_, id)) = found.segment().filter(|(account, _)| accounts.contains(*account)) else {
            continue;
        };
        let id = id.to_owned();
        // Its id begins with the moment in which it was written.
        let written_ms = id.get(..11).and_then(|digits| i64::from_str_radix(digits, 16).ok());
        if written_ms.is_some_and(|written_ms| written_ms < now_ms - UNNAMED_MS) {
            old.push((found, id));
        }
    }
    let mut swept = 0;
    for some in old.chunks(AT_ONCE as usize) {
        let ids: Vec<String> = some.iter().map(|(_, id)| id.clone()).collect();
        let named = source.control.named_segments(&ids).await?;
        for (file, _) in some.iter().filter(|(_, id)| !named.contains(id)) {
            source.artifacts.delete(file.clone()).await?;
            swept += 1;
        }
    }
    Ok(swept)
}
