//! How a new model comes to be shown: one endpoint's rollout, from event to event.
//!
//! Pure: the same rollout, strategy, event and moment give the same next rollout, so that any history can be replayed.
//! What becomes of the first modeling's models is the strategy's business; those of other modelings are shown as they
//! come. Invariants: what is shown stays shown until another model takes its place, whatever fails; a candidate moves
//! on only by the time that passed since its step began, and, where guards ask for measures, only when each was
//! reported in that time and holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ReleaseError;
use crate::resource::{EndpointSpec, Guard, Name, Promote, Step, Strategy};

/// What an endpoint shows, and what is on its way. Stored as JSON with each release.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Rollout {
    /// The model that each modeling shows.
    #[schema(value_type = BTreeMap<String, String>)]
    pub shown: BTreeMap<Name, String>,
    /// What it showed before, for an instant return.
    #[schema(value_type = BTreeMap<String, String>)]
    pub before: BTreeMap<Name, String>,
    /// The first modeling's next model, on its way.
    pub candidate: Option<Candidate>,
    /// The newest that was cooked while the candidate was on its way; it comes after it.
    pub waiting: Option<String>,
    /// The last one that was taken back.
    pub withdrawn: Option<Withdrawn>,
}

/// A model on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Candidate {
    /// Which.
    pub model: String,
    /// At which step of a canary, from 0.
    pub step: usize,
    /// Unix seconds: since when.
    pub since: i64,
}

/// A model that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Withdrawn {
    /// Which.
    pub model: String,
    /// Unix seconds: when.
    pub at: i64,
    /// Why, for people.
    pub why: String,
}

/// Something that was measured of a model, out of counts that shops report.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Of which model.
    pub model: String,
    /// What.
    pub metric: String,
    /// How much.
    pub value: f64,
    /// Unix seconds: when it was reported.
    pub at: i64,
}

/// What can happen to a rollout.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A modeling has a new model.
    Cooked {
        /// Which modeling.
        modeling: &'a Name,
        /// Its new model.
        model: &'a str,
    },
    /// Somebody wants the candidate shown now.
    Promote,
    /// Somebody wants what was there before: the candidate gone, or, without one, the earlier model back.
    Return {
        /// Of which modeling.
        modeling: &'a Name,
    },
    /// Somebody wants this model shown now.
    Put {
        /// Of which modeling.
        modeling: &'a Name,
        /// Which.
        model: &'a str,
    },
    /// Time passed, or the spec was changed.
    Time {
        /// What was reported of models lately.
        readings: &'a [Reading],
    },
}

impl Rollout {
    /// What comes of an event. An event that changes nothing gives an equal rollout.
    pub fn next(&self, spec: &EndpointSpec, event: Event<'_>, now: i64) -> Result<Self, ReleaseError> {
        let mut next = self.clone();
        next.fit(spec);
        match event {
            Event::Cooked { modeling, model } => next.take(spec, known(spec, modeling)?, model, now),
            Event::Promote => {
                let candidate = next.candidate.take().ok_or_else(|| nothing("promote"))?;
                next.show(first(spec)?, candidate.model);
            }
            Event::Return { modeling } => next.go_back(spec, known(spec, modeling)?, now)?,
            Event::Put { modeling, model } => {
                if known(spec, modeling)? == first(spec)? {
                    (next.candidate, next.waiting) = (None, None);
                }
                next.show(modeling, model.to_owned());
            }
            Event::Time { readings } => next.pass(spec, readings, now)?,
        }
        next.begin_waiting(spec, now);
        Ok(next)
    }

    /// Every model that it still needs.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        let coming = self.candidate.iter().map(|candidate| &candidate.model).chain(&self.waiting);
        self.shown.values().chain(self.before.values()).chain(coming).map(String::as_str)
    }

    /// Forgets what the spec no longer has.
    fn fit(&mut self, spec: &EndpointSpec) {
        self.shown.retain(|name, _| spec.modelings.contains(name));
        self.before.retain(|name, _| spec.modelings.contains(name));
        if let (Strategy::Canary { steps, .. }, Some(candidate)) = (&spec.strategy, &mut self.candidate) {
            candidate.step = candidate.step.min(steps.len().saturating_sub(1));
        }
    }

    fn take(&mut self, spec: &EndpointSpec, modeling: &Name, model: &str, now: i64) {
        let careful = matches!(spec.strategy, Strategy::BlueGreen { .. } | Strategy::Canary { .. });
        let is_known = self.models().any(|known| known == model);
        if is_known {
            // A cook that is told twice, as after a lost answer, changes nothing.
        } else if spec.modelings.first() != Some(modeling) || !careful || !self.shown.contains_key(modeling) {
            self.show(modeling, model.to_owned());
        } else if self.candidate.is_some() && matches!(spec.strategy, Strategy::Canary { .. }) {
            self.waiting = Some(model.to_owned());
        } else {
            self.candidate = Some(Candidate { model: model.to_owned(), step: 0, since: now });
        }
    }

    fn show(&mut self, modeling: &Name, model: String) {
        if self.shown.get(modeling) == Some(&model) {
            return;
        }
        if let Some(old) = self.shown.insert(modeling.clone(), model) {
            self.before.insert(modeling.clone(), old);
        }
    }

    fn go_back(&mut self, spec: &EndpointSpec, modeling: &Name, now: i64) -> Result<(), ReleaseError> {
        let why = "taken back by hand".to_owned();
        if modeling == first(spec)?
            && let Some(candidate) = self.candidate.take()
        {
            self.withdrawn = Some(Withdrawn { model: candidate.model, at: now, why });
            return Ok(());
        }
        // Once back, a second call must not bring the bad model again.
        let before = self.before.remove(modeling).ok_or_else(|| nothing("return to"))?;
        if let Some(model) = self.shown.insert(modeling.clone(), before) {
            self.withdrawn = Some(Withdrawn { model, at: now, why });
        }
        Ok(())
    }

    fn pass(&mut self, spec: &EndpointSpec, readings: &[Reading], now: i64) -> Result<(), ReleaseError> {
        let Some(candidate) = &self.candidate else { return Ok(()) };
        let passed = |minutes: u32| now.saturating_sub(candidate.since) >= i64::from(minutes) * 60;
        let show = match &spec.strategy {
            Strategy::BlueGreen { promote: Promote::Automatic, after_minutes } => {
                passed(after_minutes.unwrap_or_default())
            }
            Strategy::BlueGreen { promote: Promote::Manual, .. } => false,
            Strategy::Canary { steps, guards } => return self.step(spec, steps, guards, readings, now),
            // The strategy was changed to one that holds nothing back.
            Strategy::All | Strategy::Ab { .. } | Strategy::Shadow { .. } => true,
        };
        if show && let Some(candidate) = self.candidate.take() {
            self.show(first(spec)?, candidate.model);
        }
        Ok(())
    }

    fn step(
        &mut self,
        spec: &EndpointSpec,
        steps: &[Step],
        guards: &[Guard],
        readings: &[Reading],
        now: i64,
    ) -> Result<(), ReleaseError> {
        let Some(mut candidate) = self.candidate.take() else { return Ok(()) };
        let verdicts: Vec<Verdict> =
            guards.iter().map(|guard| judge(guard, &candidate, readings, now)).collect();
        if let Some(why) = verdicts.iter().find_map(|verdict| match verdict {
            Verdict::Broken(why) => Some(why.clone()),
            Verdict::Unknown | Verdict::Held => None,
        }) {
            self.withdrawn = Some(Withdrawn { model: candidate.model, at: now, why });
            return Ok(());
        }
        let minutes = steps.get(candidate.step).map_or(0, |step| i64::from(step.minutes));
        let long_enough = now.saturating_sub(candidate.since) >= minutes * 60;
        if !long_enough || verdicts.contains(&Verdict::Unknown) {
            self.candidate = Some(candidate);
        } else if candidate.step + 1 < steps.len() {
            candidate.step += 1;
            candidate.since = now;
            self.candidate = Some(candidate);
        } else {
            self.show(first(spec)?, candidate.model);
        }
        Ok(())
    }

    fn begin_waiting(&mut self, spec: &EndpointSpec, now: i64) {
        if self.candidate.is_none()
            && let (Some(model), Some(modeling)) = (self.waiting.take(), spec.modelings.first())
        {
            self.take(spec, modeling, &model, now);
        }
    }
}

/// What is known of a guard in the present step.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Verdict {
    /// Nobody reported the measure since the step began.
    Unknown,
    Held,
    Broken(String),
}

fn judge(guard: &Guard, candidate: &Candidate, readings: &[Reading], now: i64) -> Verdict {
    let counts = |reading: &&Reading| {
        reading.metric == guard.metric
            && reading.model == candidate.model
            && (candidate.since..=now).contains(&reading.at)
            && reading.value.is_finite()
    };
    let Some(last) = readings.iter().filter(counts).max_by_key(|reading| reading.at) else {
        return Verdict::Unknown;
    };
    let broken = |how: &str, bound: f64| {
        Verdict::Broken(format!("{} was {}, and has to be {how} {bound}", guard.metric, last.value))
    };
    match (guard.at_most, guard.at_least) {
        (Some(bound), _) if last.value > bound => broken("at most", bound),
        (_, Some(bound)) if last.value < bound => broken("at least", bound),
        _ => Verdict::Held,
    }
}

fn first(spec: &EndpointSpec) -> Result<&Name, ReleaseError> {
    spec.modelings.first().ok_or_else(|| ReleaseError::Strategy("the endpoint has no modeling".to_owned()))
}

fn known<'a>(spec: &EndpointSpec, modeling: &'a Name) -> Result<&'a Name, ReleaseError> {
    if spec.modelings.contains(modeling) {
        return Ok(modeling);
    }
    Err(ReleaseError::Strategy(format!("`{modeling}` is not one of the endpoint's modelings")))
}

fn nothing(what: &str) -> ReleaseError {
    ReleaseError::Nothing(what.to_owned())
}
