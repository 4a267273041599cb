//! What a cook left in its folder goes to the artifacts: blobs first, then the bundle and the report.
//!
//! Nothing is released here. Invariant: when [`store`] returns, every blob that the model's index names is there.

use std::path::Path;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::artifacts::{ArtifactError, ArtifactPath, Artifacts, Lot};
use crate::publish::{self, ModelEntry, Piece, PublishError};
use crate::resource::Place;

/// Blobs on their way at the same time.
const AT_ONCE: usize = 4;

/// Why a model could not be stored.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder of the cook.
    #[error("cannot read {path}: {source}")]
    Folder {
        /// What was to be read.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// What the cook published into its folder.
    #[error("the cook left nothing that can be published: {0}")]
    Manifest(#[from] PublishError),
    /// The place of the artifacts.
    #[error(transparent)]
    Artifacts(#[from] ArtifactError),
}

/// What was stored.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stored {
    /// What a manifest says of the model.
    pub(super) entry: ModelEntry,
    /// Blobs that were not there before.
    pub(super) new_blobs: usize,
}

/// Puts the models before this one into the folder, newest first, so that items keep their positions, lists can be
/// compared, and who has their blobs needs only what changed.
pub(super) async fn lay_out(
    artifacts: &Artifacts,
    place: &Place,
    before: &[&str],
    out: &Path,
) -> Result<(), StoreError> {
    let folder = |source| StoreError::Folder { path: out.display().to_string(), source };
    std::fs::create_dir_all(out).map_err(folder)?;
    for (ago, model) in before.iter().enumerate() {
        // A bundle that is gone costs positions or patches, not the cook.
        if let Some(bundle) = artifacts.read(ArtifactPath::bundle(place.account().as_str(), model)).await? {
            std::fs::write(publish::bundle_file(out, ago), bundle).map_err(folder)?;
        }
    }
    Ok(())
}

/// Names of everything that [`store`] writes.
pub(super) fn lots(model: &str, out: &Path) -> Result<Vec<String>, StoreError> {
    let blobs = files(&out.join(publish::blob_folder()))?;
    let pieces = blobs.iter().filter_map(|path| Piece::read(path.file_name()?.to_str()?));
    Ok(pieces.map(Lot::Piece).chain([Lot::Model(model.to_owned())]).map(|lot| lot.to_string()).collect())
}

/// Stores the model in `out` under the id `model`.
pub(super) async fn store(
    artifacts: &Artifacts,
    place: &Place,
    model: &str,
    out: &Path,
) -> Result<Stored, StoreError> {
    let account = place.account().as_str();
    let manifest = publish::read_manifest(out)?;
    let entry = manifest
        .models
        .into_iter()
        .next()
        .ok_or(PublishError::Manifest { rule: "a manifest names a model" })?;
    let blobs = files(&out.join(publish::blob_folder()))?;
    let kept = stream::iter(blobs).map(|path| async move {
        let bytes = read(&path)?;
        let piece = path.file_name().and_then(|name| Piece::read(name.to_str()?));
        match piece {
            Some(patch @ Piece { from: Some(_), .. }) => {
                artifacts.keep_patch(account, patch, bytes).await?;
                Ok(false)
            }
            _ => Ok::<_, StoreError>(artifacts.keep_blob(account, bytes).await?),
        }
    });
    let kept: Vec<bool> = kept.buffer_unordered(AT_ONCE).try_collect().await?;
    artifacts.write(ArtifactPath::bundle(account, model), read(&out.join("model.shelf"))?).await?;
    artifacts.write(ArtifactPath::report(account, model), read(&out.join("report.json"))?).await?;
    Ok(Stored { entry, new_blobs: kept.into_iter().filter(|new| *new).count() })
}

/// Stores logs, whether or not there is a model.
pub(super) async fn store_logs(artifacts: &Artifacts, place: &Place, logs: &Path) -> Result<(), StoreError> {
    let (account, modeling) = (place.account().as_str(), place.name().as_str());
    for path in below(logs)? {
        let Some(file) = path.strip_prefix(logs).ok().and_then(Path::to_str) else { continue };
        artifacts.write(ArtifactPath::log(account, modeling, file), read(&path)?).await?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Bytes, StoreError> {
    let bytes = std::fs::read(path);
    bytes.map(Bytes::from).map_err(|source| StoreError::Folder { path: path.display().to_string(), source })
}

/// Files right in a folder, sorted.
fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, StoreError> {
    let wrong = |source| StoreError::Folder { path: folder.display().to_string(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        files.push(entry.map_err(wrong)?.path());
    }
    files.sort_unstable();
    Ok(files)
}

/// Files anywhere below a folder; none when there is no folder.
fn below(folder: &Path) -> Result<Vec<std::path::PathBuf>, StoreError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for path in files(folder)? {
        match path.is_dir() {
            true => all.extend(below(&path)?),
            false => all.push(path),
        }
    }
    Ok(all)
}
