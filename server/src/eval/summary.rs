//! All cases of one list on one model, summed up.

use std::time::Instant;

use cookshelf_core::Model;
use rayon::prelude::*;
use serde::Serialize;

use super::ask::{Answer, Bench};
use super::cases::Case;
use super::error::EvalError;
use super::interval::{Interval, intervals};
use super::question::EvalParams;
use crate::progress::Progress;

/// Cases that are asked again to see how long an answer takes.
const TIMED: usize = 2000;
/// Cases per piece of work.
const PIECE: usize = 256;

/// A mean with its interval.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figure {
    /// Over all cases.
    pub mean: f64,
    /// Where it lies with 95 % confidence, unless nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Interval>,
}

/// What a list scored.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evaluation {
    /// The list.
    pub list: &'static str,
    /// Places that count.
    pub places: u32,
    /// Whether what is in the context may be shown again.
    pub repeats: bool,
    /// Cases asked.
    pub cases: usize,
    /// Cases that name no target which the model knows; they count as missed.
    pub hopeless: usize,
    /// Share of cases with a target in the list.
    pub hit_rate: Figure,
    /// Share of the targets in the list.
    pub recall: Figure,
    /// Targets in the list, as a share of the places.
    pub precision: Figure,
    /// Normalised discounted cumulative gain.
    pub ndcg: Figure,
    /// Mean reciprocal rank of the first target.
    pub mrr: Figure,
    /// Share of the items that can be shown which some case was shown.
    pub coverage: f64,
    /// In how many of 100 contexts a shown item stands, on average: what everybody knows anyway scores high.
    pub popularity: f64,
    /// Share of the places that a fallback filled.
    pub filled: f64,
    /// Microseconds of one answer, on one thread.
    pub micros: f64,
}

/// Asks every case.
pub fn evaluate(
    model: &Model,
    cases: &[Case],
    params: &EvalParams,
    progress: Progress,
) -> Result<Evaluation, EvalError> {
    params.check()?;
    let stage = progress.stage("eval", cases.len() as u64, "cases");
    let pieces: Vec<Vec<Answer>> = cases
        .par_chunks(PIECE)
        .map_init(Bench::default, |bench, piece| {
            let answers = piece.iter().map(|case| bench.answer(model, case, params)).collect();
            stage.advance(piece.len() as u64);
            answers
        })
        .collect();
    let answers: Vec<Answer> = pieces.into_iter().flatten().collect();
    stage.done(&format!("{} of {}", params.places, params.list.name()));
    let values: Vec<[f64; 5]> = answers.iter().map(|answer| answer.scores.all()).collect();
    let intervals = intervals(&values, params.resamples);
    let figure = |at: usize| Figure {
        mean: values.iter().map(|value| value[at]).sum::<f64>() / values.len().max(1) as f64,
        interval: intervals.map(|intervals| intervals[at]),
    };
    let hopeless = |case: &&Case| case.targets.iter().all(|id| model.ids().position(id).is_none());
    let shown = Shown::of(model, cases, &answers);
    Ok(Evaluation {
        list: params.list.name(),
        places: params.places,
        repeats: params.repeats,
        cases: cases.len(),
        hopeless: cases.iter().filter(hopeless).count(),
        hit_rate: figure(0),
        recall: figure(1),
        precision: figure(2),
        ndcg: figure(3),
        mrr: figure(4),
        coverage: shown.coverage,
        popularity: shown.popularity,
        filled: shown.filled,
        micros: time(model, cases, params),
    })
}

/// What the lists showed, whether it was right or not.
struct Shown {
    coverage: f64,
    popularity: f64,
    filled: f64,
}

impl Shown {
    fn of(model: &Model, cases: &[Case], answers: &[Answer]) -> Self {
        let mut contexts = vec![0u32; model.items() as usize];
        for case in cases {
            let mut positions: Vec<u32> =
                case.context.iter().filter_map(|id| model.ids().position(id)).collect();
            positions.sort_unstable();
            positions.dedup();
            positions.iter().for_each(|position| contexts[*position as usize] += 1);
        }
        let mut seen = vec![false; contexts.len()];
        let (mut places, mut known, mut filled) = (0u64, 0u64, 0u64);
        for answer in answers {
            filled += u64::from(answer.filled);
            for &position in &answer.shown {
                seen[position as usize] = true;
                places += 1;
                known += u64::from(contexts[position as usize]);
            }
        }
        let live = model.meta().map_or(model.items(), |meta| meta.live_items).max(1);
        let places = places.max(1) as f64;
        Shown {
            coverage: seen.iter().filter(|seen| **seen).count() as f64 / f64::from(live),
            popularity: 100.0 * known as f64 / (places * cases.len().max(1) as f64),
            filled: filled as f64 / places,
        }
    }
}

fn time(model: &Model, cases: &[Case], params: &EvalParams) -> f64 {
    let mut bench = Bench::default();
    let step = cases.len().div_ceil(TIMED).max(1);
    let chosen: Vec<&Case> = cases.iter().step_by(step).collect();
    chosen.iter().take(20).for_each(|case| bench.ask(model, case, params, params.places));
    let start = Instant::now();
    chosen.iter().for_each(|case| bench.ask(model, case, params, params.places));
    start.elapsed().as_secs_f64() * 1e6 / chosen.len().max(1) as f64
}
