//! What holds whatever happens: random histories of random strategies under random clocks.

use std::cell::RefCell;

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Step {
    Cooked(bool, u8),
    Promote,
    Return,
    Time(Vec<(bool, f64, i64)>),
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let reading = (any::<bool>(), prop_oneof![Just(0.0), Just(0.03), Just(1.0)], -100..100_i64);
    let step = prop_oneof![
        3 => (any::<bool>(), any::<u8>()).prop_map(|(first, model)| Step::Cooked(first, model)),
        1 => Just(Step::Promote),
        1 => Just(Step::Return),
        6 => prop::collection::vec(reading, 0..4).prop_map(Step::Time),
    ];
    // Clocks jump back as well.
    prop::collection::vec((-60..3_600_i64, step), 1..60)
}

proptest! {
    #[test]
    fn what_is_shown_stays_shown_and_nothing_moves_without_feedback(
        history in steps(),
        strategy in prop_oneof![Just(ALL), Just(MANUAL), Just(AUTOMATIC), Just(CANARY), Just(GUARDED), Just(AB)],
    ) {
        let spec = spec(strategy);
        let (shop, rival) = (name("shop"), name("rival"));
        let (mut now, mut rollout) = (1_000_000_i64, Rollout::default());
        let trace = RefCell::new(Vec::new());
        for (passed, step) in history {
            now += passed;
            let models = RefCell::new(String::new());
            let next = match &step {
                Step::Cooked(first, model) => {
                    *models.borrow_mut() = format!("m{model}");
                    let modeling = if *first { &shop } else { &rival };
                    rollout.next(&spec, Event::Cooked { modeling, model: &models.borrow() }, now).unwrap()
                }
                Step::Promote => rollout.next(&spec, Event::Promote, now).unwrap_or(rollout.clone()),
                Step::Return => {
                    rollout.next(&spec, Event::Return { modeling: &shop }, now).unwrap_or(rollout.clone())
                }
                Step::Time(readings) => {
                    let model = rollout.candidate.as_ref().map(|candidate| candidate.model.clone());
                    let readings: Vec<Reading> = readings
                        .iter()
                        .map(|(clicks, value, ago)| Reading {
                            model: model.clone().unwrap_or_default(),
                            metric: if *clicks { "clicks" } else { "errors" }.to_owned(),
                            value: *value,
                            at: now - ago,
                        })
                        .collect();
                    let next = rollout.next(&spec, Event::Time { readings: &readings }, now).unwrap();
                    let promoted = next.shown.get(&shop) != rollout.shown.get(&shop);
                    if strategy == GUARDED && promoted {
                        prop_assert!(readings.len() >= 2, "promoted without feedback: {:?}", trace.borrow());
                    }
                    if strategy == MANUAL {
                        prop_assert!(!promoted, "time promoted what a person shall");
                    }
                    next
                }
            };
            trace.borrow_mut().push((now, step));
            prop_assert!(rollout.shown.keys().all(|name| next.shown.contains_key(name)), "{:?}", trace.borrow());
            // Within one candidate's steps, its part only grows.
            if let (Some(old), Some(new)) = (&rollout.candidate, &next.candidate)
                && old.model == new.model
            {
                prop_assert!(new.step == old.step || (new.step == old.step + 1 && now >= old.since));
            }
            if let Some(offer) = next.offer(&web(), &spec) {
                prop_assert_eq!(Some(offer.models[0].model.as_str()),
                    shown(&next, "shop").or(shown(&next, "rival")));
                prop_assert!(next.models().any(|model| model == offer.models[0].model));
            }
            rollout = next;
        }
    }
}
