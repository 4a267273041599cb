//! Follows the releases in the database into the library, and into the artifacts, from which a server can begin
//! while its database is away. Knows nothing of requests; forgets nothing that is served.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

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
    /// What is looked at again, a little at a time, so that what is new does not wait for it.
    again: VecDeque<Release>,
    away: bool,
}

impl Follower {
    pub(super) fn new(
        control: Control,
        artifacts: Artifacts,
        library: Arc<Library>,
        signals: Arc<Signals>,
    ) -> Self {
        Self { control, artifacts, library, signals, seen: None, again: VecDeque::new(), away: false }
    }

    /// Fills the library: from the database, or from the artifacts.
    pub(super) async fn begin(&mut self) {
        if let Err(cause) = self.serve_everything().await {
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
            match self.look().await {
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

    /// Everything that was released, as it is; it is looked at again when requests are answered already.
    async fn serve_everything(&self) -> Result<(), ControlError> {
        let resources = self.control.everything(None).await?;
        for release in self.control.latest_releases().await? {
            let spec = resources.get(&release.place).and_then(|resource| resource.spec.endpoint());
            if let (Some(envelope), Some(spec)) = (&release.envelope, spec) {
                self.library.put_plain(served(&release, envelope, spec.origins.clone()));
            }
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<(), ControlError> {
        let seen = match self.seen {
            Some(seen) => seen,
            // At first, and after a time without the database, everything is looked at.
            None => {
                self.again = self.control.latest_releases().await?.into();
                self.again.iter().map(|release| release.change).max().unwrap_or(0)
            }
        };
        self.seen = Some(seen);
        for release in self.control.releases_since(seen, AT_ONCE).await? {
            let change = release.change;
            self.again.retain(|older| older.place != release.place);
            self.follow(&release).await?;
            self.seen = Some(change);
        }
        let began = Instant::now();
        while began.elapsed() < LOOK_EVERY {
            let Some(release) = self.again.pop_front() else { break };
            if let Err(cause) = self.follow(&release).await {
                self.again.push_front(release);
                return Err(cause);
            }
        }
        Ok(())
    }

    async fn follow(&self, release: &Release) -> Result<(), ControlError> {
        let (account, endpoint) = (release.place.account(), release.place.name());
        let path = ArtifactPath::manifest(account.as_str(), endpoint.as_str());
        let spec = self.control.resource(&release.place).await?;
        let spec = spec.as_ref().and_then(|resource| resource.spec.endpoint());
        let (Some(envelope), Some(spec)) = (&release.envelope, spec) else {
            self.library.remove(account.as_str(), endpoint.as_str());
            self.kept(self.artifacts.delete(path).await);
            return Ok(());
        };
        let served = served(release, envelope, spec.origins.clone());
        let (sequence, origins) = (served.sequence, spec.origins.clone());
        self.library.put(served);
        let kept = Kept { sequence, origins, envelope: envelope.clone() };
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
            self.library.put_plain(Served {
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

fn served(release: &Release, envelope: &str, origins: Vec<String>) -> Served {
    Served {
        account: release.place.account().to_string(),
        endpoint: release.place.name().to_string(),
        sequence: release.sequence.unsigned_abs(),
        envelope: Bytes::copy_from_slice(envelope.as_bytes()),
        origins,
    }
}
