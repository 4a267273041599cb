//! Files that appear whole or not at all: write beside, sync, rename, sync the folder.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
    time::SystemTime,
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

/// Whether a file is there; then its time of change becomes `now`.
pub(super) fn use_again(path: &Path, now: SystemTime) -> Result<bool, PublishError> {
    match File::options().write(true).open(path) {
        Ok(file) => file.set_modified(now).map(|()| true).map_err(failed("set the time of", path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(failed("open", path)(error)),
    }
}

/// Writes a file that must not change once it is there; `false` when it was there already. Either way its time of
/// change becomes `now`: the last time that it was in use.
pub(super) fn put_once(path: &Path, bytes: &[u8], now: SystemTime) -> Result<bool, PublishError> {
    let new = put_new(path, bytes)?;
    let file = File::options().write(true).open(path);
    file.and_then(|file| file.set_modified(now)).map_err(failed("set the time of", path))?;
    Ok(new)
}

fn put_new(path: &Path, bytes: &[u8]) -> Result<bool, PublishError> {
    match read(path)? {
        Some(known) if known == bytes => Ok(false),
        Some(_) => Err(PublishError::Damaged { path: path.to_owned() }),
        None => write(path, bytes).map(|()| true),
    }
}

/// Deletes the files of a folder that were last in use before `then`; gives how many.
pub(super) fn prune(folder: &Path, then: SystemTime) -> Result<usize, PublishError> {
    let mut gone = 0;
    for entry in fs::read_dir(folder).map_err(failed("list", folder))? {
        let entry = entry.map_err(failed("list", folder))?;
        let path = entry.path();
        let used =
            entry.metadata().and_then(|data| data.modified()).map_err(failed("read the time of", &path))?;
        if used < then {
            fs::remove_file(&path).map_err(failed("delete", &path))?;
            gone += 1;
        }
    }
    Ok(gone)
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
    use std::time::Duration;

    use super::*;

    #[test]
    fn blobs_are_written_once_and_damage_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("blob");
        let now = SystemTime::now();
        assert!(put_once(&path, b"one", now).unwrap());
        assert!(!put_once(&path, b"one", now).unwrap());
        assert!(matches!(put_once(&path, b"two", now), Err(PublishError::Damaged { .. })));
        replace(&path, b"two").unwrap();
        assert_eq!(read(&path).unwrap().as_deref(), Some(&b"two"[..]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn what_was_used_lately_stays() {
        let folder = tempfile::tempdir().unwrap();
        let day = |days: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(days * 86_400);
        let put = |name: &str, days| put_once(&folder.path().join(name), name.as_bytes(), day(days)).unwrap();
        put("old", 100);
        put("used again", 100);
        put("used again", 109);
        assert_eq!(prune(folder.path(), day(101)).unwrap(), 1);
        assert!(folder.path().join("used again").exists() && !folder.path().join("old").exists());
    }
}
