//! The folder of a server: its file of settings, its secret, and by default its database and artifacts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::access::{Grant, Issuers, ProviderKeys, Role, Scope, Secret, SecretKind};
use crate::artifacts::{ArtifactPath, Artifacts};
use crate::config::{FILE, KEYS, ServerConfig, read_issuers};
use crate::control::{Actor, Control, DatabaseUrl, NewKey};
use crate::release::MasterSecret;
use crate::storage::{Credentials, VARIABLES, write_private};

use super::ServiceError;

/// The master secret can stand here instead of in its file, for several servers.
const SECRET: &str = "COOKSHELF_SECRET";
/// Days that the first key holds.
const FIRST_KEY_DAYS: i64 = 366;

/// The folder of a server, with what is set up in it.
#[derive(Debug)]
pub struct Home {
    config: ServerConfig,
}

/// The first key of a server.
#[derive(Debug)]
pub struct FirstKey {
    /// For the one who set the server up.
    pub secret: Secret,
}

impl Home {
    /// Makes a folder a server's: settings and a secret. Says so when it is one already.
    pub fn init(folder: &Path, data: &Path) -> Result<(), ServiceError> {
        let file = |action, path: &Path| {
            let path = path.to_owned();
            move |source| ServiceError::File { action, path, source }
        };
        let settings = folder.join(FILE);
        if settings.exists() {
            return Err(ServiceError::Home(folder.to_owned()));
        }
        fs::create_dir_all(folder).map_err(file("make", folder))?;
        let data = fs::canonicalize(data).map_err(file("find", data))?;
        let secret = folder.join("secret");
        // Servers that share their work are told one secret; another one here would only confuse.
        if std::env::var_os(SECRET).is_none() {
            write_private(&secret, MasterSecret::generate()?.to_base64().as_bytes())
                .map_err(file("write", &secret))?;
        }
        let folders = toml::Value::Array(vec![data.display().to_string().into()]);
        fs::write(&settings, written(&[("folders", folders)])).map_err(file("write", &settings))
    }

    /// Makes a folder for a server that is put back from a backup: settings, and no secret.
    pub fn begin(folder: &Path, said: &[(&'static str, String)]) -> Result<(), ServiceError> {
        let file = |action, path: &Path| {
            let path = path.to_owned();
            move |source| ServiceError::File { action, path, source }
        };
        fs::create_dir_all(folder).map_err(file("make", folder))?;
        let said: Vec<(&str, toml::Value)> =
            said.iter().map(|(name, value)| (*name, toml::Value::String(value.clone()))).collect();
        let settings = folder.join(FILE);
        fs::write(&settings, written(&said)).map_err(file("write", &settings))
    }

    /// Puts a master secret into its file; an error when another one is there.
    pub fn keep_secret(&self, text: &str) -> Result<(), ServiceError> {
        let path = &self.config.secret;
        let wanted = MasterSecret::from_base64(text)?.to_base64();
        if std::env::var_os(SECRET).is_some() || path.exists() {
            return match self.secret()?.to_base64() == wanted {
                true => Ok(()),
                false => Err(ServiceError::OtherSecret(path.clone())),
            };
        }
        write_private(path, wanted.as_bytes()).map_err(|source| ServiceError::File {
            action: "write",
            path: path.clone(),
            source,
        })
    }

    /// An error when nothing was ever done in the database and yet there are models: it was lost, or another is meant.
    pub async fn check_not_lost(&self, control: &Control) -> Result<(), ServiceError> {
        // While the database is away nobody can know, nothing is taken for lost, and nobody waits for it here.
        if !control.has_answered() || !matches!(control.is_empty().await, Ok(true)) {
            return Ok(());
        }
        let artifacts = self.artifacts()?;
        for folder in [ArtifactPath::manifests(), ArtifactPath::all_accounts(), ArtifactPath::all_rows()] {
            let found = artifacts.below(folder).await?.len();
            if found > 0 {
                let (database, artifacts) = (self.database()?.to_string(), artifacts.shown());
                return Err(ServiceError::Lost { database, artifacts, found });
            }
        }
        Ok(())
    }

    /// A folder that is a server's.
    pub fn open(config: &ServerConfig) -> Result<Self, ServiceError> {
        if !config.home.join(FILE).is_file() {
            return Err(ServiceError::NoHome(config.home.clone()));
        }
        Ok(Self { config: config.clone() })
    }

    /// The database, once it answers.
    pub async fn control(&self) -> Result<Control, ServiceError> {
        Ok(Control::open(&self.database()?).await?)
    }

    /// The database, also while it is away.
    pub async fn control_or_await(&self) -> Result<Control, ServiceError> {
        Ok(Control::open_or_await(&self.database()?).await?)
    }

    fn database(&self) -> Result<DatabaseUrl, ServiceError> {
        Ok(match &self.config.database {
            Some(text) => text.parse()?,
            None => DatabaseUrl::file(&self.config.home.join("cookshelf.db"))?,
        })
    }

    /// The artifacts.
    pub fn artifacts(&self) -> Result<Artifacts, ServiceError> {
        let credentials = match &self.config.credentials {
            Some(path) => {
                let text = fs::read_to_string(path).map_err(|source| ServiceError::File {
                    action: "read",
                    path: path.clone(),
                    source,
                })?;
                Credentials::read(&text, &path.display().to_string())?
            }
            None => Credentials::default(),
        };
        let ours = std::env::vars().filter(|(name, _)| name.starts_with(VARIABLES));
        Ok(Artifacts::open(&self.config.artifacts, &credentials.with_variables(ours)?)?)
    }

    /// The master secret: from its variable, else from its file, which only its owner may read.
    pub fn secret(&self) -> Result<MasterSecret, ServiceError> {
        if let Ok(text) = std::env::var(SECRET) {
            return Ok(MasterSecret::from_base64(&text)?);
        }
        let path = &self.config.secret;
        let wrong = |source| ServiceError::File { action: "read", path: path.clone(), source };
        if is_open(path).map_err(wrong)? {
            return Err(ServiceError::Open(path.clone()));
        }
        Ok(MasterSecret::from_base64(&fs::read_to_string(path).map_err(wrong)?)?)
    }

    /// The identity providers whose tokens are taken.
    pub fn issuers(&self) -> Result<Issuers<ProviderKeys>, ServiceError> {
        let Some(path) = &self.config.issuers else { return Ok(Issuers::default()) };
        let wrong = |source| ServiceError::File { action: "read", path: path.clone(), source };
        let text = fs::read_to_string(path).map_err(wrong)?;
        let entries = read_issuers(&text, path)?.into_iter().map(|entry| {
            let keys = ProviderKeys::new(&entry.keys);
            Ok((entry.params, keys.map_err(|message| ServiceError::Issuer { path: path.clone(), message })?))
        });
        Ok(Issuers::new(entries.collect::<Result<_, ServiceError>>()?))
    }

    /// Where cooks work.
    pub(super) fn work_folder(&self) -> Result<PathBuf, ServiceError> {
        let folder = self.config.home.join("work");
        let wrong = |source| ServiceError::File { action: "make", path: folder.clone(), source };
        fs::create_dir_all(&folder).map_err(wrong)?;
        fs::canonicalize(&folder).map_err(wrong)
    }

    /// A key that may do everything, for the first person; nothing where the database has keys already.
    pub async fn first_key(&self, now_ms: i64) -> Result<Option<FirstKey>, ServiceError> {
        let control = self.control().await?;
        self.check_not_lost(&control).await?;
        if !control.keys(None, None, 1).await?.is_empty() {
            return Ok(None);
        }
        let secret =
            Secret::generate(SecretKind::Key).map_err(|error| ServiceError::Key(error.to_string()))?;
        let grants = [Grant { role: Role::Admin, on: Scope::Server }];
        let key = NewKey {
            account: None,
            label: "first key".to_owned(),
            hash: secret.hash().to_string(),
            prefix: secret.prefix(),
            last_four: secret.last_four().to_owned(),
            grants: serde_json::to_value(grants).map_err(|error| ServiceError::Key(error.to_string()))?,
            expires_ms: Some(now_ms + FIRST_KEY_DAYS * 86_400_000),
        };
        control.add_key(&key, &Actor::new("init", "init", now_ms)).await?;
        control.close().await;
        Ok(Some(FirstKey { secret }))
    }
}

/// The file of settings as a new server has it: every key with what it is for.
fn written(said: &[(&str, toml::Value)]) -> String {
    let mut text =
        String::from("# How this server is set up. COOKSHELF_SERVER_<KEY> and flags win over this file.\n\n");
    for key in KEYS {
        let value = said.iter().find(|(name, _)| *name == key.name).map(|(_, value)| value);
        let line = match value {
            Some(value) => format!("{} = {value}\n", key.name),
            None if key.default.is_empty() => format!("# {} = \"\"\n", key.name),
            None => format!("# {} = {}\n", key.name, key.default),
        };
        text += &format!("# {}\n{line}\n", key.about);
    }
    text
}

#[cfg(unix)]
fn is_open(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::metadata(path)?.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(path: &Path) -> io::Result<bool> {
    fs::metadata(path).map(|_| false)
}
