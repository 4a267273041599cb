//! Interactions made ready to learn from, once, however often is learned.
//!
//! Each list is learned alone, from its own arrangement of the rows; arrangements
//! are made when they are first needed. Deliberately owns no settings: who tunes
//! asks again with others.

use std::sync::OnceLock;

use cookshelf_core::ListKind;

use super::Trained;
use super::again::again;
use super::als;
use super::detours;
use super::factors::ItemFactors;
use super::gram;
use super::matrix::{self, Histories, Matrix};
use super::next;
use super::params::{PickParams, RidgeParams, TrainParams};
use super::ridge;
use super::rounding::significant;
use super::rows::{Rows, by_seed};
use super::sessions::Sessions;
use crate::catalogue::Catalogue;
use crate::interaction::Interactions;
use crate::progress::Progress;

/// Damping carries this many significant bits: a few more interactions shall not change the bytes of a shard.
const DAMPING_BITS: i32 = 5;

/// Interactions in every arrangement that a list learns from.
#[derive(Debug)]
pub struct Prepared<'a> {
    catalogue: &'a Catalogue,
    interactions: &'a Interactions,
    longest: usize,
    histories: OnceLock<Histories>,
    baskets: OnceLock<Matrix>,
    sessions: OnceLock<Option<Sessions>>,
}

impl<'a> Prepared<'a> {
    /// Of interactions with the items of a catalogue, of which the newest `longest` of a shopper count.
    pub fn new(catalogue: &'a Catalogue, interactions: &'a Interactions, longest: usize) -> Self {
        Prepared {
            catalogue,
            interactions,
            longest,
            histories: OnceLock::new(),
            baskets: OnceLock::new(),
            sessions: OnceLock::new(),
        }
    }

    fn items(&self) -> usize {
        self.catalogue.items.len()
    }

    fn histories(&self) -> &Histories {
        self.histories.get_or_init(|| matrix::histories(self.interactions, self.items(), self.longest))
    }

    fn baskets(&self) -> &Matrix {
        self.baskets.get_or_init(|| matrix::baskets(self.interactions, self.items(), self.longest))
    }

    /// Learns one list; nothing for lists that need no learning.
    pub fn learn(&self, list: ListKind, params: &TrainParams, into: &mut Trained, progress: Progress) {
        match list {
            ListKind::Similar => into.similar = self.similar(params, progress),
            ListKind::Together => into.together = self.together(params, progress),
            ListKind::Next => into.next = self.next(params, progress),
            ListKind::Again => into.again = again(self.catalogue, self.interactions, params),
            ListKind::Picks => {
                into.factors = self.factors(params, progress);
                into.picks = match params.picks.blend {
                    0.0 => Rows::default(),
                    _ => blended(self.pick_rows(params, progress), &params.picks),
                };
            }
            _ => (),
        }
    }

    /// People who chose this also chose.
    pub fn similar(&self, params: &TrainParams, progress: Progress) -> Rows {
        let floor = (params.privacy_floor, Reach::OverOthers);
        neighbours("similar", &self.histories().chosen, &params.similar, floor, progress)
    }

    /// Bought together.
    pub fn together(&self, params: &TrainParams, progress: Progress) -> Rows {
        let floor = (params.privacy_floor, Reach::OverOthers);
        neighbours("together", self.baskets(), &params.together, floor, progress)
    }

    /// What comes next in a session; nothing where the data has no order.
    pub fn next(&self, params: &TrainParams, progress: Progress) -> Rows {
        let sessions =
            self.sessions.get_or_init(|| Sessions::of(self.interactions, self.items(), self.longest));
        let Some(sessions) = sessions else { return Rows::default() };
        let stage = progress.stage("next", 2 * self.items() as u64, "items");
        let rows = next::rows(sessions, &params.next, params.privacy_floor, &stage);
        stage.done(&format!("{} neighbours", rows.entries()));
        rows
    }

    /// Item factors for `picks`, unless there is too little to learn from.
    pub fn factors(&self, params: &TrainParams, progress: Progress) -> Option<ItemFactors> {
        if params.factors.dims == 0 {
            return None;
        }
        let stage = progress.stage("factors", params.factors.rounds as u64, "rounds");
        let rows = self.histories().without_rare_columns(params.privacy_floor);
        let factors = als::factorise_items(&rows, &params.factors, &stage);
        stage.done(match factors {
            Some(_) => "item factors",
            None => "too few interactions for item factors",
        });
        factors
    }

    /// Rows for `picks`, which say what its factors are too coarse for; not yet blended.
    pub fn pick_rows(&self, params: &TrainParams, progress: Progress) -> Rows {
        let floor = (params.privacy_floor, Reach::Direct);
        neighbours("picks", &self.histories().chosen, &params.picks.rows, floor, progress)
    }
}

/// Rows for `picks` as they are added to its factors.
pub fn blended(mut rows: Rows, params: &PickParams) -> Rows {
    for neighbour in rows.of.iter_mut().flatten() {
        neighbour.weight *= params.blend;
    }
    Rows { step: params.step, ..rows }
}

/// What the rows of a list are made of, where there is a privacy floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Pairs alone: what they lack, factors say.
    Direct,
    /// Short ones also of what is reached over others.
    OverOthers,
}

fn neighbours(
    name: &'static str,
    matrix: &Matrix,
    params: &RidgeParams,
    (floor, reach): (u32, Reach),
    progress: Progress,
) -> Rows {
    let stage = progress.stage(name, 2 * matrix.width() as u64, "items");
    let gram = gram::count(matrix, params, floor, &stage);
    let mut rows = by_seed(&ridge::solve(&gram, params, &stage));
    damp(&mut rows, &gram.own, params.damping);
    if floor > 1 && reach == Reach::OverOthers {
        detours::fill(&mut rows, &gram, matrix, (floor, params.kept));
    }
    stage.done(&format!("{} neighbours", rows.entries()));
    rows
}

/// Weakens the rows of seeds that are chosen more often than others; one that is chosen as often as the mean stays.
fn damp(rows: &mut Rows, own: &[f32], damping: f32) {
    if damping == 0.0 {
        return;
    }
    let chosen = own.iter().filter(|own| **own > 0.0);
    let mean = chosen.clone().map(|own| f64::from(*own)).sum::<f64>() / chosen.count().max(1) as f64;
    for (row, own) in rows.of.iter_mut().zip(own).filter(|(_, own)| **own > 0.0) {
        let by = significant((f64::from(*own) / mean).powf(-f64::from(damping)), DAMPING_BITS) as f32;
        row.iter_mut().for_each(|neighbour| neighbour.weight *= by);
    }
}
