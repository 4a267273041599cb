//! Where tests let the n-th operation of the database fail, and learn how many there were.
//!
//! Only tests have this. Invariant: what is not armed never fails.

use std::sync::Mutex;
use std::time::Duration;

use super::error::ControlError;

/// How an armed failure goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// One operation fails, the next one works.
    Once,
    /// From then on everything fails.
    ForGood,
    /// The process ends as if it were killed.
    Killed,
}

/// Counts operations, and lets one fail.
#[derive(Debug, Default)]
pub(super) struct Faults {
    armed: Mutex<Option<(u32, Lasting)>>,
    seen: Mutex<Vec<&'static str>>,
}

/// A process that is to be killed while it opens a database, at this operation.
pub(super) const KILLED_OPENING: &str = "COOKSHELF_TEST_KILLED_OPENING";

impl Faults {
    /// Armed from the start when the environment says so.
    pub(super) fn of_environment() -> Self {
        let nth = std::env::var(KILLED_OPENING).ok().and_then(|nth| nth.parse().ok());
        Self { armed: Mutex::new(nth.map(|nth| (nth, Lasting::Killed))), ..Self::default() }
    }

    /// Lets operation `nth` fail, counted from 1 and from now.
    pub(super) fn arm(&self, nth: u32, lasting: Lasting) {
        self.seen.lock().unwrap().clear();
        *self.armed.lock().unwrap() = Some((nth, lasting));
    }

    /// Lets nothing fail any more; the operations that were done since it was armed.
    pub(super) fn disarm(&self) -> Vec<&'static str> {
        *self.armed.lock().unwrap() = None;
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn pass(&self, step: &'static str) -> Result<(), ControlError> {
        let Some((nth, lasting)) = *self.armed.lock().unwrap() else { return Ok(()) };
        let mut seen = self.seen.lock().unwrap();
        seen.push(step);
        let count = seen.len() as u32;
        if count == nth && lasting == Lasting::Killed {
            std::process::abort();
        }
        if count == nth || count > nth && lasting == Lasting::ForGood {
            return Err(ControlError::Unavailable {
                cause: format!("a test lets operation {count} fail ({step})"),
                retry: Duration::from_secs(1),
                maybe_done: false,
            });
        }
        Ok(())
    }
}
