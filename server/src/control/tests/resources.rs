//! Resources: what a put does, what a condition stops, what a deletion takes along.

use super::*;
use crate::control::{Condition, ControlError, NewKey, Put};
use crate::resource::Kind;

async fn try_put(
    control: &Control,
    at: &str,
    json: Value,
    condition: Condition,
) -> Result<(Put, i64), ControlError> {
    let place = place(at);
    let spec = spec(&place, json);
    control.put(&place, &spec, condition, &actor()).await.map(|(put, resource)| (put, resource.revision))
}

#[tokio::test]
async fn an_equal_put_changes_nothing() {
    let bench = bench().await;
    let (put, first) = try_put(&bench, "acme", json!({ "title": "A" }), Condition::Always).await.unwrap();
    assert_eq!(put, Put::Created);
    let again = try_put(&bench, "acme", json!({ "title": "A" }), Condition::Always).await.unwrap();
    assert_eq!((again, records(&bench).await), ((Put::Unchanged, first), 1));
    let (put, second) = try_put(&bench, "acme", json!({ "title": "B" }), Condition::Always).await.unwrap();
    assert!(put == Put::Updated && second > first && records(&bench).await == 2);
    let record = &bench.audit(None, None, 1).await.unwrap()[0];
    assert_eq!((record.action.as_str(), record.place.as_str(), record.seq), ("put", "acme", second));
    assert_eq!(record.detail["fields"], json!([{ "at": "/title", "before": "A", "after": "B" }]));
}

#[tokio::test]
async fn conditions_hold_or_nothing_happens() {
    let bench = bench().await;
    let spec = || json!({ "title": "A" });
    for condition in [Condition::Present, Condition::Revision(1)] {
        let error = try_put(&bench, "acme", spec(), condition).await.unwrap_err();
        assert!(matches!(error, ControlError::Stale { .. }), "{error}");
    }
    let (_, first) = try_put(&bench, "acme", spec(), Condition::Absent).await.unwrap();
    for condition in [Condition::Absent, Condition::Revision(first + 1)] {
        // Even the same words again: who asks is told that it was not as thought.
        let error = try_put(&bench, "acme", spec(), condition).await.unwrap_err();
        assert!(matches!(error, ControlError::Stale { .. }), "{error}");
    }
    let (_, second) = try_put(&bench, "acme", json!({}), Condition::Revision(first)).await.unwrap();
    let error = bench.delete(&place("acme"), Condition::Revision(first), &actor()).await.unwrap_err();
    assert!(matches!(error, ControlError::Stale { .. }), "{error}");
    bench.delete(&place("acme"), Condition::Revision(second), &actor()).await.unwrap();
    let (_, third) = try_put(&bench, "acme", spec(), Condition::Always).await.unwrap();
    assert!(third > second, "a revision never comes again");
    assert_eq!(records(&bench).await, 4);
}

#[tokio::test]
async fn nothing_hangs_in_the_air() {
    let bench = bench().await;
    let error = try_put(&bench, "acme/modelings/shop", json!({ "source": "/d" }), Condition::Always).await;
    assert!(matches!(error.unwrap_err(), ControlError::Missing { what: "account", .. }));
    shop(&bench).await;
    let error =
        try_put(&bench, "acme/endpoints/x", json!({ "modelings": ["gone"] }), Condition::Always).await;
    assert!(error.unwrap_err().to_string().contains("no `acme/modelings/gone`"));
    for (at, why) in [("acme", "still holds"), ("acme/modelings/shop", "offers modeling `shop`")] {
        let error = bench.delete(&place(at), Condition::Always, &actor()).await.unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    let error = bench.delete(&place("nobody"), Condition::Always, &actor()).await.unwrap_err();
    assert!(matches!(error, ControlError::Missing { what: "account", .. }), "{error}");
    assert_eq!(records(&bench).await, 3, "what was refused changed nothing");
}

#[tokio::test]
async fn comparisons_of_one_layer_are_kept_apart() {
    let bench = bench().await;
    shop(&bench).await;
    try_put(&bench, "acme/modelings/rival", json!({ "source": "/d" }), Condition::Always).await.unwrap();
    let compares = |name: &str, from: u32, to: u32| {
        let arms = json!([{ "modeling": "shop", "weight": 1 }, { "modeling": "rival", "weight": 1 }]);
        let layer = json!({ "name": name, "from": from, "to": to });
        json!({ "modelings": ["shop", "rival"], "strategy": { "kind": "ab", "layer": layer, "arms": arms } })
    };
    let put = async |at: &str, spec: Value| try_put(&bench, at, spec, Condition::Always).await;
    put("acme/endpoints/home", compares("page", 0, 50)).await.unwrap();
    let error = put("acme/endpoints/cart", compares("page", 49, 100)).await.unwrap_err();
    assert!(
        error.to_string().contains("`acme/endpoints/home` has 0 to 50 percent of layer `page`"),
        "{error}"
    );
    put("acme/endpoints/cart", compares("page", 50, 100)).await.unwrap();
    put("acme/endpoints/mail", compares("letters", 0, 100)).await.unwrap();
    // An endpoint is not in its own way.
    put("acme/endpoints/home", compares("page", 0, 40)).await.unwrap();
}

#[tokio::test]
async fn a_deletion_takes_along_what_belongs_to_it() {
    let bench = bench().await;
    shop(&bench).await;
    let claim = claimed(&bench, "w", NOW).await;
    bench.delete(&endpoint(), Condition::Always, &actor()).await.unwrap();
    let error = bench.delete(&modeling(), Condition::Always, &actor()).await.unwrap_err();
    assert!(matches!(error, ControlError::UnderWay { .. }), "{error}");
    bench.publish(&claim, &model(&claim), NOW, newest).await.unwrap();
    let key = NewKey {
        account: Some("acme".parse().unwrap()),
        label: "k".to_owned(),
        hash: "h".to_owned(),
        prefix: "ck_".to_owned(),
        last_four: "1234".to_owned(),
        grants: json!([]),
        expires_ms: None,
    };
    bench.add_key(&key, &actor()).await.unwrap();
    bench.delete(&modeling(), Condition::Always, &actor()).await.unwrap();
    bench.delete(&place("acme"), Condition::Always, &actor()).await.unwrap();
    for sql in ["SELECT COUNT(*) FROM cook", "SELECT COUNT(*) FROM model", "SELECT COUNT(*) FROM key"] {
        assert_eq!(number(&bench, sql).await, 0, "{sql}");
    }
    assert!(bench.everything(None).await.unwrap().is_empty());
}

#[tokio::test]
async fn lists_come_in_pages_and_by_account() {
    let bench = bench().await;
    for account in ["acme", "acme-2", "b", "c", "d"] {
        put(&bench, account, json!({})).await;
    }
    put(&bench, "acme/modelings/shop", json!({ "source": "/d" })).await;
    put(&bench, "acme-2/modelings/shop", json!({ "source": "/d" })).await;
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = bench.resources(None, Kind::Account, after.as_ref(), 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.place.clone());
        seen.extend(page.into_iter().map(|resource| resource.place.to_string()));
    }
    assert_eq!(seen, ["acme", "acme-2", "b", "c", "d"]);
    let acme = "acme".parse().unwrap();
    let own = bench.resources(Some(&acme), Kind::Modeling, None, 9).await.unwrap();
    assert_eq!(
        own.iter().map(|resource| resource.place.to_string()).collect::<Vec<_>>(),
        ["acme/modelings/shop"]
    );
    assert_eq!(bench.everything(Some(&acme)).await.unwrap().len(), 2);
    assert_eq!(bench.resource(&place("acme/modelings/none")).await.unwrap(), None);
}
