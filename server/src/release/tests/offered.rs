//! What an endpoint offers to devices.

use cookshelf_core::bucket::variant;

use super::*;
use crate::publish::{Arm, Division, LayerPart, Report, Strategy};

fn arm(name: &str, weight: u16, model: usize) -> Arm {
    Arm { name: name.to_owned(), weight, model }
}

fn offer(rollout: &Rollout, strategy: &str) -> (Vec<String>, Strategy) {
    let offer = rollout.offer(&web(), &spec(strategy)).unwrap();
    let models = offer.models.iter().map(|model| format!("{}={}", model.name, model.model)).collect();
    (models, offer.strategy)
}

/// `shop` shows m1 and has m2 after it; `rival` shows r1.
fn both(strategy: &str) -> Rollout {
    let (shop, rival) = (name("shop"), name("rival"));
    let events = [
        (0, Event::Cooked { modeling: &shop, model: "m1" }),
        (1, Event::Cooked { modeling: &rival, model: "r1" }),
        (2, Event::Cooked { modeling: &shop, model: "m2" }),
    ];
    after(&spec(strategy), &events)
}

#[test]
fn nothing_is_offered_before_there_is_a_model() {
    assert_eq!(Rollout::default().offer(&web(), &spec(ALL)), None);
    // What is there is shown, even when it is not of the first modeling.
    let rival = name("rival");
    let rollout = after(&spec(ALL), &[(0, Event::Cooked { modeling: &rival, model: "r1" })]);
    assert_eq!(offer(&rollout, ALL), (vec!["rival=r1".to_owned()], Strategy::All));
    for strategy in [AB, SHADOW] {
        assert_eq!(offer(&rollout, strategy).1, Strategy::All, "{strategy}");
    }
}

#[test]
fn each_strategy_is_said_in_models_and_arms() {
    let all = vec!["shop=m2".to_owned(), "rival=r1".to_owned()];
    assert_eq!(offer(&both(ALL), ALL), (all.clone(), Strategy::All));
    let held: Vec<String> = ["shop=m1", "rival=r1", "shop+next=m2"].map(str::to_owned).to_vec();
    assert_eq!(offer(&both(MANUAL), MANUAL), (held.clone(), Strategy::BlueGreen { preview: Some(2) }));
    let canary = Division {
        salt: "acme/endpoints/web#m2".to_owned(),
        coverage: 10_000,
        layer: None,
        arms: vec![arm("next", 500, 2), arm("current", 9_500, 0)],
    };
    assert_eq!(offer(&both(CANARY), CANARY), (held, Strategy::Canary(canary)));
    let ab = Division {
        salt: "acme/endpoints/web".to_owned(),
        coverage: 9_000,
        layer: None,
        arms: vec![arm("shop", 3_333, 0), arm("rival", 6_667, 1)],
    };
    assert_eq!(offer(&both(AB), AB), (all.clone(), Strategy::Ab(ab)));
    assert_eq!(offer(&both(SHADOW), SHADOW), (all, Strategy::Shadow { model: 1, report: Report::Counts }));
}

#[test]
fn a_comparison_has_its_part_of_a_layer_of_the_account() {
    let within = AB.replace(r#""kind":"ab""#, r#""kind":"ab","layer":{"name":"page","from":25,"to":60}"#);
    assert_ne!(within, AB);
    let offer = both(&within).offer(&web(), &spec(&within)).unwrap();
    let Strategy::Ab(division) = offer.strategy else { panic!("{:?}", offer.strategy) };
    let part = LayerPart { salt: "acme#page".to_owned(), from: 2_500, to: 6_000 };
    assert_eq!(division.layer, Some(part));
}

#[test]
fn a_canary_keeps_whom_it_has_and_another_takes_others() {
    let weights = |strategy: &Strategy| match strategy {
        Strategy::Canary(division) => division.arms.iter().map(|arm| arm.weight).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let first = both(CANARY);
    let second = first.next(&spec(CANARY), Event::Time { readings: &[] }, 900).unwrap();
    let (early, late) = (weights(&offer(&first, CANARY).1), weights(&offer(&second, CANARY).1));
    let salt = "acme/endpoints/web#m2";
    let people: Vec<String> = (0..5_000).map(|n| format!("device {n}")).collect();
    let has = |salt, weights: &[u16], id| variant(salt, id, 10_000, weights) == Some(0);
    assert!(people.iter().all(|id| !has(salt, &early, id) || has(salt, &late, id)));
    let again = people.iter().filter(|id| has(salt, &early, id) && has("acme/endpoints/web#m3", &early, id));
    assert!(again.count() < 50, "the same people would try every new model");
}
