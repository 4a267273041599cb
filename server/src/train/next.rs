//! What comes next in a session: decayed transitions, in two hops.
//!
//! The row of item a is `total^(1 - scaling) · (P_a + hops · (P²)_a)`, with P the
//! shares of its transitions: within a window of steps, each step further off
//! counting `decay` times as much, backward ones `backwards` times. Deliberately
//! no pair that few actors joined: such a pair says nothing by itself, and takes
//! part only in sums over others. Invariant: items need `floor` distinct actors
//! each to take part. A neighbour is either joined to a by `floor` of them, or
//! reached over others by paths on which `floor` of them leave a and `floor` of
//! them arrive, none of which one actor walked alone. Sums are exact, so that
//! their order means nothing.

use rayon::prelude::*;

use crate::progress::Stage;

use super::age::faded;
use super::crowd::Crowd;
use super::params::NextParams;
use super::paths::{Leads, Step, heaviest};
use super::rounding::{exact, significant};
use super::rows::{Neighbour, Rows};
use super::sessions::{Places, Sessions};

/// Transitions of one item that the second hop follows.
const FOLLOWED: usize = 32;
/// Weights carry this many significant bits: noise below one percent is no change.
const WEIGHT_BITS: i32 = 8;
/// How often to tell the bar.
const REPORT_EVERY: usize = 256;

/// Transitions of one item.
#[derive(Debug, Default)]
struct Transitions {
    /// What enough actors did: shares of everything that was done, ascending by item.
    known: Vec<(u32, f32)>,
    /// What was done most, however few did it, ascending by item.
    steps: Vec<Step>,
    /// What these are shares of.
    total: f64,
}

/// What one item met so far.
#[derive(Debug, Clone, Copy, Default)]
struct Meeting {
    weight: f64,
    actors: u32,
    /// The latest actor, plus one.
    latest: u64,
    crowd: Crowd,
}

/// What steps count.
struct Counting {
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
    let transitions = transitions(sessions, params, floor, stage);
    let of = (0..sessions.width())
        .into_par_iter()
        .map_init(
            || Leads::new(sessions.width()),
            |leads, item| {
                if (item + 1) % REPORT_EVERY == 0 {
                    stage.advance(REPORT_EVERY as u64);
                }
                row(item, &transitions, (params, floor), leads)
            },
        )
        .collect();
    Rows { of, step: params.step, own: params.own }
}

fn transitions(sessions: &Sessions, params: &NextParams, floor: u32, stage: &Stage) -> Vec<Transitions> {
    let places = sessions.places();
    let is_common: Vec<bool> =
        (0..sessions.width()).map(|item| actors(item, sessions, &places) >= floor).collect();
    let steps = Counting {
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
            if !is_common[item] {
                return Transitions::default();
            }
            meet(item, sessions, &places, &steps, scratch);
            taken(&is_common, floor, scratch)
        })
        .collect()
}

/// Distinct actors whose sequences hold an item.
fn actors(item: usize, sessions: &Sessions, places: &Places) -> u32 {
    let of = |(sequence, _): &(u32, u32)| sessions.actor(*sequence as usize);
    places.of(item).chunk_by(|a, b| of(a) == of(b)).count() as u32
}

/// Walks every sequence that holds the item, and adds up what stands around it.
fn meet(item: usize, sessions: &Sessions, places: &Places, steps: &Counting, scratch: &mut Scratch) {
    for &(sequence, place) in places.of(item) {
        let (items, place) = (sessions.items(sequence as usize), place as usize);
        let actor = sessions.actor(sequence as usize) + 1;
        let crowd = Crowd::of(actor);
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
            meeting.crowd |= crowd;
            meeting.weight += exact(weight * fade);
        }
    }
    scratch.touched.sort_unstable();
}

/// The transitions to common items, as shares; clears the scratch.
fn taken(is_common: &[bool], floor: u32, scratch: &mut Scratch) -> Transitions {
    let Scratch { meetings, touched } = scratch;
    let counts = |other: &&u32| is_common[**other as usize] && meetings[**other as usize].weight > 0.0;
    let total: f64 = touched.iter().filter(counts).map(|&other| meetings[other as usize].weight).sum();
    let share = |&other: &u32| (other, (meetings[other as usize].weight / total) as f32);
    let is_known = |other: &&u32| meetings[**other as usize].actors >= floor;
    let known = touched.iter().filter(counts).filter(is_known).map(share).collect();
    let step = |(item, share)| {
        let Meeting { actors, crowd, .. } = meetings[item as usize];
        Step { item, share, is_known: actors >= floor, crowd }
    };
    let most = heaviest(touched.iter().filter(counts).map(share).collect(), FOLLOWED);
    let steps = most.into_iter().map(step).collect();
    for other in touched.drain(..) {
        meetings[other as usize] = Meeting::default();
    }
    Transitions { known, steps, total }
}

/// Both hops of one item, cut to the heaviest.
fn row(
    item: usize,
    transitions: &[Transitions],
    (params, floor): (&NextParams, u32),
    leads: &mut Leads,
) -> Vec<Neighbour> {
    let own = &transitions[item];
    own.known.iter().for_each(|&(other, share)| leads.know(other, share.into()));
    if params.hops > 0.0 {
        let onward = |middle: u32| &transitions[middle as usize].steps[..];
        leads.walk(&own.steps, onward, (params.hops.into(), floor));
    }
    let scale = own.total.powf(1.0 - f64::from(params.scaling));
    let neighbour = |(item, weight): (u32, f32)| {
        let weight = significant(f64::from(weight) * scale, WEIGHT_BITS) as f32;
        Neighbour { item, weight }
    };
    let row = heaviest(leads.take(item, floor), params.kept).into_iter().map(neighbour);
    row.filter(|neighbour| neighbour.weight > 0.0).collect()
}
