//! Models that answer on this server: read whole from the artifacts, decoded once, kept while they are asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use cookshelf_core::{Bundle, Model};
use tokio::sync::OnceCell;

use super::error::{ApiError, Reason};
use crate::artifacts::{ArtifactPath, Artifacts};

/// Bytes of bundles that are kept; decoded they take about as much again.
const BUDGET: usize = 512 << 20;

/// Decoded models by account and id.
#[derive(Debug, Default)]
pub(super) struct Bundles {
    kept: Mutex<Kept>,
}

type Cell = Arc<OnceCell<(Arc<Model>, usize)>>;

#[derive(Debug, Default)]
struct Kept {
    models: HashMap<(String, String), (Cell, u64)>,
    clock: u64,
}

impl Bundles {
    /// The model; many who ask at once wait for one decoding.
    pub(super) async fn model(
        &self,
        artifacts: &Artifacts,
        account: &str,
        id: &str,
    ) -> Result<Arc<Model>, ApiError> {
        let key = (account.to_owned(), id.to_owned());
        let cell = self.cell(&key);
        let loaded = cell.get_or_try_init(|| load(artifacts, account, id)).await;
        if loaded.is_err() {
            self.kept.lock().unwrap_or_else(PoisonError::into_inner).models.remove(&key);
        }
        loaded.map(|(model, _)| Arc::clone(model))
    }

    fn cell(&self, key: &(String, String)) -> Cell {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clock += 1;
        let now = kept.clock;
        let (cell, used) = kept.models.entry(key.clone()).or_default();
        *used = now;
        let cell = Arc::clone(cell);
        kept.make_room();
        cell
    }
}

impl Kept {
    /// What was not asked for longest goes; what is being asked stays.
    fn make_room(&mut self) {
        let bytes = |cell: &Cell| cell.get().map_or(0, |(_, bytes)| *bytes);
        while self.models.values().map(|(cell, _)| bytes(cell)).sum::<usize>() > BUDGET
            && self.models.len() > 1
        {
            let oldest = self.models.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { return };
            self.models.remove(&oldest);
        }
    }
}

async fn load(artifacts: &Artifacts, account: &str, id: &str) -> Result<(Arc<Model>, usize), ApiError> {
    let fault = || ApiError::new(Reason::Unavailable, "the model cannot be read now; try again").after(5);
    let bytes = artifacts.read(ArtifactPath::bundle(account, id)).await?.ok_or_else(fault)?;
    let size = bytes.len();
    let decoded = tokio::task::spawn_blocking(move || {
        Bundle::decode(&bytes).ok().and_then(|bundle| bundle.model().ok()).map(Arc::new)
    });
    let model = decoded.await.ok().flatten().ok_or_else(fault)?;
    Ok((model, size))
}
