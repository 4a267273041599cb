//! The room from outside, on whichever database is asked for.
//!
//! SQLite in a file of its own for each test; with `COOKSHELF_TEST_POSTGRES=postgres://…` a real PostgreSQL, in a
//! schema of its own for each test.

mod audit;
pub(crate) mod bench;
mod cooks;
mod copy;
mod counts;
mod crash;
mod faults;
mod keys;
mod live;
mod lost;
mod models;
mod opening;
mod proxy;
mod publish;
mod race;
mod releases;
mod resources;
mod retention;

use super::{Actor, Claim, ClaimRules, Control, EndpointFacts, NewModel, NewRelease, Once, Wanted};
use crate::resource::{Place, Spec};
use bench::Bench;
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000_000;
const RULES: ClaimRules = ClaimRules { lease_ms: 60_000, most_attempts: 3 };

fn place(text: &str) -> Place {
    text.parse().unwrap()
}

fn spec(place: &Place, json: Value) -> Spec {
    Spec::of_value(place.kind(), json).unwrap()
}

fn actor() -> Actor {
    at(NOW)
}

fn at(now_ms: i64) -> Actor {
    Actor::new("test", "request-1", now_ms)
}

fn once(key: &str) -> Actor {
    let once = Once { scope: "test".to_owned(), key: key.to_owned(), request_hash: "h".to_owned() };
    actor().once(once)
}

/// Puts a resource that is in nobody's way.
async fn put(control: &Control, at: &str, json: Value) {
    let place = place(at);
    let spec = spec(&place, json);
    control.put(&place, &spec, super::Condition::Always, &actor()).await.unwrap();
}

/// Account `acme` with modeling `shop`, which may be cooked as often as one likes, and endpoint `web`.
async fn shop(control: &Control) {
    put(control, "acme", json!({})).await;
    let modeling = json!({ "source": "/data", "leastMinutesBetween": 0, "mostPerDay": 1000 });
    put(control, "acme/modelings/shop", modeling).await;
    put(control, "acme/endpoints/web", json!({ "modelings": ["shop"] })).await;
}

fn modeling() -> Place {
    place("acme/modelings/shop")
}

fn endpoint() -> Place {
    place("acme/endpoints/web")
}

/// A cook of the modeling, claimed by `holder`.
async fn claimed(control: &Control, holder: &str, now_ms: i64) -> Claim {
    control.enqueue(&modeling(), Wanted::Manual, &at(now_ms)).await.unwrap();
    control.claim(holder, now_ms, &RULES).await.unwrap().unwrap()
}

fn model(claim: &Claim) -> NewModel {
    let entry = json!({ "name": claim.place.name() });
    NewModel {
        id: claim.cook.clone(),
        entry,
        bytes: 1_000,
        items: 10,
        report: json!({ "ok": true }),
        lots: Vec::new(),
    }
}

/// The newest model of every modeling.
#[expect(clippy::unnecessary_wraps, reason = "the form of every composer")]
fn newest(facts: &EndpointFacts) -> Result<Option<NewRelease>, String> {
    let models: Vec<String> =
        facts.models.values().filter_map(|models| models.first()).map(|model| model.id.clone()).collect();
    let envelope = format!("{}#{}: {}", facts.place, facts.sequence, models.join(" "));
    Ok(Some(NewRelease { state: json!({ "models": models }), envelope, models, note: Value::Null }))
}

/// How many audit records there are, all in one chain.
async fn records(control: &Control) -> i64 {
    match control.verify_audit().await.unwrap() {
        super::Chain::Whole { records, .. } => records,
        broken => panic!("{broken:?}"),
    }
}

/// A number out of the database.
async fn number(control: &Control, sql: &'static str) -> i64 {
    sqlx::Row::try_get(&control.one(sqlx::query(sql)).await.unwrap().unwrap(), 0).unwrap()
}

/// Changes the database behind the room's back.
async fn meddle(control: &Control, sql: &'static str) {
    sqlx::query(sql).execute(&control.inner.pool).await.unwrap();
}

async fn bench() -> Bench {
    Bench::open().await
}
