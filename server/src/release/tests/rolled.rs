//! Each strategy, event by event.

use super::*;

const TIME: Event<'_> = Event::Time { readings: &[] };

#[test]
fn without_a_strategy_the_newest_is_shown_and_one_can_return() {
    let shop = name("shop");
    let cooked = |model| Event::Cooked { modeling: &shop, model };
    let spec = spec(ALL);
    let rollout = after(&spec, &[(0, cooked("m1")), (1, cooked("m2"))]);
    assert_eq!(shown(&rollout, "shop"), Some("m2"));
    let back = rollout.next(&spec, Event::Return { modeling: &shop }, 120).unwrap();
    assert_eq!(shown(&back, "shop"), Some("m1"));
    assert_eq!(back.withdrawn.as_ref().unwrap().model, "m2");
    // Pressed twice, it does not bring the bad one again.
    let twice = back.next(&spec, Event::Return { modeling: &shop }, 121);
    assert_eq!(twice, Err(ReleaseError::Nothing("return to".to_owned())));
    let put = back.next(&spec, Event::Put { modeling: &shop, model: "m2" }, 130).unwrap();
    assert_eq!(shown(&put, "shop"), Some("m2"));
    let stranger = name("stranger");
    assert!(put.next(&spec, Event::Cooked { modeling: &stranger, model: "m3" }, 140).is_err());
}

#[test]
fn blue_green_by_hand() {
    let (shop, rival) = (name("shop"), name("rival"));
    let spec = spec(MANUAL);
    let cooked = |model| Event::Cooked { modeling: &shop, model };
    // The first one has nothing to stand beside.
    let rollout = after(&spec, &[(0, cooked("m1")), (1, cooked("m2")), (2, cooked("m3")), (9_999, TIME)]);
    assert_eq!(
        (shown(&rollout, "shop"), rollout.candidate.as_ref().unwrap().model.as_str()),
        (Some("m1"), "m3")
    );
    let other = rollout.next(&spec, Event::Cooked { modeling: &rival, model: "r1" }, 0).unwrap();
    assert_eq!(shown(&other, "rival"), Some("r1"), "only the first modeling is held back");
    let promoted = rollout.next(&spec, Event::Promote, 0).unwrap();
    assert_eq!((shown(&promoted, "shop"), &promoted.candidate), (Some("m3"), &None));
    assert_eq!(promoted.next(&spec, Event::Promote, 0), Err(ReleaseError::Nothing("promote".to_owned())));
    let back = promoted.next(&spec, Event::Return { modeling: &shop }, 0).unwrap();
    assert_eq!(shown(&back, "shop"), Some("m1"));
    let dropped = rollout.next(&spec, Event::Return { modeling: &shop }, 0).unwrap();
    assert_eq!((shown(&dropped, "shop"), &dropped.candidate), (Some("m1"), &None));
}

#[test]
fn blue_green_by_time() {
    let shop = name("shop");
    let spec = spec(AUTOMATIC);
    let cooked = |model| Event::Cooked { modeling: &shop, model };
    let rollout = after(&spec, &[(0, cooked("m1")), (100, cooked("m2")), (129, TIME)]);
    assert_eq!(shown(&rollout, "shop"), Some("m1"));
    // A clock that went back promotes nothing.
    assert_eq!(rollout.next(&spec, TIME, 50 * 60).unwrap(), rollout);
    let promoted = rollout.next(&spec, TIME, 130 * 60).unwrap();
    assert_eq!(shown(&promoted, "shop"), Some("m2"));
}

#[test]
fn a_canary_takes_its_steps_in_time() {
    let shop = name("shop");
    let spec = spec(CANARY);
    let cooked = |model| Event::Cooked { modeling: &shop, model };
    let start = [(0, cooked("m1")), (100, cooked("m2"))];
    let at = |events: &[(i64, Event<'_>)]| after(&spec, &[&start[..], events].concat());
    assert_eq!(at(&[(109, TIME)]).candidate.unwrap().step, 0);
    let second = at(&[(110, TIME)]);
    assert_eq!(
        second.candidate.as_ref().unwrap(),
        &Candidate { model: "m2".to_owned(), step: 1, since: 6_600 }
    );
    // Each step lasts as long as it shall, however late its turn came.
    assert_eq!(at(&[(500, TIME), (501, TIME)]).candidate.unwrap().step, 1);
    let done = at(&[(110, TIME), (130, TIME)]);
    assert_eq!((shown(&done, "shop"), &done.candidate), (Some("m2"), &None));
    // A cook in the meantime waits; only the newest does.
    let waits = at(&[(105, cooked("m3")), (106, cooked("m4"))]);
    assert_eq!((waits.candidate.unwrap().model.as_str(), waits.waiting.as_deref()), ("m2", Some("m4")));
    let then = at(&[(105, cooked("m3")), (106, cooked("m4")), (110, TIME), (130, TIME)]);
    assert_eq!(shown(&then, "shop"), Some("m2"));
    assert_eq!(then.candidate.unwrap(), Candidate { model: "m4".to_owned(), step: 0, since: 7_800 });
}

fn reading(metric: &str, value: f64, minute: i64) -> Reading {
    Reading { model: "m2".to_owned(), metric: metric.to_owned(), value, at: minute * 60 }
}

#[test]
fn no_feedback_no_promotion() {
    let shop = name("shop");
    let spec = spec(GUARDED);
    let cooked = |model| Event::Cooked { modeling: &shop, model };
    let rollout = after(&spec, &[(0, cooked("m1")), (100, cooked("m2"))]);
    let step = |readings: &[Reading]| {
        let next = rollout.next(&spec, Event::Time { readings }, 9_999 * 60).unwrap();
        next.candidate.map(|candidate| candidate.step)
    };
    let (clicks, errors) = (reading("clicks", 0.03, 105), reading("errors", 0.0, 106));
    assert_eq!(step(&[]), Some(0));
    assert_eq!(step(std::slice::from_ref(&clicks)), Some(0), "one of two guards");
    assert_eq!(step(&[clicks.clone(), errors.clone()]), Some(1));
    for useless in [
        reading("errors", f64::NAN, 106),
        reading("errors", 0.0, 99),
        reading("errors", 0.0, 10_000),
        Reading { model: "m1".to_owned(), ..errors },
    ] {
        assert_eq!(step(&[clicks.clone(), useless.clone()]), Some(0), "{useless:?}");
    }
}

#[test]
fn a_canary_whose_guard_fails_returns_by_itself() {
    let shop = name("shop");
    let spec = spec(GUARDED);
    let cooked = |model| Event::Cooked { modeling: &shop, model };
    let rollout = after(&spec, &[(0, cooked("m1")), (100, cooked("m2")), (101, cooked("m3"))]);
    // The last report counts, at once and not only at the end of the step.
    let bad = [reading("clicks", 0.03, 101), reading("clicks", 0.01, 102), reading("errors", 0.0, 102)];
    let next = rollout.next(&spec, Event::Time { readings: &bad }, 102 * 60).unwrap();
    let withdrawn = next.withdrawn.as_ref().unwrap();
    assert_eq!((shown(&next, "shop"), withdrawn.model.as_str()), (Some("m1"), "m2"));
    assert_eq!(withdrawn.why, "clicks was 0.01, and has to be at least 0.02");
    assert_eq!(next.candidate.unwrap().model, "m3", "the one that waited has its turn");
}

#[test]
fn a_strategy_that_holds_nothing_back_shows_what_was_held_back() {
    let shop = name("shop");
    let cooked = |model| Event::Cooked { modeling: &shop, model };
    let rollout = after(&spec(MANUAL), &[(0, cooked("m1")), (1, cooked("m2"))]);
    assert_eq!(shown(&rollout.next(&spec(ALL), TIME, 60).unwrap(), "shop"), Some("m2"));
    // A canary with fewer steps than the candidate has gone is at its last one.
    let mut far = after(&spec(CANARY), &[(0, cooked("m1")), (1, cooked("m2"))]);
    far.candidate.as_mut().unwrap().step = 9;
    assert_eq!(far.next(&spec(CANARY), TIME, 60).unwrap().candidate.unwrap().step, 1);
}

#[test]
fn a_cook_that_is_told_twice_changes_nothing() {
    let shop = name("shop");
    for strategy in [ALL, MANUAL, CANARY] {
        let spec = spec(strategy);
        let cooked = |model| Event::Cooked { modeling: &shop, model };
        let rollout = after(&spec, &[(0, cooked("m1")), (1, cooked("m2"))]);
        for model in ["m1", "m2"] {
            assert_eq!(rollout.next(&spec, cooked(model), 600).unwrap(), rollout, "{strategy} {model}");
        }
        let json = serde_json::to_string(&rollout).unwrap();
        assert_eq!(serde_json::from_str::<Rollout>(&json).unwrap(), rollout);
    }
}
