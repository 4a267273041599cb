//! Who gets what of a rollout, in the words of a manifest: models in order, and arms in ten-thousandths.
//!
//! Knows nobody: a device finds its own arm. Invariant: weights of a division add up to all buckets, and a canary
//! that grows keeps whoever it had.

use cookshelf_core::bucket::BUCKETS;

use super::rollout::Rollout;
use crate::publish::{Arm, Division, LayerPart, Report, Strategy as Shown};
use crate::resource::{Arm as SpecArm, EndpointSpec, Layer, Name, Place, ShadowReport, Strategy};

/// What an endpoint offers right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Models by their name in the manifest; the first is everybody's.
    pub models: Vec<Offered>,
    /// Who gets which.
    pub strategy: Shown,
}

/// One model on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Its modeling's name; with `+next` when it is a candidate.
    pub name: String,
    /// Which.
    pub model: String,
}

impl Rollout {
    /// What `endpoint` offers; `None` until a model is shown.
    pub fn offer(&self, endpoint: &Place, spec: &EndpointSpec) -> Option<Offer> {
        let shown = |name: &Name| {
            let model = self.shown.get(name)?.clone();
            Some(Offered { name: name.to_string(), model })
        };
        let mut models: Vec<Offered> = spec.modelings.iter().filter_map(shown).collect();
        let first = models.first()?.name.clone();
        let place = |name: &Name| models.iter().position(|model| model.name == name.as_str());
        let strategy = match &spec.strategy {
            Strategy::All => Shown::All,
            Strategy::BlueGreen { .. } => Shown::BlueGreen { preview: None },
            Strategy::Canary { .. } => Shown::All,
            Strategy::Ab { salt, layer, holdout_percent, arms } => {
                let layer = layer.as_ref().map(|layer| part_of(endpoint.account(), layer));
                let salt = salt.clone().unwrap_or_else(|| endpoint.to_string());
                compare(arms, holdout_percent.unwrap_or(0), place).map_or(Shown::All, |(coverage, arms)| {
                    Shown::Ab(Division { salt, coverage, layer, arms })
                })
            }
            Strategy::Shadow { modeling, report } => place(modeling)
                .filter(|model| *model > 0)
                .map_or(Shown::All, |model| Shown::Shadow { model, report: reported(*report) }),
        };
        let Some(candidate) = &self.candidate else { return Some(Offer { models, strategy }) };
        let strategy = match &spec.strategy {
            Strategy::BlueGreen { .. } => Shown::BlueGreen { preview: Some(models.len()) },
            Strategy::Canary { steps, .. } => {
                let percent = steps.get(candidate.step).map_or(0, |step| step.percent.min(100)) as u16;
                let next = percent * (BUCKETS / 100);
                let arms = vec![arm("next", next, models.len()), arm("current", BUCKETS - next, 0)];
                // A salt of its own, so that it is not always the same people who try what is new.
                let salt = format!("{endpoint}#{}", candidate.model);
                Shown::Canary(Division { salt, coverage: BUCKETS, layer: None, arms })
            }
            Strategy::All | Strategy::Ab { .. } | Strategy::Shadow { .. } => {
                return Some(Offer { models, strategy });
            }
        };
        models.push(Offered { name: format!("{first}+next"), model: candidate.model.clone() });
        Some(Offer { models, strategy })
    }
}

fn arm(name: &str, weight: u16, model: usize) -> Arm {
    Arm { name: name.to_owned(), weight, model }
}

fn reported(report: ShadowReport) -> Report {
    match report {
        ShadowReport::Off => Report::Off,
        ShadowReport::Counts => Report::Counts,
    }
}

/// Coverage and arms of a comparison; `None` while one of its arms has nothing to show.
fn compare(
    arms: &[SpecArm],
    holdout_percent: u32,
    place: impl Fn(&Name) -> Option<usize>,
) -> Option<(u16, Vec<Arm>)> {
    let all: u64 = arms.iter().map(|arm| u64::from(arm.weight)).sum();
    // Ends are rounded, not weights, so that they add up.
    let end = |sum: u64| ((sum * u64::from(BUCKETS) + all / 2) / all.max(1)) as u16;
    let mut sum = 0;
    let named = arms.iter().map(|spec| {
        let start = end(sum);
        sum += u64::from(spec.weight);
        place(&spec.modeling).map(|model| arm(spec.modeling.as_str(), end(sum) - start, model))
    });
    let coverage = BUCKETS - holdout_percent.min(100) as u16 * (BUCKETS / 100);
    Some((coverage, named.collect::<Option<Vec<_>>>()?))
}

/// A part of a layer, in the words of a manifest. The layers of two accounts have nothing in common.
fn part_of(account: &Name, Layer { name, from, to }: &Layer) -> LayerPart {
    let end = |percent: u32| percent.min(100) as u16 * (BUCKETS / 100);
    LayerPart { salt: format!("{account}#{name}"), from: end(*from), to: end(*to) }
}
