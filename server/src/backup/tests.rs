//! From one database into the other and back; files that were cut or changed; processes that stop in the middle.

use std::io::Cursor;

use bytes::Bytes;
use cookshelf_core::{Index, Located, Place as Where, SectionKey, SectionKind};
use serde_json::json;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{BackupError, check, prove, restore, write};
use crate::announce;
use crate::artifacts::{ArtifactPath, Artifacts, Lot};
use crate::control::faults::Lasting;
use crate::control::tests::bench::Bench;
use crate::control::{
    Actor, Cell, ClaimRules, Condition, Control, ControlError, NewKey, NewModel, Once, Wanted,
};
use crate::publish::{hex, name_of};
use crate::release::{Event, MasterSecret};
use crate::resource::{Place, Spec};
use crate::storage::Credentials;

const NOW: i64 = 1_800_000_000_000;

fn place(text: &str) -> Place {
    text.parse().unwrap()
}

fn actor() -> Actor {
    Actor::new("test", "r", NOW)
}

fn store() -> (TempDir, Artifacts) {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().join("a").display().to_string();
    (folder, Artifacts::open(&at, &Credentials::default()).unwrap())
}

/// A server with an account, a key, a model that is offered, and an odd text or two.
async fn fill(control: &Control, artifacts: &Artifacts, secret: &MasterSecret) {
    let put = async |at: &str, json: serde_json::Value| {
        let spec = Spec::of_value(place(at).kind(), json).unwrap();
        let once = Once { scope: at.to_owned(), key: "k".to_owned(), request_hash: "h".to_owned() };
        control.put(&place(at), &spec, Condition::Always, &actor().once(once)).await.unwrap();
    };
    put("acme", json!({ "title": "Tee & Töpfe \"[{\u{1F375}" })).await;
    put("acme/modelings/shop", json!({ "source": "/data", "leastMinutesBetween": 0 })).await;
    put("acme/endpoints/web", json!({ "modelings": ["shop"] })).await;
    let key = NewKey {
        account: None,
        label: "first".to_owned(),
        hash: "aa".repeat(32),
        prefix: "ck_key".to_owned(),
        last_four: "beef".to_owned(),
        grants: json!([]),
        expires_ms: None,
    };
    control.add_key(&key, &actor()).await.unwrap();
    control.enqueue(&place("acme/modelings/shop"), Wanted::Manual, &actor()).await.unwrap();
    let rules = ClaimRules { lease_ms: 60_000, most_attempts: 3 };
    let claim = control.claim("w", NOW, &rules).await.unwrap().unwrap();
    let ids = Bytes::from("ids of the items\n");
    let at = |blob: &Bytes| Where { hash: name_of(&Sha256::digest(blob).into()), size: blob.len() as u32 };
    let located = Located { key: SectionKey::single(SectionKind::Ids), place: at(&ids) };
    let index = Bytes::from(Index::new(vec![located]).unwrap().encode().unwrap());
    let named = |blob: &Bytes| json!({ "hash": hex(&at(blob).hash), "size": blob.len() });
    let entry = json!({
        "name": "shop", "cookedAt": "2026-11-22T18:00:00Z", "items": 1, "format": { "major": 1, "minor": 0 },
        "bytes": 9, "index": named(&index), "ids": named(&ids),
    });
    artifacts.keep_blob("acme", ids).await.unwrap();
    artifacts.keep_blob("acme", index).await.unwrap();
    announce::keys(control, secret, &claim.place, "w", NOW).await.unwrap();
    let model =
        NewModel { id: claim.cook.clone(), entry, bytes: 9, items: 1, report: json!({}), lots: vec![] };
    let compose = |facts: &_| {
        let event = Event::Cooked { modeling: claim.place.name(), model: &claim.cook };
        announce::compose(facts, event, secret)
    };
    let published = control.publish(&claim, &model, NOW, compose).await.unwrap();
    assert_eq!(published.releases.len(), 1);
}

/// Every row, whatever order the database gives them in.
async fn rows(control: &Control) -> Vec<(&'static str, Vec<Cell>)> {
    let mut all = Vec::new();
    control
        .copy(|table, rows| {
            all.extend(rows.into_iter().map(|mut row| {
                // How often anything was begun; beginning to read is no change.
                if table.name == "head" {
                    row[1] = Cell::Null(());
                }
                (table.name, row)
            }));
            Ok::<_, ControlError>(())
        })
        .await
        .unwrap();
    all.sort();
    all
}

async fn written(control: &Control, artifacts: Option<&Artifacts>) -> Vec<u8> {
    let mut file = Vec::new();
    let secret = artifacts.map(|_| "c2VjcmV0");
    write(control, artifacts, secret, NOW, &mut file).await.unwrap();
    file
}

async fn put_back(
    file: &[u8],
    control: &Control,
    artifacts: &Artifacts,
    actor: Option<&Actor>,
) -> Result<super::Checked, BackupError> {
    restore(|| Ok(Cursor::new(file.to_vec())), control, artifacts, actor).await
}

#[tokio::test]
async fn a_backup_goes_from_one_database_into_the_other_and_back() {
    let secret = MasterSecret::generate().unwrap();
    let (first, second, third) = (Bench::file().await, Bench::open().await, Bench::file().await);
    let ((_a, here), (_b, there)) = (store(), store());
    fill(&first, &here, &secret).await;
    let file = written(&first, Some(&here)).await;
    let found = put_back(&file, &second, &there, None).await.unwrap();
    assert_eq!((found.secret.as_deref(), found.made.as_str()), (Some("c2VjcmV0"), "2027-01-15T08:00:00Z"));
    assert_eq!(rows(&second).await, rows(&first).await);
    let proof = prove(&second, &there, Some(&secret)).await.unwrap();
    assert_eq!((proof.manifests, proof.blobs, proof.problems.len()), (1, 2, 0), "{proof:?}");
    assert!(proof.records >= 6);
    let again = written(&second, None).await;
    put_back(&again, &third, &there, None).await.unwrap();
    assert_eq!(rows(&third).await, rows(&first).await);
    let files = async |artifacts: &Artifacts| artifacts.below(ArtifactPath::all_accounts()).await.unwrap();
    assert_eq!(files(&here).await, files(&there).await);

    let error = put_back(&file, &second, &there, None).await.unwrap_err().to_string();
    assert!(error.contains("not empty"), "{error}");
    assert_eq!(rows(&second).await, rows(&first).await);
}

#[tokio::test]
async fn a_server_that_was_lost_goes_on_above_the_numbers_that_pages_saw() {
    let secret = MasterSecret::generate().unwrap();
    let (first, second) = (Bench::open().await, Bench::open().await);
    let (_folder, artifacts) = store();
    fill(&first, &artifacts, &secret).await;
    let file = written(&first, None).await;
    put_back(&file, &second, &artifacts, Some(&actor())).await.unwrap();
    let proof = prove(&second, &artifacts, Some(&secret)).await.unwrap();
    assert_eq!((proof.manifests, proof.problems.len()), (1, 0), "{proof:?}");
    assert_eq!(second.audit(None, None, 1).await.unwrap()[0].action, "restore");
    let (before, after) = (first.latest_releases().await.unwrap(), second.latest_releases().await.unwrap());
    assert_eq!(after[0].sequence, before[0].sequence + 1_000);
    assert_eq!(after[0].envelope, before[0].envelope);
    // The model is offered by the new number as well, so that nothing retires it.
    let rules = crate::control::RetireRules { keep: 0, offered_after_ms: NOW + 1_000 };
    let gone = second.retire(&place("acme/modelings/shop"), &rules, &actor()).await.unwrap();
    assert!(gone.is_empty(), "{gone:?}");
}

#[tokio::test]
async fn what_is_missing_or_does_not_fit_is_told() {
    let secret = MasterSecret::generate().unwrap();
    let control = Bench::open().await;
    let (_folder, artifacts) = store();
    fill(&control, &artifacts, &secret).await;
    let other = MasterSecret::generate().unwrap();
    let proof = prove(&control, &artifacts, Some(&other)).await.unwrap();
    assert!(proof.problems[0].contains("does not come from the master secret"), "{proof:?}");
    let blob = name_of(&Sha256::digest(b"ids of the items\n").into());
    let lot: Lot = hex(&blob).parse().unwrap();
    artifacts.delete(lot.paths("acme").remove(0)).await.unwrap();
    let proof = prove(&control, &artifacts, Some(&secret)).await.unwrap();
    assert!(matches!(&proof.problems[..], [one] if one.contains(&hex(&blob))), "{proof:?}");
}

#[tokio::test]
async fn a_file_that_was_cut_or_changed_is_refused_with_its_place_and_nothing_is_restored() {
    let secret = MasterSecret::generate().unwrap();
    let (control, empty) = (Bench::open().await, Bench::open().await);
    let ((_a, here), (_b, there)) = (store(), store());
    fill(&control, &here, &secret).await;
    let file = written(&control, Some(&here)).await;
    check(Cursor::new(&file)).unwrap();
    let lines = file.iter().filter(|byte| **byte == b'\n').count();
    assert!(lines > 50, "{lines}");
    for at in 0..file.len() {
        if at % 7 == 0 {
            let error = check(Cursor::new(&file[..at])).unwrap_err();
            assert!(matches!(error, BackupError::Damaged { .. }), "cut at {at}: {error}");
        }
        let mut changed = file.clone();
        changed[at] ^= 1;
        let error = check(Cursor::new(&changed)).expect_err("a changed byte");
        let is_located = matches!(error, BackupError::Damaged { line, .. } if line > 0);
        assert!(is_located || matches!(error, BackupError::Newer { .. }), "changed at {at}: {error}");
    }
    let longer = [&file[..], b"x"].concat();
    assert!(check(Cursor::new(&longer)).unwrap_err().to_string().contains("more follows"));
    let cut = &file[..file.len() - 9];
    let error = put_back(cut, &empty, &there, None).await.unwrap_err().to_string();
    assert!(error.contains("line") && error.contains("nothing was restored"), "{error}");
    assert!(empty.is_empty().await.unwrap());
    assert!(there.below(ArtifactPath::all_accounts()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_restore_that_stops_anywhere_leaves_an_empty_database_or_a_whole_one() {
    let secret = MasterSecret::generate().unwrap();
    let (_folder, artifacts) = store();
    let control = Bench::file().await;
    fill(&control, &artifacts, &secret).await;
    let file = written(&control, None).await;
    let (mut empty, mut whole) = (0, 0);
    // There each failure takes a while: until the database gives up a connection that nobody speaks on.
    let stride = if std::env::var("COOKSHELF_TEST_POSTGRES").is_ok() { 9 } else { 1 };
    for nth in (1..).step_by(stride) {
        let target = Bench::open().await;
        Bench::fail_at(&target, nth, Lasting::ForGood);
        let done = put_back(&file, &target, &artifacts, None).await;
        let steps = Bench::mend(&target);
        if target.is_empty().await.unwrap() {
            assert!(done.is_err(), "{nth}");
            empty += 1;
        } else {
            assert_eq!(rows(&target).await, rows(&control).await, "{nth}");
            whole += 1;
        }
        if done.is_ok() && steps < nth as usize {
            break;
        }
    }
    assert!(empty > 15 / stride && whole > 0, "{empty} {whole}");
}

#[test]
fn paths_that_lead_out_of_a_store_are_none_of_its_files() {
    for text in
        ["accounts/a/b/1/0f", "live/a/shop/01.jsonl", "accounts/a/modelings/m/logs/StatusReport/x.json"]
    {
        assert!(ArtifactPath::copied(text).is_some(), "{text}");
    }
    let wrong = [
        "accounts/../x",
        "accounts//x",
        "/etc/passwd",
        "manifests/a/b.json",
        "accounts/a/.b",
        "live/a\\b",
        "",
    ];
    for text in wrong {
        assert!(ArtifactPath::copied(text).is_none(), "{text}");
    }
}
