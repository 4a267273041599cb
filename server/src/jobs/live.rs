//! Looks after the files of rows that arrived live: joins small ones, lets old ones go, sweeps what nobody names.
//!
//! Servers do this beside each other; who comes second finds it done. Invariant: whatever fails here is tried again in
//! the next round, and costs room only.

use tokio::sync::watch;

use super::{Workshop, pause};
use crate::live::{self, LiveError, Source};

/// Between two rounds.
const ROUND_EVERY_MS: u64 = 30_000;
/// Rounds between two sweeps, which list the whole store.
const SWEEP_EVERY: u32 = 120;
/// A modeling with fewer files is left as it is.
const MANY_FILES: i64 = 8;

pub(super) async fn run(workshop: &Workshop, mut stop: watch::Receiver<bool>) {
    let mut away = false;
    let mut rounds = 0;
    while !*stop.borrow() {
        match round(workshop, rounds % SWEEP_EVERY == 0).await {
            Ok(()) => (away, rounds) = (false, rounds + 1),
            Err(cause) if away => drop(cause),
            Err(cause) => {
                workshop.tell(&format!("rows that arrived live cannot be looked after now: {cause}"));
                away = true;
            }
        }
        pause(ROUND_EVERY_MS, &mut stop).await;
    }
}

async fn round(workshop: &Workshop, sweep: bool) -> Result<(), LiveError> {
    let source = source(workshop);
    live::tidy(source, &workshop.holder).await?;
    for place in workshop.control.places_with_segments(MANY_FILES).await? {
        live::join(source, &place).await?;
    }
    if sweep {
        let swept = live::sweep(source).await?;
        if swept > 0 {
            workshop.tell(&format!(
                "{swept} files of rows were left over, which nobody had been told were taken"
            ));
        }
    }
    Ok(())
}

pub(super) fn source(workshop: &Workshop) -> Source<'_> {
    Source { control: &workshop.control, artifacts: &workshop.artifacts, clock: workshop.clock }
}
