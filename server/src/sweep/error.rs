//! Why nothing could be deleted.

use crate::artifacts::ArtifactError;
use crate::control::ControlError;

/// Why the store could not be looked through.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The database.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The store.
    #[error(transparent)]
    Artifacts(#[from] ArtifactError),
    /// Nobody knows what a model is made of.
    #[error(
        "what model `{model}` of `{account}` is made of cannot be read ({why}), so nothing of `{account}` is deleted; \
         restore its index from a backup, or lower `keepModels` until the model goes"
    )]
    Model {
        /// The account.
        account: String,
        /// The model.
        model: String,
        /// What is wrong.
        why: String,
    },
}
