//! What is wrong with how a server is set up, and where it was said.

use super::Origin;

/// Why a server cannot be set up like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin}: {message}")]
pub struct ConfigError {
    /// Where it was said.
    pub origin: Origin,
    /// What is wrong, and what would be right.
    pub message: String,
}
