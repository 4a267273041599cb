//! Asks for the cooks whose time has come. Any number of servers may do so: a due time has one cook.

use std::collections::BTreeMap;

use tokio::sync::watch;

use super::{Workshop, pause};
use crate::control::{Actor, ControlError, Wanted};
use crate::resource::Place;
use crate::schedule::due;

/// Between two looks at the clock.
const LOOK_EVERY_MS: u64 = 1_000;
/// A due time that cannot be met now is tried again after this.
const AGAIN_MS: i64 = 30_000;

pub(super) async fn run(workshop: &Workshop, mut stop: watch::Receiver<bool>) {
    let mut not_before = BTreeMap::new();
    let mut away = false;
    while !*stop.borrow() {
        match look(workshop, &mut not_before).await {
            Ok(()) => away = false,
            Err(cause) if away => drop(cause),
            Err(cause) => {
                workshop.tell(&format!("due cooks cannot be asked for now: {cause}"));
                away = true;
            }
        }
        pause(LOOK_EVERY_MS, &mut stop).await;
    }
}

/// One look: `not_before` remembers what was refused, so that it is not asked for every second.
async fn look(workshop: &Workshop, not_before: &mut BTreeMap<Place, i64>) -> Result<(), ControlError> {
    let now_ms = workshop.now_ms();
    for scheduled in workshop.control.scheduled().await? {
        let due = due(&scheduled.schedule, scheduled.created_ms / 1000, scheduled.last_slot, now_ms / 1000);
        let Some(slot) = due.owed.filter(|_| !scheduled.under_way) else { continue };
        if not_before.get(&scheduled.place).is_some_and(|at| *at > now_ms) {
            continue;
        }
        let actor = Actor::new("scheduler", &workshop.holder, now_ms);
        match workshop.control.enqueue(&scheduled.place, Wanted::Slot(slot), &actor).await {
            Ok(_) => drop(not_before.remove(&scheduled.place)),
            Err(error @ (ControlError::Unavailable { .. } | ControlError::Busy { .. })) => return Err(error),
            // Another server was faster, or somebody asked by hand.
            Err(ControlError::UnderWay { .. }) => {}
            Err(error) => {
                workshop.tell(&format!("`{}` is due and is not cooked: {error}", scheduled.place));
                not_before.insert(scheduled.place, now_ms + AGAIN_MS);
            }
        }
    }
    Ok(())
}
