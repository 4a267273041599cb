//! What counts say of a model, in the words that guards of a canary use.
//!
//! Decides nothing: a rollout judges. Invariant: a share that too few lists stand behind is not said at all, so that
//! the first shopper of a new model does not decide about it.

use super::rollout::Reading;
use crate::resource::Counts;

/// Fewer lists, or compared items, than this say nothing.
const FEWEST: u64 = 100;

/// Every measure that a guard can name.
pub const METRICS: [&str; 6] =
    ["failedShare", "emptyShare", "filledShare", "chosenShare", "sharedShare", "lists"];

/// The measures of `model`, of which this was counted until `at`.
pub fn readings(model: &str, counts: &Counts, at: i64) -> Vec<Reading> {
    let share = |part: u64, whole: u64| (whole >= FEWEST).then(|| part as f64 / whole as f64);
    let values = [
        share(counts.failed, counts.lists),
        share(counts.empty, counts.lists),
        share(counts.filled, counts.lists),
        share(counts.chosen, counts.lists),
        share(counts.shared, counts.compared),
        Some(counts.lists as f64),
    ];
    let named = METRICS.iter().zip(values).filter_map(|(metric, value)| Some((metric, value?)));
    named
        .map(|(metric, value)| Reading { model: model.to_owned(), metric: (*metric).to_owned(), value, at })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_lists_say_nothing_but_how_many_they_are() {
        let counts = Counts { lists: 99, failed: 50, ..Counts::default() };
        let metrics = |counts| readings("m", &counts, 7).into_iter().map(|one| (one.metric, one.value));
        assert_eq!(metrics(counts).collect::<Vec<_>>(), [("lists".to_owned(), 99.0)]);
        let more: Vec<_> = metrics(Counts { lists: 200, ..counts }).collect();
        assert_eq!(more[0], ("failedShare".to_owned(), 0.25));
        assert_eq!(more.len(), METRICS.len() - 1, "nothing was compared");
    }
}
