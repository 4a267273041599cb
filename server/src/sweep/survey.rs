//! What lies in the store for an account, against what is needed. Changes nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::needed::{is_needed, needed};
use super::{Store, SweepError};
use crate::artifacts::{ArtifactPath, Lot};
use crate::control::Unneeded;
use crate::moment::compact;
use crate::resource::Name;

const A_DAY: i64 = 86_400_000;

/// Some files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Pile {
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Pile {
    fn add(&mut self, bytes: u64) {
        self.files += 1;
        self.bytes += bytes;
    }
}

/// What lies in the store for an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Survey {
    /// What kept models are made of.
    pub needed: Pile,
    /// What no kept model needs, and manifests that pages hold may still name.
    pub waiting: Pile,
    /// What would be deleted now.
    pub over: Pile,
    /// Logs of cooks.
    pub logs: Pile,
    /// Those of them that would be deleted now.
    pub old_logs: Pile,
    /// Files that are none of ours; nobody touches them.
    pub unknown: Pile,
    #[serde(skip)]
    pub(super) moves: Moves,
}

/// What there is to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Moves {
    /// Not needed and not marked.
    pub(super) to_mark: Vec<String>,
    /// Marked and needed.
    pub(super) to_keep: Vec<String>,
    /// Marked, and their time has come.
    pub(super) ripe: Vec<String>,
    /// Marked, and not there any more.
    pub(super) vanished: Vec<String>,
    /// Logs that are old.
    pub(super) old_logs: Vec<ArtifactPath>,
}

/// Looks through what lies there; logs older than `log_days` are old.
pub async fn survey(store: Store<'_>, account: &Name, log_days: u32) -> Result<Survey, SweepError> {
    // What is listed later than this was stored by somebody who said so, which took its mark off.
    let marks = store.control.unneeded(account).await?;
    let marks: BTreeMap<String, Unneeded> =
        marks.into_iter().map(|known| (known.name.clone(), known)).collect();
    let needed = needed(store, account).await?;
    let now_ms = (store.clock)();
    let oldest = compact((now_ms - i64::from(log_days) * A_DAY).div_euclid(1000));
    let mut found = Survey::default();
    let mut lots: BTreeMap<String, bool> = BTreeMap::new();
    for (path, bytes) in store.artifacts.sizes_below(ArtifactPath::account(account.as_str())).await? {
        match (Lot::of(&path), path.logged()) {
            (Some((_, lot)), _) => {
                let stays = is_needed(&needed, &lot);
                let name = lot.to_string();
                let ripe = marks.get(&name).is_some_and(|known| known.is_ripe(now_ms));
                match (stays, ripe) {
                    (true, _) => found.needed.add(bytes),
                    (false, true) => found.over.add(bytes),
                    (false, false) => found.waiting.add(bytes),
                }
                lots.insert(name, stays);
            }
            (None, Some(moment)) => {
                found.logs.add(bytes);
                if moment < oldest.as_str() {
                    found.old_logs.add(bytes);
                    found.moves.old_logs.push(path);
                }
            }
            // Nobody takes the audit away.
            (None, None) if path.activity().is_some() => found.needed.add(bytes),
            (None, None) => found.unknown.add(bytes),
        }
    }
    let moves = &mut found.moves;
    for (name, stays) in &lots {
        match (marks.get(name), stays) {
            (None, false) => moves.to_mark.push(name.clone()),
            (Some(_), true) => moves.to_keep.push(name.clone()),
            (Some(known), false) if known.is_ripe(now_ms) => moves.ripe.push(name.clone()),
            _ => {}
        }
    }
    for known in marks.values().filter(|known| !lots.contains_key(&known.name)) {
        match known.going_ms {
            None => moves.vanished.push(known.name.clone()),
            // Somebody deletes it, or was stopped in the middle of that.
            Some(_) if known.is_ripe(now_ms) => moves.ripe.push(known.name.clone()),
            Some(_) => {}
        }
    }
    Ok(found)
}
