//! Why a server could not start, or broke down.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::artifacts::ArtifactError;
use crate::config::ConfigError;
use crate::console::ConsoleError;
use crate::control::ControlError;
use crate::http::{ServeError, TlsError};
use crate::release::ReleaseError;
use crate::storage::StorageError;

/// Why a server could not start, or broke down.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The folder of a server is not there.
    #[error("{} is no server's folder: `cookshelf init {}` makes it one", .0.display(), .0.display())]
    NoHome(PathBuf),
    /// The folder of a server is there already.
    #[error("{} is a server's folder already; nothing was changed", .0.display())]
    Home(PathBuf),
    /// A file of the server's folder.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was to be done.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that others may read.
    #[error("{} can be read by others; let only its owner read it: chmod 600 {}", .0.display(), .0.display())]
    Open(PathBuf),
    /// Another master secret than the one that is to be put back.
    #[error("another master secret is in {} (or in COOKSHELF_SECRET) than in the backup; put that one aside", .0.display())]
    OtherSecret(PathBuf),
    /// An empty database beside models.
    #[error(
        "the database {database} is empty, and {found} files of a server lie in {artifacts}: the database was lost, or \
         another one is meant. Put a backup back with `cookshelf restore`, or name the right `database`; if these \
         files are another server's, name another place for `artifacts`"
    )]
    Lost {
        /// The database, without its password.
        database: String,
        /// The place of the artifacts.
        artifacts: String,
        /// How many files.
        found: usize,
    },
    /// The credentials of the artifacts.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The place of the artifacts.
    #[error(transparent)]
    Artifacts(#[from] ArtifactError),
    /// The database.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The master secret.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// What the file of identity providers says.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Where an identity provider has its keys.
    #[error("{}: {message}", path.display())]
    Issuer {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Where traces go.
    #[error("traces cannot be sent: {0}")]
    Traces(String),
    /// A key could not be made.
    #[error("cannot make a key: {0}")]
    Key(String),
    /// The npm package of the console.
    #[error(transparent)]
    Console(#[from] ConsoleError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address or stop what uses it")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The server's own program cannot be found.
    #[error("cannot find this program, which cooks are started with: {0}")]
    Program(io::Error),
    /// A thread.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
    /// Serving.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The work in the background broke down.
    #[error("the work in the background stopped; this is a fault of cookshelf, please report it")]
    Background,
}
