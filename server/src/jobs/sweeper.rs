//! Deletes what lies in the store and nobody needs, and rows that nobody asks for any more, now and then.
//!
//! Servers do this beside each other; who comes second finds it done. Invariant: whatever fails here is tried again in
//! the next round, and costs room only.

use tokio::sync::watch;

use super::{Workshop, activity, pause};
use crate::control::Actor;
use crate::resource::Kind;
use crate::sweep::{self, Collected, Store, SweepError};

const AN_HOUR_MS: u64 = 3_600_000;
/// After a start, other things are more urgent.
const FIRST_MS: u64 = 60_000;

pub(super) async fn run(workshop: &Workshop, mut stop: watch::Receiver<bool>) {
    pause(FIRST_MS, &mut stop).await;
    while !*stop.borrow() {
        match round(workshop).await {
            Ok(done) if done == Collected::default() => {}
            Ok(done) => {
                let fields = [
                    ("marked", done.marked.into()),
                    ("deleted", done.deleted.into()),
                    ("old_logs", done.logs.into()),
                ];
                workshop.signals.info("the store was looked through for what nobody needs", &fields);
            }
            Err(cause) => workshop.tell(&format!("the store cannot be looked through now: {cause}")),
        }
        pause(u64::from(workshop.sweep.every_hours.max(1)) * AN_HOUR_MS, &mut stop).await;
    }
}

async fn round(workshop: &Workshop) -> Result<Collected, SweepError> {
    let store = Store { control: &workshop.control, artifacts: &workshop.artifacts, clock: &workshop.clock };
    let mut all = Collected::default();
    for account in workshop.control.accounts_ever().await? {
        if workshop.sweep.audit_files {
            let written =
                activity::export(&workshop.control, &workshop.artifacts, &account, workshop.now_ms());
            if let Err(cause) = written.await {
                workshop
                    .tell(&format!("the audit of `{account}` cannot be written into the store now: {cause}"));
            }
        }
        // Without looks through the store everything stays there, also logs.
        if workshop.sweep.every_hours == 0 {
            continue;
        }
        // What is wrong in one account is in no other's way.
        match sweep::collect(store, &account, workshop.sweep.log_days, &workshop.holder).await {
            Ok(done) => {
                all.marked += done.marked;
                all.deleted += done.deleted;
                all.logs += done.logs;
            }
            Err(cause @ SweepError::Model { .. }) => workshop.tell(&cause.to_string()),
            Err(cause) => return Err(cause),
        }
    }
    let actor = Actor::new("keeper", &workshop.holder, workshop.now_ms());
    for place in
        workshop.control.everything(None).await?.into_keys().filter(|place| place.kind() == Kind::Modeling)
    {
        workshop.control.forget_cooks(&place, workshop.sweep.keep_cooks, &actor).await?;
    }
    Ok(all)
}
