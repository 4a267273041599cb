//! Looks after what is served: renews manifests before they grow old, moves rollouts on, lets old models go.

use tokio::sync::watch;

use super::{Workshop, pause};
use crate::announce;
use crate::artifacts::{ArtifactError, ArtifactPath};
use crate::control::{Actor, ControlError, Release, Resource, RetireRules};
use crate::release::{Candidate, Event, Reading, Rollout, readings};
use crate::resource::{Kind, Place, Spec};

/// Between two rounds.
const ROUND_EVERY_MS: u64 = 10_000;
/// A page of resources.
const PAGE: u32 = 500;
/// Pages and caches may hold a manifest this long: what it names stays.
const OFFERED_MS: i64 = 8 * 86_400_000;

pub(super) async fn run(workshop: &Workshop, mut stop: watch::Receiver<bool>) {
    let mut away = false;
    while !*stop.borrow() {
        match round(workshop).await {
            Ok(()) => away = false,
            Err(cause) if away => drop(cause),
            Err(cause) => {
                workshop.tell(&format!("releases and models cannot be looked after now: {cause}"));
                away = true;
            }
        }
        pause(ROUND_EVERY_MS, &mut stop).await;
    }
}

async fn round(workshop: &Workshop) -> Result<(), ControlError> {
    for endpoint in everything(workshop, Kind::Endpoint).await? {
        move_on(workshop, &endpoint.place).await?;
    }
    for modeling in everything(workshop, Kind::Modeling).await? {
        if let Spec::Modeling(spec) = &modeling.spec {
            retire(workshop, &modeling.place, spec.keep_models).await?;
        }
    }
    workshop.control.forget_counts(workshop.now_ms() - OFFERED_MS).await?;
    Ok(())
}

async fn everything(workshop: &Workshop, kind: Kind) -> Result<Vec<Resource>, ControlError> {
    let mut all: Vec<Resource> = Vec::new();
    loop {
        let after = all.last().map(|resource| resource.place.clone());
        let page = workshop.control.resources(None, kind, after.as_ref(), PAGE).await?;
        let last = page.len() < PAGE as usize;
        all.extend(page);
        if last {
            return Ok(all);
        }
    }
}

/// A new release when time or the spec asks for one; `compose` says whether. Also the first one, and the keys to it,
/// where a server went away right after it had made the endpoint.
async fn move_on(workshop: &Workshop, endpoint: &Place) -> Result<(), ControlError> {
    let (control, now_ms) = (&workshop.control, workshop.now_ms());
    let actor = Actor::new("keeper", &workshop.holder, now_ms);
    // Looked at first: most of the time nothing is to be done, and writers have to wait for one another.
    let Some(facts) = control.facts(endpoint, now_ms).await? else { return Ok(()) };
    let counted = match facts.latest.as_ref().and_then(|latest| Some((latest, candidate_of(latest)?))) {
        Some((latest, candidate)) => counted(workshop, latest, &candidate).await?,
        None => Vec::new(),
    };
    let compose = |facts: &_| announce::compose(facts, Event::Time { readings: &counted }, &workshop.secret);
    let released = async {
        if facts.keys.is_empty() {
            announce::first_keys(control, &workshop.secret, endpoint, &actor).await?;
        } else if matches!(compose(&facts), Ok(None)) {
            return Ok(());
        }
        control.release(endpoint, "release.time", &actor, compose).await.map(drop)
    };
    match released.await {
        // Deleted meanwhile.
        Ok(()) | Err(ControlError::Missing { .. }) => Ok(()),
        Err(error @ (ControlError::Unavailable { .. } | ControlError::Busy { .. })) => Err(error),
        Err(error) => {
            workshop.tell(&format!("`{endpoint}` has no new release: {error}"));
            Ok(())
        }
    }
}

/// The model that is on its way at an endpoint.
fn candidate_of(release: &Release) -> Option<Candidate> {
    serde_json::from_value::<Rollout>(release.state.clone()).ok()?.candidate
}

/// What was counted of a candidate in its present step. Its index is the one in the manifest that offers it.
async fn counted(
    workshop: &Workshop,
    release: &Release,
    candidate: &Candidate,
) -> Result<Vec<Reading>, ControlError> {
    // A candidate is the last of the models that are offered.
    let last = announce::offered(release).pop();
    let Some((_, model)) = last.filter(|(name, _)| name.ends_with("+next")) else { return Ok(Vec::new()) };
    // From the minute that it began in: counts are kept by the minute.
    let since_ms = candidate.since.div_euclid(60) * 60_000;
    let counts = workshop.control.counts_since(&release.place, &model, since_ms).await?;
    Ok(readings(&candidate.model, &counts, workshop.now_ms() / 1_000))
}

/// Models go from the database first, then their files: what is left over is found by the next round of a sweep.
async fn retire(workshop: &Workshop, modeling: &Place, keep: u32) -> Result<(), ControlError> {
    let now_ms = workshop.now_ms();
    let rules = RetireRules { keep, offered_after_ms: now_ms - OFFERED_MS };
    let actor = Actor::new("keeper", &workshop.holder, now_ms);
    for model in workshop.control.retire(modeling, &rules, &actor).await? {
        let account = modeling.account().as_str();
        for path in [ArtifactPath::bundle(account, &model.id), ArtifactPath::report(account, &model.id)] {
            if let Err(cause) = workshop.artifacts.delete(path).await {
                tell_left_over(workshop, &model.id, &cause);
            }
        }
    }
    Ok(())
}

fn tell_left_over(workshop: &Workshop, model: &str, cause: &ArtifactError) {
    workshop.tell(&format!("files of the old model {model} are still there: {cause}"));
}
