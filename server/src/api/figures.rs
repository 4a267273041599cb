//! The figures of the server, in the form that Prometheus reads.
//!
//! What happened was counted where it happened; how things are is looked up now. Invariant: a database that is away
//! is a figure, not an error, so that whoever watches learns of it here.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use super::state::ApiState;
use crate::control::{ControlError, CookState};
use crate::moment::seconds_of;
use crate::signals::{Gauges, Process};

/// As Prometheus and OpenTelemetry collectors read it.
const MEDIA: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) async fn all(call: Call) -> Result<Answer, ApiError> {
    let (state, now_ms) = (&call.state, call.actor.now_ms);
    let mut gauges = Gauges::default();
    gauges.labelled(
        "cookshelf_build_info",
        "The program",
        &format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")),
        1.0,
    );
    serving(state, now_ms, &mut gauges);
    let known = cooking(state, now_ms, &mut gauges).await;
    gauges.gauge("cookshelf_database_up", "Whether the database answers", f64::from(u8::from(known.is_ok())));
    if let Some(process) = Process::now() {
        process.tell(&mut gauges);
    }
    let started = state.started_ms as f64 / 1e3;
    gauges.gauge("process_start_time_seconds", "When the server was started, in seconds since 1970", started);
    Ok(Answer::text(MEDIA, state.signals.figures.text(&gauges)))
}

fn serving(state: &ApiState, now_ms: i64, gauges: &mut Gauges) {
    let downloads = state.library.downloads();
    let answers: Vec<(String, f64)> = downloads
        .answers()
        .filter(|(_, _, count)| *count > 0)
        .map(|(kind, status, count)| (format!("{{kind=\"{kind}\",status=\"{status}\"}}"), count as f64))
        .collect();
    gauges.counters("cookshelf_downloads_total", "Downloads by kind and answer", &answers);
    let bytes = downloads.bytes().map(|(kind, bytes)| (format!("{{kind=\"{kind}\"}}"), bytes as f64));
    gauges.counters("cookshelf_download_bytes_total", "Bytes of downloads", &bytes);
    let spans = state.signals.traces.counts();
    let spans = spans.map(|(outcome, count)| (format!("{{outcome=\"{outcome}\"}}"), count as f64));
    gauges.counters("cookshelf_spans_total", "Spans of traces, by what became of them", &spans);
    let (blobs, memory) = state.library.in_memory();
    gauges.gauge("cookshelf_blobs_in_memory", "Blobs in memory", blobs as f64);
    gauges.gauge("cookshelf_blob_memory_bytes", "Memory of blobs with their codings", memory as f64);
    let manifests = state.library.manifests();
    gauges.gauge("cookshelf_endpoints_served", "Endpoints that serve something", manifests.len() as f64);
    let ends = manifests.iter().filter_map(|envelope| not_after(envelope)).min();
    if let Some(ends) = ends {
        let left = ends - now_ms.div_euclid(1000);
        gauges.gauge(
            "cookshelf_manifest_expires_seconds",
            "Seconds until the first manifest is over",
            left as f64,
        );
    }
}

#[derive(Deserialize)]
struct Envelope {
    payload: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    not_after: String,
}

fn not_after(envelope: &[u8]) -> Option<i64> {
    let envelope: Envelope = serde_json::from_slice(envelope).ok()?;
    let payload: Payload = serde_json::from_str(&envelope.payload).ok()?;
    seconds_of(&payload.not_after)
}

async fn cooking(state: &ApiState, now_ms: i64, gauges: &mut Gauges) -> Result<(), ControlError> {
    let under_way = state.control.cooks_under_way().await?;
    let of = |state: CookState| {
        under_way.iter().filter(|(known, _)| *known == state).map(|(_, count)| *count).sum::<i64>() as f64
    };
    gauges.gauge("cookshelf_cooks_waiting", "Cooks that wait", of(CookState::Queued));
    gauges.gauge("cookshelf_cooks_running", "Cooks that run, on any server", of(CookState::Running));
    let cooked: BTreeMap<_, _> = state.control.last_models().await?.into_iter().collect();
    let ages = state.control.scheduled().await?.into_iter().map(|scheduled| {
        let since = cooked.get(&scheduled.place).copied().unwrap_or(scheduled.created_ms);
        let seconds = (now_ms - since).max(0) as f64 / 1e3;
        (seconds / scheduled.schedule.every.seconds() as f64, seconds)
    });
    if let Some((intervals, seconds)) = ages.max_by(|one, other| one.0.total_cmp(&other.0)) {
        let about = "Age of the model that is oldest against its schedule";
        gauges.gauge("cookshelf_model_age_seconds", about, seconds);
        gauges.gauge("cookshelf_model_age_intervals", "The same, in intervals of its schedule", intervals);
    }
    Ok(())
}
