//! Why serving could not start. What happens to a running server is a `Notice`, not an error.
//!
//! Every variant says what, where, and what to do next.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Serving could not start, or its server broke down.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// A file or folder of OUT or of the shop could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// OUT has no manifest, so it is not a cooked folder.
    #[error("{} is missing: cook into this folder first, or name the folder that holds it", path.display())]
    NoManifest {
        /// Where the manifest was expected.
        path: PathBuf,
    },
    /// The manifest is not what `cookshelf cook` writes.
    #[error("{}: {reason}; cook again to write a new one", path.display())]
    BadManifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong in it.
        reason: String,
    },
    /// The manifest names a blob that is not there, or whose bytes do not match its name.
    #[error("{}: missing or damaged, but the manifest names it as `{role}` of model `{model}`; cook again", path.display())]
    MissingBlob {
        /// Where the blob was expected.
        path: PathBuf,
        /// `index` or `ids`.
        role: &'static str,
        /// The model that needs it.
        model: String,
    },
    /// The shop folder has no start page.
    #[error("{} is missing: build the storefront first, or leave out the shop folder", path.display())]
    NoStartPage {
        /// Where the page was expected.
        path: PathBuf,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address or stop what uses it")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// SIGINT and SIGTERM cannot be awaited.
    #[error("cannot wait for stop signals: {0}")]
    Signals(io::Error),
    /// The threads that load and compress could not be started.
    #[error("cannot start the loading threads: {0}")]
    Threads(String),
    /// The loading thread ended without a result.
    #[error("loading stopped early; this is a fault of cookshelf, please report it")]
    LoadingStopped,
    /// The HTTP server could not run.
    #[error("the server stopped: {0}")]
    Server(io::Error),
}
