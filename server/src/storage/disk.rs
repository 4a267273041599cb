//! A folder of this machine.
//!
//! Folders that are links are not followed below the top, and only regular files are files: reading
//! a pipe would wait for ever.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::{DEEPEST, Entry, Ranged, StorageError, Top, is_hidden};

/// A folder of this machine.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    pub(super) fn open(root: &Path) -> Result<Self, StorageError> {
        match root.is_dir() {
            true => Ok(Self { root: root.to_owned() }),
            false => Err(StorageError::NoFolder { path: root.display().to_string() }),
        }
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn shown(&self) -> String {
        self.root.display().to_string()
    }

    pub(super) fn top(&self) -> Result<Top, StorageError> {
        let mut top = Top::default();
        for name in names(&self.root)? {
            if self.root.join(&name).is_dir() {
                top.folders.push(name);
            } else {
                top.files.extend(self.find(&name)?);
            }
        }
        Ok(top)
    }

    pub(super) fn below(&self, folder: &str) -> Result<Vec<Entry>, StorageError> {
        let mut found = Vec::new();
        self.walk(folder, 1, &mut found)?;
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    fn walk(&self, folder: &str, depth: usize, found: &mut Vec<Entry>) -> Result<(), StorageError> {
        for name in names(&self.root.join(folder))? {
            let path = format!("{folder}/{name}");
            let place = self.root.join(&path);
            if !place.is_dir() {
                found.extend(self.find(&path)?);
            } else if depth < DEEPEST && !place.is_symlink() {
                self.walk(&path, depth + 1, found)?;
            }
        }
        Ok(())
    }

    pub(super) fn find(&self, path: &str) -> Result<Option<Entry>, StorageError> {
        match fs::metadata(self.root.join(path)) {
            Ok(about) if about.is_file() => Ok(Some(Entry { path: path.to_owned(), bytes: about.len() })),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.unreadable(path)(error)),
        }
    }

    pub(super) fn read(&self, path: &str) -> Result<Box<dyn Read + Send>, StorageError> {
        let file = File::open(self.root.join(path)).map_err(self.unreadable(path))?;
        Ok(Box::new(file))
    }

    pub(super) fn ranged(&self, path: &str) -> Result<Box<dyn Ranged>, StorageError> {
        let file = File::open(self.root.join(path)).map_err(self.unreadable(path))?;
        let bytes = file.metadata().map_err(self.unreadable(path))?.len();
        Ok(Box::new(RangedFile { file, bytes }))
    }

    pub(super) fn write(&self, path: &str, bytes: &[u8]) -> Result<(), StorageError> {
        let place = self.root.join(path);
        let unwritable = |source| StorageError::Unwritable { path: place.display().to_string(), source };
        let folder = place.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).map_err(unwritable)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
        file.write_all(bytes).map_err(unwritable)?;
        file.as_file().sync_all().map_err(unwritable)?;
        file.persist(&place).map_err(|error| unwritable(error.error))?;
        // The name survives a power cut as well.
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(unwritable)
    }

    pub(super) fn delete(&self, path: &str) -> Result<(), StorageError> {
        let place = self.root.join(path);
        match fs::remove_file(&place) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StorageError::Unwritable { path: place.display().to_string(), source: error })
            }
            _ => Ok(()),
        }
    }

    fn unreadable(&self, path: &str) -> impl Fn(io::Error) -> StorageError {
        let path = self.root.join(path).display().to_string();
        move |source| StorageError::Unreadable { path: path.clone(), source }
    }
}

struct RangedFile {
    file: File,
    bytes: u64,
}

impl Ranged for RangedFile {
    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn range(&self, start: u64, length: usize) -> io::Result<bytes::Bytes> {
        use std::os::unix::fs::FileExt;
        // A lying length must not allocate more than the file can hold.
        if start.saturating_add(length as u64) > self.bytes {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}

/// Names in a folder, sorted, without hidden ones.
fn names(folder: &Path) -> Result<Vec<String>, StorageError> {
    let unreadable = |source| StorageError::Unreadable { path: folder.display().to_string(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        // A name that is not UTF-8 cannot be an entity's, nor be shown.
        if let Ok(name) = entry.map_err(unreadable)?.file_name().into_string()
            && !is_hidden(&name)
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_read_and_written_by_path() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::open(folder.path()).unwrap();
        disk.write("a/deep/1.csv", b"one").unwrap();
        disk.write("a/2.csv", b"two").unwrap();
        disk.write("b.csv", b"b").unwrap();
        disk.write("_hidden", b"").unwrap();
        let entry = |path: &str, bytes| Entry { path: path.to_owned(), bytes };
        assert_eq!(
            disk.top().unwrap(),
            Top { folders: vec!["a".to_owned()], files: vec![entry("b.csv", 1)] }
        );
        assert_eq!(disk.below("a").unwrap(), [entry("a/2.csv", 3), entry("a/deep/1.csv", 3)]);
        assert_eq!((disk.find("c").unwrap(), disk.find("a").unwrap()), (None, None));
        disk.delete("a/2.csv").unwrap();
        disk.delete("a/2.csv").unwrap();
        assert_eq!(disk.below("a").unwrap(), [entry("a/deep/1.csv", 3)]);
        disk.write("a/2.csv", b"two").unwrap();
        let mut text = String::new();
        disk.read("a/2.csv").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "two");
        let ranged = disk.ranged("a/deep/1.csv").unwrap();
        assert_eq!(ranged.range(1, 2).unwrap(), "ne");
        assert!(ranged.range(2, 2).is_err() && ranged.range(u64::MAX, usize::MAX).is_err());
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Disk::open(&folder.path().join("missing")).unwrap_err().to_string();
        assert!(error.contains("missing"), "{error}");
    }
}
