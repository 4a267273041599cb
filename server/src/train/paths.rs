//! What leads from one item to others over a third, when too few actors joined the two directly.
//!
//! A step that one actor walked says nothing by itself and takes part in sums only: who follows a path to its end
//! never learns of a pair that few joined. Deliberately knows neither sessions nor baskets, and does not ask how much
//! of a sum each actor made. Invariant: where there is a floor, what is reached over others was left for by `floor`
//! actors and arrived at by `floor` actors at least, and no path counts that one actor walked alone.

use super::crowd::Crowd;

/// What an item was joined with, and by whom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) item: u32,
    pub(super) share: f32,
    /// Whether enough actors walked it.
    pub(super) is_known: bool,
    pub(super) crowd: Crowd,
}

/// What leads to an item so far.
#[derive(Debug, Clone, Copy, Default)]
struct Lead {
    weight: f64,
    is_known: bool,
    /// Who left the seed, and who arrived.
    left: Crowd,
    arrived: Crowd,
}

/// What leads from one seed to every item: the working memory of one thread.
#[derive(Debug)]
pub(super) struct Leads {
    of: Vec<Lead>,
    touched: Vec<u32>,
}

impl Leads {
    pub(super) fn new(width: usize) -> Self {
        Self { of: vec![Lead::default(); width], touched: Vec::new() }
    }

    /// An item that enough actors joined to the seed.
    pub(super) fn know(&mut self, item: u32, weight: f64) {
        self.lead(item).is_known = true;
        self.lead(item).weight += weight;
    }

    /// Two steps each: one of `first` and one of those that lead on from there, counting `by` times their product.
    pub(super) fn walk<'s>(
        &mut self,
        first: &[Step],
        onward: impl Fn(u32) -> &'s [Step],
        (by, floor): (f64, u32),
    ) {
        for one in first {
            let by = by * f64::from(one.share);
            let is_shared = |two: &&Step| (one.crowd | two.crowd).at_least() >= floor.min(2);
            for two in onward(one.item).iter().filter(is_shared) {
                let lead = self.lead(two.item);
                lead.weight += by * f64::from(two.share);
                lead.is_known |= one.is_known && two.is_known;
                lead.left |= one.crowd;
                lead.arrived |= two.crowd;
            }
        }
    }

    fn lead(&mut self, item: u32) -> &mut Lead {
        let lead = &mut self.of[item as usize];
        if lead.weight == 0.0 && !lead.is_known {
            self.touched.push(item);
        }
        lead
    }

    /// What may be said of where all that leads, ascending by item, without the seed itself; forgets it.
    pub(super) fn take(&mut self, seed: usize, floor: u32) -> Vec<(u32, f32)> {
        let Leads { of, touched } = self;
        touched.sort_unstable();
        let is_common = |lead: &Lead| {
            lead.is_known || (lead.left.at_least() >= floor && lead.arrived.at_least() >= floor)
        };
        let found = touched
            .iter()
            .filter(|other| **other as usize != seed && is_common(&of[**other as usize]))
            .map(|&other| (other, of[other as usize].weight as f32))
            .collect();
        touched.drain(..).for_each(|other| of[other as usize] = Lead::default());
        found
    }
}

/// The heaviest few, ascending by item; ties go to the lower item.
pub(super) fn heaviest(mut of: Vec<(u32, f32)>, most: usize) -> Vec<(u32, f32)> {
    if of.len() > most {
        of.select_nth_unstable_by(most, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        of.truncate(most);
        of.sort_unstable_by_key(|(item, _)| *item);
    }
    of
}

#[cfg(test)]
mod tests {
    use super::{Crowd, Leads, Step, heaviest};

    /// A step to an item by these actors.
    fn step(item: u32, share: f32, actors: impl IntoIterator<Item = u64>) -> Step {
        let crowd = actors.into_iter().fold(Crowd::default(), |crowd, actor| crowd | Crowd::of(actor));
        Step { item, share, is_known: false, crowd }
    }

    /// From 0 over 1 and 2 to 3: actors 1 and 2 leave, 3 and 4 arrive.
    #[test]
    fn paths_add_up_where_enough_leave_and_arrive() {
        let first = [step(1, 0.5, [1]), step(2, 0.25, [2])];
        let onward = [vec![], vec![step(0, 1.0, [3]), step(3, 0.5, [3])], vec![step(3, 1.0, [4])]];
        let mut leads = Leads::new(4);
        for (floor, expected) in [(1, vec![(3, 0.25)]), (2, vec![(3, 0.25)]), (3, vec![])] {
            leads.walk(&first, |item| &onward[item as usize], (0.5, floor));
            assert_eq!(leads.take(0, floor), expected, "floor {floor}");
        }
        leads.know(3, 0.5);
        leads.walk(&first, |item| &onward[item as usize], (0.5, 3));
        assert_eq!(leads.take(0, 3), [(3, 0.75)], "what is known may be known better");
        assert_eq!(leads.take(0, 1), [], "all is forgotten");
    }

    #[test]
    fn what_one_actor_walked_alone_counts_only_where_there_is_no_floor() {
        let (first, onward) = ([step(1, 1.0, [7])], [step(2, 1.0, [7])]);
        let mut leads = Leads::new(3);
        for (floor, expected) in [(1, vec![(2, 1.0)]), (2, vec![])] {
            leads.walk(&first, |_| &onward, (1.0, floor));
            assert_eq!(leads.take(0, floor), expected, "floor {floor}");
        }
    }

    /// More than a crowd can count.
    #[test]
    fn two_steps_that_enough_walked_need_no_counting() {
        let known = |item| Step { is_known: true, ..step(item, 0.5, 0..3) };
        let mut leads = Leads::new(4);
        for (onward, expected) in [([step(2, 0.5, 0..3)], vec![]), ([known(2)], vec![(2, 0.25)])] {
            leads.walk(&[known(1)], |_| &onward, (1.0, 129));
            assert_eq!(leads.take(0, 129), expected);
        }
    }

    #[test]
    fn the_heaviest_are_kept_with_ties_to_the_lower_item() {
        let of = vec![(1, 0.5), (4, 0.9), (5, 0.5), (9, 0.1)];
        assert_eq!(heaviest(of.clone(), 2), [(1, 0.5), (4, 0.9)]);
        assert_eq!(heaviest(of.clone(), 9), of);
    }
}
