//! How often items are bought again into its section.

use cookshelf_core::{Again, Habit, Model, Pace};

use super::{error::PackError, layout::Layout};
use crate::train::Habits;

/// Rounding goes up, by less than this.
const ROUNDING: f32 = 1.13;
/// The longest interval that a section can say, in days: ten years and a half.
const LONGEST: f32 = 3840.0;
/// The least share.
const LEAST: f32 = 2e-6;

/// `None` when the data knows no repeats.
pub(super) fn encode(habits: Option<&Habits>, layout: &Layout) -> Result<Option<Vec<u8>>, PackError> {
    let Some(habits) = habits else { return Ok(None) };
    let pace = Pace { start: habits.start, fading: habits.fading, trust: habits.trust };
    let items: Vec<Habit> = layout.items().iter().map(|item| habit(habits, *item)).collect();
    let packed = Again::new(pace, &items).and_then(|again| again.encode());
    packed.map(Some).map_err(PackError::format("again"))
}

/// Nothing of an item that is gone: nobody buys it again.
fn habit(habits: &Habits, item: Option<u32>) -> Habit {
    let known = item.and_then(|item| habits.of.get(item as usize));
    known.map_or(Habit { days: 0.0, share: 0.0 }, |habit| Habit {
        days: habit.days.min(LONGEST),
        share: habit.share.max(LEAST),
    })
}

/// Whether the decoded model says the same of every item, within what rounding may change.
pub(super) fn is_kept(model: &Model, habits: Option<&Habits>, layout: &Layout) -> bool {
    let near = |asked: f32, packed: f32| packed >= asked && packed <= asked * ROUNDING;
    match (habits, model.again()) {
        (None, None) => true,
        (Some(habits), Some(again)) => (0..).zip(layout.items()).all(|(position, item)| {
            let (asked, packed) = (habit(habits, *item), again.habit(position));
            near(asked.days, packed.days) && near(asked.share, packed.share)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Habits, habit};
    use crate::train::Habit;

    #[test]
    fn what_no_section_can_say_becomes_the_nearest_that_one_can() {
        let of = vec![Habit { days: 45_000.0, share: 1e-9 }, Habit { days: 28.0, share: 0.5 }];
        let habits = Habits { of, ..Habits::default() };
        let said = |item| {
            let habit = habit(&habits, item);
            (habit.days, habit.share)
        };
        assert_eq!([said(Some(0)), said(Some(1)), said(None)], [(3840.0, 2e-6), (28.0, 0.5), (0.0, 0.0)]);
    }
}
