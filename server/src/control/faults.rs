//! Where tests let the n-th operation of the database fail, and learn how many there were.
//!
//! Only tests have this. Invariant: what is not armed never fails.

use std::sync::Mutex;
use std::time::Duration;

use super::error::ControlError;

/// How an armed failure goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasting {
    /// One operation fails, the next one works.
    Once,
    /// From then on everything fails.
    ForGood,
}

/// Counts operations, and lets one fail.
#[derive(Debug, Default)]
pub(super) struct Faults {
    armed: Mutex<Option<(u32, Lasting)>>,
    seen: Mutex<Vec<&'static str>>,
}

impl Faults {
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
