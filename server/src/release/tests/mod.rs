//! Rollouts and manifests as an endpoint lives through them.

mod composed;
mod histories;
mod offered;
mod rolled;

use super::*;
use crate::resource::{EndpointSpec, Name, Place};

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn web() -> Place {
    "acme/endpoints/web".parse().unwrap()
}

/// An endpoint of the modelings `shop` and `rival`.
fn spec(strategy: &str) -> EndpointSpec {
    serde_json::from_str(&format!(r#"{{"modelings":["shop","rival"],"strategy":{strategy}}}"#)).unwrap()
}

const ALL: &str = r#"{"kind":"all"}"#;
const MANUAL: &str = r#"{"kind":"blueGreen","promote":"manual"}"#;
const AUTOMATIC: &str = r#"{"kind":"blueGreen","promote":"automatic","afterMinutes":30}"#;
const CANARY: &str = r#"{"kind":"canary","steps":[{"percent":5,"minutes":10},{"percent":50,"minutes":20}]}"#;
const GUARDED: &str = r#"{"kind":"canary","steps":[{"percent":5,"minutes":10},{"percent":50,"minutes":20}],
    "guards":[{"metric":"clicks","atLeast":0.02},{"metric":"errors","atMost":0.001}]}"#;
const AB: &str = r#"{"kind":"ab","holdoutPercent":10,
    "arms":[{"modeling":"shop","weight":1},{"modeling":"rival","weight":2}]}"#;
const SHADOW: &str = r#"{"kind":"shadow","modeling":"rival","report":"counts"}"#;

/// A rollout after some events, each at its minute.
fn after(spec: &EndpointSpec, events: &[(i64, Event<'_>)]) -> Rollout {
    events
        .iter()
        .fold(Rollout::default(), |rollout, (minute, event)| rollout.next(spec, *event, minute * 60).unwrap())
}

fn shown<'a>(rollout: &'a Rollout, modeling: &str) -> Option<&'a str> {
    rollout.shown.get(&name(modeling)).map(String::as_str)
}
