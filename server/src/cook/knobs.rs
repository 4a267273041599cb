//! The settings of training that are tuned, list by list, and the values that are tried.
//!
//! Values are coarse on purpose: a finer one would be chosen by noise, and change
//! every blob of the next cook. Deliberately none of them names data.

use std::collections::BTreeMap;

use cookshelf_core::ListKind;

use crate::train::{RidgeParams, TrainError, TrainParams};

/// One setting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Knob {
    /// As reports and settings files name it.
    pub(super) name: &'static str,
    /// Ascending.
    pub(super) values: &'static [f32],
    pub(super) get: fn(&TrainParams) -> f32,
    pub(super) set: fn(&mut TrainParams, f32),
}

const RIDGE: &[f32] = &[0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
const DROPOUT: &[f32] = &[0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5];
const SCALING: &[f32] = &[0.0, 0.15, 0.25, 0.35, 0.5, 0.65];
const FADING: &[f32] = &[0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];
const DAMPING: &[f32] = &[0.0, 0.1, 0.2, 0.3, 0.5];
const STEP: &[f32] = &[0.5, 0.625, 0.6875, 0.75, 0.8125, 0.875, 0.9375, 1.0];

macro_rules! knob {
    ($name:literal, $values:expr, $($field:ident).+) => {
        Knob { name: $name, values: $values, get: |of| of.$($field).+, set: |of, value| of.$($field).+ = value }
    };
}

/// How many entries a row keeps; more candidates are looked at than that.
macro_rules! kept {
    ($name:literal, $($field:ident).+) => {
        Knob {
            name: $name,
            values: &[],
            get: |of| of.$($field).+.kept as f32,
            set: |of, value| {
                let rows = &mut of.$($field).+;
                rows.kept = value as usize;
                rows.candidates = rows.candidates.max(2 * rows.kept);
            },
        }
    };
}

macro_rules! count {
    ($name:literal, $values:expr, $($field:ident).+) => {
        Knob {
            name: $name,
            values: $values,
            get: |of| of.$($field).+ as f32,
            set: |of, value| of.$($field).+ = value as usize,
        }
    };
}

const SIMILAR: &[Knob] = &[
    knob!("similar.ridge", RIDGE, similar.ridge),
    knob!("similar.dropout", DROPOUT, similar.dropout),
    knob!("similar.scaling", SCALING, similar.scaling),
    knob!("similar.fading", FADING, similar.fading),
];

const TOGETHER: &[Knob] = &[
    knob!("together.ridge", RIDGE, together.ridge),
    knob!("together.dropout", DROPOUT, together.dropout),
    knob!("together.scaling", SCALING, together.scaling),
    knob!("together.damping", DAMPING, together.damping),
    knob!("together.fading", FADING, together.fading),
];

const NEXT: &[Knob] = &[
    knob!("next.own", &[0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0], next.own),
    knob!("next.step", STEP, next.step),
    knob!("next.fading", FADING, next.fading),
    knob!("next.hops", &[0.0, 0.2, 0.4, 0.6, 0.8, 1.2], next.hops),
    knob!("next.scaling", &[0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0], next.scaling),
    knob!("next.backwards", &[0.0, 0.25, 0.5, 0.7, 0.85, 1.0], next.backwards),
    knob!("next.decay", &[0.4, 0.5, 0.6, 0.7, 0.8, 0.9], next.decay),
    count!("next.window", &[1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0], next.window),
];

const AGAIN: &[Knob] = &[
    knob!("again.start", &[0.0625, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0], again.start),
    knob!("again.fading", &[0.0, 0.0625, 0.125, 0.25, 0.5, 1.0, 2.0], again.fading),
    knob!("again.trust", &[0.5, 1.0, 2.0, 4.0, 8.0], again.trust),
    knob!("again.smoothing", &[3.0, 10.0, 30.0, 100.0], again.smoothing),
];

const PICKS: &[Knob] = &[
    knob!("picks.blend", &[0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 8.0], picks.blend),
    knob!("picks.ridge", RIDGE, picks.rows.ridge),
    knob!("picks.dropout", DROPOUT, picks.rows.dropout),
    knob!("picks.scaling", SCALING, picks.rows.scaling),
    knob!("picks.fading", FADING, picks.rows.fading),
    knob!("picks.damping", DAMPING, picks.rows.damping),
    knob!("factors.unchosen", &[0.02, 0.05, 0.1, 0.2, 0.3, 0.5], factors.alpha0),
    knob!("factors.ridge", &[0.01, 0.02, 0.0375, 0.075, 0.15, 0.3], factors.ridge),
    Knob {
        name: "picks.step",
        values: STEP,
        get: |of| of.picks.step,
        set: |of, value| (of.picks.step, of.factors.step) = (value, value),
    },
];

/// What is not tuned value by value: it has a price in bytes.
pub(super) const SIZES: &[Knob] = &[
    kept!("similar.kept", similar),
    count!("similar.candidates", &[], similar.candidates),
    kept!("together.kept", together),
    count!("together.candidates", &[], together.candidates),
    count!("next.kept", &[], next.kept),
    kept!("picks.kept", picks.rows),
    count!("picks.candidates", &[], picks.rows.candidates),
    count!("factors.dims", &[], factors.dims),
    count!("factors.rounds", &[], factors.rounds),
];

/// Every setting that may be given by name.
fn all() -> impl Iterator<Item = &'static Knob> {
    [SIMILAR, TOGETHER, NEXT, PICKS, AGAIN, SIZES].into_iter().flatten()
}

/// Takes over the settings that are given.
pub(super) fn pin(params: &mut TrainParams, pinned: &BTreeMap<String, f32>) -> Result<(), TrainError> {
    for (name, value) in pinned {
        let Some(knob) = all().find(|knob| knob.name == name) else {
            let known = all().map(|knob| knob.name).collect::<Vec<_>>().join(", ");
            return Err(TrainError::UnknownSetting { name: name.clone(), known });
        };
        (knob.set)(params, *value);
    }
    Ok(())
}

/// What is tuned for a list; nothing for lists without settings.
pub(super) fn knobs(list: ListKind) -> &'static [Knob] {
    match list {
        ListKind::Similar => SIMILAR,
        ListKind::Together => TOGETHER,
        ListKind::Next => NEXT,
        ListKind::Picks => PICKS,
        ListKind::Again => AGAIN,
        _ => &[],
    }
}

impl Knob {
    /// The place of the value that is nearest to the present one.
    pub(super) fn place(&self, params: &TrainParams) -> usize {
        let value = (self.get)(params);
        let off = |at: &usize| (self.values[*at] - value).abs();
        (0..self.values.len()).min_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0)
    }
}

/// Settings that factors are learned with, and nothing else of `picks` is.
pub(super) fn factor_key(params: &TrainParams) -> [u32; 3] {
    let factors = &params.factors;
    [factors.dims as u32, factors.alpha0.to_bits(), factors.ridge.to_bits()]
}

/// Settings that a regression is learned with.
pub(super) fn row_key(params: &RidgeParams) -> [u32; 6] {
    let RidgeParams { kept, ridge, dropout, scaling, fading, damping, .. } = params;
    [*kept as u32, ridge.to_bits(), dropout.to_bits(), scaling.to_bits(), fading.to_bits(), damping.to_bits()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_given_by_its_own_name() {
        for knob in all() {
            let mut params = TrainParams::recommended();
            let value = (knob.get)(&params) + 1.0;
            pin(&mut params, &BTreeMap::from([(knob.name.to_owned(), value)])).unwrap();
            let changed: Vec<&str> = all()
                .filter(|other| (other.get)(&params) != (other.get)(&TrainParams::recommended()))
                .map(|other| other.name)
                .collect();
            assert_eq!(changed, [knob.name]);
            assert_eq!((knob.get)(&params), value);
        }
    }

    #[test]
    fn a_setting_that_there_is_not_is_refused_with_those_that_are() {
        let mut params = TrainParams::recommended();
        let error =
            pin(&mut params, &BTreeMap::from([("next.onw".to_owned(), 1.0)])).unwrap_err().to_string();
        assert!(error.starts_with("there is no setting `next.onw` under [training]"), "{error}");
        assert!(error.contains("next.own"), "{error}");
        assert_eq!(params, TrainParams::recommended());
    }
}
