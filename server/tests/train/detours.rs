//! Items that too few chose together are joined over others, below what was learned of pairs.

use super::{catalogue, histories, params, trained};

/// `over` shoppers each chose 0 and one of the items 1, 2 …, as many others that one and 9; each of those is known to
/// six more.
fn over_others(over: u32) -> Vec<Vec<u32>> {
    let middle = |n: u32| [vec![0, n], vec![n, 9]].into_iter().chain(std::iter::repeat_n(vec![n], 6));
    let more = std::iter::repeat_n([vec![0], vec![9]], 6).flatten();
    (1..=over).flat_map(middle).chain(more).collect()
}

fn similar(of: &[Vec<u32>], floor: u32) -> Vec<Vec<(u32, f32)>> {
    let histories = histories(&of.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let mut params = params();
    params.privacy_floor = floor;
    let rows = trained(&catalogue(12), &histories, &params).similar.of;
    let said = |one: &cookshelf_server::train::Neighbour| (one.item, (one.weight * 100.0).round() / 100.0);
    rows.iter().map(|row| row.iter().map(said).collect()).collect()
}

#[test]
fn what_enough_shoppers_join_over_others_is_alike() {
    let rows = similar(&over_others(8), 5);
    // Nothing was learned of pairs: what is borrowed stands beside 1, at 0.8 of it.
    assert_eq!((&rows[0][..], &rows[9][..]), (&[(9, 0.8)][..], &[(0, 0.8)][..]));
    assert!(rows[1..9].iter().all(Vec::is_empty), "each of these pairs is of one or two shoppers: {rows:?}");
    assert!(similar(&over_others(4), 5)[0].is_empty(), "four are too few");
    let free = similar(&over_others(8), 1);
    assert_eq!(
        free[0].iter().map(|one| one.0).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7, 8],
        "no floor, no detour"
    );
}

#[test]
fn what_was_learned_of_pairs_stands_above() {
    let mut of = over_others(8);
    of.extend(std::iter::repeat_n(vec![0, 10], 7));
    let row = &similar(&of, 5)[0];
    let weight = |item| row.iter().find(|one| one.0 == item).map(|one| one.1);
    assert!(weight(10) > weight(9) && weight(9) > Some(0.0), "{row:?}");
    assert_eq!(row.len(), 2, "{row:?}");
}
