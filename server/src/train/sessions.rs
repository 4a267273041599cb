//! Who looked at what after what: sequences of items, oldest first.
//!
//! Deliberately keeps repeats and order, which `matrix` throws away, and forgets
//! which shopper a sequence was; it only keeps together what one actor did, so
//! that distinct ones can be counted. Invariant: sequences depend on the set of
//! interactions only, not on the order in which they were read.

use crate::interaction::Interactions;

use super::age::Span;
use super::matrix::actor;
use super::refusals::Refusals;

/// Sequences one after the other, those of one actor side by side.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sessions {
    starts: Vec<usize>,
    items: Vec<u32>,
    /// Whose each sequence is; ascending.
    actors: Vec<u64>,
    /// The age of the newest step of each.
    ages: Vec<f32>,
    width: usize,
}

/// One step of one sequence, before they are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    actor: u64,
    sequence: u32,
    time: i64,
    item: u32,
}

impl Sessions {
    /// The groups where steps of a group have an order; where groups are mostly single moments (baskets, orders), the
    /// whole histories of the shoppers. `None` when nothing has an order.
    pub(super) fn of(interactions: &Interactions, items: usize, longest: usize) -> Option<Self> {
        let span = Span::of(interactions);
        let by_group = Self::sorted(interactions, |row| interactions.group[row]);
        let by_group = Self::cut(&by_group, items, longest, span);
        if by_group.ordered(interactions) {
            return Some(by_group.sessions);
        }
        let by_shopper = Self::sorted(interactions, |_| 0);
        let by_shopper = Self::cut(&by_shopper, items, longest, span);
        by_shopper.ordered(interactions).then_some(by_shopper.sessions)
    }

    fn sorted(interactions: &Interactions, sequence: impl Fn(usize) -> u32) -> Vec<Step> {
        let actor_of = |row| actor(interactions, row);
        let refusals = Refusals::of(interactions, actor_of);
        let mut steps: Vec<Step> = (0..interactions.len())
            .filter(|&row| refusals.leave_row(interactions, row, actor_of(row)))
            .map(|row| Step {
                actor: actor_of(row),
                sequence: sequence(row),
                time: interactions.time[row],
                item: interactions.item[row],
            })
            .collect();
        rayon::slice::ParallelSliceMut::par_sort_unstable(&mut steps[..]);
        steps
    }

    /// Cuts sorted steps into sequences of the newest `longest` steps; a step that only repeats the one before it says
    /// nothing.
    fn cut(steps: &[Step], items: usize, longest: usize, span: Span) -> Ordered {
        let mut sessions = Sessions {
            starts: vec![0],
            items: Vec::new(),
            actors: Vec::new(),
            ages: Vec::new(),
            width: items,
        };
        let (mut moves, mut timed) = (0u64, 0u64);
        for sequence in steps.chunk_by(|a, b| (a.actor, a.sequence) == (b.actor, b.sequence)) {
            for pair in sequence.windows(2) {
                moves += u64::from(pair[0].item != pair[1].item);
                timed += u64::from(pair[0].item != pair[1].item && pair[0].time < pair[1].time);
            }
            let mut kept: Vec<u32> = sequence.iter().map(|step| step.item).collect();
            kept.dedup();
            let from = kept.len().saturating_sub(longest);
            sessions.items.extend_from_slice(&kept[from..]);
            sessions.starts.push(sessions.items.len());
            sessions.actors.push(sequence[0].actor);
            sessions.ages.push(span.age(sequence[sequence.len() - 1].time));
        }
        Ordered { sessions, moves, timed }
    }

    /// Number of sequences.
    pub(super) fn len(&self) -> usize {
        self.actors.len()
    }

    /// The items of a sequence, oldest first.
    pub(super) fn items(&self, at: usize) -> &[u32] {
        &self.items[self.starts[at]..self.starts[at + 1]]
    }

    /// Whose a sequence is.
    pub(super) fn actor(&self, at: usize) -> u64 {
        self.actors[at]
    }

    /// How old a sequence is, from 0 to 1.
    pub(super) fn age(&self, at: usize) -> f32 {
        self.ages[at]
    }

    /// Number of items that there could be.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// For every item: the sequences that hold it and where, in order.
    pub(super) fn places(&self) -> Places {
        let mut starts = vec![0usize; self.width + 1];
        for &item in &self.items {
            starts[item as usize + 1] += 1;
        }
        for item in 0..self.width {
            starts[item + 1] += starts[item];
        }
        let mut next = starts.clone();
        let mut of = vec![(0u32, 0u32); self.items.len()];
        for sequence in 0..self.len() {
            for (place, &item) in self.items(sequence).iter().enumerate() {
                of[next[item as usize]] = (sequence as u32, place as u32);
                next[item as usize] += 1;
            }
        }
        Places { starts, of }
    }
}

/// Where items stand: (sequence, place in it).
pub(super) struct Places {
    starts: Vec<usize>,
    of: Vec<(u32, u32)>,
}

impl Places {
    pub(super) fn of(&self, item: usize) -> &[(u32, u32)] {
        &self.of[self.starts[item]..self.starts[item + 1]]
    }
}

/// Sequences, and how many of their steps from item to item are also steps in time.
struct Ordered {
    sessions: Sessions,
    moves: u64,
    timed: u64,
}

impl Ordered {
    /// Whether the order means something: most steps are steps in time, and most interactions are part of one.
    fn ordered(&self, interactions: &Interactions) -> bool {
        self.timed * 2 > self.moves && self.moves * 4 > interactions.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use crate::interaction::Interactions;

    use super::Sessions;

    fn interactions(lines: &[(u32, u32, u32, i64)]) -> Interactions {
        Interactions {
            group: lines.iter().map(|line| line.0).collect(),
            shopper: lines.iter().map(|line| line.1).collect(),
            item: lines.iter().map(|line| line.2).collect(),
            time: lines.iter().map(|line| line.3).collect(),
            strength: vec![1.0; lines.len()],
            positive: vec![true; lines.len()],
            groups: 9,
            shoppers: 9,
            ..Interactions::default()
        }
    }

    fn sequences(of: &Sessions) -> Vec<Vec<u32>> {
        (0..of.len()).map(|at| of.items(at).to_vec()).collect()
    }

    #[test]
    fn groups_are_sequences_where_they_have_an_order() {
        let lines =
            [(1, 0, 5, 30), (0, 0, 2, 10), (0, 0, 3, 20), (0, 0, 3, 25), (0, 0, 2, 26), (1, 0, 4, 20)];
        let found = Sessions::of(&interactions(&lines), 6, 100).expect("an order");
        assert_eq!(sequences(&found), [vec![2, 3, 2], vec![4, 5]]);
        assert_eq!((found.actor(0), found.actor(1), found.width()), (0, 0, 6));
        assert_eq!(found.places().of(2), [(0, 0), (0, 2)]);
        let newest = Sessions::of(&interactions(&lines), 6, 2).expect("an order");
        assert_eq!(sequences(&newest), [vec![3, 2], vec![4, 5]]);
    }

    #[test]
    fn baskets_follow_each_other_by_shopper() {
        let lines = [(0, 0, 2, 10), (1, 0, 3, 20), (2, 1, 4, 5), (3, 1, 2, 9), (4, 0, 1, 15)];
        let found = Sessions::of(&interactions(&lines), 6, 100).expect("an order");
        assert_eq!(sequences(&found), [vec![2, 1, 3], vec![4, 2]]);
    }

    #[test]
    fn without_times_there_is_no_order() {
        assert_eq!(Sessions::of(&interactions(&[(0, 0, 2, 0), (0, 0, 3, 0), (0, 0, 4, 0)]), 6, 100), None);
    }
}
