//! Whether a database and a store hold everything that is served: signatures, blobs, rows, the chain of the audit.
//!
//! Changes nothing. Each thing that is missing is told in one line.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::error::BackupError;
use crate::artifacts::{ArtifactPath, Artifacts, Lot};
use crate::control::{Chain, Control, Release};
use crate::publish::{Manifest, ModelEntry, Piece, from_hex};
use crate::release::{KeyId, MasterSecret, PublicKey, open};
use crate::resource::Name;
use crate::sweep;

/// What was looked at, and what is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// Manifests whose signatures hold.
    pub manifests: u64,
    /// Blobs that they name and that are there.
    pub blobs: u64,
    /// Audit records in one chain.
    pub records: i64,
    /// What is wrong, one line each.
    pub problems: Vec<String>,
}

/// Looks at everything that is served now.
pub async fn prove(
    control: &Control,
    artifacts: &Artifacts,
    secret: Option<&MasterSecret>,
) -> Result<Proof, BackupError> {
    let mut proof = Proof::default();
    match control.verify_audit().await? {
        Chain::Whole { records, .. } => proof.records = records,
        Chain::Broken { seq, why } => proof.problems.push(format!("audit record {seq}: {why}")),
    }
    let mut stores: BTreeMap<Name, FxHashSet<Lot>> = BTreeMap::new();
    for release in control.latest_releases().await? {
        let Some(envelope) = release.envelope.clone() else { continue };
        let account = release.place.account().clone();
        if !stores.contains_key(&account) {
            let files = artifacts.below(ArtifactPath::account(account.as_str())).await?;
            let lots = files.iter().filter(|path| !path.as_str().ends_with(".br"));
            let lots = lots.filter(|path| !path.as_str().ends_with(".zstd"));
            stores.insert(account.clone(), lots.filter_map(|path| Some(Lot::of(path)?.1)).collect());
        }
        match signed(control, &release, &envelope, secret).await? {
            Ok(manifest) => {
                proof.manifests += 1;
                let lots = stores.get(&account).expect("it was put in above");
                for entry in &manifest.models {
                    blobs(artifacts, &release, entry, lots, &mut proof).await?;
                }
            }
            Err(why) => proof.problems.push(format!("the manifest of `{}`: {why}", release.place)),
        }
    }
    rows(control, artifacts, &mut proof).await?;
    Ok(proof)
}

/// A manifest that a key of its endpoint signed.
async fn signed(
    control: &Control,
    release: &Release,
    envelope: &str,
    secret: Option<&MasterSecret>,
) -> Result<Result<Manifest, String>, BackupError> {
    let mut trusted: Vec<(KeyId, PublicKey)> = Vec::new();
    for key in control.signing_keys(&release.place).await? {
        let (Ok(id), Ok(public)) = (key.id.parse::<KeyId>(), key.public.parse::<PublicKey>()) else {
            return Ok(Err(format!("its key `{}` cannot be read", key.id)));
        };
        if secret.is_some_and(|secret| secret.manifest_key(&id).public() != public) {
            return Ok(Err(format!("its key `{id}` does not come from the master secret that is here")));
        }
        trusted.push((id, public));
    }
    Ok(match open(envelope, &trusted) {
        Ok(payload) => serde_json::from_str(&payload).map_err(|cause| cause.to_string()),
        Err(cause) => Err(cause.to_string()),
    })
}

async fn blobs(
    artifacts: &Artifacts,
    release: &Release,
    entry: &ModelEntry,
    lots: &FxHashSet<Lot>,
    proof: &mut Proof,
) -> Result<(), BackupError> {
    let account = release.place.account().as_str();
    let missing =
        |blob: &str| format!("blob {blob} of `{account}`, which `{}` offers, is missing", release.place);
    let Some(index) = from_hex(&entry.index.hash) else {
        proof.problems.push(missing(&entry.index.hash));
        return Ok(());
    };
    let names = match artifacts.blob(account, index).await {
        Ok(Some(blob)) => sweep::names(&blob.plain),
        Ok(None) => Err(missing(&entry.index.hash)),
        Err(cause) => Err(cause.to_string()),
    };
    match names {
        Err(why) => proof.problems.push(why),
        Ok(names) => {
            proof.blobs += 1;
            for name in names {
                let piece = Piece::from(name);
                match lots.contains(&Lot::Piece(piece)) {
                    true => proof.blobs += 1,
                    false => proof.problems.push(missing(&piece.to_string())),
                }
            }
        }
    }
    Ok(())
}

/// Files of rows that arrived live.
async fn rows(control: &Control, artifacts: &Artifacts, proof: &mut Proof) -> Result<(), BackupError> {
    let files = artifacts.below(ArtifactPath::all_rows()).await?;
    let there: FxHashSet<&str> = files.iter().filter_map(|file| Some(file.segment()?.1)).collect();
    for place in control.places_with_segments(1).await? {
        for segment in control.segments(&place).await? {
            if !there.contains(segment.id.as_str()) {
                proof
                    .problems
                    .push(format!("{} rows of `{place}` (`{}`) are missing", segment.rows, segment.id));
            }
        }
    }
    Ok(())
}
