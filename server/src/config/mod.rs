//! How a server is set up: defaults, then its file, then variables, then what was typed; the later wins.
//!
//! Only values that make sense come out, and each one knows where it was said, so that an error names the line,
//! the variable or the flag. Nothing is opened here but the file. Invariant: a key that is not in [`KEYS`] is refused
//! wherever it stands, and what is printed holds no password.

mod broker;
mod error;
mod issuers;
mod keys;
mod layers;
mod standard;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use error::ConfigError;
pub use issuers::{IssuerEntry, read_issuers};
pub use keys::{KEYS, Key, Kind};
pub use layers::{FILE, Layers, Origin, VARIABLES};

use broker::BrokerAddress;

use crate::access::Network;
use crate::settings::ByteSize;
use crate::signals::{Level, LogForm};
use crate::traces::{Collector, CollectorUrl, SamplerName};

/// How a server is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerConfig {
    /// The server's own folder.
    pub home: PathBuf,
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Threads that answer requests.
    pub workers: usize,
    /// Address of the database; a file in the server's folder when not said.
    pub database: Option<String>,
    /// Where artifacts lie.
    pub artifacts: String,
    /// The keys to that place.
    pub credentials: Option<PathBuf>,
    /// The file of the master secret.
    pub secret: PathBuf,
    /// Folders of this machine that modelings may read.
    pub folders: Vec<PathBuf>,
    /// Ranges of addresses that modelings may reach although they are not public.
    pub networks: Vec<Network>,
    /// Hosts that modelings may reach whatever their address is.
    pub hosts: Vec<String>,
    /// Whether this server cooks, or only serves.
    pub cooks_at_once: usize,
    /// Memory that blobs may take.
    pub blob_memory: ByteSize,
    /// Proxies whose word about a caller's address is believed.
    pub trusted_proxies: Vec<Network>,
    /// File of the identity providers whose tokens are taken.
    pub issuers: Option<PathBuf>,
    /// Files of the certificate and of its key; plain HTTP without.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// How lines of the log look.
    pub log: LogForm,
    /// The least that is logged.
    pub log_level: Level,
    /// Where traces go, and which.
    pub traces: Option<Collector>,
    /// Address of a broker that rows come from.
    pub broker: Option<String>,
    /// The credentials of the broker.
    pub broker_credentials: Option<PathBuf>,
    /// The built npm package, for the console.
    pub package: Option<PathBuf>,
    /// Hours between two looks through the store for what nobody needs; 0 for never.
    pub sweep_hours: u32,
    /// Days that logs of cooks are kept.
    pub keep_log_days: u32,
    /// Cooks that are kept of a modeling, beside those that made its models.
    pub keep_cooks: u32,
    /// Whether the audit of each day is written into the store.
    pub audit_files: bool,
    /// Requests a second that one caller may make of the routes behind the downloads.
    pub requests_per_second: u32,
}

impl ServerConfig {
    /// Makes sense of what was said.
    pub fn of(home: &Path, layers: &Layers) -> Result<Self, ConfigError> {
        let below_home = |text: String| home.join(text);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            home: home.to_owned(),
            listen: layers.parsed("listen")?,
            workers: match layers.whole("workers", 0..=1024)? {
                0 => cores,
                workers => workers,
            },
            database: layers.text("database"),
            artifacts: match layers.text("artifacts").unwrap_or_default() {
                place if place.contains("://") => place,
                place => below_home(place).display().to_string(),
            },
            credentials: layers.text("credentials").map(below_home),
            secret: below_home(layers.text("secret").unwrap_or_default()),
            folders: layers.list("folders").into_iter().map(below_home).map(real).collect(),
            networks: layers.parsed_list("networks")?,
            hosts: layers.list("hosts"),
            cooks_at_once: layers.whole("cooks_at_once", 0..=256)?,
            blob_memory: layers.parsed("blob_memory")?,
            trusted_proxies: layers.parsed_list("trusted_proxies")?,
            tls: match (layers.text("tls_certificate"), layers.text("tls_key")) {
                (Some(certificate), Some(key)) => Some((below_home(certificate), below_home(key))),
                (None, None) => None,
                (Some(_), None) => return Err(layers.wrong("tls_certificate", &"its `tls_key` is not said")),
                (None, Some(_)) => return Err(layers.wrong("tls_key", &"its `tls_certificate` is not said")),
            },
            log: layers.parsed("log")?,
            log_level: layers.parsed("log_level")?,
            traces: collector(layers)?,
            issuers: layers.text("issuers").map(below_home),
            broker: match layers.text("broker") {
                Some(_) => Some(layers.parsed::<BrokerAddress>("broker")?.0),
                None => None,
            },
            broker_credentials: layers.text("broker_credentials").map(below_home),
            package: layers.text("package").map(below_home),
            sweep_hours: small(layers.whole("sweep_hours", 0..=8_760)?),
            keep_log_days: small(layers.whole("keep_log_days", 1..=36_500)?),
            keep_cooks: small(layers.whole("keep_cooks", 1..=1_000_000)?),
            audit_files: match layers.text("audit_files").unwrap_or_default().as_str() {
                "daily" => true,
                "off" => false,
                _ => return Err(layers.wrong("audit_files", &"it is daily or off")),
            },
            requests_per_second: small(layers.whole("requests_per_second", 1..=1_000_000)?),
        })
    }
}

/// Where traces go; what else is said of them counts only where they go somewhere.
fn collector(layers: &Layers) -> Result<Option<Collector>, ConfigError> {
    let Some(text) = layers.text("traces").filter(|text| !text.is_empty()) else { return Ok(None) };
    let url = match layers.origin("traces") {
        Origin::Variable(name) if name == standard::WHOLE => CollectorUrl::whole(&text),
        _ => CollectorUrl::below(&text),
    };
    let sampler: SamplerName = layers.parsed("traces_sampler")?;
    let share = layers.text("traces_sampler_arg").unwrap_or_default();
    Ok(Some(Collector {
        url: url.map_err(|cause| layers.wrong("traces", &cause))?,
        protocol: layers.parsed("traces_protocol")?,
        headers: layers.parsed_list("traces_headers")?,
        service: layers.text("traces_service"),
        resource: layers.parsed_list("traces_resource")?,
        sampling: sampler.with(&share).map_err(|cause| layers.wrong("traces_sampler_arg", &cause))?,
    }))
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("the ranges end below what a u32 holds")
}

/// With all links followed, where it is there.
fn real(path: PathBuf) -> PathBuf {
    std::fs::canonicalize(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(
        file: &str,
        variables: &[(&str, &str)],
        flags: &[(&'static str, &str)],
    ) -> Result<Layers, ConfigError> {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        Layers::defaults()
            .with_file(file, "server.toml")?
            .with_variables(owned(variables))?
            .with_flags(flags.iter().map(|(name, value)| (*name, (*value).to_owned())))
    }

    fn config(
        file: &str,
        variables: &[(&str, &str)],
        flags: &[(&'static str, &str)],
    ) -> Result<ServerConfig, ConfigError> {
        ServerConfig::of(Path::new("home"), &layers(file, variables, flags)?)
    }

    #[test]
    fn the_later_layer_wins() {
        let defaults = config("", &[], &[]).unwrap();
        assert_eq!((defaults.listen.port(), defaults.cooks_at_once), (8788, 1));
        assert_eq!(defaults.artifacts, "home/artifacts");
        let file = "listen = \"127.0.0.1:1\"\nworkers = 3\nfolders = [\"data\", \"/srv/data\"]\n";
        let read = config(file, &[("COOKSHELF_SERVER_LISTEN", "127.0.0.1:2"), ("PATH", "x")], &[]).unwrap();
        assert_eq!((read.listen.port(), read.workers), (2, 3));
        assert_eq!(read.folders, [PathBuf::from("home/data"), PathBuf::from("/srv/data")]);
        let typed = [("listen", "127.0.0.1:4"), ("artifacts", "s3://bucket/x")];
        let read = config(file, &[("COOKSHELF_SERVER_LISTEN", "127.0.0.1:2")], &typed).unwrap();
        assert_eq!((read.listen.port(), read.artifacts.as_str()), (4, "s3://bucket/x"));
        let listed = config("", &[("COOKSHELF_SERVER_TRUSTED_PROXIES", "10.0.0.1, ::1")], &[]).unwrap();
        assert_eq!(listed.trusted_proxies.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        let cases = [
            ("listem = 1\n", &[][..], "server.toml:1"),
            ("workers = 3\nlisten = 5\n", &[], "server.toml:2"),
            ("listen = \"here\"", &[], "server.toml:1"),
            ("workers = 5000", &[], "0 to 1024"),
            ("workers = ", &[], "server.toml:1"),
            ("", &[("COOKSHELF_SERVER_WORKER", "3")], "COOKSHELF_SERVER_WORKER"),
            ("", &[("COOKSHELF_SERVER_WORKERS", "many")], "COOKSHELF_SERVER_WORKERS"),
            ("", &[("COOKSHELF_SERVER_TRUSTED_PROXIES", "here")], "COOKSHELF_SERVER_TRUSTED_PROXIES"),
        ];
        for (file, variables, words) in cases {
            let error = config(file, variables, &[]).unwrap_err().to_string();
            assert!(error.contains(words), "{file} {variables:?}: {error}");
        }
    }

    #[test]
    fn what_is_printed_says_where_from_and_keeps_passwords() {
        let variables = [("COOKSHELF_SERVER_DATABASE", "postgres://cook:hunter2@db.example/x")];
        let shown = layers("workers = 2\n", &variables, &[]).unwrap().shown();
        assert!(shown.contains("workers = 2") && shown.contains("server.toml:1"), "{shown}");
        assert!(shown.contains("db.example") && !shown.contains("hunter2"), "{shown}");
        assert_eq!(shown.lines().count(), KEYS.len());
        let variables = [("COOKSHELF_SERVER_TRACES_HEADERS", "authorization=Bearer hunter2, hunter3")];
        let shown = layers("", &variables, &[]).unwrap().shown();
        assert!(shown.contains("[\"authorization=***\", \"***\"]") && !shown.contains("hunter"), "{shown}");
    }
}
