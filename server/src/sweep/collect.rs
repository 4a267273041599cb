//! One round: marks what is not needed, and deletes what was marked long enough.
//!
//! Invariants: a file is deleted only between the moment in which the database condemned its name and a few minutes
//! later; its name is forgotten only when all its files are gone.

use std::time::Instant;

use serde::Serialize;

use super::survey::survey;
use super::{Store, SweepError};
use crate::artifacts::Lot;
use crate::control::{Actor, DELETED_WITHIN_MS};
use crate::resource::Name;

/// So many are condemned before their files are deleted: few enough to be done in time.
const AT_ONCE: usize = 200;

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Collected {
    /// Names that were marked.
    pub marked: usize,
    /// Names whose files were deleted.
    pub deleted: usize,
    /// Logs that were deleted.
    pub logs: usize,
}

/// One round in one account.
pub async fn collect(
    store: Store<'_>,
    account: &Name,
    log_days: u32,
    holder: &str,
) -> Result<Collected, SweepError> {
    let moves = survey(store, account, log_days).await?.moves;
    let mut done = Collected { marked: moves.to_mark.len(), ..Collected::default() };
    store.control.mark(account, &moves.to_mark, (store.clock)()).await?;
    // What is being deleted cannot be kept; nobody was allowed to need it.
    store.control.need(account, &moves.to_keep).await?;
    store.control.need(account, &moves.vanished).await?;
    for path in moves.old_logs {
        store.artifacts.delete(path).await?;
        done.logs += 1;
    }
    for some in moves.ripe.chunks(AT_ONCE) {
        let actor = Actor::new("keeper", holder, (store.clock)());
        let began = (Instant::now(), actor.now_ms);
        let condemned = store.control.condemn(account, some, &actor).await?;
        let gone = delete(store, account, &condemned, began).await?;
        store.control.forget_unneeded(account, &gone, &actor).await?;
        done.deleted += gone.len();
    }
    Ok(done)
}

/// Deletes files of what was condemned, as long as that may be done; gives the names that are gone.
async fn delete(
    store: Store<'_>,
    account: &Name,
    condemned: &[String],
    (began, began_ms): (Instant, i64),
) -> Result<Vec<String>, SweepError> {
    let mut gone = Vec::new();
    for name in condemned {
        // What is no lot has no files.
        let paths = name.parse::<Lot>().map_or_else(|()| Vec::new(), |lot| lot.paths(account.as_str()));
        for path in paths {
            // Two clocks: one that a person may set back, and one that stands still while the machine sleeps.
            let late = began.elapsed().as_millis() >= DELETED_WITHIN_MS.unsigned_abs().into();
            if late || (store.clock)() - began_ms >= DELETED_WITHIN_MS {
                return Ok(gone);
            }
            store.artifacts.delete(path).await?;
        }
        gone.push(name.clone());
    }
    Ok(gone)
}
