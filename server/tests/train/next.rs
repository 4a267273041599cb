//! What comes next, by hand: shares, the second hop, and what the floor lets through.

use cookshelf_server::interaction::Interactions;
use cookshelf_server::train::{Neighbour, Rows, TrainParams};

use super::{add, catalogue, params, trained};

/// Each walk is a session of a shopper of its own, or of the one that is given.
fn walks(of: &[(u32, &[u32])]) -> Interactions {
    let mut interactions = Interactions::default();
    for (group, (shopper, items)) in (0..).zip(of) {
        for (step, &item) in (0..).zip(*items) {
            add(&mut interactions, group, *shopper, item, i64::from(group) * 100 + step);
        }
    }
    interactions
}

/// One step forwards, nothing fades, and the second hop counts half.
fn plain(floor: u32, backwards: f32) -> TrainParams {
    let mut params = params();
    params.privacy_floor = floor;
    let next = &mut params.next;
    (next.window, next.decay, next.backwards, next.scaling) = (1, 1.0, backwards, 1.0);
    (next.hops, next.fading, next.kept) = (0.5, 0.0, 20);
    params
}

fn next(items: usize, of: &[(u32, &[u32])], params: &TrainParams) -> Rows {
    trained(&catalogue(items), &walks(of), params).next
}

fn said(row: &[Neighbour]) -> Vec<(u32, f32)> {
    row.iter().map(|one| (one.item, (one.weight * 100.0).round() / 100.0)).collect()
}

#[test]
fn shares_and_the_second_hop_match_the_closed_form() {
    let rows = next(3, &[(0, &[0, 1]), (1, &[0, 2])], &plain(1, 0.5));
    // From 1 all that was done is one step back to 0, from where half of what was done leads to 2.
    let expected = [vec![(1, 0.5), (2, 0.5)], vec![(0, 1.0), (2, 0.25)], vec![(0, 1.0), (1, 0.25)]];
    assert_eq!(rows.of.iter().map(|row| said(row)).collect::<Vec<_>>(), expected);
}

/// `over` shoppers went from 0 to items 1, 2 …, one each, and as many others from there to 20; everything in between is
/// known to more shoppers.
fn over_others(over: u32) -> Vec<(u32, Vec<u32>)> {
    let middle = |n: u32| {
        let others = (0..6).map(move |other| (200 + 10 * n + other, vec![n]));
        others.chain([(n, vec![0, n]), (100 + n, vec![n, 20])])
    };
    let more = (0..6).flat_map(|n| [(500 + n, vec![0]), (600 + n, vec![20])]);
    let walked = (0..60).map(|n| (700 + n, vec![21, 22]));
    (1..=over).flat_map(middle).chain(more).chain(walked).collect()
}

fn as_walks(of: &[(u32, Vec<u32>)]) -> Vec<(u32, &[u32])> {
    of.iter().map(|(shopper, items)| (*shopper, &items[..])).collect()
}

#[test]
fn what_enough_shoppers_reach_over_others_is_said_though_no_two_walked_the_same() {
    let (eight, four) = (over_others(8), over_others(4));
    let rows = next(23, &as_walks(&eight), &plain(5, 0.0));
    // An eighth goes to each item in between and from there all to 20; the second hop counts half.
    assert_eq!(said(&rows.of[0]), [(20, 0.5)]);
    assert!(rows.of[1..9].iter().all(Vec::is_empty), "one shopper walked each of these steps: {rows:?}");
    let rows = next(23, &as_walks(&four), &plain(5, 0.0));
    assert!(rows.of[0].is_empty(), "four left: {rows:?}");
    assert_eq!(said(&rows.of[21]), [(22, 1.0)]);
}

#[test]
fn paths_that_one_shopper_walked_alone_lead_nowhere() {
    let mut alone = over_others(8);
    for (shopper, items) in &mut alone {
        if items.last() == Some(&20) && items.len() == 2 {
            *shopper -= 100;
        }
    }
    let rows = next(23, &as_walks(&alone), &plain(5, 0.0));
    assert!(rows.of[0].is_empty(), "{rows:?}");
}

#[test]
fn items_of_few_shoppers_take_no_part() {
    let mut walks = over_others(8);
    // Of eight items in between, all but four are now below the floor.
    walks.retain(|(shopper, items)| !(200..300).contains(shopper) || items[0] <= 4);
    let rows = next(23, &as_walks(&walks), &plain(5, 0.0));
    assert!(rows.of[0].is_empty(), "{rows:?}");
    assert_eq!(said(&next(23, &as_walks(&walks), &plain(1, 0.0)).of[0]).last(), Some(&(20, 0.5)));
}
