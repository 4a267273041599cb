//! One worker: claims a cook that waits, runs it, and publishes its model.
//!
//! From the claim to the moment of publishing its claim is renewed; when that is no longer possible the cook is stopped, and
//! what it made is thrown away: another worker may have it by then, and the database would refuse to publish it anyway.

use std::fs;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};
use tokio::sync::watch::Receiver;

use super::child::{self, Order, Outcome};
use super::lease::{Attempt, Halt, LEASE_MS, Stretch, watch};
use super::store::{lay_out, lots, store, store_logs};
use super::trace::{self, Stages, part};
use super::{Workshop, live, pause};
use crate::access::{AddressRules, Reach};
use crate::announce;
use crate::control::{Claim, ClaimRules, ControlError, Ending, NewModel};
use crate::live::{Fetched, fetch};
use crate::publish::EARLIER_MODELS;
use crate::release::Event;
use crate::resource::Reference;
use crate::schedule::retry_after;
use crate::storage::write_private;
use crate::traces::{Trace, quietly};

/// Between two looks for work.
const LOOK_EVERY_MS: u64 = 500;
/// What a model needs may be about to be deleted: looked at so often, so far apart.
const NEED_LOOKS: u32 = 20;
const NEED_EVERY_MS: u64 = 500;
/// A cook whose workers went away so often takes them down.
const MOST_ATTEMPTS: i64 = 5;

pub(super) async fn run(workshop: Arc<Workshop>, mut stop: Receiver<bool>) {
    let rules = ClaimRules { lease_ms: LEASE_MS, most_attempts: MOST_ATTEMPTS };
    let mut away = false;
    while !*stop.borrow() {
        match workshop.control.claim(&workshop.holder, workshop.now_ms(), &rules).await {
            Ok(Some(claim)) => {
                away = false;
                let trace = trace::cook(&workshop, &claim);
                let done = trace.within(work(&workshop, &claim, &trace, &stop)).await;
                trace.end();
                if let Err(cause) = done {
                    workshop.tell(&format!("cook {} of `{}`: {cause}", claim.cook, claim.place));
                }
                continue;
            }
            Ok(None) => away = false,
            Err(cause) if !away => {
                workshop.tell(&format!("cooks cannot be claimed now: {cause}"));
                away = true;
            }
            Err(_) => {}
        }
        pause(LOOK_EVERY_MS, &mut stop).await;
    }
}

/// Throws away what cooks of an earlier run of this program left.
pub(super) fn clear(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with("cook-")) {
        // What cannot be deleted is in nobody's way: each cook has a folder of its own.
        let _ = fs::remove_dir_all(entry.path());
    }
}

/// From a claim to the end of its cook. An error says that the database does not know of the end.
async fn work(
    workshop: &Workshop,
    claim: &Claim,
    trace: &Trace,
    stop: &Receiver<bool>,
) -> Result<(), ControlError> {
    let folder = workshop.folder.join(format!("cook-{}-{}", claim.cook, claim.term));
    let began_ms = workshop.now_ms();
    let ended = attempt(workshop, claim, trace, &folder, stop).await;
    let _ = fs::remove_dir_all(&folder);
    let now_ms = workshop.now_ms();
    if let Some(outcome) = ended.as_ref().ok().and_then(End::outcome) {
        workshop.signals.figures.cooked(outcome, (now_ms - began_ms).max(0) as f64 / 1e3);
        let mut fields =
            vec![("cook", claim.cook.as_str().into()), ("place", claim.place.to_string().into())];
        fields.extend(trace.id().map(|id| ("trace", id.into())));
        workshop.signals.info(&format!("a cook ended: {outcome}"), &fields);
        trace::outcome(trace, outcome);
    } else if ended.is_ok() {
        trace::outcome(trace, "handed on");
    }
    let ending = match ended {
        Ok(End::Published) => return Ok(()),
        Ok(End::Halted(Halt::Lost)) => {
            workshop
                .tell(&format!("cook {} of `{}` was taken over by another worker", claim.cook, claim.place));
            return Ok(());
        }
        Ok(End::Halted(Halt::Leaving)) => return workshop.control.give_back(claim, now_ms).await,
        Ok(End::Halted(Halt::Cancelled)) => Ending::Cancelled,
        Ok(End::Held(why)) => Ending::Refused { report: json!({ "gate": why }) },
        Ok(End::Failed { error, may_pass }) => {
            let seed =
                claim.cook.bytes().fold(0_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            let attempt = u32::try_from(claim.attempt).unwrap_or(u32::MAX);
            let wait = if may_pass { retry_after(attempt, seed) } else { None };
            let retry_ms = wait.map(|seconds| now_ms + seconds * 1_000);
            workshop.tell(&format!("cook {} of `{}` failed: {error}", claim.cook, claim.place));
            Ending::Failed { error, report: None, retry_ms }
        }
        Err(cause) => return Err(cause),
    };
    workshop.control.finish(claim, &ending, now_ms).await.map(drop)
}

enum End {
    Published,
    Held(String),
    Failed { error: String, may_pass: bool },
    Halted(Halt),
}

impl End {
    /// Its name among the figures; a cook that goes on elsewhere has not ended.
    fn outcome(&self) -> Option<&'static str> {
        match self {
            End::Published => Some("published"),
            End::Held(_) => Some("held"),
            End::Failed { .. } => Some("failed"),
            End::Halted(Halt::Cancelled) => Some("cancelled"),
            End::Halted(Halt::Lost | Halt::Leaving) => None,
        }
    }
}

/// One attempt, with its claim renewed beside it.
async fn attempt(
    workshop: &Workshop,
    claim: &Claim,
    trace: &Trace,
    folder: &Path,
    stop: &Receiver<bool>,
) -> Result<End, ControlError> {
    let attempt = Attempt::begin();
    let mut steps = pin!(steps(workshop, claim, trace, folder, &attempt));
    // A span for each renewal would bury the cook's own.
    let watched = pin!(quietly(watch(workshop, claim, &attempt, stop.clone())));
    tokio::select! {
        ended = &mut steps => ended,
        why = watched => {
            attempt.stop(why);
            match attempt.stretch.get() {
                // Nothing is left running.
                Stretch::Process => steps.await,
                Stretch::Around | Stretch::Publishing => Ok(End::Halted(why)),
            }
        }
    }
}

async fn steps(
    workshop: &Workshop,
    claim: &Claim,
    trace: &Trace,
    folder: &Path,
    attempt: &Attempt,
) -> Result<End, ControlError> {
    let fail = |error: String| Ok(End::Failed { error, may_pass: true });
    // Looked at again: what the path led to when it was written down may be something else now.
    if let Err(error) = check(&workshop.addresses, &claim.spec.source).await {
        return Ok(End::Failed { error, may_pass: false });
    }
    let out = folder.join("out");
    let before = workshop.control.models(&claim.place, None, EARLIER_MODELS as u32).await?;
    let before: Vec<&str> = before.iter().map(|model| model.id.as_str()).collect();
    let earlier = lay_out(&workshop.artifacts, &claim.place, &before, &out);
    if let Err(cause) = part("earlier models", earlier).await {
        return fail(cause.to_string());
    }
    let credentials =
        match claim.spec.credentials.as_ref().map(|reference| follow(reference, folder)).transpose() {
            Ok(credentials) => credentials,
            Err(error) => return Ok(End::Failed { error, may_pass: false }),
        };
    let live = folder.join("live");
    let fetched = match part("live rows", fetch(live::source(workshop), &claim.place, &live)).await {
        Ok(fetched) => fetched,
        Err(cause) => return fail(cause.to_string()),
    };
    let settings = claim.spec.settings_text();
    let order = Order {
        program: &workshop.program,
        folder,
        source: &claim.spec.source,
        credentials,
        addresses: &workshop.addresses,
        settings: &settings,
        name: claim.place.name().as_str(),
        gate: claim.spec.gate,
        memory: claim.spec.memory.or(workshop.memory),
        live: fetched.map(|_| live.as_path()),
        pictures: &workshop.folder.join("pictures"),
        now: workshop.now_ms() / 1000,
    };
    let mut stages = Stages::new(trace);
    let hear = |line| {
        stages.hear(&line, SystemTime::now());
        *attempt.told.borrow_mut() = Some(line);
    };
    attempt.stretch.set(Stretch::Process);
    let outcome = child::run(&order, hear, attempt.halted()).await;
    if let Some(why) = attempt.stopped() {
        return Ok(End::Halted(why));
    }
    attempt.stretch.set(Stretch::Around);
    drop(stages);
    if let Err(cause) = store_logs(&workshop.artifacts, &claim.place, &folder.join("logs")).await {
        workshop.tell(&format!("the logs of cook {} could not be stored: {cause}", claim.cook));
    }
    match outcome {
        Outcome::Done(report) => finish(workshop, claim, attempt, with_live(report, fetched), &out).await,
        Outcome::Held(why) => Ok(End::Held(why)),
        Outcome::Failed { message, may_pass } => Ok(End::Failed { error: message, may_pass }),
        Outcome::Stopped => Ok(End::Failed {
            error: "the cook took longer than a day and was stopped".to_owned(),
            may_pass: false,
        }),
    }
}

/// The report, with what the cook was given of rows that arrived live: those after `through` are for the next one.
fn with_live(mut report: Value, fetched: Option<Fetched>) -> Value {
    if let (Some(report), Some(fetched)) = (report.as_object_mut(), fetched) {
        let live = json!({ "segments": fetched.segments, "rows": fetched.rows, "through": fetched.through });
        report.insert("live".to_owned(), live);
    }
    report
}

/// Whether a source may be read, also by what its host's name is looked up as now.
async fn check(rules: &AddressRules, source: &str) -> Result<(), String> {
    let Reach::Host { host, port } = rules.check(source).map_err(|cause| cause.to_string())? else {
        return Ok(());
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let found = tokio::net::lookup_host((bare, port)).await;
    let found: Vec<_> = found
        .map_err(|cause| format!("the host `{host}` cannot be looked up: {cause}"))?
        .map(|address| address.ip())
        .collect();
    rules.check_found(&host, &found).map_err(|cause| cause.to_string())
}

/// Stores the model, then publishes it: everything that a manifest names is there before the manifest is.
async fn finish(
    workshop: &Workshop,
    claim: &Claim,
    attempt: &Attempt,
    report: Value,
    out: &Path,
) -> Result<End, ControlError> {
    let lots = match lots(&claim.cook, out) {
        Ok(lots) => lots,
        Err(cause) => return Ok(End::Failed { error: cause.to_string(), may_pass: true }),
    };
    if !hold(workshop, claim, &lots).await? {
        let error = "a part of the model is being deleted as too old; the cook is tried again".to_owned();
        return Ok(End::Failed { error, may_pass: true });
    }
    let stored = match part("store", store(&workshop.artifacts, &claim.place, &claim.cook, out)).await {
        Ok(stored) => stored,
        Err(cause) => return Ok(End::Failed { error: cause.to_string(), may_pass: true }),
    };
    let now_ms = workshop.now_ms();
    announce::keys(&workshop.control, &workshop.secret, &claim.place, &workshop.holder, now_ms).await?;
    let model = NewModel {
        id: claim.cook.clone(),
        entry: serde_json::to_value(&stored.entry).expect("an entry is texts and whole numbers"),
        bytes: i64::try_from(stored.entry.bytes).unwrap_or(i64::MAX),
        items: stored.entry.items.into(),
        report,
        lots,
    };
    let compose = |facts: &_| {
        let event = Event::Cooked { modeling: claim.place.name(), model: &claim.cook };
        announce::compose(facts, event, &workshop.secret)
    };
    attempt.stretch.set(Stretch::Publishing);
    match workshop.control.publish(claim, &model, now_ms, compose).await {
        Ok(published) => {
            let releases = published.releases.len();
            let line = format!(
                "cook {} of `{}` published: {} items, {} new blobs; endpoints with a new release: {releases}",
                claim.cook, claim.place, model.items, stored.new_blobs
            );
            workshop.tell(&line);
            Ok(End::Published)
        }
        Err(ControlError::Stale { .. }) => Ok(End::Halted(Halt::Lost)),
        Err(error) => Err(error),
    }
}

/// Says that everything of the model is needed from now on, so that nobody deletes what lies there already.
async fn hold(workshop: &Workshop, claim: &Claim, lots: &[String]) -> Result<bool, ControlError> {
    for _ in 0..NEED_LOOKS {
        if workshop.control.need(claim.place.account(), lots).await? {
            return Ok(true);
        }
        tokio::time::sleep(std::time::Duration::from_millis(NEED_EVERY_MS)).await;
    }
    Ok(false)
}

/// The file of credentials that a reference leads to.
fn follow(reference: &Reference, folder: &Path) -> Result<PathBuf, String> {
    match reference {
        Reference::File(path) => Ok(PathBuf::from(path)),
        Reference::Variable(name) => {
            let text = std::env::var(name).map_err(|_| format!("the server has no variable `{name}`"))?;
            let path = folder.join("credentials.toml");
            write_private(&path, text.as_bytes())
                .map_err(|cause| format!("cannot write {}: {cause}", path.display()))?;
            Ok(path)
        }
    }
}
