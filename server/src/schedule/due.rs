//! Due times: a grid of moments for each modeling, and whether one of them is owed.

use crate::moment::DAY;
use crate::resource::Schedule;

/// What a schedule says at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The due time that is owed a cook: the name of its slot, the same for every scheduler.
    pub owed: Option<i64>,
    /// When there is something to do next.
    pub next: i64,
}

/// What is owed at `now`. `origin` is when the schedule began, `last` the newest slot that was cooked or is being
/// cooked. The first due time lies at the origin, or at the time of day that the schedule names, after it.
pub fn due(schedule: &Schedule, origin: i64, last: Option<i64>, now: i64) -> Due {
    let every = (schedule.every.seconds() as i64).max(1);
    let first = match schedule.not_before {
        // Whole days from one due time to the next: each at that time of day.
        Some(time) if every % DAY == 0 => at_or_after(origin, i64::from(time.seconds())),
        _ => origin,
    };
    // The newest due time that is not after now.
    let slot = now.checked_sub(first).filter(|passed| *passed >= 0).map(|passed| now - passed % every);
    let waits = |slot: i64| match schedule.not_before {
        Some(time) if every % DAY != 0 => allowed_from(slot, i64::from(time.seconds())),
        _ => slot,
    };
    // A clock that went back finds newer slots done than there should be, and waits for its time to come again.
    let open = slot.filter(|slot| last.is_none_or(|last| last < *slot));
    let owed = open.filter(|slot| waits(*slot) <= now);
    let following = match (open, slot) {
        (Some(open), _) if owed.is_none() => open,
        (_, Some(slot)) => slot.max(last.unwrap_or(slot)).saturating_add(every),
        (_, None) => last.map_or(first, |last| first.max(last.saturating_add(every))),
    };
    Due { owed, next: waits(following) }
}

/// The first moment with this time of day that is not before `moment`.
fn at_or_after(moment: i64, time: i64) -> i64 {
    moment.saturating_add((time - moment).rem_euclid(DAY))
}

/// When a due time may be acted on: at once, or, before the time of day, when that has come.
fn allowed_from(slot: i64, time: i64) -> i64 {
    slot.saturating_add((time - slot.rem_euclid(DAY)).max(0))
}

#[cfg(test)]
mod tests;
