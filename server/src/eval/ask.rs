//! Asks the model for one case, and finds the places of the targets.

use cookshelf_core::{Item, List, Model, Scratch, recommend_with};

use super::{cases::Case, question::EvalParams, scores::Scores};

/// What one answer showed, besides its scores.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Answer {
    pub(super) scores: Scores,
    /// Positions shown in the places that count.
    pub(super) shown: Vec<u32>,
    /// How many of them a fallback gave.
    pub(super) filled: u32,
}

/// Room to ask in; one per thread.
#[derive(Debug, Default)]
pub(super) struct Bench {
    scratch: Scratch,
    list: List,
}

impl Bench {
    pub(super) fn answer(&mut self, model: &Model, case: &Case, params: &EvalParams) -> Answer {
        let mut targets: Vec<u32> = case.targets.iter().filter_map(|id| model.ids().position(id)).collect();
        targets.sort_unstable();
        targets.dedup();
        let all = distinct(&case.targets);
        let most = params.places;
        // Further places are only looked at when the last one that counts shares its score with others behind it.
        let mut limit = most + 1;
        loop {
            self.ask(model, case, params, limit);
            let items = &self.list.items;
            let open = items.len() == limit as usize && tied(items, most as usize - 1, items.len() - 1);
            if !open || limit > model.items() {
                break;
            }
            limit = limit.saturating_mul(4);
        }
        let items = &self.list.items;
        let shown = &items[..items.len().min(most as usize)];
        Answer {
            scores: Scores::of(&places(items, &targets), all, most),
            shown: shown.iter().map(|item| item.position).collect(),
            filled: shown.iter().filter(|item| item.list != params.list).count() as u32,
        }
    }

    /// Only asks, as a page does.
    pub(super) fn ask(&mut self, model: &Model, case: &Case, params: &EvalParams, limit: u32) {
        let needs = recommend_with(model, &params.request(case, limit), &mut self.scratch, &mut self.list);
        debug_assert!(needs.is_empty(), "a whole model needs nothing");
    }
}

fn distinct(ids: &[String]) -> usize {
    let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.len()
}

/// Whether two places share one score in one part of the list.
fn tied(items: &[Item], a: usize, b: usize) -> bool {
    items
        .get(a)
        .zip(items.get(b))
        .is_some_and(|(a, b)| (a.list, a.reason, a.score) == (b.list, b.reason, b.score))
}

/// The places of those targets that are in the list; items of equal score all stand at the mean of their places.
fn places(items: &[Item], targets: &[u32]) -> Vec<f64> {
    let mut found = Vec::new();
    let mut from = 0;
    for group in items.chunk_by(|a, b| (a.list, a.reason, a.score) == (b.list, b.reason, b.score)) {
        let mean = from as f64 + (group.len() as f64 + 1.0) / 2.0;
        let hits = group.iter().filter(|item| targets.binary_search(&item.position).is_ok());
        found.extend(hits.map(|_| mean));
        from += group.len();
    }
    found
}

#[cfg(test)]
mod tests {
    use cookshelf_core::{ListKind, Reason};

    use super::*;

    #[test]
    fn equal_scores_share_their_places() {
        let item = |list, position, score| {
            let reason = Reason::of(list);
            Item { position, list, score, reason, because: None }
        };
        let near = |position, score| item(ListKind::Similar, position, score);
        let items = [near(4, 0.9), near(1, 0.5), near(2, 0.5), near(7, 0.5), item(ListKind::Popular, 3, 0.5)];
        assert_eq!(places(&items, &[4]), [1.0]);
        assert_eq!(places(&items, &[2, 7]), [3.0, 3.0]);
        assert_eq!(places(&items, &[3, 99]), [5.0]);
        assert!(tied(&items, 1, 3) && !tied(&items, 3, 4) && !tied(&items, 0, 9));
    }
}
