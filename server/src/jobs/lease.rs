//! Renews the claim of a cook from its first step to the moment of publishing, and writes progress down.
//!
//! Invariant: whoever lost a claim, or was told to stop, hears of it whatever is under way.

use std::cell::{Cell, RefCell};

use serde_json::{Value, json};
use tokio::sync::watch::{Receiver, Sender, channel};

use super::{Workshop, pause};
use crate::control::{Claim, ControlError};
use crate::progress::Told;

/// A claim holds this long without another word, and a word is given this often.
pub(super) const LEASE_MS: i64 = 30_000;
const RENEW_EVERY_MS: u64 = 5_000;
/// How often progress is written down.
const TELL_EVERY_MS: u64 = 500;

/// How far an attempt is, for whoever renews its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stretch {
    /// Before or after the cook's process: what is under way can be let go at any point.
    Around,
    /// The process runs, and has to end first.
    Process,
    /// The database decides now who may publish.
    Publishing,
}

/// What an attempt and whoever watches over it tell each other.
pub(super) struct Attempt {
    pub(super) stretch: Cell<Stretch>,
    pub(super) told: RefCell<Option<Told>>,
    halt: Sender<Option<Halt>>,
}

impl Attempt {
    pub(super) fn begin() -> Self {
        let (halt, _) = channel(None);
        Self { stretch: Cell::new(Stretch::Around), told: RefCell::default(), halt }
    }

    /// Tells it to stop.
    pub(super) fn stop(&self, why: Halt) {
        self.halt.send_replace(Some(why));
    }

    /// Why it is to stop, if it is.
    pub(super) fn stopped(&self) -> Option<Halt> {
        *self.halt.borrow()
    }

    /// Resolves when it is told to stop.
    pub(super) async fn halted(&self) {
        // An error would say that nobody can tell any more, and this holds the other end.
        let _ = self.halt.subscribe().wait_for(Option::is_some).await;
    }
}

/// Why a cook stopped before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// Somebody asked for it.
    Cancelled,
    /// The claim is another's, or cannot be renewed.
    Lost,
    /// This program ends.
    Leaving,
}

/// Renews the claim and writes progress down, until there is a reason to stop.
pub(super) async fn watch(
    workshop: &Workshop,
    claim: &Claim,
    attempt: &Attempt,
    mut stop: Receiver<bool>,
) -> Halt {
    let mut renewed = workshop.now_ms();
    loop {
        pause(TELL_EVERY_MS, &mut stop).await;
        if *stop.borrow() {
            return Halt::Leaving;
        }
        let now_ms = workshop.now_ms();
        let line = attempt.told.borrow_mut().take();
        let said = match line {
            Some(line) => Some(workshop.control.progress(claim, &progress(&line)).await),
            None => None,
        };
        let due = now_ms - renewed >= i64::try_from(RENEW_EVERY_MS).unwrap_or(i64::MAX);
        let said = match (said, due) {
            (_, true) => Some(workshop.control.renew(claim, now_ms, LEASE_MS).await),
            (said, false) => said,
        };
        if attempt.stretch.get() == Stretch::Publishing {
            // Whether the claim still holds is found there; after it there is none.
            return std::future::pending().await;
        }
        match said {
            Some(Ok(true)) => return Halt::Cancelled,
            Some(Ok(false)) if due => renewed = now_ms,
            Some(Err(ControlError::Stale { .. } | ControlError::Missing { .. })) => return Halt::Lost,
            // The database is away. The lease still holds for a while; after that another may have the cook.
            _ if now_ms - renewed > LEASE_MS => return Halt::Lost,
            _ => {}
        }
    }
}

/// How far it is, with the rate and the time left where they can be known.
fn progress(told: &Told) -> Value {
    let rate = if told.ms > 0 { told.done as f64 * 1000.0 / told.ms as f64 } else { 0.0 };
    let left = (told.of > told.done && rate > 0.0).then(|| ((told.of - told.done) as f64 / rate).ceil());
    json!({
        "stage": told.stage, "done": told.done, "of": told.of, "unit": told.unit,
        "perSecond": rate.round(), "secondsLeft": left,
    })
}
