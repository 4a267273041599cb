//! Follows the releases in the database into the library, and into the artifacts, from which a server can begin
//! while its database is away. Knows nothing of requests; forgets nothing that is served.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::artifacts::{ArtifactError, ArtifactPath, Artifacts};
use crate::control::{Control, ControlError, Release};
use crate::http::{Library, Served};
use crate::resource::{Kind, Place};
use crate::signals::Signals;

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// Releases of one look.
const AT_ONCE: u32 = 500;
/// Looks until everything is looked at again: what could not be written to the artifacts then is written now.
const ROUND: u32 = 100;

/// What an endpoint serves, as it lies with the artifacts.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    sequence: u64,
    origins: Vec<String>,
    envelope: String,
}

pub(super) struct Follower {
    control: Control,
    artifacts: Artifacts,
    library: Arc<Library>,
    signals: Arc<Signals>,
    /// The last change that was followed; nothing until the database was heard.
    seen: Option<i64>,
    away: bool,
}

impl Follower {
    pub(super) fn new(
        control: Control,
        artifacts: Artifacts,
        library: Arc<Library>,
        signals: Arc<Signals>,
    ) -> Self {
        Self { control, artifacts, library, signals, seen: None, away: false }
    }

    /// Fills the library: from the database, or from the artifacts.
    pub(super) async fn begin(&mut self) {
        if let Err(cause) = self.catch_up().await {
            self.signals.warn(&format!(
                "the database cannot be used now, so what was served last is served: {cause}"
            ));
            self.away = true;
            if let Err(cause) = self.serve_what_was_kept().await {
                self.signals.warn(&format!("what was served last cannot be read: {cause}"));
            }
        }
    }

    /// Follows until `stop` says so.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut rounds = 0_u32;
        while !*stop.borrow() {
            let looked = match self.seen {
                // After a time without the database everything is looked at once.
                None => self.catch_up().await,
                Some(seen) => self.look(seen).await,
            };
            match looked {
                Ok(()) if self.away => {
                    self.signals.warn("the database is back");
                    self.away = false;
                }
                Ok(()) => {}
                Err(cause) if !self.away => {
                    self.signals.warn(&format!("the database cannot be used now; downloads go on: {cause}"));
                    self.away = true;
                }
                Err(_) => {}
            }
            rounds = rounds.wrapping_add(1);
            if rounds.is_multiple_of(ROUND) {
                self.seen = None;
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), ControlError> {
        let latest = self.control.latest_releases().await?;
        let seen = latest.iter().map(|release| release.change).max().unwrap_or(0);
        for release in latest {
            self.follow(release).await?;
        }
        self.seen = Some(seen);
        Ok(())
    }

    async fn look(&mut self, seen: i64) -> Result<(), ControlError> {
        for release in self.control.releases_since(seen, AT_ONCE).await? {
            let change = release.change;
            self.follow(release).await?;
            self.seen = Some(change);
        }
        Ok(())
    }

    async fn follow(&self, release: Release) -> Result<(), ControlError> {
        let (account, endpoint) = (release.place.account().to_string(), release.place.name().to_string());
        let path = ArtifactPath::manifest(&account, &endpoint);
        let spec = self.control.resource(&release.place).await?;
        let spec = spec.as_ref().and_then(|resource| resource.spec.endpoint());
        let (Some(envelope), Some(spec)) = (release.envelope, spec) else {
            self.library.remove(&account, &endpoint);
            self.kept(self.artifacts.delete(path).await);
            return Ok(());
        };
        let (sequence, origins) = (release.sequence.unsigned_abs(), spec.origins.clone());
        let kept = Kept { sequence, origins: origins.clone(), envelope: envelope.clone() };
        self.library.put(Served { account, endpoint, sequence, envelope: Bytes::from(envelope), origins });
        let text = serde_json::to_vec(&kept).expect("texts and a number are JSON");
        self.kept(self.keep(path, text.into()).await);
        Ok(())
    }

    /// Writes what is new; servers that follow the same database write the same.
    async fn keep(&self, path: ArtifactPath, text: Bytes) -> Result<(), ArtifactError> {
        if self.artifacts.read(path.clone()).await?.as_ref() == Some(&text) {
            return Ok(());
        }
        self.artifacts.write(path, text).await
    }

    fn kept(&self, done: Result<(), ArtifactError>) {
        if let Err(cause) = done {
            self.signals.warn(&format!("what is served cannot be kept with the artifacts: {cause}"));
        }
    }

    async fn serve_what_was_kept(&self) -> Result<(), ArtifactError> {
        for path in self.artifacts.below(ArtifactPath::manifests()).await? {
            let Some((account, endpoint)) = path.endpoint() else { continue };
            let place: Option<Place> = format!("{account}/endpoints/{endpoint}").parse().ok();
            let Some(place) = place.filter(|place| place.kind() == Kind::Endpoint) else { continue };
            let Some(text) = self.artifacts.read(path.clone()).await? else { continue };
            let Ok(kept) = serde_json::from_slice::<Kept>(&text) else {
                self.signals.warn(&format!("{path} cannot be read as what is served"));
                continue;
            };
            self.library.put(Served {
                account: place.account().to_string(),
                endpoint: place.name().to_string(),
                sequence: kept.sequence,
                envelope: Bytes::from(kept.envelope),
                origins: kept.origins,
            });
        }
        Ok(())
    }
}
