//! What cooks leave behind, in a folder or an object store: blobs with their codings, bundles, reports, manifests.
//!
//! Knows names and bytes, and no database: an artifact says nothing about whether it is released. Calls wait on
//! threads made for waiting. Invariant: an artifact appears whole or not at all, and a blob's bytes never change.

mod error;
mod lot;
mod path;

use std::io::Read;
use std::sync::Arc;

use bytes::Bytes;

pub use error::ArtifactError;
pub use lot::Lot;
pub use path::ArtifactPath;

use crate::coding::{Coding, smaller_codings};
use crate::publish::{Name, Piece, name_of};
use crate::storage::{Credentials, Storage};

/// The largest artifact that is read as a whole.
const LARGEST: u64 = 2 << 30;

/// The place of all artifacts.
#[derive(Debug, Clone)]
pub struct Artifacts {
    storage: Arc<Storage>,
}

/// A blob and its smaller codings, smallest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedBlob {
    /// The bytes that hash to its name.
    pub plain: Bytes,
    /// What is sent to browsers that take it.
    pub smaller: Vec<(Coding, Bytes)>,
}

/// The codings that are kept beside a blob.
const KEPT: [Coding; 2] = [Coding::Brotli, Coding::Zstd];

impl Artifacts {
    /// The folder or store at a location; a folder is made when there is none.
    pub fn open(location: &str, credentials: &Credentials) -> Result<Self, ArtifactError> {
        Ok(Self { storage: Arc::new(Storage::create(location, credentials)?) })
    }

    /// The place, for people.
    pub fn shown(&self) -> String {
        self.storage.shown()
    }

    /// The whole artifact, or `None` when there is none.
    pub async fn read(&self, path: ArtifactPath) -> Result<Option<Bytes>, ArtifactError> {
        self.wait(move |storage| read(storage, &path)).await
    }

    /// Writes an artifact, or puts new bytes in its place.
    pub async fn write(&self, path: ArtifactPath, bytes: Bytes) -> Result<(), ArtifactError> {
        self.wait(move |storage| Ok(storage.write(path.as_str(), &bytes)?)).await
    }

    /// The bytes of an artifact, or `None` when there is none.
    pub async fn size(&self, path: ArtifactPath) -> Result<Option<u64>, ArtifactError> {
        self.wait(move |storage| Ok(storage.find(path.as_str())?.map(|entry| entry.bytes))).await
    }

    /// Deletes an artifact; that there is none is no error.
    pub async fn delete(&self, path: ArtifactPath) -> Result<(), ArtifactError> {
        self.wait(move |storage| Ok(storage.delete(path.as_str())?)).await
    }

    /// Paths of all artifacts below a folder.
    pub async fn below(&self, folder: ArtifactPath) -> Result<Vec<ArtifactPath>, ArtifactError> {
        Ok(self.sizes_below(folder).await?.into_iter().map(|(path, _)| path).collect())
    }

    /// The same with the bytes of each.
    pub async fn sizes_below(&self, folder: ArtifactPath) -> Result<Vec<(ArtifactPath, u64)>, ArtifactError> {
        self.wait(move |storage| {
            // A folder on disk that nothing was written into is not there.
            if matches!(storage, Storage::Disk(_)) && !exists(storage, &folder) {
                return Ok(Vec::new());
            }
            let entries = storage.below(folder.as_str())?;
            Ok(entries.into_iter().map(|entry| (ArtifactPath::listed(entry.path), entry.bytes)).collect())
        })
        .await
    }

    /// Stores a blob and its codings under its name, unless it is there; says whether it was new.
    pub async fn keep_blob(&self, account: &str, plain: Bytes) -> Result<bool, ArtifactError> {
        let name = name_of(&sha256(&plain));
        let account = account.to_owned();
        self.wait(move |storage| {
            let path = |coding| ArtifactPath::blob(&account, &name, coding);
            let there = storage.find(path(Coding::Identity).as_str())?;
            if there.is_some_and(|there| there.bytes == plain.len() as u64) {
                return Ok(false);
            }
            for (coding, bytes) in smaller_codings(&plain) {
                storage.write(path(coding).as_str(), &bytes)?;
            }
            // Last, so that whoever finds the blob finds its codings.
            storage.write(path(Coding::Identity).as_str(), &plain)?;
            Ok(true)
        })
        .await
    }

    /// Stores what makes a blob out of an earlier one, unless it is there; says whether it was new.
    pub async fn keep_patch(&self, account: &str, piece: Piece, bytes: Bytes) -> Result<bool, ArtifactError> {
        let path = ArtifactPath::patch(account, &piece);
        self.wait(move |storage| {
            if storage.find(path.as_str())?.is_some() {
                return Ok(false);
            }
            storage.write(path.as_str(), &bytes)?;
            Ok(true)
        })
        .await
    }

    /// A blob with its codings. Bytes that do not hash to the name are as good as none, and told.
    pub async fn blob(&self, account: &str, name: Name) -> Result<Option<CodedBlob>, ArtifactError> {
        let account = account.to_owned();
        self.wait(move |storage| {
            let path = |coding| ArtifactPath::blob(&account, &name, coding);
            let Some(plain) = read(storage, &path(Coding::Identity))? else { return Ok(None) };
            if name_of(&sha256(&plain)) != name {
                return Err(ArtifactError::Damaged { path: storage.join(path(Coding::Identity).as_str()) });
            }
            let mut smaller = Vec::new();
            for coding in KEPT {
                if let Some(bytes) = read(storage, &path(coding))? {
                    smaller.push((coding, bytes));
                }
            }
            smaller.sort_by_key(|(_, bytes)| bytes.len());
            Ok(Some(CodedBlob { plain, smaller }))
        })
        .await
    }

    async fn wait<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Storage) -> Result<T, ArtifactError> + Send + 'static,
    ) -> Result<T, ArtifactError> {
        let storage = Arc::clone(&self.storage);
        let done = tokio::task::spawn_blocking(move || work(&storage)).await;
        done.unwrap_or(Err(ArtifactError::Stopped))
    }
}

fn exists(storage: &Storage, folder: &ArtifactPath) -> bool {
    match storage {
        Storage::Disk(_) => std::path::Path::new(&storage.join(folder.as_str())).is_dir(),
        Storage::Remote(_) => true,
    }
}

fn read(storage: &Storage, path: &ArtifactPath) -> Result<Option<Bytes>, ArtifactError> {
    let Some(entry) = storage.find(path.as_str())? else { return Ok(None) };
    if entry.bytes > LARGEST {
        return Err(ArtifactError::TooLarge { path: storage.join(path.as_str()), bytes: entry.bytes });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(entry.bytes).unwrap_or(0));
    let file = match storage.read(path.as_str()) {
        // Somebody deleted it since it was found.
        Err(_) if storage.find(path.as_str())?.is_none() => return Ok(None),
        file => file?,
    };
    file.take(LARGEST)
        .read_to_end(&mut bytes)
        .map_err(|source| ArtifactError::Broken { path: storage.join(path.as_str()), source })?;
    Ok(Some(bytes.into()))
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifacts() -> (tempfile::TempDir, Artifacts) {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("artifacts").display().to_string();
        let artifacts = Artifacts::open(&place, &Credentials::default()).unwrap();
        (folder, artifacts)
    }

    #[tokio::test]
    async fn a_blob_is_kept_once_with_its_codings_and_found_by_its_name() {
        let (folder, artifacts) = artifacts();
        let plain = Bytes::from("a shelf holds blobs; ".repeat(900));
        let name = name_of(&sha256(&plain));
        assert!(artifacts.blob("acme", name).await.unwrap().is_none());
        assert!(artifacts.keep_blob("acme", plain.clone()).await.unwrap());
        assert!(!artifacts.keep_blob("acme", plain.clone()).await.unwrap());
        let kept = artifacts.blob("acme", name).await.unwrap().unwrap();
        assert_eq!(kept.plain, plain);
        assert_eq!(kept.smaller, smaller_codings(&plain));
        assert!(artifacts.blob("other", name).await.unwrap().is_none());

        let file = folder
            .path()
            .join("artifacts")
            .join(ArtifactPath::blob("acme", &name, Coding::Identity).as_str());
        std::fs::write(file, "something else").unwrap();
        assert!(matches!(artifacts.blob("acme", name).await, Err(ArtifactError::Damaged { .. })));
    }

    #[tokio::test]
    async fn artifacts_are_written_listed_and_deleted() {
        let (_folder, artifacts) = artifacts();
        assert!(artifacts.below(ArtifactPath::manifests()).await.unwrap().is_empty());
        let path = || ArtifactPath::manifest("acme", "web");
        artifacts.write(path(), "{}".into()).await.unwrap();
        assert_eq!(artifacts.below(ArtifactPath::manifests()).await.unwrap(), [path()]);
        assert_eq!(path().endpoint(), Some(("acme", "web")));
        assert_eq!(artifacts.read(path()).await.unwrap().unwrap(), "{}");
        artifacts.delete(path()).await.unwrap();
        artifacts.delete(path()).await.unwrap();
        assert_eq!(artifacts.read(path()).await.unwrap(), None);
    }
}
