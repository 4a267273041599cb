//! How good the lists are, before anyone sees them: asked about data that was hidden from training.
//!
//! The lists that are published learn from everything; these are learned the same
//! way from what came before the hidden part. Beside them stands what needs no
//! learning, the previous model where it has not seen the answers, and what other
//! privacy floors would have given.

use std::fmt::{self, Display, Formatter};

use cookshelf_core::{ListKind, Model};
use serde::Serialize;

use super::holdout::{Held, hold_out};
use super::simple::orders;
use crate::catalogue::Catalogue;
use crate::eval::{Case, EvalParams, Evaluation, default_repeats, evaluate};
use crate::interaction::Interactions;
use crate::pack::{self, PackError, PackParams};
use crate::progress::Progress;
use crate::train::{
    ColdParams, Filled, Likenesses, Prepared, RowSize, TrainParams, Trained, fill, learn_charts,
};

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
    /// What orders that need no learning score.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub simple: Vec<SimpleVerdict>,
    /// What the previous model scores, unless it has seen the answers or has no such list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Evaluation>,
    /// What other privacy floors give.
    pub floors: Vec<FloorVerdict>,
    /// What was borrowed for items that shoppers said too little of; `None` where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filled: Option<FilledVerdict>,
    /// What the privacy floor that is set costs; `None` at 1, and where there is nothing to lose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor_cost: Option<FloorCost>,
}

/// What was borrowed for a list before it was asked, and what the list scores without.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FilledVerdict {
    /// How much was.
    #[serde(flatten)]
    pub filled: Filled,
    /// Mean NDCG of the list when nothing is borrowed.
    pub ndcg_without: f64,
}

impl Display for FilledVerdict {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}; NDCG {:.4} without", self.filled, self.ndcg_without)
    }
}

/// What the privacy floor costs a list, against no floor at all.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FloorCost {
    /// The list.
    pub list: &'static str,
    /// Places that count.
    pub places: u32,
    /// Distinct shoppers that a statistic needs.
    pub floor: u32,
    /// The part of NDCG at floor 1 that is lost; below zero when the floor helps.
    pub lost: f64,
    /// Share of places that a fallback filled.
    pub filled: f64,
}

/// What an order that needs no learning scores.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SimpleVerdict {
    /// Which order.
    pub order: &'static str,
    /// What it scored.
    #[serde(flatten)]
    pub scored: Evaluation,
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
    pub(super) likenesses: Likenesses<'a>,
    pub(super) cold: &'a ColdParams,
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
    let prepared = Prepared::new(judged.catalogue, &held.left, judged.train.longest_history);
    let ask_all = |model: &Model, cases: &[Case], list: ListKind, resamples: u32| {
        let repeats = default_repeats(held.list);
        let params = EvalParams { repeats, resamples, ..EvalParams::new(list) };
        evaluate(model, cases, &params, Progress::Silent).unwrap_or_default()
    };
    let ask = |model: &Model, list, resamples| ask_all(model, &held.cases, list, resamples);
    let learned = |floor: u32| {
        let params = TrainParams { privacy_floor: floor, ..judged.train.clone() };
        let charts = learn_charts(judged.catalogue, &held.left, &params);
        let mut trained = Trained { charts, ..Trained::default() };
        prepared.learn(list, &params, &mut trained, Progress::Silent);
        trained
    };
    let fill = |trained: &mut Trained| {
        let size = |list| RowSize { kept: judged.train.kept(list), bits: judged.pack.bits(list) };
        fill(trained, &[list], judged.likenesses, judged.cold, size).pop()
    };
    let model = |floor: u32| {
        let mut trained = learned(floor);
        fill(&mut trained);
        pack::lists(judged.catalogue, &trained, judged.pack)
    };
    let mut trained = learned(judged.train.privacy_floor);
    let without = pack::lists(judged.catalogue, &trained, judged.pack)?;
    let filled = fill(&mut trained).filter(|filled| filled.filled() > 0);
    let filled =
        filled.map(|filled| FilledVerdict { filled, ndcg_without: ask(&without, list, 0).ndcg.mean });
    let chosen = pack::lists(judged.catalogue, &trained, judged.pack)?;
    let mut floors = Vec::new();
    for floor in FLOORS {
        let Evaluation { recall, ndcg, filled, .. } = ask(&model(floor)?, list, 0);
        floors.push(FloorVerdict { floor, recall: recall.mean, ndcg: ndcg.mean, filled });
    }
    let fair = |previous: &&Model| {
        let as_of = previous.meta().map_or(i64::MAX, |meta| meta.as_of);
        held.from.is_some_and(|from| as_of < from) && previous.lists().contains(&list)
    };
    let scored = ask(&chosen, list, 1000);
    Ok(ListVerdict {
        filled,
        floor_cost: FloorCost::of(judged.train.privacy_floor, &scored, &floors),
        scored,
        popularity: ask(&chosen, ListKind::Popular, 1000),
        simple: simple(judged, held, |model, cases| ask_all(model, cases, list, 1000))?,
        previous: judged.previous.filter(fair).map(|previous| ask(previous, list, 1000)),
        floors,
    })
}

/// What stands beside a list that orders what the shopper has: for buying again, what was bought last or most often.
fn simple(
    judged: &Judged<'_>,
    held: &Held,
    ask: impl Fn(&Model, &[Case]) -> Evaluation,
) -> Result<Vec<SimpleVerdict>, PackError> {
    if held.list != ListKind::Again {
        return Ok(Vec::new());
    }
    let plain = pack::lists(judged.catalogue, &Trained::default(), judged.pack)?;
    let verdict = |(order, cases): (_, Vec<Case>)| SimpleVerdict { order, scored: ask(&plain, &cases) };
    Ok(orders(&held.cases).into_iter().map(verdict).collect())
}

impl FloorCost {
    fn of(floor: u32, scored: &Evaluation, floors: &[FloorVerdict]) -> Option<Self> {
        let free = floors.iter().find(|at| at.floor == 1)?.ndcg;
        let Evaluation { list, places, filled, .. } = *scored;
        let lost = 1.0 - scored.ndcg.mean / free;
        (floor > 1 && free > 0.0).then_some(FloorCost { list, places, floor, lost, filled })
    }
}

impl Display for FloorCost {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let FloorCost { list, places, floor, lost, filled } = *self;
        let percent = 100.0 * lost.abs();
        match lost {
            // What rounds to nothing is nothing.
            _ if percent < 0.05 => write!(out, "floor {floor} costs nothing of NDCG@{places} of `{list}`")?,
            lost if lost > 0.0 => {
                write!(out, "floor {floor} costs {percent:.1} % of NDCG@{places} of `{list}`")?
            }
            _ => write!(out, "floor {floor} gains {percent:.1} % of NDCG@{places} of `{list}`")?,
        }
        write!(out, "; {:.1} % of its places are filled by fallbacks", 100.0 * filled)
    }
}

impl ListVerdict {
    /// What the list loses to for sure, if anything: its whole interval lies below the other's mean.
    pub fn lost_to(&self) -> Option<(&'static str, &Evaluation)> {
        let high = self.scored.ndcg.interval.map_or(self.scored.ndcg.mean, |interval| interval.high);
        let others = [("the previous model", self.previous.as_ref()), ("popularity", Some(&self.popularity))];
        let simple = self.simple.iter().map(|simple| (simple.order, Some(&simple.scored)));
        let lost = |other: &Evaluation| high < other.ndcg.mean;
        others
            .into_iter()
            .chain(simple)
            .find_map(|(name, other)| Some((name, other.filter(|other| lost(other))?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Figure;

    #[test]
    fn the_cost_of_a_floor_is_what_is_lost_of_the_free_one() {
        let floors =
            [(1, 0.2), (2, 0.19)].map(|(floor, ndcg)| FloorVerdict { floor, recall: 0.5, ndcg, filled: 0.0 });
        let said = |floor: u32, mean: f64| {
            let ndcg = Figure { mean, interval: None };
            let scored =
                Evaluation { list: "next", places: 20, ndcg, filled: 0.125, ..Evaluation::default() };
            FloorCost::of(floor, &scored, &floors).map(|cost| cost.to_string())
        };
        let rest = "of NDCG@20 of `next`; 12.5 % of its places are filled by fallbacks";
        assert_eq!(said(5, 0.15), Some(format!("floor 5 costs 25.0 % {rest}")));
        assert_eq!(said(5, 0.2), Some(format!("floor 5 costs nothing {rest}")));
        assert_eq!(said(2, 0.21), Some(format!("floor 2 gains 5.0 % {rest}")));
        assert_eq!(said(1, 0.2), None);
        assert_eq!(FloorCost::of(5, &Evaluation::default(), &[]), None);
    }
}
