//! Rows are taken: first they lie in the store, then the database lets them count, and only then are they acknowledged.
//!
//! In this order a crash loses nothing that was acknowledged: before the database spoke, the sender hears nothing and
//! sends again; after it spoke, the rows count and are known when they come again. A file that the database never spoke
//! of is swept away later.

use std::collections::HashSet;

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::LiveError;
use crate::artifacts::{ArtifactPath, Artifacts};
use crate::contract::LiveRow;
use crate::control::{Actor, Control, ControlError, Segment, Taking};
use crate::resource::Place;

/// Most rows of one call.
pub const MOST_ROWS: usize = 5_000;
/// How often rows are tried when others send the same ones at the same moment.
const ATTEMPTS: usize = 4;

/// Where rows go.
#[derive(Debug, Clone, Copy)]
pub struct Source<'s> {
    /// The database.
    pub control: &'s Control,
    /// The store.
    pub artifacts: &'s Artifacts,
    /// The clock, in milliseconds since 1970.
    pub clock: fn() -> i64,
}

/// What became of rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// They count now.
    pub accepted: usize,
    /// They counted already.
    pub repeated: usize,
}

/// Takes rows for a modeling; when this returns, they are safe.
pub async fn add(
    source: Source<'_>,
    place: &Place,
    rows: &[LiveRow],
    actor: &Actor,
) -> Result<Counts, LiveError> {
    if rows.len() > MOST_ROWS {
        return Err(LiveError::TooMany { found: rows.len(), most: MOST_ROWS });
    }
    let events: Vec<String> = rows.iter().map(|row| fingerprint(&row.id)).collect();
    for _ in 0..ATTEMPTS {
        let mut known = source.control.taken(place, &events).await?;
        let (mut fresh, mut text) = (Vec::new(), String::new());
        for (row, event) in rows.iter().zip(&events) {
            if known.insert(event.clone()) {
                fresh.push(event.clone());
                text += &row.line;
                text.push('\n');
            }
        }
        let counts = Counts { accepted: fresh.len(), repeated: rows.len() - fresh.len() };
        if fresh.is_empty() {
            return Ok(counts);
        }
        let now_ms = (source.clock)();
        let segment = Segment {
            id: source.control.new_segment_id(now_ms)?,
            place: place.clone(),
            seq: 0,
            rows: count(fresh.len()),
            bytes: count(text.len()),
            created_ms: now_ms,
        };
        source.artifacts.write(path(&segment), Bytes::from(text)).await?;
        match source.control.take_segment(&segment, &fresh, source.clock, actor).await {
            Ok(Taking::Taken(_)) => return Ok(counts),
            Ok(Taking::Overtaken) => source.artifacts.delete(path(&segment)).await?,
            // Nobody can know whether it counts: it stays, and is swept away if it does not.
            Err(cause @ ControlError::Unavailable { maybe_done: true, .. }) => return Err(cause.into()),
            Err(cause) => {
                // One that cannot be deleted now is swept away later.
                let _ = source.artifacts.delete(path(&segment)).await;
                return Err(cause.into());
            }
        }
    }
    Err(LiveError::Contended)
}

/// The file of a segment.
pub(super) fn path(segment: &Segment) -> ArtifactPath {
    ArtifactPath::rows(segment.place.account().as_str(), segment.place.name().as_str(), &segment.id)
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).expect("a body has far fewer bytes than there are numbers")
}

/// What an event is known by: long enough that no two of a shop are ever taken for each other, and tells nobody the id.
fn fingerprint(id: &str) -> String {
    let hash = Sha256::digest(id.as_bytes());
    hash[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Ids of files, for those who only compare.
pub(super) fn ids(segments: &[Segment]) -> HashSet<&str> {
    segments.iter().map(|segment| segment.id.as_str()).collect()
}
