//! Finds settings for this shop: trains on most of the data, asks about the rest.
//!
//! One setting after the other is moved as long as that helps. What is compared
//! is the packed and decoded model, asked through the code that devices run, so
//! that rounding takes part. Invariant: what is chosen depends on the data and
//! the effort only, never on the clock or the number of threads.

use std::collections::BTreeMap;

use cookshelf_core::ListKind;
use serde::Serialize;

use super::holdout::{Held, hold_out};
use super::knobs::{Knob, SIZES, factor_key, knobs, row_key};
use super::weigh::{Shape, lengths, shapes, usual};
use crate::catalogue::Catalogue;
use crate::eval::{EvalParams, evaluate};
use crate::interaction::Interactions;
use crate::pack::{self, PackError, PackParams};
use crate::progress::{Progress, Stage};
use crate::settings::Effort;
use crate::train::{ItemFactors, Prepared, Rows, TrainParams, Trained, blended};

/// Share of the best score that is as good: noise is larger, and longer rows are more to load.
const AS_GOOD: f64 = 0.995;

/// Times that all settings are gone through, at most, and questions asked of each setting.
fn reach(effort: Effort) -> (usize, usize) {
    match effort {
        Effort::Off => (0, 0),
        Effort::Quick => (1, 2000),
        Effort::Full => (3, 6000),
    }
}

/// What tuning chose for one list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tuned {
    /// The list.
    pub list: &'static str,
    /// Questions asked of each setting.
    pub cases: usize,
    /// Settings that were tried.
    pub tried: usize,
    /// Mean of recall and NDCG at 20, with the settings it began with.
    pub before: f64,
    /// The same with the settings that were chosen.
    pub after: f64,
    /// The settings that were chosen, by name.
    pub settings: Vec<(&'static str, f32)>,
}

/// What is tuned, and within what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) interactions: &'a Interactions,
    pub(super) pack: &'a PackParams,
    pub(super) effort: Effort,
    /// Settings that stay as they are.
    pub(super) pinned: &'a BTreeMap<String, f32>,
    /// Bytes of an item that `picks` may take.
    pub(super) bytes_per_item: f32,
}

impl Task<'_> {
    /// Whether the sizes of `picks` are given.
    fn is_shaped(&self) -> bool {
        ["picks.kept", "factors.dims"].iter().any(|name| self.pinned.contains_key(*name))
    }

    /// Divides the bytes of `picks` between factors and rows as suits most shops, unless that is given.
    pub(super) fn shape(&self, params: &mut TrainParams) {
        if !self.is_shaped()
            && let Some(shape) = usual(self.bytes_per_item, self.catalogue.items.len(), self.pack)
        {
            shape.apply(params);
        }
    }
}

/// Tunes every wanted list that has settings and data enough.
pub(super) fn tune(
    task: &Task<'_>,
    params: &mut TrainParams,
    progress: Progress,
) -> Result<Vec<Tuned>, PackError> {
    let mut tuned = Vec::new();
    if task.effort == Effort::Off {
        return Ok(tuned);
    }
    for list in params.wanted.lists() {
        let Some(held) = hold_out(task.catalogue, task.interactions, list, reach(task.effort).1) else {
            continue;
        };
        let stage = progress.stage("tune", 0, "settings");
        let found = Search::new(task, list, &held, params).run(&stage)?;
        stage.done(&format!(
            "{}: {:.4} before, {:.4} after {} tries",
            list.name(),
            found.0.before,
            found.0.after,
            found.0.tried
        ));
        *params = found.1;
        tuned.push(found.0);
    }
    Ok(tuned)
}

/// One list being tuned.
struct Search<'a> {
    task: &'a Task<'a>,
    list: ListKind,
    held: &'a Held,
    prepared: Prepared<'a>,
    params: TrainParams,
    factors: BTreeMap<[u32; 3], Option<ItemFactors>>,
    rows: BTreeMap<[u32; 6], Rows>,
    tried: BTreeMap<Vec<u32>, f64>,
}

impl<'a> Search<'a> {
    fn new(task: &'a Task<'a>, list: ListKind, held: &'a Held, params: &TrainParams) -> Self {
        let prepared = Prepared::new(task.catalogue, &held.left, params.longest_history);
        Search {
            task,
            list,
            held,
            prepared,
            params: params.clone(),
            factors: BTreeMap::new(),
            rows: BTreeMap::new(),
            tried: BTreeMap::new(),
        }
    }

    fn run(mut self, stage: &Stage) -> Result<(Tuned, TrainParams), PackError> {
        let knobs = knobs(self.list);
        let free: Vec<&Knob> =
            knobs.iter().filter(|knob| !self.task.pinned.contains_key(knob.name)).collect();
        let shaped = self.list == ListKind::Picks && !self.task.is_shaped();
        let before = self.score(stage)?;
        let mut best = before;
        if shaped {
            best = self.shape(stage)?;
        }
        for _ in 0..reach(self.task.effort).0 {
            let start = best;
            for knob in &free {
                best = self.turn(knob, best, stage)?;
            }
            if shaped {
                best = self.shape(stage)?;
            }
            if best <= start {
                break;
            }
        }
        if self.task.effort == Effort::Full && self.list != ListKind::Picks {
            best = self.lengthen(best, stage)?;
        }
        let of_list = format!("{}.kept", self.list.name());
        let sizes = SIZES.iter().filter(|knob| {
            knob.name == of_list || (knob.name == "factors.dims" && self.list == ListKind::Picks)
        });
        let settings = knobs.iter().chain(sizes).map(|knob| (knob.name, (knob.get)(&self.params))).collect();
        let tuned = Tuned {
            list: self.list.name(),
            cases: self.held.cases.len(),
            tried: self.tried.len(),
            before,
            after: best,
            settings,
        };
        Ok((tuned, self.params))
    }

    /// Moves one setting up, or else down, as long as that helps.
    fn turn(&mut self, knob: &Knob, mut best: f64, stage: &Stage) -> Result<f64, PackError> {
        let mut place = knob.place(&self.params);
        // What it begins with may lie between the values: the nearest of them is tried first.
        best = self.move_to(knob, place, best, stage)?.unwrap_or(best);
        for up in [true, false] {
            let start = place;
            loop {
                let next = if up { place + 1 } else { place.wrapping_sub(1) };
                let Some(found) = self.move_to(knob, next, best, stage)? else { break };
                (best, place) = (found, next);
            }
            if place != start {
                break;
            }
        }
        Ok(best)
    }

    /// Tries one value; the setting stays as it was unless that is better than `best`.
    fn move_to(
        &mut self,
        knob: &Knob,
        place: usize,
        best: f64,
        stage: &Stage,
    ) -> Result<Option<f64>, PackError> {
        let Some(&value) = knob.values.get(place) else { return Ok(None) };
        let kept = self.params.clone();
        (knob.set)(&mut self.params, value);
        let found = self.score(stage)?;
        if found > best {
            return Ok(Some(found));
        }
        self.params = kept;
        Ok(None)
    }

    /// Chooses how many factors and rows `picks` has, within its bytes.
    fn shape(&mut self, stage: &Stage) -> Result<f64, PackError> {
        let items = self.task.catalogue.items.len();
        let mut best: Option<(f64, Shape)> = None;
        for shape in shapes(self.task.bytes_per_item, items, self.task.pack) {
            shape.apply(&mut self.params);
            let found = self.score(stage)?;
            if best.is_none_or(|(most, _)| found > most) {
                best = Some((found, shape));
            }
        }
        if let Some((_, shape)) = best {
            shape.apply(&mut self.params);
        }
        self.score(stage)
    }

    /// Chooses the shortest rows that are as good as any.
    fn lengthen(&mut self, best: f64, stage: &Stage) -> Result<f64, PackError> {
        let name = format!("{}.kept", self.list.name());
        let Some(knob) = SIZES.iter().find(|knob| knob.name == name) else { return Ok(best) };
        if self.task.pinned.contains_key(knob.name) {
            return Ok(best);
        }
        let mut found = Vec::new();
        for kept in lengths(self.task.catalogue.items.len(), self.task.pack.bits(self.list)) {
            (knob.set)(&mut self.params, kept as f32);
            found.push((kept, self.score(stage)?));
        }
        let most = found.iter().map(|(_, score)| *score).fold(best, f64::max);
        let Some((kept, score)) = found.into_iter().find(|(_, score)| *score >= most * AS_GOOD) else {
            return Ok(best);
        };
        (knob.set)(&mut self.params, kept as f32);
        Ok(score)
    }

    /// The mean of recall and NDCG of the present settings.
    fn score(&mut self, stage: &Stage) -> Result<f64, PackError> {
        let mut key: Vec<u32> =
            knobs(self.list).iter().map(|knob| (knob.get)(&self.params).to_bits()).collect();
        key.extend(SIZES.iter().map(|knob| (knob.get)(&self.params).to_bits()));
        if let Some(known) = self.tried.get(&key) {
            return Ok(*known);
        }
        let trained = self.learn();
        let model = pack::lists(self.task.catalogue, &trained, self.task.pack)?;
        let params = EvalParams { fallback: Vec::new(), resamples: 0, ..EvalParams::new(self.list) };
        let found = evaluate(&model, &self.held.cases, &params, Progress::Silent);
        let score = found.map_or(0.0, |found| (found.recall.mean + found.ndcg.mean) / 2.0);
        self.tried.insert(key, score);
        stage.advance(1);
        Ok(score)
    }

    fn learn(&mut self) -> Trained {
        let (prepared, params) = (&self.prepared, &self.params);
        let mut trained = Trained::default();
        if self.list != ListKind::Picks {
            prepared.learn(self.list, params, &mut trained, Progress::Silent);
            return trained;
        }
        // Factors and rows are each kept: most settings change one of them, and blending changes neither.
        let factors = self.factors.entry(factor_key(params));
        let factors = factors.or_insert_with(|| prepared.factors(params, Progress::Silent));
        trained.factors = factors.clone().map(|factors| ItemFactors { step: params.factors.step, ..factors });
        let rows = self.rows.entry(row_key(&params.picks.rows));
        let rows = rows.or_insert_with(|| prepared.pick_rows(params, Progress::Silent));
        trained.picks = blended(rows.clone(), &params.picks);
        trained
    }
}
