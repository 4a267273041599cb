//! Files of this machine that nobody but their owner may read, such as those with secrets.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes a new file that only this user reads; one that is there already is an error.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
