//! Looks after what is served: renews manifests before they grow old, moves rollouts on, lets old models go.

use tokio::sync::watch;

use super::{Workshop, pause};
use crate::announce;
use crate::artifacts::{ArtifactError, ArtifactPath};
use crate::control::{Actor, ControlError, Release, RetireRules};
use crate::release::Event;
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
    for release in workshop.control.latest_releases().await? {
        if release.envelope.is_some() {
            move_on(workshop, &release).await?;
        }
    }
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
    let compose = |facts: &_| announce::compose(facts, Event::Time { readings: &[] }, &workshop.secret);
    // Looked at first: most of the time nothing is to be done, and writers have to wait for one another.
    let Some(facts) = workshop.control.facts(&release.place, now_ms).await? else { return Ok(()) };
    if matches!(compose(&facts), Ok(None)) {
        return Ok(());
    }
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
