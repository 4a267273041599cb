//! Random histories: whatever happens in whatever order, what a valid manifest names can be read.

use std::cell::Cell;
use std::collections::BTreeMap;

use bytes::Bytes;
use cookshelf_core::{Index, Located, Place as Where, SectionKey, SectionKind};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Collected, Store, collect, survey};
use crate::artifacts::{ArtifactPath, Artifacts, Lot};
use crate::control::faults::Lasting;
use crate::control::tests::bench::Bench;
use crate::control::{
    Actor, Claim, ClaimRules, Condition, EndpointFacts, NewModel, NewRelease, OFFERED_MS, RetireRules, Wanted,
};
use crate::publish::{Name as BlobName, Piece, hex, name_of};
use crate::resource::{Name, Place, Spec};
use crate::storage::Credentials;

const AN_HOUR: i64 = 3_600_000;
const LOG_DAYS: u32 = 30;

/// A manifest that pages hold: until when, and what it names.
struct Held {
    until_ms: i64,
    lots: Vec<Lot>,
}

/// A cook that has stored its model and not published it.
struct Stored {
    claim: Claim,
    entry: serde_json::Value,
    lots: Vec<String>,
}

struct World {
    bench: Bench,
    artifacts: Artifacts,
    _folder: tempfile::TempDir,
    now_ms: Cell<i64>,
    chance: u64,
    /// What each model that was ever published is made of.
    made_of: BTreeMap<String, Vec<Lot>>,
    held: Vec<Held>,
    stored: Option<Stored>,
}

fn account() -> Name {
    "acme".parse().unwrap()
}

fn place(text: &str) -> Place {
    text.parse().unwrap()
}

fn modeling() -> Place {
    place("acme/modelings/shop")
}

fn endpoint() -> Place {
    place("acme/endpoints/web")
}

fn name(bytes: &[u8]) -> BlobName {
    name_of(&Sha256::digest(bytes).into())
}

impl World {
    async fn new(chance: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let artifacts =
            Artifacts::open(&folder.path().join("a").display().to_string(), &Credentials::default()).unwrap();
        let now_ms = Cell::new(1_800_000_000_000);
        let bench = Bench::open().await;
        let mut world = Self {
            bench,
            artifacts,
            _folder: folder,
            now_ms,
            chance,
            made_of: BTreeMap::new(),
            held: Vec::new(),
            stored: None,
        };
        world.put("acme", json!({})).await;
        world.make().await;
        world
    }

    fn roll(&mut self, sides: u64) -> u64 {
        self.chance =
            self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.chance >> 33) % sides
    }

    fn actor(&self) -> Actor {
        Actor::new("test", "r", self.now_ms.get())
    }

    async fn put(&mut self, at: &str, json: serde_json::Value) {
        let place = place(at);
        let spec = Spec::of_value(place.kind(), json).unwrap();
        self.bench.put(&place, &spec, Condition::Always, &self.actor()).await.unwrap();
    }

    async fn make(&mut self) {
        let spec = json!({ "source": "/data", "leastMinutesBetween": 0, "mostPerDay": 1000 });
        self.put("acme/modelings/shop", spec).await;
        let hours = [1, 24, 168, 720][self.roll(4) as usize];
        self.put("acme/endpoints/web", json!({ "modelings": ["shop"], "validHours": hours })).await;
    }

    /// A cook stores a model of a few blobs, which earlier models may have had.
    async fn store(&mut self) {
        if self.stored.is_some() || self.bench.resource(&modeling()).await.unwrap().is_none() {
            return;
        }
        let now_ms = self.now_ms.get();
        if self.bench.enqueue(&modeling(), Wanted::Manual, &self.actor()).await.is_err() {
            return;
        }
        let rules = ClaimRules { lease_ms: 48 * AN_HOUR, most_attempts: 9 };
        let Some(claim) = self.bench.claim("w", now_ms, &rules).await.unwrap() else { return };
        let blobs: Vec<Bytes> = (0..3).map(|_| Bytes::from(format!("blob {}", self.roll(8)))).collect();
        let kinds = [SectionKind::Ids, SectionKind::Popular, SectionKind::Factors];
        let located = blobs.iter().zip(kinds).map(|(blob, kind)| Located {
            key: SectionKey::single(kind),
            place: Where { hash: name(blob), size: blob.len() as u32 },
        });
        let index = Bytes::from(Index::new(located.collect()).unwrap().encode().unwrap());
        let all: Vec<Bytes> = blobs.into_iter().chain([index.clone()]).collect();
        let mut lots: Vec<Lot> = all.iter().map(|blob| Lot::Piece(name(blob).into())).collect();
        let patch = Piece { name: name(&all[0]), from: Some(name(b"older")) };
        lots.extend([Lot::Piece(patch), Lot::Model(claim.cook.clone())]);
        lots.sort();
        lots.dedup();
        let names: Vec<String> = lots.iter().map(Lot::to_string).collect();
        if !self.bench.need(&account(), &names).await.unwrap() {
            self.bench.give_back(&claim, now_ms).await.unwrap();
            return;
        }
        for blob in all {
            self.artifacts.keep_blob("acme", blob).await.unwrap();
        }
        self.artifacts.keep_patch("acme", patch, "patch".into()).await.unwrap();
        for path in Lot::Model(claim.cook.clone()).paths("acme") {
            self.artifacts.write(path, "model".into()).await.unwrap();
        }
        let blob = json!({ "hash": hex(&name(&index)), "size": index.len() });
        let entry = json!({
            "name": "shop", "cookedAt": "", "items": 1, "format": { "major": 1, "minor": 0 }, "bytes": 9,
            "index": blob, "ids": blob,
        });
        self.made_of.insert(claim.cook.clone(), lots);
        self.stored = Some(Stored { claim, entry, lots: names });
    }

    async fn publish(&mut self) {
        let Some(Stored { claim, entry, lots }) = self.stored.take() else { return };
        let new = NewModel { id: claim.cook.clone(), entry, bytes: 9, items: 1, report: json!({}), lots };
        let published = self.bench.publish(&claim, &new, self.now_ms.get(), newest).await.unwrap();
        for release in published.releases {
            self.hold(&release.envelope.unwrap()).await;
        }
    }

    /// Another manifest, which may name an older model.
    async fn release(&mut self) {
        let back = self.roll(3) as usize;
        let compose = |facts: &EndpointFacts| offer(facts, back);
        match self.bench.release(&endpoint(), "release", &self.actor(), compose).await {
            Ok(Some(release)) => self.hold(&release.envelope.unwrap()).await,
            Ok(None) | Err(crate::control::ControlError::Missing { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }

    async fn hold(&mut self, model: &str) {
        let spec = self.bench.resource(&endpoint()).await.unwrap().unwrap();
        let hours = spec.spec.endpoint().unwrap().valid_hours;
        let until_ms = self.now_ms.get() + i64::from(hours) * AN_HOUR;
        // The bundle is the operator's; what browsers fetch is the rest.
        let lots = self.made_of[model].iter().filter(|lot| matches!(lot, Lot::Piece(_))).cloned().collect();
        self.held.push(Held { until_ms, lots });
    }

    async fn retire(&mut self) {
        let rules = RetireRules { keep: 1, offered_after_ms: self.now_ms.get() - OFFERED_MS };
        let gone = self.bench.retire(&modeling(), &rules, &self.actor()).await.unwrap();
        for model in gone {
            self.artifacts.delete(ArtifactPath::bundle("acme", &model.id)).await.unwrap();
        }
    }

    /// One round, which stops in its middle when the database goes away at that step.
    async fn collect(&mut self, stop_at: Option<u32>) -> Option<Collected> {
        if let Some(nth) = stop_at {
            Bench::fail_at(&self.bench, nth, Lasting::ForGood);
        }
        let clock = || self.now_ms.get();
        let store = Store { control: &self.bench, artifacts: &self.artifacts, clock: &clock };
        let done = collect(store, &account(), LOG_DAYS, "keeper").await;
        Bench::mend(&self.bench);
        match done {
            Ok(done) => Some(done),
            Err(cause) => {
                assert!(stop_at.is_some(), "{cause}");
                None
            }
        }
    }

    async fn step(&mut self) -> String {
        let what = self.roll(12);
        match what {
            0 | 1 => self.store().await,
            2 | 3 => self.publish().await,
            4 => self.release().await,
            5 => self.retire().await,
            6 => {
                let _ = self.bench.delete(&endpoint(), Condition::Always, &self.actor()).await;
                if self.stored.is_none() && self.roll(2) == 0 {
                    let _ = self.bench.delete(&modeling(), Condition::Always, &self.actor()).await;
                }
                if self.roll(2) == 0 {
                    self.make().await;
                }
            }
            7 => drop(self.collect(None).await),
            8 => {
                let at = 1 + self.roll(40) as u32;
                let _ = self.collect(Some(at)).await;
            }
            9 => self.now_ms.set(self.now_ms.get() + 10 * 60_000),
            _ => {
                // A cook ends within a day.
                let most = if self.stored.is_some() { 20 } else { 400 };
                let hours = self.roll(most) as i64;
                self.now_ms.set(self.now_ms.get() + hours * AN_HOUR);
                if self.stored.is_some() {
                    self.publish().await;
                }
            }
        }
        format!("{what}")
    }

    async fn check(&self, story: &[String]) {
        let now_ms = self.now_ms.get();
        for held in self.held.iter().filter(|held| held.until_ms > now_ms) {
            for lot in &held.lots {
                let path = lot.paths("acme").remove(0);
                let there = self.artifacts.read(path).await.unwrap();
                assert!(there.is_some(), "{lot} is gone, and a valid manifest names it: {story:?}");
            }
        }
        for (model, _) in self.bench.kept_models(&account()).await.unwrap() {
            for lot in &self.made_of[&model] {
                let there = self.artifacts.read(lot.paths("acme").remove(0)).await.unwrap();
                assert!(there.is_some(), "{lot} is gone, and model {model} is kept: {story:?}");
            }
        }
    }
}

fn newest(facts: &EndpointFacts) -> Result<Option<NewRelease>, String> {
    offer(facts, 0)
}

/// One of the newest kept models; the envelope is its id.
#[expect(clippy::unnecessary_wraps, reason = "the form of every composer")]
fn offer(facts: &EndpointFacts, back: usize) -> Result<Option<NewRelease>, String> {
    let models: Vec<_> = facts.models.values().flatten().collect();
    let Some(model) = models.get(back.min(models.len().saturating_sub(1))) else { return Ok(None) };
    let models = vec![model.id.clone()];
    Ok(Some(NewRelease { state: json!({}), envelope: model.id.clone(), models, note: json!(null) }))
}

#[tokio::test]
async fn what_a_valid_manifest_names_can_be_read_and_the_rest_goes() {
    let histories = if std::env::var("COOKSHELF_TEST_POSTGRES").is_ok() { 8 } else { 25 };
    let (mut marked, mut deleted) = (0, 0);
    for seed in 0..histories {
        let mut world = World::new(seed * 7_919 + 11).await;
        let mut story = Vec::new();
        for _ in 0..60 {
            story.push(world.step().await);
            world.check(&story).await;
        }
        world.publish().await;
        // At last nobody needs anything.
        for place in [endpoint(), modeling(), place("acme")] {
            let _ = world.bench.delete(&place, Condition::Always, &world.actor()).await;
        }
        marked += world.collect(None).await.unwrap().marked;
        world.now_ms.set(world.now_ms.get() + 721 * AN_HOUR);
        deleted += world.collect(None).await.unwrap().deleted;
        let left = world.artifacts.below(ArtifactPath::account("acme")).await.unwrap();
        assert!(left.is_empty(), "{left:?} after {story:?}");
        assert!(world.bench.unneeded(&account()).await.unwrap().is_empty());
    }
    let some = histories as usize * 5;
    assert!(marked > some && deleted > some, "{marked} {deleted}: the histories came to nothing");
}

#[tokio::test]
async fn what_is_being_deleted_is_taken_over_by_another_and_needed_by_nobody_before() {
    let mut world = World::new(5).await;
    world.store().await;
    world.publish().await;
    let lots: Vec<String> = world.made_of.values().flatten().map(Lot::to_string).collect();
    for place in [endpoint(), modeling()] {
        world.bench.delete(&place, Condition::Always, &world.actor()).await.unwrap();
    }
    let waiting = world.collect(None).await.unwrap();
    assert_eq!((waiting.marked, waiting.deleted), (lots.len(), 0));
    assert_eq!(world.collect(None).await.unwrap(), Collected::default(), "they wait");
    world.now_ms.set(world.now_ms.get() + 721 * AN_HOUR);
    // Somebody condemns them and is killed.
    let condemned = world.bench.condemn(&account(), &lots, &world.actor()).await.unwrap();
    assert_eq!(condemned, lots);
    assert!(!world.bench.need(&account(), &lots[..1]).await.unwrap(), "its files go at any moment");
    assert_eq!(world.collect(None).await.unwrap().deleted, 0, "the other may be at it");
    world.now_ms.set(world.now_ms.get() + AN_HOUR);
    assert_eq!(world.collect(None).await.unwrap().deleted, lots.len());
    assert!(world.bench.need(&account(), &lots).await.unwrap());
    // The first wakes up: what it forgets is not what others did meanwhile.
    world.bench.mark(&account(), &lots, world.now_ms.get()).await.unwrap();
    world.bench.forget_unneeded(&account(), &lots, &Actor::new("w", "w", 1)).await.unwrap();
    assert_eq!(world.bench.unneeded(&account()).await.unwrap().len(), lots.len());
}

#[tokio::test]
async fn logs_go_by_their_age_and_what_is_unknown_stays() {
    let mut world = World::new(6).await;
    let log =
        |moment: &str| ArtifactPath::log("acme", "shop", &format!("StatusReport/{moment}-00000000.json"));
    let now = crate::moment::compact(world.now_ms.get() / 1000);
    for path in [log("20200101T000000Z"), log(&now), ArtifactPath::log("acme", "shop", "notes.txt")] {
        world.artifacts.write(path, "{}".into()).await.unwrap();
    }
    let clock = || world.now_ms.get();
    let store = Store { control: &world.bench, artifacts: &world.artifacts, clock: &clock };
    let found = survey(store, &account(), LOG_DAYS).await.unwrap();
    assert_eq!((found.logs.files, found.old_logs.files, found.unknown.files), (2, 1, 1));
    assert_eq!(world.collect(None).await.unwrap(), Collected { logs: 1, ..Collected::default() });
    let left = world.artifacts.below(ArtifactPath::account("acme")).await.unwrap();
    assert_eq!(left.len(), 2, "{left:?}");
    let ever = world.bench.accounts_ever().await.unwrap();
    assert_eq!(ever, [account()]);
}

#[tokio::test]
async fn where_a_model_cannot_be_read_nothing_is_deleted() {
    let mut world = World::new(7).await;
    world.store().await;
    world.publish().await;
    let stray = world.artifacts.keep_blob("acme", "stray".into()).await.unwrap();
    assert!(stray);
    for (_, entry) in world.bench.kept_models(&account()).await.unwrap() {
        let index: Lot = entry["index"]["hash"].as_str().unwrap().parse().unwrap();
        world.artifacts.delete(index.paths("acme").remove(0)).await.unwrap();
    }
    let clock = || world.now_ms.get();
    let store = Store { control: &world.bench, artifacts: &world.artifacts, clock: &clock };
    let cause = collect(store, &account(), LOG_DAYS, "keeper").await.unwrap_err().to_string();
    assert!(cause.contains("index is not in the store"), "{cause}");
    assert!(world.bench.unneeded(&account()).await.unwrap().is_empty());
}
