//! Looks after what is served: renews manifests before they grow old, moves rollouts on, lets old models go.

use tokio::sync::watch;

use super::{Workshop, pause};
use crate::announce;
use crate::artifacts::{ArtifactError, ArtifactPath};
use crate::control::{Actor, ControlError, Release, RetireRules};
use crate::release::{Candidate, Event, Reading, Rollout, readings};
use crate::resource::{Kind, Place, Spec};

/// Between two rounds.
const ROUND_EVERY_MS: u64 = 10_000;
/// A page of resources.
const PAGE: u32 = 500;
/// Pages and caches may hold a manifest this long: what it names stays.
const OFFERED_MS: i64 = 8 * 86_400_000;

pub(super) async fn run(workshop: &Workshop, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(cause) = round(workshop).await {
            workshop.tell(&format!("releases and models cannot be looked after now: {cause}"));
        }
        pause(ROUND_EVERY_MS, &mut stop).await;
    }
}

async fn round(workshop: &Workshop) -> Result<(), ControlError> {
    for release in workshop.control.latest_releases().await? {
        if release.envelope.is_some() {
            move_on(workshop, &release).await?;
        }
    }
    workshop.control.forget_counts(workshop.now_ms() - OFFERED_MS).await?;
    let mut after: Option<Place> = None;
    loop {
        let page = workshop.control.resources(None, Kind::Modeling, after.as_ref(), PAGE).await?;
        for resource in &page {
            if let Spec::Modeling(spec) = &resource.spec {
                let keep = spec.keep_models;
                retire(workshop, &resource.place, keep).await?;
            }
        }
        after = page.last().map(|resource| resource.place.clone());
        if page.len() < PAGE as usize {
            return Ok(());
        }
    }
}

/// A new release when time or the spec asks for one; `compose` says whether.
async fn move_on(workshop: &Workshop, release: &Release) -> Result<(), ControlError> {
    let now_ms = workshop.now_ms();
    let actor = Actor::new("keeper", &workshop.holder, now_ms);
    let candidate: Option<Candidate> = candidate_of(release);
    let counted = match &candidate {
        Some(candidate) => counted(workshop, release, candidate).await?,
        None => Vec::new(),
    };
    let compose = |facts: &_| announce::compose(facts, Event::Time { readings: &counted }, &workshop.secret);
    match workshop.control.release(&release.place, "release.time", &actor, compose).await {
        Ok(_) => Ok(()),
        // Deleted meanwhile.
        Err(ControlError::Missing { .. }) => Ok(()),
        Err(error @ (ControlError::Unavailable { .. } | ControlError::Busy { .. })) => Err(error),
        Err(error) => {
            workshop.tell(&format!("`{}` has no new release: {error}", release.place));
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
