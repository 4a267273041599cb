//! Where files are: a folder on disk, or one in an object store.
//!
//! Lists, opens and writes by path under one root, with `/` between the parts whatever the store.
//! It gives no meaning to a file. Nothing here follows a path out of the root, and what is shown to
//! people never holds a key.

mod ahead;
mod connect;
mod credentials;
mod disk;
mod error;
mod failure;
mod guard;
mod location;
mod private;
mod reactor;
mod remote;

use std::io::Read;
use std::path::Path;

pub use credentials::{Ambient, Credentials, LARGEST as LARGEST_CREDENTIALS, VARIABLES, known_keys};
pub use disk::Disk;
pub use error::StorageError;
pub use guard::Guard;
pub(crate) use private::write_private;
pub(crate) use reactor::Reactor;
pub use remote::Remote;

use location::Location;

/// Folders deeper than this are not looked into.
const DEEPEST: usize = 16;

/// Whether a location can be understood: a path, or an address such as `s3://bucket/folder`. Nothing is opened.
pub fn check_address(location: &str) -> Result<(), StorageError> {
    Location::parse(location).map(drop)
}

/// The root of everything that is read or written in one place.
#[derive(Debug)]
pub enum Storage {
    /// A folder of this machine.
    Disk(Disk),
    /// A folder of an object store or a web server.
    Remote(Remote),
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path under the root.
    pub path: String,
    /// Size as the store tells it.
    pub bytes: u64,
}

/// What lies directly under the root, each sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Top {
    /// Names of folders.
    pub folders: Vec<String>,
    /// Files, whose paths are their names.
    pub files: Vec<Entry>,
}

/// A file that is read at any place, such as one whose table of contents is at its end.
pub trait Ranged: Send + Sync {
    /// Size in bytes.
    fn bytes(&self) -> u64;
    /// Exactly the bytes from `start` on; fewer are an error.
    fn range(&self, start: u64, length: usize) -> std::io::Result<bytes::Bytes>;
}

impl Storage {
    /// The folder at a location: a path, or an address such as `s3://bucket/folder`. That a store can be
    /// reached, and that the credentials are right, shows when something is read.
    pub fn open(location: &str, credentials: &Credentials) -> Result<Self, StorageError> {
        match Location::parse(location)? {
            Location::Disk(root) => Self::disk(&root),
            Location::Remote(place) => Remote::open(&place, credentials).map(Self::Remote),
        }
    }

    /// The same, but a folder on disk is made when there is none.
    pub fn create(location: &str, credentials: &Credentials) -> Result<Self, StorageError> {
        if let Location::Disk(root) = Location::parse(location)? {
            let unwritable = |source| StorageError::Unwritable { path: root.display().to_string(), source };
            std::fs::create_dir_all(&root).map_err(unwritable)?;
        }
        Self::open(location, credentials)
    }

    /// A folder on disk; an error when there is none.
    pub fn disk(root: &Path) -> Result<Self, StorageError> {
        Disk::open(root).map(Self::Disk)
    }

    /// Why the store cannot say which files it has, if it cannot.
    pub fn cannot_list(&self) -> Option<StorageError> {
        match self {
            Self::Disk(_) => None,
            Self::Remote(remote) => remote.cannot_list(),
        }
    }

    /// The root, for people.
    pub fn shown(&self) -> String {
        match self {
            Self::Disk(disk) => disk.shown(),
            Self::Remote(remote) => remote.shown(),
        }
    }

    /// What lies directly under the root.
    pub fn top(&self) -> Result<Top, StorageError> {
        match self {
            Self::Disk(disk) => disk.top(),
            Self::Remote(remote) => remote.top(),
        }
    }

    /// Every file below a folder, sorted by path.
    pub fn below(&self, folder: &str) -> Result<Vec<Entry>, StorageError> {
        match self {
            Self::Disk(disk) => disk.below(folder),
            Self::Remote(remote) => remote.below(folder),
        }
    }

    /// The file at a path, if there is one.
    pub fn find(&self, path: &str) -> Result<Option<Entry>, StorageError> {
        match self {
            Self::Disk(disk) => disk.find(path),
            Self::Remote(remote) => remote.find(path),
        }
    }

    /// Reads a file from its start.
    pub fn read(&self, path: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        match self {
            Self::Disk(disk) => disk.read(path),
            Self::Remote(remote) => remote.read(path),
        }
    }

    /// Reads a file at any place.
    pub fn ranged(&self, path: &str) -> Result<Box<dyn Ranged>, StorageError> {
        match self {
            Self::Disk(disk) => disk.ranged(path),
            Self::Remote(remote) => remote.ranged(path),
        }
    }

    /// Writes a whole file; readers see the old one or the new one, never a part.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<(), StorageError> {
        match self {
            Self::Disk(disk) => disk.write(path, bytes),
            Self::Remote(remote) => remote.write(path, bytes),
        }
    }

    /// Deletes a file; that there is none is no error.
    pub fn delete(&self, path: &str) -> Result<(), StorageError> {
        match self {
            Self::Disk(disk) => disk.delete(path),
            Self::Remote(remote) => remote.delete(path),
        }
    }

    /// A small file as a whole; `None` when it is larger than `limit`.
    pub fn read_small(&self, path: &str, limit: u64) -> Result<Option<Vec<u8>>, StorageError> {
        let mut bytes = Vec::new();
        let read = self.read(path)?.take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|source| StorageError::Unreadable { path: self.join(path), source })?;
        Ok((bytes.len() as u64 <= limit).then_some(bytes))
    }

    /// A path with its root, for people.
    pub fn join(&self, path: &str) -> String {
        format!("{}/{path}", self.shown().trim_end_matches('/'))
    }
}

/// Files and folders that writers keep for themselves, such as `_SUCCESS` and `.crc`.
fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '_'])
}
