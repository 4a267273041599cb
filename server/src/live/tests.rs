//! The room on whichever database is asked for: rows that were acknowledged are there once, whatever fails or stops.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::artifacts::{ArtifactPath, Artifacts};
use crate::control::faults::Lasting;
use crate::control::tests::bench::Bench;
use crate::control::{Actor, Condition, Control, DatabaseUrl};
use crate::resource::{Place, Spec};
use crate::storage::Credentials;

fn clock() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    since.as_millis() as i64
}

fn in_a_hundred_days() -> i64 {
    clock() + 100 * 86_400_000
}

fn in_nine_days() -> i64 {
    clock() + 9 * 86_400_000
}

fn in_two_hours() -> i64 {
    clock() + 2 * 3_600_000
}

fn actor() -> Actor {
    Actor::new("test", "request-1", clock())
}

fn place() -> Place {
    "acme/modelings/shop".parse().unwrap()
}

struct Shop {
    bench: Bench,
    folder: TempDir,
    artifacts: Artifacts,
}

fn artifacts(folder: &std::path::Path) -> Artifacts {
    Artifacts::open(&folder.join("artifacts").display().to_string(), &Credentials::default()).unwrap()
}

impl Shop {
    async fn open() -> Self {
        let bench = Bench::open().await;
        for (at, json) in [("acme", json!({})), ("acme/modelings/shop", json!({ "source": "/data" }))] {
            let at: Place = at.parse().unwrap();
            let spec = Spec::of_value(at.kind(), json).unwrap();
            bench.put(&at, &spec, Condition::Always, &actor()).await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let artifacts = artifacts(folder.path());
        Self { bench, folder, artifacts }
    }

    fn source(&self) -> Source<'_> {
        Source { control: &self.bench, artifacts: &self.artifacts, clock }
    }

    async fn add(&self, ids: &[&str]) -> Result<Counts, LiveError> {
        add(self.source(), &place(), &rows(ids), &actor()).await
    }

    /// How often each event is in what a cook is given.
    async fn given(&self) -> BTreeMap<String, usize> {
        let folder = self.folder.path().join("given");
        let fetched = fetch(self.source(), &place(), &folder).await.unwrap();
        let mut given = BTreeMap::new();
        if fetched.is_some() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                for line in std::fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
                    let row: Value = serde_json::from_str(line).unwrap();
                    *given.entry(row["id"].as_str().unwrap().to_owned()).or_insert(0) += 1;
                }
            }
        }
        assert_eq!(fetched.unwrap_or_default().rows, given.values().sum::<usize>() as i64);
        given
    }

    async fn files(&self) -> usize {
        self.artifacts.below(ArtifactPath::all_rows()).await.unwrap().len()
    }
}

fn rows(ids: &[&str]) -> Vec<LiveRow> {
    let line = |id: &&str| json!({ "id": id, "InteractionGroupingId": "o", "ItemId": "a" }).to_string();
    let text: Vec<String> = ids.iter().map(line).collect();
    live_rows(text.join("\n").as_bytes(), None, 0).unwrap()
}

fn once(ids: &[&str]) -> BTreeMap<String, usize> {
    ids.iter().map(|id| ((*id).to_owned(), 1)).collect()
}

#[tokio::test]
async fn rows_count_once_however_often_they_are_sent() {
    let shop = Shop::open().await;
    assert!(shop.given().await.is_empty());
    assert_eq!(shop.add(&["1", "2", "1"]).await.unwrap(), Counts { accepted: 2, repeated: 1 });
    assert_eq!(shop.add(&["1", "2"]).await.unwrap(), Counts { accepted: 0, repeated: 2 });
    assert_eq!(shop.add(&["2", "3"]).await.unwrap(), Counts { accepted: 1, repeated: 1 });
    assert_eq!(shop.add(&[]).await.unwrap(), Counts::default());
    assert_eq!(shop.given().await, once(&["1", "2", "3"]));
    assert_eq!(shop.files().await, 2, "nothing is written for what is known");
    let many: Vec<String> = (0..=MOST_ROWS).map(|id| id.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(matches!(shop.add(&many).await, Err(LiveError::TooMany { .. })));
}

#[tokio::test]
async fn senders_at_the_same_time_add_each_event_once() {
    let shop = Shop::open().await;
    let names: Vec<String> = (0..40).map(|id| format!("e{id}")).collect();
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let sends = (0..8).map(|at| {
        let some: Vec<&str> = all.iter().copied().skip(at * 3).take(20).collect();
        let shop = &shop;
        async move {
            // A sender that is told to come again does so.
            loop {
                match shop.add(&some).await {
                    Ok(counts) => return counts.accepted,
                    Err(LiveError::Contended) => {}
                    Err(other) => panic!("{other}"),
                }
            }
        }
    });
    let accepted: usize = futures_util::future::join_all(sends).await.into_iter().sum();
    assert_eq!(accepted, 40);
    assert_eq!(shop.given().await, once(&all));
}

#[tokio::test]
async fn whatever_operation_of_the_database_fails_rows_sent_again_count_once() {
    for lasting in [Lasting::Once, Lasting::ForGood] {
        let mut nth = 0;
        loop {
            nth += 1;
            let shop = Shop::open().await;
            shop.add(&["0"]).await.unwrap();
            Bench::fail_at(&shop.bench, nth, lasting);
            let first = shop.add(&["0", "1", "2"]).await;
            let steps = Bench::mend(&shop.bench);
            let there = shop.given().await;
            if first.is_ok() {
                assert_eq!(
                    there,
                    once(&["0", "1", "2"]),
                    "{nth} {lasting:?}: what was acknowledged is there"
                );
            } else {
                assert!(there == once(&["0"]) || there == once(&["0", "1", "2"]), "{nth}: all or none");
            }
            shop.add(&["0", "1", "2"]).await.unwrap();
            assert_eq!(shop.given().await, once(&["0", "1", "2"]), "{nth} {lasting:?}");
            if steps < nth as usize {
                assert!(first.is_ok() && nth > 5, "{nth}");
                break;
            }
        }
    }
}

#[tokio::test]
async fn while_the_store_cannot_be_written_nothing_is_acknowledged_nor_known() {
    let shop = Shop::open().await;
    let live = shop.folder.path().join("artifacts/live");
    std::fs::write(&live, "in the way").unwrap();
    assert!(matches!(shop.add(&["1"]).await, Err(LiveError::Artifacts(_))));
    std::fs::remove_file(&live).unwrap();
    assert_eq!(shop.add(&["1"]).await.unwrap(), Counts { accepted: 1, repeated: 0 });
    std::fs::remove_dir_all(&live).unwrap();
    let lost = fetch(shop.source(), &place(), &shop.folder.path().join("given")).await;
    assert!(
        matches!(lost, Err(LiveError::Missing { .. })),
        "a cook without rows that count is not made: {lost:?}"
    );
}

#[tokio::test]
async fn small_files_become_one_with_the_same_rows_in_order() {
    let shop = Shop::open().await;
    let names: Vec<String> = (10..30).map(|id| id.to_string()).collect();
    for name in &names {
        shop.add(&[name]).await.unwrap();
    }
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let before = fetch(shop.source(), &place(), &shop.folder.path().join("before")).await.unwrap().unwrap();
    assert!(join(shop.source(), &place()).await.unwrap() >= 8);
    tidy(shop.source(), "w").await.unwrap();
    assert_eq!(shop.given().await, once(&all));
    let after = fetch(shop.source(), &place(), &shop.folder.path().join("after")).await.unwrap().unwrap();
    assert_eq!((after.rows, after.through), (before.rows, before.through));
    assert!(after.segments < 4 && shop.files().await > 20, "{after:?}: a backup may name the parts still");
    tidy(Source { clock: in_nine_days, ..shop.source() }, "w").await.unwrap();
    assert_eq!((shop.files().await, shop.given().await), (after.segments, once(&all)));
    let text = |folder: &str| -> String {
        let folder = shop.folder.path().join(folder);
        let mut files: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    };
    assert_eq!(text("before"), text("after"));
    assert_eq!(join(shop.source(), &place()).await.unwrap(), 0, "there is nothing left to join");
    assert_eq!(shop.add(&all).await.unwrap(), Counts { accepted: 0, repeated: 20 });
}

#[tokio::test]
async fn what_fails_while_files_are_joined_loses_no_row() {
    let mut nth = 0;
    loop {
        nth += 1;
        let shop = Shop::open().await;
        let names: Vec<String> = (10..18).map(|id| id.to_string()).collect();
        for name in &names {
            shop.add(&[name]).await.unwrap();
        }
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        Bench::fail_at(&shop.bench, nth, Lasting::Once);
        let work = async {
            join(shop.source(), &place()).await?;
            tidy(shop.source(), "w").await
        };
        let ended = work.await;
        let steps = Bench::mend(&shop.bench);
        assert_eq!(shop.given().await, once(&all), "{nth}");
        tidy(shop.source(), "w").await.unwrap();
        assert_eq!(shop.given().await, once(&all), "{nth}");
        if steps < nth as usize {
            assert!(ended.is_ok() && nth > 5, "{nth}");
            break;
        }
    }
}

#[tokio::test]
async fn old_rows_go_and_left_over_files_are_swept_but_not_young_ones() {
    let shop = Shop::open().await;
    shop.add(&["1"]).await.unwrap();
    let orphan = ArtifactPath::rows("acme", "shop", &shop.bench.new_segment_id(clock()).unwrap());
    shop.artifacts.write(orphan.clone(), "{}\n".into()).await.unwrap();
    assert_eq!(sweep(shop.source()).await.unwrap(), 0, "somebody may be about to let it count");
    let later = Source { clock: in_two_hours, ..shop.source() };
    assert_eq!(sweep(later).await.unwrap(), 0, "the database that named it may be put back");
    let others = ArtifactPath::rows("other", "shop", &shop.bench.new_segment_id(clock()).unwrap());
    shop.artifacts.write(others.clone(), "{}\n".into()).await.unwrap();
    let later = Source { clock: in_nine_days, ..shop.source() };
    assert_eq!(sweep(later).await.unwrap(), 1);
    assert!(
        shop.artifacts.read(others.clone()).await.unwrap().is_some(),
        "of an account that is not known here"
    );
    shop.artifacts.delete(others).await.unwrap();
    assert_eq!(shop.artifacts.read(orphan).await.unwrap(), None);
    assert_eq!(shop.given().await, once(&["1"]));
    tidy(Source { clock: in_a_hundred_days, ..shop.source() }, "w").await.unwrap();
    assert!(shop.given().await.is_empty());
    assert_eq!(shop.files().await, 0);
}

const DATABASE: &str = "COOKSHELF_TEST_LIVE_DATABASE";
const FOLDER: &str = "COOKSHELF_TEST_LIVE_FOLDER";
const AT: &str = "COOKSHELF_TEST_LIVE_AT";

#[tokio::test]
async fn a_process_killed_at_any_operation_acknowledged_nothing_that_is_lost() {
    let set = |name: &str| std::env::var(name).ok();
    if let (Some(database), Some(folder), Some(at)) = (set(DATABASE), set(FOLDER), set(AT)) {
        let address: DatabaseUrl = database.parse().unwrap();
        let (control, artifacts) = (Control::open(&address).await.unwrap(), artifacts(folder.as_ref()));
        Bench::fail_at(&control, at.parse().unwrap(), Lasting::Killed);
        let source = Source { control: &control, artifacts: &artifacts, clock };
        add(source, &place(), &rows(&["1", "2"]), &actor()).await.unwrap();
        return println!("\nacknowledged");
    }
    let (mut nth, mut seen) = (0, [0, 0]);
    loop {
        nth += 1;
        let shop = Shop::open().await;
        let mut child = Command::new(std::env::current_exe().unwrap());
        let test = "live::tests::a_process_killed_at_any_operation_acknowledged_nothing_that_is_lost";
        child.args(["--exact", test, "--nocapture"]).env(DATABASE, shop.bench.named());
        child.env(FOLDER, shop.folder.path()).env(AT, nth.to_string()).stderr(Stdio::null());
        let said = child.output().unwrap().stdout;
        let acknowledged = String::from_utf8_lossy(&said).contains("\nacknowledged");
        let there = shop.given().await;
        assert!(there.is_empty() || there == once(&["1", "2"]), "{nth}: {there:?}");
        assert!(!acknowledged || !there.is_empty(), "{nth}: what was acknowledged is there");
        seen[usize::from(!there.is_empty())] += 1;
        let again = shop.add(&["1", "2"]).await.unwrap();
        assert_eq!(again.repeated, there.len(), "{nth}");
        assert_eq!(shop.given().await, once(&["1", "2"]), "{nth}");
        if acknowledged {
            break;
        }
    }
    assert!(nth > 5 && seen[0] > 3 && seen[1] >= 2, "killed before and after the commit: {seen:?}");
}
