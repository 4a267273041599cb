//! How good the lists are, before anyone sees them: asked about data that was hidden from training.
//!
//! The lists that are published learn from everything; these are learned the same
//! way from what came before the hidden part. Beside them stands what needs no
//! learning, the previous model where it has not seen the answers, and what other
//! privacy floors would have given.

use cookshelf_core::{ListKind, Model};
use serde::Serialize;

use super::holdout::{Held, hold_out};
use crate::catalogue::Catalogue;
use crate::eval::{EvalParams, Evaluation, default_repeats, evaluate};
use crate::interaction::Interactions;
use crate::pack::{self, PackError, PackParams};
use crate::progress::Progress;
use crate::train::{Prepared, TrainParams, Trained, learn_charts};

/// Questions asked about each list.
const CASES: usize = 4000;
/// Privacy floors that are compared, besides the one that is set.
const FLOORS: [u32; 5] = [1, 2, 5, 10, 20];

/// What one list scored on data that was hidden from it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListVerdict {
    /// What it scored.
    #[serde(flatten)]
    pub scored: Evaluation,
    /// What showing everybody the same popular items scores.
    pub popularity: Evaluation,
    /// What the previous model scores, unless it has seen the answers or has no such list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Evaluation>,
    /// What other privacy floors give.
    pub floors: Vec<FloorVerdict>,
}

/// What a list scores at one privacy floor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FloorVerdict {
    /// Distinct shoppers that a statistic needs.
    pub floor: u32,
    /// Mean recall.
    pub recall: f64,
    /// Mean NDCG.
    pub ndcg: f64,
    /// Share of places that a fallback filled.
    pub filled: f64,
}

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) interactions: &'a Interactions,
    pub(super) train: &'a TrainParams,
    pub(super) pack: &'a PackParams,
    pub(super) previous: Option<&'a Model>,
}

/// Judges every list that is learned and has data enough.
pub(super) fn verdicts(judged: &Judged<'_>, progress: Progress) -> Result<Vec<ListVerdict>, PackError> {
    let mut verdicts = Vec::new();
    for list in judged.train.wanted.lists() {
        let Some(held) = hold_out(judged.catalogue, judged.interactions, list, CASES) else { continue };
        let stage = progress.stage("hold out", FLOORS.len() as u64 + 1, "models");
        let verdict = verdict(judged, list, &held)?;
        stage.done(&format!(
            "{}: NDCG@20 {:.4}, popularity {:.4}",
            list.name(),
            verdict.scored.ndcg.mean,
            verdict.popularity.ndcg.mean
        ));
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

fn verdict(judged: &Judged<'_>, list: ListKind, held: &Held) -> Result<ListVerdict, PackError> {
    let prepared = Prepared::new(&held.left, judged.catalogue.items.len(), judged.train.longest_history);
    let ask = |model: &Model, list: ListKind, resamples: u32| {
        let repeats = default_repeats(held.list);
        let params = EvalParams { repeats, resamples, ..EvalParams::new(list) };
        evaluate(model, &held.cases, &params, Progress::Silent).unwrap_or_default()
    };
    let model = |floor: u32| {
        let params = TrainParams { privacy_floor: floor, ..judged.train.clone() };
        let charts = learn_charts(judged.catalogue, &held.left, &params);
        let mut trained = Trained { charts, ..Trained::default() };
        prepared.learn(list, &params, &mut trained, Progress::Silent);
        pack::lists(judged.catalogue, &trained, judged.pack)
    };
    let chosen = model(judged.train.privacy_floor)?;
    let mut floors = Vec::new();
    for floor in FLOORS {
        let Evaluation { recall, ndcg, filled, .. } = ask(&model(floor)?, list, 0);
        floors.push(FloorVerdict { floor, recall: recall.mean, ndcg: ndcg.mean, filled });
    }
    let fair = |previous: &&Model| {
        let as_of = previous.meta().map_or(i64::MAX, |meta| meta.as_of);
        held.from.is_some_and(|from| as_of < from) && previous.lists().contains(&list)
    };
    Ok(ListVerdict {
        scored: ask(&chosen, list, 1000),
        popularity: ask(&chosen, ListKind::Popular, 1000),
        previous: judged.previous.filter(fair).map(|previous| ask(previous, list, 1000)),
        floors,
    })
}

impl ListVerdict {
    /// What the list loses to for sure, if anything: its whole interval lies below the other's mean.
    pub fn lost_to(&self) -> Option<(&'static str, &Evaluation)> {
        let high = self.scored.ndcg.interval.map_or(self.scored.ndcg.mean, |interval| interval.high);
        let others = [("the previous model", self.previous.as_ref()), ("popularity", Some(&self.popularity))];
        let lost = |other: &Evaluation| high < other.ndcg.mean;
        others.into_iter().find_map(|(name, other)| Some((name, other.filter(|other| lost(other))?)))
    }
}
