//! Files that appear whole or not at all: write beside, sync, rename, sync the folder.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use tempfile::NamedTempFile;

use super::error::PublishError;

fn failed<'a>(action: &'static str, path: &'a Path) -> impl Fn(io::Error) -> PublishError + 'a {
    move |source| PublishError::File { action, path: path.to_owned(), source }
}

pub(super) fn create(folder: &Path) -> Result<(), PublishError> {
    fs::create_dir_all(folder).map_err(failed("create", folder))
}

/// The whole file, or `None` when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, PublishError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// Writes a file that must not change once it is there; `false` when it was there already.
pub(super) fn put_once(path: &Path, bytes: &[u8]) -> Result<bool, PublishError> {
    match read(path)? {
        Some(known) if known == bytes => Ok(false),
        Some(_) => Err(PublishError::Damaged { path: path.to_owned() }),
        None => write(path, bytes).map(|()| true),
    }
}

/// Puts new content in the place of a file, at once for every reader.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    write(path, bytes)?;
    path.parent().map_or(Ok(()), sync)
}

/// Makes renames in a folder survive a power cut.
pub(super) fn sync(folder: &Path) -> Result<(), PublishError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("sync", folder))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(failed("create a file in", folder))?;
    file.write_all(bytes).map_err(failed("write", path))?;
    readable_by_all(file.as_file()).map_err(failed("set the mode of", path))?;
    file.as_file().sync_all().map_err(failed("sync", path))?;
    file.persist(path).map_err(|error| failed("rename to", path)(error.error))?;
    Ok(())
}

/// Temporary files are private; what a web server shall read is not.
fn readable_by_all(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_are_written_once_and_damage_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blob");
        assert!(put_once(&path, b"one").unwrap());
        assert!(!put_once(&path, b"one").unwrap());
        assert!(matches!(put_once(&path, b"two"), Err(PublishError::Damaged { .. })));
        replace(&path, b"two").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some(&b"two"[..]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }
}
