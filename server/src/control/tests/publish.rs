//! Publishing: a model and its releases together or not at all.

use super::*;
use crate::control::{Condition, ControlError, CookState};

#[tokio::test]
async fn a_publish_is_a_model_its_releases_and_one_record() {
    let bench = bench().await;
    shop(&bench).await;
    put(&bench, "acme/modelings/other", json!({ "source": "/d" })).await;
    put(&bench, "acme/endpoints/both", json!({ "modelings": ["other", "shop"] })).await;
    put(&bench, "acme/endpoints/without", json!({ "modelings": ["other"] })).await;
    let claim = claimed(&bench, "w", NOW).await;
    let before = records(&bench).await;
    let published = bench.publish(&claim, &model(&claim), NOW + 5, newest).await.unwrap();
    assert_eq!(records(&bench).await, before + 1);
    let released: Vec<_> =
        published.releases.iter().map(|release| (release.place.to_string(), release.sequence)).collect();
    assert_eq!(released, [("acme/endpoints/both".to_owned(), 1), ("acme/endpoints/web".to_owned(), 1)]);
    assert_eq!(
        published.releases[1].envelope.as_deref(),
        Some(&*format!("acme/endpoints/web#1: {}", claim.cook))
    );
    let cook = bench.cook(&claim.cook).await.unwrap().unwrap();
    assert_eq!((cook.state, cook.ended_ms), (CookState::Published, Some(NOW + 5)));
    assert_eq!(cook.report, Some(json!({ "ok": true })));
    assert_eq!(bench.model(&claim.cook).await.unwrap(), Some(published.model.clone()));
    assert_eq!(bench.models(&modeling(), None, 9).await.unwrap(), [published.model]);
    let record = &bench.audit(None, None, 1).await.unwrap()[0];
    assert_eq!((record.action.as_str(), record.actor.as_str()), ("cook.publish", "worker:w"));
    assert_eq!(record.detail["releases"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn the_composer_is_told_what_holds_at_this_moment() {
    let bench = bench().await;
    shop(&bench).await;
    let first = claimed(&bench, "w", NOW).await;
    bench.publish(&first, &model(&first), NOW, newest).await.unwrap();
    // Asked for at a replica whose clock is behind: newest is what was published last.
    let second = claimed(&bench, "w", NOW - 9_000).await;
    let told = std::sync::Mutex::new(None);
    let compose = |facts: &EndpointFacts| {
        *told.lock().unwrap() = Some(facts.clone());
        Ok(None)
    };
    let published = bench.publish(&second, &model(&second), NOW + 2, compose).await.unwrap();
    assert_eq!(published.releases, [], "an endpoint may leave a model");
    let facts = told.into_inner().unwrap().unwrap();
    assert_eq!((facts.sequence, facts.now_ms, facts.place), (2, NOW + 2, endpoint()));
    assert_eq!(facts.latest.unwrap().sequence, 1);
    let ids: Vec<&str> = facts.models[modeling().name()].iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, [&second.cook, &first.cook]);
    assert_eq!((facts.spec.valid_hours, facts.keys), (168, vec![]));
}

#[tokio::test]
async fn what_cannot_be_composed_publishes_nothing() {
    let bench = bench().await;
    shop(&bench).await;
    let claim = claimed(&bench, "w", NOW).await;
    let before = records(&bench).await;
    let error = bench.publish(&claim, &model(&claim), NOW, |_| Err("no key".to_owned())).await.unwrap_err();
    assert!(matches!(&error, ControlError::Composing { message } if message == "no key"), "{error}");
    assert_eq!((records(&bench).await, number(&bench, "SELECT COUNT(*) FROM model").await), (before, 0));
    assert_eq!(bench.cook(&claim.cook).await.unwrap().unwrap().state, CookState::Running);
    bench.publish(&claim, &model(&claim), NOW, newest).await.unwrap();
}

#[tokio::test]
async fn publishing_twice_publishes_once() {
    let bench = bench().await;
    shop(&bench).await;
    let claim = claimed(&bench, "w", NOW).await;
    let first = bench.publish(&claim, &model(&claim), NOW, newest).await.unwrap();
    let before = records(&bench).await;
    let again = bench.publish(&claim, &model(&claim), NOW + 9, newest).await.unwrap();
    assert_eq!((again.model, again.releases), (first.model, vec![]));
    assert_eq!(
        (records(&bench).await, bench.releases(&endpoint(), None, 9).await.unwrap().len()),
        (before, 1)
    );
}

#[tokio::test]
async fn a_report_that_is_too_long_is_refused() {
    let bench = bench().await;
    shop(&bench).await;
    let claim = claimed(&bench, "w", NOW).await;
    let long = NewModel { report: json!("x".repeat(5 << 20)), ..model(&claim) };
    let error = bench.publish(&claim, &long, NOW, newest).await.unwrap_err();
    assert!(error.to_string().contains("at most"), "{error}");
    assert_eq!(bench.resource(&modeling()).await.unwrap().map(|found| found.place), Some(modeling()));
    bench.delete(&endpoint(), Condition::Always, &actor()).await.unwrap();
}
