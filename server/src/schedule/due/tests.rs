//! Grids of due times under ordinary and under broken clocks.

use proptest::prelude::*;

use super::*;

fn schedule(every: &str, not_before: Option<&str>) -> Schedule {
    Schedule { every: every.parse().unwrap(), not_before: not_before.map(|time| time.parse().unwrap()) }
}

const HOUR: i64 = 3_600;
/// 2026-03-28 00:00: the night after it, clocks in Europe lose an hour.
const START: i64 = 1_774_656_000;

#[test]
fn slots_lie_on_their_grid() {
    let hourly = schedule("1h", None);
    let origin = START + 17;
    assert_eq!(due(&hourly, origin, None, origin - 1), Due { owed: None, next: origin });
    assert_eq!(due(&hourly, origin, None, origin), Due { owed: Some(origin), next: origin + HOUR });
    let first = Some(origin);
    assert_eq!(due(&hourly, origin, first, origin + HOUR - 1), Due { owed: None, next: origin + HOUR });
    // Late by minutes, the slot is that of the grid, and so is the next.
    let late = origin + HOUR + 900;
    assert_eq!(due(&hourly, origin, first, late), Due { owed: Some(origin + HOUR), next: origin + 2 * HOUR });
}

#[test]
fn a_day_without_a_server_is_owed_one_cook() {
    let hourly = schedule("1h", None);
    let now = START + 24 * HOUR + 5;
    let owed = due(&hourly, START, Some(START), now).owed;
    assert_eq!(owed, Some(START + 24 * HOUR));
    assert_eq!(due(&hourly, START, owed, now).owed, None);
}

#[test]
fn whole_days_come_at_their_time_of_day() {
    let daily = schedule("1d", Some("03:00"));
    let mut last = None;
    let mut slots = Vec::new();
    for minute in 0..5 * 24 * 60 {
        let now = START + 12 * HOUR + minute * 60;
        if let Some(slot) = due(&daily, START + 12 * HOUR, last, now).owed {
            assert_eq!(now, slot, "at once");
            slots.push((slot - START) / HOUR);
            last = Some(slot);
        }
    }
    // Across the change of clocks as on any other day.
    assert_eq!(slots, [27, 51, 75, 99, 123]);
}

#[test]
fn other_rhythms_wait_for_their_time_of_day() {
    // Every 36 hours from midnight, and never before three in the morning.
    let schedule = schedule("36h", Some("03:00"));
    assert_eq!(due(&schedule, START, None, START + HOUR), Due { owed: None, next: START + 3 * HOUR });
    assert_eq!(due(&schedule, START, None, START + 3 * HOUR).owed, Some(START));
    let second = due(&schedule, START, Some(START), START + 36 * HOUR);
    assert_eq!(second.owed, Some(START + 36 * HOUR), "noon is after three");
    assert_eq!(second.next, START + 75 * HOUR, "midnight waits for three");
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    let every = prop_oneof![Just("1m"), Just("90m"), Just("7h"), Just("1d"), Just("36h"), Just("7d")];
    let time = prop::option::of(prop_oneof![Just("00:00"), Just("03:00"), Just("23:59")]);
    (every, time).prop_map(|(every, time)| schedule(every, time))
}

proptest! {
    #[test]
    fn no_slot_twice_none_off_the_grid_and_none_forgotten(
        schedule in any_schedule(),
        origin in -10_000_000_000..10_000_000_000_i64,
        // A clock that jumps, mostly forward and sometimes a day back.
        jumps in prop::collection::vec((-DAY..2 * DAY, any::<bool>()), 1..200),
    ) {
        let every = schedule.every.seconds() as i64;
        let (mut now, mut last, mut seen) = (origin, None::<i64>, Vec::new());
        for (jump, runs) in jumps {
            now += jump;
            let found = due(&schedule, origin, last, now);
            prop_assert!(found.next > now, "{:?} at {}", found, now);
            if let Some(slot) = found.owed {
                prop_assert!(slot <= now && last.is_none_or(|last| slot > last));
                prop_assert!(slot >= origin && now - slot < every, "the newest, not one that was missed");
                if let Some(first) = seen.first() {
                    prop_assert_eq!((slot - first) % every, 0, "off the grid");
                }
                // Whoever asks next second gets the same answer until it runs.
                if runs {
                    seen.push(slot);
                    last = Some(slot);
                    prop_assert_eq!(due(&schedule, origin, last, now).owed, None);
                }
            }
        }
    }

    #[test]
    fn what_is_said_to_be_next_is_next(
        schedule in any_schedule(),
        origin in 0..10_000_000_000_i64,
        waited in 0..20 * DAY,
    ) {
        let now = origin + waited;
        let found = due(&schedule, origin, None, now);
        let last = found.owed;
        prop_assert_eq!(due(&schedule, origin, last, found.next - 1).owed, None, "{:?}", found);
        prop_assert!(due(&schedule, origin, last, found.next).owed.is_some(), "{:?}", found);
    }
}
