//! `cookshelf backup` and `cookshelf restore`

use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

use super::output::note;
use super::{Failure, init, serve};
use crate::api::Clock;
use crate::backup::{BackupError, check, prove, restore, write};
use crate::config::FILE;
use crate::control::Actor;
use crate::exit_code::Exit;
use crate::moment::compact;
use crate::service::{Home, ServiceError};

/// Write everything that a server knows into one file, also while it runs
///
/// Accounts, modelings, endpoints, keys (their hashes only), cooks, models, releases, the audit: out of one moment of the
/// database, whichever it is. The file goes into either database with `cookshelf restore`. Without the secret a
/// restored server cannot sign as the old one did: pages that name public keys would refuse what it releases.
#[derive(Debug, clap::Args)]
pub(super) struct BackupArgs {
    /// The server's folder
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The file, or a folder for one with the date in its name
    #[arg(long, default_value = ".", value_name = "FILE|FOLDER")]
    to: PathBuf,
    /// Also the files of the store: models, blobs, logs, rows that arrived live
    #[arg(long)]
    with_artifacts: bool,
    /// Also the master secret; whoever has the file can then sign manifests
    #[arg(long)]
    with_secret: bool,
}

/// Put a backup into a new folder, or into an empty database
///
/// DIR is made when it is not there. Nothing is put anywhere before the whole file was found unchanged, nothing is put over
/// a database that is not empty, and what was put back is looked through: signatures, blobs, the chain of the
/// audit. Keys that were revoked after the backup hold again: revoke them again.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// The server's folder
    #[arg(long, value_name = "DIR", required_unless_present = "check")]
    data: Option<PathBuf>,
    /// Address of the database for a new folder: sqlite:PATH or postgres://…
    #[arg(long, value_name = "ADDRESS")]
    database: Option<String>,
    /// Place of the artifacts for a new folder
    #[arg(long, value_name = "PLACE")]
    artifacts: Option<String>,
    /// The rows of the backup and no others, to move a server that has been stopped for good. Without this, releases go on
    /// above all numbers that pages may have seen since the backup
    #[arg(long)]
    exact: bool,
    /// Only read the file and say whether it is whole
    #[arg(long, conflicts_with_all = ["data", "database", "artifacts", "exact"])]
    check: bool,
}

impl BackupArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let config = serve::config(&self.data, &serve::layers(&self.data)?)?;
        let home = init::checked(&config)?;
        let now_ms = Clock::MACHINE.now_ms();
        let file = match self.to.is_dir() {
            true => self.to.join(format!("cookshelf-{}.backup", compact(now_ms.div_euclid(1000)))),
            false => self.to.clone(),
        };
        if file.exists() {
            let message = format!("{} is there already; name another file", file.display());
            return Err(Failure::new(Exit::Input, message));
        }
        let service = |cause: ServiceError| init::failure(&cause);
        let secret = match self.with_secret {
            true => Some(home.secret().map_err(service)?.to_base64()),
            false => None,
        };
        let artifacts = home.artifacts().map_err(service)?;
        let artifacts = self.with_artifacts.then_some(artifacts);
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let wrong = |cause: std::io::Error| {
            Failure::new(Exit::System, format!("cannot write {}: {cause}", file.display()))
        };
        // For its owner only, and under its name when it is whole.
        let part = tempfile::NamedTempFile::new_in(folder).map_err(wrong)?;
        let written = serve::runtime()?.block_on(async {
            let control = home.control().await.map_err(service)?;
            let secret = secret.as_ref().map(|secret| secret.as_str());
            let out = BufWriter::new(part.as_file());
            let written = write(&control, artifacts.as_ref(), secret, now_ms, out).await;
            control.close().await;
            written.map_err(|cause| failure(&cause))
        })?;
        part.as_file().sync_all().map_err(wrong)?;
        part.persist_noclobber(&file).map_err(|cause| wrong(cause.error))?;
        note(&format!(
            "{}: {} rows, {} files of the store, {:.1} MB",
            file.display(),
            written.rows,
            written.files,
            written.bytes as f64 / 1e6
        ));
        Ok(())
    }
}

impl RestoreArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let Some(data) = &self.data else {
            let found =
                check(self.open().map_err(|cause| failure(&cause))?).map_err(|cause| failure(&cause))?;
            note(&format!(
                "{} is whole: made {}, {} rows, {} files of a store, {}",
                self.file.display(),
                found.made,
                found.rows,
                found.files,
                if found.secret.is_some() { "with the secret" } else { "without the secret" }
            ));
            return Ok(());
        };
        let found = check(self.open().map_err(|cause| failure(&cause))?).map_err(|cause| failure(&cause))?;
        let service = |cause: ServiceError| init::failure(&cause);
        let said = [("database", self.database.clone()), ("artifacts", self.artifacts.clone())];
        let said: Vec<(&'static str, String)> =
            said.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        match data.join(FILE).exists() {
            false => {
                Home::begin(data, &said).map_err(service)?;
                note(&format!(
                    "{} was made; what the old one said, such as `folders`, is to be said there again",
                    data.join(FILE).display()
                ));
            }
            true if said.is_empty() => {}
            true => {
                let message = format!("{} says which database and artifacts", data.join(FILE).display());
                return Err(Failure::new(
                    Exit::Input,
                    format!("{message}; change it there, or name a new folder"),
                ));
            }
        }
        let config = serve::config(data, &serve::layers(data)?)?;
        let home = init::checked(&config)?;
        serve::runtime()?.block_on(async {
            let control = home.control().await.map_err(service)?;
            let artifacts = home.artifacts().map_err(service)?;
            if !control.is_empty().await.map_err(|cause| failure(&cause.into()))? {
                let message = "this server's database is not empty, and nothing is put over it; name a new folder, \
                               or an empty database";
                return Err(Failure::new(Exit::Input, message));
            }
            if let Some(secret) = &found.secret {
                home.keep_secret(secret).map_err(service)?;
            }
            let actor = Actor::new("restore", "restore", Clock::MACHINE.now_ms());
            let actor = Some(&actor).filter(|_| !self.exact);
            let open = || self.open();
            let done = restore(open, &control, &artifacts, actor).await.map_err(|cause| failure(&cause))?;
            note(&format!("{} rows of {} and {} files were put back", done.rows, done.made, done.files));
            let secret = home.secret();
            if let Err(cause) = &secret {
                note(&format!("the master secret is to be put back as well, or nothing can be signed: {cause}"));
            }
            let proof = prove(&control, &artifacts, secret.as_ref().ok()).await.map_err(|cause| failure(&cause))?;
            control.close().await;
            note(&format!(
                "{} manifests are signed rightly, {} blobs that they name are there, {} records of the audit are one chain",
                proof.manifests, proof.blobs, proof.records
            ));
            match &proof.problems[..] {
                [] => Ok(()),
                problems => {
                    let problems = problems.join("\n  ");
                    Err(Failure::new(Exit::Held, format!("everything was put back, and not all is well:\n  {problems}")))
                }
            }
        })
    }

    fn open(&self) -> Result<BufReader<File>, BackupError> {
        let file = fs::File::open(&self.file);
        file.map(BufReader::new).map_err(|source| BackupError::Read { line: 0, byte: 0, source })
    }
}

fn failure(cause: &BackupError) -> Failure {
    let exit = match cause {
        BackupError::Damaged { .. } | BackupError::Newer { .. } => Exit::Input,
        _ => Exit::System,
    };
    Failure::new(exit, cause.to_string())
}
