//! Pictures from the web, kept on disk by the hash of their address.
//!
//! A picture that is here is never asked for again, so that cooking again fetches nothing; whoever changes a picture
//! without changing its address deletes the folder. Never a reason to fail: what cannot be kept is fetched again.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The folder.
#[derive(Debug)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// Makes the folder where there is none.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// What was kept of an address.
    pub(super) fn get(&self, address: &str) -> Option<Vec<u8>> {
        fs::read(self.place(address)).ok()
    }

    /// Keeps it; readers see all of it or nothing.
    pub(super) fn put(&self, address: &str, bytes: &[u8]) -> io::Result<()> {
        let place = self.place(address);
        let folder = place.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        file.persist(&place).map_err(|error| error.error)?;
        Ok(())
    }

    /// Two letters of the hash are a folder: some file systems are slow with a hundred thousand files in one.
    fn place(&self, address: &str) -> PathBuf {
        let hash = Sha256::digest(address.as_bytes());
        let name: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let (folder, name) = name.split_at(2);
        self.folder.join(folder).join(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_is_found_by_its_address() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("new/pictures")).unwrap();
        assert_eq!(cache.get("https://x.example/1.png"), None);
        cache.put("https://x.example/1.png", b"one").unwrap();
        cache.put("https://x.example/1.png", b"two").unwrap();
        assert_eq!(cache.get("https://x.example/1.png").as_deref(), Some(&b"two"[..]));
        assert_eq!(cache.get("https://x.example/1.png?v=2"), None);
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), b"").unwrap();
        assert!(Cache::open(&folder.path().join("file/cache")).is_err());
    }
}
