//! Keys of the API and keys that sign.

use super::*;
use crate::control::{ControlError, KeyRecord, NewKey, NewSigningKey, SigningKeyState};

fn key(account: Option<&str>, hash: &str) -> NewKey {
    NewKey {
        account: account.map(|name| name.parse().unwrap()),
        label: "till".to_owned(),
        hash: hash.to_owned(),
        prefix: "ck_live_abc".to_owned(),
        last_four: "wxyz".to_owned(),
        grants: json!([{ "place": "acme", "role": "reader" }]),
        expires_ms: Some(NOW + 1_000),
    }
}

#[tokio::test]
async fn a_key_is_found_by_its_hash_until_it_is_forgotten() {
    let bench = bench().await;
    shop(&bench).await;
    let made = bench.add_key(&key(Some("acme"), "hash-1"), &actor()).await.unwrap();
    let server = bench.add_key(&key(None, "hash-2"), &at(NOW + 1)).await.unwrap();
    assert_eq!(bench.key_by_hash("hash-1").await.unwrap(), Some(made.clone()));
    assert_eq!(bench.key(&server.id).await.unwrap(), Some(server.clone()));
    assert_eq!(bench.key_by_hash("hash").await.unwrap(), None);
    assert_eq!(made.grants, json!([{ "place": "acme", "role": "reader" }]));
    let ids = |keys: Vec<KeyRecord>| keys.into_iter().map(|key| key.id).collect::<Vec<_>>();
    assert_eq!(ids(bench.keys(None, None, 9).await.unwrap()), [server.id.clone(), made.id.clone()]);
    let acme = "acme".parse().unwrap();
    assert_eq!(bench.keys(Some(&acme), None, 9).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(bench.keys(None, Some(&server.id), 9).await.unwrap(), std::slice::from_ref(&made));
    let error = bench.add_key(&key(Some("nobody"), "hash-3"), &actor()).await.unwrap_err();
    assert!(matches!(error, ControlError::Missing { what: "account", .. }), "{error}");

    let revoked = bench.revoke_key(&made.id, &at(NOW + 5)).await.unwrap();
    assert_eq!(revoked.revoked_ms, Some(NOW + 5));
    let before = records(&bench).await;
    assert_eq!(bench.revoke_key(&made.id, &at(NOW + 9)).await.unwrap(), revoked);
    assert_eq!(records(&bench).await, before, "once is enough");
    assert_eq!(bench.key_by_hash("hash-1").await.unwrap(), Some(revoked));
    assert!(matches!(bench.revoke_key("x", &actor()).await, Err(ControlError::Missing { .. })));
    let all = serde_json::to_string(&bench.audit(None, None, 99).await.unwrap()).unwrap();
    assert!(!all.contains("hash-1") && all.contains("key.revoke"), "{all}");
}

#[tokio::test]
async fn the_date_of_last_use_is_written_once_a_minute() {
    let bench = bench().await;
    let made = bench.add_key(&key(None, "h"), &actor()).await.unwrap();
    let before = records(&bench).await;
    for (now, noted) in [(NOW, NOW), (NOW + 59_999, NOW), (NOW + 60_000, NOW + 60_000)] {
        let key = bench.key(&made.id).await.unwrap().unwrap();
        bench.touch_key(&key, now).await.unwrap();
        assert_eq!(bench.key(&made.id).await.unwrap().unwrap().last_used_ms, Some(noted), "{now}");
    }
    assert_eq!(records(&bench).await, before);
}

#[tokio::test]
async fn signing_keys_turn_over_with_overlap() {
    let bench = bench().await;
    shop(&bench).await;
    let new = |id: &str| NewSigningKey { id: id.to_owned(), public: format!("public {id}") };
    let states = |keys: Vec<crate::control::SigningKey>| {
        keys.into_iter().map(|key| (key.id, key.state)).collect::<std::collections::BTreeMap<_, _>>()
    };
    let turned = bench.turn_keys(&endpoint(), &new("a"), &new("b"), &actor()).await.unwrap();
    let expected = [("a", SigningKeyState::Current), ("b", SigningKeyState::Next)];
    assert_eq!(states(turned), expected.map(|(id, state)| (id.to_owned(), state)).into());
    let turned = bench.turn_keys(&endpoint(), &new("unused"), &new("c"), &at(NOW + 1)).await.unwrap();
    let expected =
        [("a", SigningKeyState::Retired), ("b", SigningKeyState::Current), ("c", SigningKeyState::Next)];
    assert_eq!(states(turned), expected.map(|(id, state)| (id.to_owned(), state)).into());
    assert_eq!(bench.signing_keys(&endpoint()).await.unwrap().len(), 3);
    let told = std::sync::Mutex::new(0);
    let compose = |facts: &EndpointFacts| {
        *told.lock().unwrap() = facts.keys.len();
        Ok(None)
    };
    bench.release(&endpoint(), "release", &actor(), compose).await.unwrap();
    assert_eq!(told.into_inner().unwrap(), 3);
    let error = bench.turn_keys(&modeling(), &new("x"), &new("y"), &actor()).await.unwrap_err();
    assert!(matches!(error, ControlError::Missing { what: "endpoint", .. }), "{error}");
}
