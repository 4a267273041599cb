//! Who said no to what, and whether it was their last word.
//!
//! A row with `IsPositive` false refuses an item for its actor (a shopper, or a basket). It takes
//! back every choice up to its time, since the newest word decides and a refusal wins a tie; a
//! newer choice takes the refusal back. Rows of Strength 0 say nothing. Deliberately no matrix:
//! this room only settles the argument. Invariant: sorted by actor and item, one entry per pair.

use crate::interaction::Interactions;

/// The newest refusal of one item by one actor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Refusal {
    pub(super) actor: u64,
    pub(super) item: u32,
    pub(super) time: i64,
    /// Strength of that word; the greatest among equal times.
    pub(super) strength: f32,
}

/// All newest refusals.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Refusals {
    of: Vec<Refusal>,
}

impl Refusals {
    /// Gathers the refusals; `actor_of` says whose a row is.
    pub(super) fn of(interactions: &Interactions, actor_of: impl Fn(usize) -> u64) -> Self {
        let said = |&row: &usize| !interactions.positive[row] && interactions.strength[row] > 0.0;
        let refusal = |row| Refusal {
            actor: actor_of(row),
            item: interactions.item[row],
            time: interactions.time[row],
            strength: interactions.strength[row],
        };
        let mut of: Vec<Refusal> = (0..interactions.len()).filter(said).map(refusal).collect();
        of.sort_unstable_by(|a, b| {
            let newest_first = b.time.cmp(&a.time).then(b.strength.total_cmp(&a.strength));
            (a.actor, a.item).cmp(&(b.actor, b.item)).then(newest_first)
        });
        of.dedup_by_key(|refusal| (refusal.actor, refusal.item));
        Refusals { of }
    }

    /// Whether a choice still counts.
    pub(super) fn leave(&self, actor: u64, item: u32, time: i64) -> bool {
        self.find(actor, item).is_none_or(|at| self.of[at].time < time)
    }

    /// Whether a row is a choice that still counts.
    pub(super) fn leave_row(&self, interactions: &Interactions, row: usize, actor: u64) -> bool {
        interactions.positive[row]
            && interactions.strength[row] > 0.0
            && self.leave(actor, interactions.item[row], interactions.time[row])
    }

    /// The refusals that are their actor's last word.
    pub(super) fn last_words(
        &self,
        interactions: &Interactions,
        actor_of: impl Fn(usize) -> u64,
    ) -> Vec<Refusal> {
        let mut taken_back = vec![false; self.of.len()];
        let rows = if self.of.is_empty() { 0 } else { interactions.len() };
        for row in 0..rows {
            let actor = actor_of(row);
            if self.leave_row(interactions, row, actor)
                && let Some(at) = self.find(actor, interactions.item[row])
            {
                taken_back[at] = true;
            }
        }
        self.of.iter().zip(taken_back).filter(|(_, taken_back)| !taken_back).map(|(one, _)| *one).collect()
    }

    fn find(&self, actor: u64, item: u32) -> Option<usize> {
        self.of.binary_search_by_key(&(actor, item), |one| (one.actor, one.item)).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::interaction::Interactions;

    use super::Refusals;

    /// (actor, item, time, strength, positive)
    type Line = (u32, u32, i64, f32, bool);

    fn rows(of: &[Line]) -> Interactions {
        Interactions {
            shopper: of.iter().map(|row| row.0).collect(),
            item: of.iter().map(|row| row.1).collect(),
            time: of.iter().map(|row| row.2).collect(),
            strength: of.iter().map(|row| row.3).collect(),
            positive: of.iter().map(|row| row.4).collect(),
            ..Interactions::default()
        }
    }

    #[test]
    fn the_newest_word_decides_and_a_refusal_wins_a_tie() {
        let cases: [(&[Line], &[bool], &[f32]); 6] = [
            (&[(0, 0, 5, 1.0, true), (0, 0, 9, 2.0, false)], &[false, false], &[2.0]),
            (&[(0, 0, 9, 2.0, false), (0, 0, 10, 1.0, true)], &[false, true], &[]),
            (&[(0, 0, 9, 1.0, true), (0, 0, 9, 2.0, false)], &[false, false], &[2.0]),
            (&[(0, 0, 9, 0.0, false), (0, 0, 9, 1.0, true)], &[false, true], &[]),
            (&[(0, 0, 9, 1.0, false), (0, 0, 9, 4.0, false), (0, 0, 8, 9.0, false)], &[false; 3], &[4.0]),
            (
                &[(0, 0, 9, 1.0, false), (1, 0, 1, 1.0, true), (0, 1, 1, 1.0, true)],
                &[false, true, true],
                &[1.0],
            ),
        ];
        for (case, expected, last) in cases {
            let rows = rows(case);
            let actor = |row: usize| u64::from(rows.shopper[row]);
            let refusals = Refusals::of(&rows, actor);
            let left: Vec<bool> =
                (0..rows.len()).map(|row| refusals.leave_row(&rows, row, actor(row))).collect();
            assert_eq!(left, expected, "{case:?}");
            let words: Vec<f32> = refusals.last_words(&rows, actor).iter().map(|one| one.strength).collect();
            assert_eq!(words, last, "{case:?}");
        }
    }
}
