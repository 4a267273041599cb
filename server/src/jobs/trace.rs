//! What the span of a cook says, and those of its stages, as its process tells of them.
//!
//! Invariant: names and numbers of our own only. A stage is a word; what else a process writes makes no span, so that one
//! that data got hold of says nothing here.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::Workshop;
use crate::control::Claim;
use crate::progress::Told;
use crate::traces::{Kind, Trace};

/// More stages than a cook has.
const MOST_STAGES: usize = 40;
/// The same stage, again and again: a cook that tries settings learns many models.
const MOST_RUNS: usize = 200;
const LONGEST_NAME: usize = 20;

/// The span of a cook that was claimed now.
pub(super) fn cook(workshop: &Workshop, claim: &Claim) -> Trace {
    let trace = workshop.signals.traces.begin("cookshelf.cook", Kind::Own, SystemTime::now(), None);
    trace.set("cookshelf.cook.id", claim.cook.clone());
    trace.set("cookshelf.modeling", claim.place.to_string());
    trace.set("cookshelf.cook.cause", claim.cause.word());
    trace.set("cookshelf.cook.attempt", claim.attempt);
    trace
}

/// How it ended. A model that was held back, a cook that somebody stopped, and one that goes on elsewhere are no errors
/// of the server.
pub(super) fn outcome(trace: &Trace, outcome: &'static str) {
    trace.set("cookshelf.cook.outcome", outcome);
    if outcome == "failed" {
        trace.fail(outcome);
    }
}

/// Does a part of the cook's work in this process under a span of its own.
pub(super) async fn part<F: Future>(name: &'static str, work: F) -> F::Output {
    let trace = crate::traces::child(name, Kind::Own);
    let done = trace.within(work).await;
    trace.end();
    done
}

/// Stages that were heard of. Several may be under way, and each ended when it was last heard of.
#[derive(Debug)]
pub(super) struct Stages {
    cook: Trace,
    open: BTreeMap<String, Open>,
    runs: usize,
}

#[derive(Debug)]
struct Open {
    trace: Trace,
    heard: SystemTime,
    /// Since it began, in milliseconds.
    ms: u64,
}

impl Stages {
    /// None was heard of yet.
    pub(super) fn new(cook: &Trace) -> Self {
        Self { cook: cook.clone(), open: BTreeMap::new(), runs: 0 }
    }

    /// A line of the process.
    pub(super) fn hear(&mut self, told: &Told, heard: SystemTime) {
        if let Some(open) = self.open.get_mut(&told.stage)
            && open.ms <= told.ms
        {
            (open.heard, open.ms) = (heard, told.ms);
            return;
        }
        // It begins, or begins again.
        if let Some(before) = self.open.remove(&told.stage) {
            before.trace.end_at(before.heard);
        }
        let fits = is_word(&told.stage) && self.open.len() < MOST_STAGES && self.runs < MOST_RUNS;
        if !fits {
            return;
        }
        self.runs += 1;
        let began = heard.checked_sub(Duration::from_millis(told.ms)).unwrap_or(heard);
        let trace = self.cook.child(told.stage.clone(), Kind::Own, began);
        self.open.insert(told.stage.clone(), Open { trace, heard, ms: told.ms });
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        for open in self.open.values() {
            open.trace.end_at(open.heard);
        }
    }
}

fn is_word(name: &str) -> bool {
    (1..=LONGEST_NAME).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ')
}
