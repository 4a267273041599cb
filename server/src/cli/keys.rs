//! Places of files on the command line, and the keys to them: a file, our own variables, and whether more may be used.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use crate::access::{AddressRules, CheckedNames, Network};
use crate::exit_code::Exit;
use crate::storage::{Ambient, Credentials, Guard, LARGEST_CREDENTIALS, Storage, StorageError, known_keys};

/// A data folder, and the keys to the store that it is in.
#[derive(Debug, clap::Args)]
pub(super) struct DataPlace {
    /// The data folder: a path, s3://bucket/folder, gs://bucket/folder, az://container/folder,
    /// abfss://container@account.dfs.core.windows.net/folder, or https://host/folder
    root: String,
    #[command(flatten)]
    keys: KeyArgs,
}

impl DataPlace {
    /// Whether somebody else named the data folder.
    pub(super) fn is_guarded(&self) -> bool {
        self.keys.guarded.is_some()
    }

    /// The data folder.
    pub(super) fn open(&self) -> Result<Storage, Failure> {
        Storage::open(&self.root, &self.keys.read()?).map_err(|cause| unusable(&cause))
    }

    /// Another folder, made when it is one of this machine and not there yet.
    pub(super) fn open_to_write(&self, place: &str) -> Result<Storage, Failure> {
        Storage::create(place, &self.keys.read()?).map_err(|cause| unusable(&cause))
    }
}

fn unusable(cause: &StorageError) -> Failure {
    Failure::new(Exit::Input, cause.to_string())
}

/// Where keys to object stores come from.
#[derive(Debug, clap::Args)]
struct KeyArgs {
    /// TOML file with the keys to the store of the data folder
    #[arg(long, value_name = "FILE", long_help = long_help())]
    credentials: Option<PathBuf>,
    /// Also use the store's own environment variables, profile files and the identity of this machine
    #[arg(long)]
    ambient_credentials: bool,
    /// Reach only public hosts, and these: for data folders that others named
    #[arg(long, hide = true, value_name = "HOST,…", num_args = 0..=1, default_missing_value = "", value_delimiter = ',')]
    guarded: Option<Vec<String>>,
    /// Ranges of addresses that are reached with --guarded although they are not public
    #[arg(long, hide = true, value_name = "RANGE,…", value_delimiter = ',', requires = "guarded")]
    reachable: Vec<Network>,
}

fn long_help() -> String {
    format!(
        "TOML file with the keys to the store of the data folder. Nothing else is used unless --ambient-credentials is \
         given. Sections and keys: {}. The same keys can be given as variables, such as COOKSHELF_STORAGE_S3_REGION or \
         COOKSHELF_STORAGE_AZURE_ACCOUNT_KEY; they count for sections that the file does not have",
        known_keys()
    )
}

impl KeyArgs {
    /// The credentials that were given.
    fn read(&self) -> Result<Credentials, Failure> {
        let refuse = |message: String| Failure::new(Exit::Input, message);
        let mut credentials = match &self.credentials {
            Some(path) => Credentials::read(&text(path)?, &path.display().to_string())
                .map_err(|error| refuse(error.to_string()))?,
            None => Credentials::default(),
        };
        // A variable that is not UTF-8 is none of ours.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        credentials = credentials.with_variables(variables).map_err(|error| refuse(error.to_string()))?;
        if let Some(hosts) = &self.guarded {
            let hosts = hosts.iter().filter(|host| !host.is_empty()).cloned().collect();
            let rules = AddressRules { roots: Vec::new(), networks: self.reachable.clone(), hosts };
            credentials.guard = Some(Guard::new(Arc::new(CheckedNames::new(rules))));
        }
        credentials.ambient = if self.ambient_credentials { Ambient::Allowed } else { Ambient::Refused };
        Ok(credentials)
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    let refuse = |why: String| Failure::new(Exit::Input, format!("cannot read {}: {why}", path.display()));
    let bytes = fs::metadata(path).map_err(|error| refuse(error.to_string()))?.len();
    if bytes > LARGEST_CREDENTIALS {
        return Err(refuse("it is far too large for a file of credentials".to_owned()));
    }
    fs::read_to_string(path).map_err(|error| refuse(error.to_string()))
}
