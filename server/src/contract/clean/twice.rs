//! Rows that arrived live and came with the data folder as well: they count once, as they stand in the folder.
//!
//! The same is what has the same group and item and says the same of it. Rows of one table are never compared with each
//! other: a folder may well name an item twice in a basket.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::interaction::Interactions;

/// Takes away the rows from `start` on that stand before it as well; how many. `groups` are those before it.
pub(super) fn drop_repeated(rows: &mut Interactions, start: usize, groups: u32) -> u64 {
    if start == 0 {
        return 0;
    }
    let key = |row: usize| (rows.group[row], rows.item[row], rows.positive[row]);
    let candidates: FxHashSet<_> =
        (start..rows.len()).filter(|row| rows.group[*row] < groups).map(key).collect();
    if candidates.is_empty() {
        return 0;
    }
    // Next to all rows of a large folder are passed over by their group alone.
    let groups: FxHashSet<u32> = candidates.iter().map(|(group, ..)| *group).collect();
    let before = (0..start).into_par_iter().filter(|row| groups.contains(&rows.group[*row]));
    let known: FxHashSet<_> = before.map(key).filter(|key| candidates.contains(key)).collect();
    let keep: Vec<bool> = (start..rows.len()).map(|row| !known.contains(&key(row))).collect();
    rows.retain_from(start, &keep);
    keep.iter().filter(|keep| !**keep).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_both_counts_once_and_all_columns_stay_together() {
        let mut rows = Interactions {
            group: vec![0, 0, 1, 0, 1, 2, 1, 0],
            item: vec![5, 5, 6, 5, 6, 5, 7, 6],
            shopper: vec![9; 8],
            time: (0..8).collect(),
            strength: vec![1.0; 8],
            positive: vec![true, true, true, true, false, true, true, true],
            scope: vec![0, 0, 0, 1, 2, 3, 4, 5],
            ..Interactions::default()
        };
        assert_eq!(
            drop_repeated(&mut rows, 3, 2),
            1,
            "the fourth row stands before, the fifth takes it back"
        );
        assert_eq!(rows.time, [0, 1, 2, 4, 5, 6, 7]);
        assert_eq!((rows.len(), rows.scope.len(), rows.purchase.len()), (7, 7, 0));
        assert_eq!(rows.scope[3..], [2, 3, 4, 5]);
        assert_eq!(drop_repeated(&mut rows, 3, 2), 0);
        assert_eq!(drop_repeated(&mut rows, 0, 0), 0);
    }
}
