//! What comes next in a session: decayed transitions, in two hops.
//!
//! The row of item a is `total^(1 - scaling) · (P_a + hops · (P²)_a)`, with P the
//! shares of its transitions: within a window of steps, each step further off
//! counting `decay` times as much, backward ones `backwards` times. The second
//! hop reaches items that no single shopper has joined to a, and is made of
//! counts that all lie above the privacy floor. Invariant: a pair needs `floor`
//! distinct actors to be counted at all; sums are exact, so that their order
//! means nothing.

use rayon::prelude::*;

use crate::progress::Stage;

use super::age::faded;
use super::params::NextParams;
use super::rounding::{exact, significant};
use super::rows::{Neighbour, Rows};
use super::sessions::{Places, Sessions};

/// Transitions of one item that the second hop follows.
const FOLLOWED: usize = 32;
/// Weights carry this many significant bits: noise below one percent is no change.
const WEIGHT_BITS: i32 = 8;
/// How often to tell the bar.
const REPORT_EVERY: usize = 256;

/// Transitions of one item: shares that ascend by item and add up to 1, and what they were shares of.
#[derive(Debug, Default)]
struct Shares {
    of: Vec<(u32, f32)>,
    total: f64,
}

/// What one item met so far.
#[derive(Debug, Clone, Copy, Default)]
struct Meeting {
    weight: f64,
    actors: u32,
    /// The latest actor, plus one.
    latest: u64,
}

/// What steps count.
struct Steps {
    /// By how far off they are.
    weights: Vec<f64>,
    backwards: f64,
    fading: f32,
}

/// Working memory of one thread.
struct Scratch {
    meetings: Vec<Meeting>,
    touched: Vec<u32>,
}

/// The rows of every item that was followed or preceded by another.
pub(super) fn rows(sessions: &Sessions, params: &NextParams, floor: u32, stage: &Stage) -> Rows {
    let shares = transitions(sessions, params, floor, stage);
    let scratch = || (vec![0.0f64; sessions.width()], Vec::new());
    let of = (0..sessions.width())
        .into_par_iter()
        .map_init(scratch, |(sums, touched), item| {
            if (item + 1) % REPORT_EVERY == 0 {
                stage.advance(REPORT_EVERY as u64);
            }
            row(item, &shares, params, sums, touched)
        })
        .collect();
    Rows { of, step: params.step, own: params.own }
}

fn transitions(sessions: &Sessions, params: &NextParams, floor: u32, stage: &Stage) -> Vec<Shares> {
    let places = sessions.places();
    let steps = Steps {
        weights: (0..params.window).map(|step| exact(f64::from(params.decay).powi(step as i32))).collect(),
        backwards: exact(params.backwards.into()),
        fading: params.fading,
    };
    let scratch = || Scratch { meetings: vec![Meeting::default(); sessions.width()], touched: Vec::new() };
    (0..sessions.width())
        .into_par_iter()
        .map_init(scratch, |scratch, item| {
            if (item + 1) % REPORT_EVERY == 0 {
                stage.advance(REPORT_EVERY as u64);
            }
            meet(item, sessions, &places, &steps, scratch);
            shares(floor, scratch)
        })
        .collect()
}

/// Walks every sequence that holds the item, and adds up what stands around it.
fn meet(item: usize, sessions: &Sessions, places: &Places, steps: &Steps, scratch: &mut Scratch) {
    for &(sequence, place) in places.of(item) {
        let (items, place) = (sessions.items(sequence as usize), place as usize);
        let actor = sessions.actor(sequence as usize) + 1;
        let fade = faded(sessions.age(sequence as usize), steps.fading);
        let after = items[place + 1..].iter().zip(&steps.weights).map(|(&other, &weight)| (other, weight));
        let before = items[..place].iter().rev().zip(&steps.weights);
        let before = before.map(|(&other, &weight)| (other, weight * steps.backwards));
        for (other, weight) in after.chain(before).filter(|(other, _)| *other as usize != item) {
            let meeting = &mut scratch.meetings[other as usize];
            if meeting.latest == 0 {
                scratch.touched.push(other);
            }
            meeting.actors += u32::from(meeting.latest != actor);
            meeting.latest = actor;
            meeting.weight += exact(weight * fade);
        }
    }
    scratch.touched.sort_unstable();
}

/// What enough actors did, as shares; clears the scratch.
fn shares(floor: u32, scratch: &mut Scratch) -> Shares {
    let Scratch { meetings, touched } = scratch;
    let known = |other: &&u32| {
        let meeting = meetings[**other as usize];
        meeting.actors >= floor && meeting.weight > 0.0
    };
    let total: f64 = touched.iter().filter(known).map(|&other| meetings[other as usize].weight).sum();
    let share = |&other: &u32| (other, (meetings[other as usize].weight / total) as f32);
    let of = touched.iter().filter(known).map(share).collect();
    for other in touched.drain(..) {
        meetings[other as usize] = Meeting::default();
    }
    Shares { of, total }
}

/// Both hops of one item, cut to the heaviest.
fn row(
    item: usize,
    shares: &[Shares],
    params: &NextParams,
    sums: &mut [f64],
    touched: &mut Vec<u32>,
) -> Vec<Neighbour> {
    let mut add = |other: u32, weight: f64| {
        if sums[other as usize] == 0.0 {
            touched.push(other);
        }
        sums[other as usize] += weight;
    };
    let own = &shares[item];
    own.of.iter().for_each(|&(other, share)| add(other, share.into()));
    if params.hops > 0.0 {
        for (middle, share) in heaviest(own.of.clone(), FOLLOWED) {
            let by = f64::from(params.hops) * f64::from(share);
            let onward = heaviest(shares[middle as usize].of.clone(), FOLLOWED);
            onward.into_iter().for_each(|(other, share)| add(other, by * f64::from(share)));
        }
    }
    touched.sort_unstable();
    let found: Vec<(u32, f32)> = touched
        .iter()
        .filter(|other| **other as usize != item)
        .map(|&other| (other, sums[other as usize] as f32))
        .collect();
    touched.drain(..).for_each(|other| sums[other as usize] = 0.0);
    let scale = own.total.powf(1.0 - f64::from(params.scaling));
    let neighbour = |(item, weight): (u32, f32)| {
        let weight = significant(f64::from(weight) * scale, WEIGHT_BITS) as f32;
        Neighbour { item, weight }
    };
    let row = heaviest(found, params.kept).into_iter().map(neighbour);
    row.filter(|neighbour| neighbour.weight > 0.0).collect()
}

/// The heaviest few, ascending by item; ties go to the lower item.
fn heaviest(mut of: Vec<(u32, f32)>, most: usize) -> Vec<(u32, f32)> {
    if of.len() > most {
        of.select_nth_unstable_by(most, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        of.truncate(most);
        of.sort_unstable_by_key(|(item, _)| *item);
    }
    of
}
