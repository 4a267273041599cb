//! What all endpoints of a service serve: their manifests, and the blobs that were asked for lately.
//!
//! Manifests are put here by whoever releases; blobs come from the artifacts when the first shopper asks and
//! stay within a budget of memory. No database is known here. Invariants: a request sees one manifest from
//! beginning to end; an endpoint never goes back to a lower sequence; a blob in memory hashes to its name
//! (a patch has no name of its own: it lies beside the blob that it makes).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::Bytes;
use rustc_hash::FxHashMap;
use tokio::sync::OnceCell;

use super::asset::{Asset, Offer, sha256};
use super::content::Slab;
use super::downloads::Downloads;
use crate::artifacts::{ArtifactError, ArtifactPath, Artifacts, CodedBlob};
use crate::publish::Piece;

/// What endpoints serve.
#[derive(Debug)]
pub struct Library {
    endpoints: RwLock<Endpoints>,
    blobs: RwLock<Blobs>,
    loading: Mutex<FxHashMap<BlobKey, Loading>>,
    artifacts: Artifacts,
    slab: Slab,
    budget: usize,
    clock: AtomicU64,
    /// What was asked for.
    pub(super) downloads: Downloads,
}

#[derive(Debug, Default)]
struct Endpoints {
    by_place: FxHashMap<Box<str>, Arc<Endpoint>>,
    /// A number for each account that was ever seen: blobs are looked up by it without making text.
    accounts: FxHashMap<Box<str>, u32>,
}

/// What one endpoint serves now.
#[derive(Debug)]
pub(super) struct Endpoint {
    account: Box<str>,
    number: u32,
    pub(super) manifest: Asset,
    made: Made,
    envelope: Bytes,
    pub(super) origins: Box<[Box<str>]>,
    sequence: u64,
}

/// What was made of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Made {
    /// Nothing.
    Plain,
    /// Its codings.
    Small,
}

/// A manifest as it is released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The account.
    pub account: String,
    /// The endpoint's name in it.
    pub endpoint: String,
    /// Its number.
    pub sequence: u64,
    /// The exact bytes.
    pub envelope: Bytes,
    /// Pages that may read it and its blobs; none means all.
    pub origins: Vec<String>,
}

/// A blob that is on its way, or found not to be there.
type Loading = Arc<OnceCell<Option<Arc<Asset>>>>;

/// Number of the account, and address.
type BlobKey = (u32, Piece);

#[derive(Debug, Default)]
struct Blobs {
    held: FxHashMap<BlobKey, Held>,
    bytes: usize,
}

#[derive(Debug)]
struct Held {
    asset: Arc<Asset>,
    bytes: usize,
    used: AtomicU64,
}

impl Library {
    /// An empty one, whose blobs take at most `budget` bytes of memory.
    pub fn new(artifacts: Artifacts, budget: usize) -> Self {
        Self {
            endpoints: RwLock::default(),
            blobs: RwLock::default(),
            loading: Mutex::default(),
            artifacts,
            slab: Slab::new(),
            budget,
            clock: AtomicU64::new(0),
            downloads: Downloads::default(),
        }
    }

    /// Serves this from now on, unless something newer is served already.
    pub fn put(&self, served: Served) {
        self.place(served, Made::Small);
    }

    /// The same as it is: making many manifests smaller takes longer than a start may. [`Library::put`] does it later.
    pub fn put_plain(&self, served: Served) {
        self.place(served, Made::Plain);
    }

    fn place(&self, served: Served, made: Made) {
        let place = place(&served.account, &served.endpoint);
        // What follows releases looks at all of them now and then: what is served already is not compressed again.
        let same = |before: &Endpoint| {
            before.sequence == served.sequence
                && before.made >= made
                && before.origins.iter().map(|known| &**known).eq(&served.origins)
        };
        if self.endpoint(&place).is_some_and(|before| same(&before)) {
            return;
        }
        let (envelope, sequence) = (served.envelope, served.sequence);
        let digest = sha256(&envelope);
        let manifest = match made {
            Made::Small => Asset::new(envelope.clone(), &digest, Offer::Manifest, &self.slab),
            Made::Plain => Asset::coded(envelope.clone(), Vec::new(), &digest, Offer::Manifest, &self.slab),
        };
        let origins = served.origins.into_iter().map(String::into_boxed_str).collect();
        let account = served.account.into_boxed_str();
        let mut endpoints = self.endpoints.write().unwrap_or_else(PoisonError::into_inner);
        if endpoints.by_place.get(place.as_str()).is_some_and(|before| before.sequence > sequence) {
            return;
        }
        let next = u32::try_from(endpoints.accounts.len()).expect("fewer accounts than there are numbers");
        let number = *endpoints.accounts.entry(account.clone()).or_insert(next);
        let endpoint = Endpoint { account, number, manifest, made, envelope, origins, sequence };
        endpoints.by_place.insert(place.into(), Arc::new(endpoint));
    }

    /// Serves nothing there any more.
    pub fn remove(&self, account: &str, endpoint: &str) {
        let mut endpoints = self.endpoints.write().unwrap_or_else(PoisonError::into_inner);
        endpoints.by_place.remove(place(account, endpoint).as_str());
    }

    /// Account and name of every endpoint that is served, with its sequence.
    pub fn sequences(&self) -> Vec<(String, u64)> {
        let endpoints = self.endpoints.read().unwrap_or_else(PoisonError::into_inner);
        endpoints.by_place.iter().map(|(place, endpoint)| (place.to_string(), endpoint.sequence)).collect()
    }

    /// What is served at `account/endpoint`.
    pub(super) fn endpoint(&self, place: &str) -> Option<Arc<Endpoint>> {
        self.endpoints.read().unwrap_or_else(PoisonError::into_inner).by_place.get(place).cloned()
    }

    /// A blob that is in memory.
    pub(super) fn held(&self, endpoint: &Endpoint, piece: &Piece) -> Option<Arc<Asset>> {
        let blobs = self.blobs.read().unwrap_or_else(PoisonError::into_inner);
        let held = blobs.held.get(&(endpoint.number, *piece))?;
        held.used.store(self.clock.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
        Some(Arc::clone(&held.asset))
    }

    /// A blob from the artifacts; many who ask at once wait for one reading.
    pub(super) async fn fetch(
        &self,
        endpoint: &Endpoint,
        piece: Piece,
    ) -> Result<Option<Arc<Asset>>, ArtifactError> {
        let key = (endpoint.number, piece);
        let cell = {
            let mut loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
            // Somebody may have been faster since the caller looked.
            if let Some(asset) = self.held(endpoint, &piece) {
                return Ok(Some(asset));
            }
            Arc::clone(loading.entry(key).or_default())
        };
        let loaded = cell.get_or_try_init(|| self.load(&endpoint.account, key)).await.cloned();
        let mut loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
        if loading.get(&key).is_some_and(|other| Arc::ptr_eq(other, &cell)) {
            loading.remove(&key);
        }
        loaded
    }

    async fn load(&self, account: &str, key: BlobKey) -> Result<Option<Arc<Asset>>, ArtifactError> {
        let found = match key.1 {
            Piece { name, from: None } => self.artifacts.blob(account, name).await?,
            // A patch has no smaller coding, and what it makes is checked by who applies it.
            patch => {
                let plain = self.artifacts.read(ArtifactPath::patch(account, &patch)).await?;
                plain.map(|plain| CodedBlob { plain, smaller: Vec::new() })
            }
        };
        let Some(blob) = found else { return Ok(None) };
        let digest = sha256(&blob.plain);
        let asset = Arc::new(Asset::coded(blob.plain, blob.smaller, &digest, Offer::Blob, &self.slab));
        self.hold(key, &asset);
        Ok(Some(asset))
    }

    /// Keeps a blob in memory; what was not used for longest makes room.
    fn hold(&self, key: BlobKey, asset: &Arc<Asset>) {
        let bytes = asset.bytes();
        if bytes > self.budget {
            return;
        }
        let used = AtomicU64::new(self.clock.fetch_add(1, Ordering::Relaxed));
        let mut blobs = self.blobs.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = blobs.held.insert(key, Held { asset: Arc::clone(asset), bytes, used }) {
            blobs.bytes -= before.bytes;
        }
        blobs.bytes += bytes;
        if blobs.bytes > self.budget {
            blobs.make_room(self.budget);
        }
    }

    /// What was asked for since the start.
    pub fn downloads(&self) -> &Downloads {
        &self.downloads
    }

    /// The manifests that are served, as they are sent.
    pub fn manifests(&self) -> Vec<Bytes> {
        let endpoints = self.endpoints.read().unwrap_or_else(PoisonError::into_inner);
        endpoints.by_place.values().map(|endpoint| endpoint.envelope.clone()).collect()
    }

    /// How many blobs are in memory, and their bytes.
    pub fn in_memory(&self) -> (usize, usize) {
        let blobs = self.blobs.read().unwrap_or_else(PoisonError::into_inner);
        (blobs.held.len(), blobs.bytes)
    }
}

impl Blobs {
    /// Down to nine tenths of the budget, so that not every new blob has to sort the others.
    fn make_room(&mut self, budget: usize) {
        let mut by_use: Vec<(u64, BlobKey)> =
            self.held.iter().map(|(key, held)| (held.used.load(Ordering::Relaxed), *key)).collect();
        by_use.sort_unstable();
        for (_, key) in by_use {
            if self.bytes <= budget / 10 * 9 {
                break;
            }
            if let Some(gone) = self.held.remove(&key) {
                self.bytes -= gone.bytes;
            }
        }
    }
}

fn place(account: &str, endpoint: &str) -> String {
    format!("{account}/{endpoint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::name_of;
    use crate::storage::Credentials;

    fn library(budget: usize) -> (tempfile::TempDir, Library) {
        let folder = tempfile::tempdir().unwrap();
        let artifacts =
            Artifacts::open(&folder.path().display().to_string(), &Credentials::default()).unwrap();
        (folder, Library::new(artifacts, budget))
    }

    fn served(sequence: u64) -> Served {
        let envelope = Bytes::from(format!("{{\"n\":{sequence}}}"));
        Served { account: "acme".into(), endpoint: "web".into(), sequence, envelope, origins: Vec::new() }
    }

    #[tokio::test]
    async fn an_endpoint_never_goes_back() {
        let (_folder, library) = library(1000);
        for sequence in [1, 3, 2] {
            library.put(served(sequence));
        }
        assert_eq!(library.sequences(), [("acme/web".to_owned(), 3)]);
        library.remove("acme", "web");
        assert!(library.endpoint("acme/web").is_none());
    }

    #[tokio::test]
    async fn blobs_stay_within_the_budget_and_the_one_used_last_stays() {
        let (_folder, library) = library(100);
        library.put(served(1));
        library.put(Served { account: "other".into(), ..served(1) });
        let (ours, other) = (library.endpoint("acme/web").unwrap(), library.endpoint("other/web").unwrap());
        let mut names = Vec::new();
        for at in 0..5_u8 {
            // 32 bytes that no coding makes smaller: three of them fit.
            let plain = Bytes::copy_from_slice(&sha256(&[at]));
            names.push(Piece::from(name_of(&sha256(&plain))));
            library.artifacts.keep_blob("acme", plain).await.unwrap();
        }
        for name in &names {
            assert!(library.fetch(&ours, *name).await.unwrap().is_some());
            assert!(library.held(&ours, &names[0]).is_some(), "what is used stays");
            assert!(library.in_memory().1 <= 100);
        }
        assert!(library.held(&ours, &names[1]).is_none());
        assert!(library.fetch(&other, names[0]).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn many_who_ask_at_once_wait_for_one_reading() {
        let (_folder, library) = library(1000);
        let plain = Bytes::from_static(b"one blob");
        let name = Piece::from(name_of(&sha256(&plain)));
        library.artifacts.keep_blob("acme", plain).await.unwrap();
        library.put(served(1));
        let ours = library.endpoint("acme/web").unwrap();
        let asks = (0..50).map(|_| library.fetch(&ours, name));
        let got = futures_util::future::join_all(asks).await;
        let first = got[0].as_ref().unwrap().as_ref().unwrap();
        assert!(got.iter().all(|one| Arc::ptr_eq(one.as_ref().unwrap().as_ref().unwrap(), first)));
        assert!(library.loading.lock().unwrap().is_empty());
    }
}
