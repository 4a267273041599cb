//! The audit: one record each, and every tampering found.

use super::*;
use crate::control::Chain;

#[tokio::test]
async fn a_denial_is_one_record_in_one_line() {
    let bench = bench().await;
    let actor = Actor::new("key:1\nfake line", &"r".repeat(500), NOW);
    bench.deny(&actor, "put", Some(&modeling()), "no\nrole").await.unwrap();
    bench.deny(&actor, "keys", None, "no role").await.unwrap();
    let records = bench.audit(None, None, 10).await.unwrap();
    assert_eq!(
        records.iter().map(|record| record.place.as_str()).collect::<Vec<_>>(),
        ["*", "acme/modelings/shop"]
    );
    let first = &records[1];
    assert_eq!((first.outcome.as_str(), first.seq, first.at_ms), ("denied", 1, NOW));
    assert!(!first.actor.contains('\n') && first.request.len() == 200, "{first:?}");
    assert_eq!(first.detail, json!({ "why": "no\u{fffd}role" }));
    let acme = "acme".parse().unwrap();
    assert_eq!(bench.audit(Some(&acme), None, 10).await.unwrap().len(), 1);
    assert_eq!(bench.audit(None, Some(2), 10).await.unwrap()[0].seq, 1);
}

#[tokio::test]
async fn every_tampering_is_found_where_it_begins() {
    let tampering = [
        ("UPDATE audit SET actor = 'somebody' WHERE seq = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE seq = 3", 3),
        ("UPDATE audit SET at_ms = at_ms + 1 WHERE seq = 3", 3),
        ("UPDATE audit SET outcome = 'done' WHERE seq = 3", 3),
        ("UPDATE audit SET place = 'b' WHERE seq = 3", 3),
        ("UPDATE audit SET request = '' WHERE seq = 3", 3),
        ("UPDATE audit SET action = 'get' WHERE seq = 3", 3),
        ("UPDATE audit SET hash = 'x' WHERE seq = 3", 3),
        ("UPDATE audit SET detail = 'x' WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq >= 4", 4),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET seq = seq + 10 WHERE seq >= 4", 4),
        ("UPDATE head SET hash = (SELECT hash FROM audit WHERE seq = 4), seq = 5", 5),
    ];
    for (sql, place) in tampering {
        let bench = bench().await;
        for count in 0..5 {
            bench.deny(&actor(), "put", None, &format!("{count}")).await.unwrap();
        }
        assert_eq!(records(&bench).await, 5);
        meddle(&bench, sql).await;
        match bench.verify_audit().await.unwrap() {
            Chain::Broken { seq, .. } => assert_eq!(seq, place, "{sql}"),
            whole => panic!("{sql}: {whole:?}"),
        }
    }
}

#[tokio::test]
async fn an_empty_audit_is_whole() {
    let bench = bench().await;
    assert_eq!(records(&bench).await, 0);
    assert_eq!(bench.audit(None, None, 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_chain_longer_than_a_page_is_followed_to_its_end() {
    let bench = bench().await;
    for count in 0..1_030 {
        bench.deny(&at(NOW + count), "put", None, "x").await.unwrap();
    }
    assert_eq!(records(&bench).await, 1_030);
    meddle(&bench, "UPDATE audit SET actor = 'x' WHERE seq = 1017").await;
    assert!(matches!(bench.verify_audit().await.unwrap(), Chain::Broken { seq: 1_017, .. }));
}

#[tokio::test]
async fn records_come_in_order_page_after_page_and_a_changed_one_shows() {
    let bench = bench().await;
    shop(&bench).await;
    put(&bench, "other", json!({})).await;
    let all = bench.audit_after(None, 0, 100).await.unwrap();
    assert_eq!(all.iter().map(|record| record.seq).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(bench.audit_after(None, 1, 2).await.unwrap(), all[1..3]);
    let of_other = bench.audit_after(Some(place("other").account()), 0, 100).await.unwrap();
    assert_eq!(of_other, all[3..]);
    assert!(all.iter().all(crate::control::AuditRecord::is_whole));
    meddle(&bench, "UPDATE audit SET actor = 'somebody else' WHERE seq = 2").await;
    let changed = bench.audit_after(None, 1, 1).await.unwrap();
    assert!(!changed[0].is_whole());
}
