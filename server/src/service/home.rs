//! The folder of a server: its file of settings, its secret, and by default its database and artifacts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::access::{Grant, Issuers, ProviderKeys, Role, Scope, Secret, SecretKind};
use crate::artifacts::Artifacts;
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
        write_private(&secret, MasterSecret::generate()?.to_base64().as_bytes())
            .map_err(file("write", &secret))?;
        fs::write(&settings, written(&data)).map_err(file("write", &settings))
    }

    /// A folder that is a server's.
    pub fn open(config: &ServerConfig) -> Result<Self, ServiceError> {
        if !config.home.join(FILE).is_file() {
            return Err(ServiceError::NoHome(config.home.clone()));
        }
        Ok(Self { config: config.clone() })
    }

    /// The database.
    pub async fn control(&self) -> Result<Control, ServiceError> {
        let address = match &self.config.database {
            Some(text) => text.parse()?,
            None => DatabaseUrl::file(&self.config.home.join("cookshelf.db"))?,
        };
        Ok(Control::open(&address).await?)
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

    /// A key that may do everything, for the first person.
    pub async fn first_key(&self, now_ms: i64) -> Result<FirstKey, ServiceError> {
        let control = self.control().await?;
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
        Ok(FirstKey { secret })
    }
}

/// The file of settings as a new server has it: every key with what it is for.
fn written(data: &Path) -> String {
    let mut text =
        String::from("# How this server is set up. COOKSHELF_SERVER_<KEY> and flags win over this file.\n\n");
    for key in KEYS {
        let value = match key.name {
            "folders" => Some(toml::Value::Array(vec![data.display().to_string().into()]).to_string()),
            _ => None,
        };
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
