//! Which data folders the server may be sent to by those who may only write a specification.
//!
//! Text decides what it can; of a name, only those who look it up know where it leads, and they ask here for every
//! address that they found, and then connect to one of those and no other. Folders of this machine are open below the
//! roots that the operator named, and nothing on the way may be a link. The invariant: what is not known to be public,
//! or named by the operator, is not reached.

use std::io;
use std::net::IpAddr;
use std::path::{Component, Path, PathBuf};

use thiserror::Error;
use url::{Host, Url};

use super::network::Network;

/// Addresses that lead into somebody's own network, to this machine, to the machine that runs it, or nowhere.
const INNER: [&str; 31] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    // The platform below virtual machines of Azure answers here, in the middle of public addresses.
    "168.63.129.16/32",
    // Also where clouds tell their machines their secrets.
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    // Everything that is an IPv4 address in disguise, or could be translated to one, is below ::/8 or in these.
    "::/8",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
    "4000::/2",
    "8000::/1",
];

/// Names that mean a machine of the own network, whatever they are looked up as.
const INNER_NAMES: [&str; 8] =
    ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa"];

/// What the operator opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressRules {
    /// Folders of this machine, below which data may lie.
    pub roots: Vec<PathBuf>,
    /// Ranges that may be reached although they are not public.
    pub networks: Vec<Network>,
    /// Hosts that may be reached whatever their address is, and by their short name.
    pub hosts: Vec<String>,
}

/// Where an address that is allowed leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// A store whose address its provider, or the operator's credentials, say.
    Store,
    /// A host: what its name is looked up as is to be asked for with [`AddressRules::check_found`].
    Host {
        /// Its name or address.
        host: String,
        /// Its port.
        port: u16,
    },
    /// A folder of this machine.
    Folder(PathBuf),
}

/// Why a data folder is not opened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AddressError {
    /// No address of a kind that is opened.
    #[error(
        "give s3://bucket/folder, gs://bucket/folder, az://container/folder, \
             abfss://container@account.dfs.core.windows.net/folder, https://host/folder, or a whole path"
    )]
    Form,
    /// A path that leaves its folder, or would for some reader.
    #[error("a path has no `.` or `..`, no backslash, and no control characters, also not in disguise")]
    Path,
    /// A host of somebody's own network.
    #[error("this host is not public; the operator can allow it with `hosts` or `networks`")]
    Host,
    /// A folder of this machine that the operator did not open.
    #[error("this folder is not below one of the server's `folders`, is not there, or has a link on its way")]
    Folder,
}

impl AddressRules {
    /// Whether a data folder may be opened, as far as its address tells. Folders of this machine are looked at.
    pub fn check(&self, source: &str) -> Result<Reach, AddressError> {
        if source.chars().any(char::is_control) || source.trim() != source {
            return Err(AddressError::Path);
        }
        let Some((scheme, rest)) = source.split_once("://") else { return self.folder(Path::new(source)) };
        match scheme {
            "s3" | "gs" => bucket(rest),
            "az" => container(rest),
            "abfss" => container_of_account(rest),
            "https" => self.web(source, rest),
            "file" => {
                let path = Url::parse(source).ok().and_then(|url| url.to_file_path().ok());
                check_path(rest)?;
                self.folder(&path.ok_or(AddressError::Form)?)
            }
            _ => Err(AddressError::Form),
        }
    }

    /// Whether a connection may be made to any of the addresses that a host was found to have.
    pub fn check_found(&self, host: &str, addresses: &[IpAddr]) -> Result<(), AddressError> {
        let named = self.names(host);
        // One that is not allowed among many is how a name is turned against whoever checks only the first.
        let allowed = !addresses.is_empty() && addresses.iter().all(|address| named || self.allows(*address));
        if allowed { Ok(()) } else { Err(AddressError::Host) }
    }

    fn allows(&self, address: IpAddr) -> bool {
        let inner = |text: &&str| text.parse::<Network>().is_ok_and(|network| network.has(address));
        self.networks.iter().any(|network| network.has(address)) || !INNER.iter().any(inner)
    }

    fn names(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    fn web(&self, source: &str, rest: &str) -> Result<Reach, AddressError> {
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        // Readers differ in what these mean before the path.
        if authority.contains(['@', '\\', '?', '#', '%', ' ']) || path.contains(['?', '#']) {
            return Err(AddressError::Form);
        }
        check_path(path)?;
        let url = Url::parse(source).map_err(|_| AddressError::Form)?;
        let port = url.port_or_known_default().filter(|port| *port > 0).ok_or(AddressError::Form)?;
        let host = url.host().ok_or(AddressError::Form)?;
        let reach = Reach::Host { host: host.to_string(), port };
        let open = match host {
            Host::Ipv4(address) => self.allows(address.into()),
            Host::Ipv6(address) => self.allows(address.into()),
            Host::Domain(name) => {
                let name = name.trim_end_matches('.');
                let inner = |end: &&str| {
                    name == *end || name.strip_suffix(*end).is_some_and(|rest| rest.ends_with('.'))
                };
                name.contains('.') && !INNER_NAMES.iter().any(inner)
            }
        };
        if open || self.names(&host.to_string()) { Ok(reach) } else { Err(AddressError::Host) }
    }

    fn folder(&self, path: &Path) -> Result<Reach, AddressError> {
        check_path(path.to_str().ok_or(AddressError::Path)?)?;
        let plain = path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_)));
        if !path.is_absolute() || !plain {
            return Err(AddressError::Path);
        }
        let root = self.roots.iter().find(|root| path.starts_with(root)).ok_or(AddressError::Folder)?;
        let below = path.strip_prefix(root).map_err(|_| AddressError::Folder)?;
        without_links(root, below).map_err(|_| AddressError::Folder)?;
        Ok(Reach::Folder(path.to_owned()))
    }
}

/// Every step from the root down is a folder that lies there, and no link to another.
fn without_links(root: &Path, below: &Path) -> io::Result<()> {
    let mut place = root.to_owned();
    if !place.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    for part in below.components() {
        place.push(part);
        if !place.symlink_metadata()?.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
    }
    Ok(())
}

/// No part that leads up or stands still, in any spelling that some store, server or system understands.
fn check_path(path: &str) -> Result<(), AddressError> {
    let mut text = path.to_owned();
    // Each round takes off one layer of disguise; nothing honest has more than one.
    for _ in 0..4 {
        let up = text.split(['/', '\\']).any(|part| matches!(part.trim_end(), "." | ".."));
        // Overlong and full-width dots and slashes, as lenient readers take them.
        let odd = ['\u{ff0e}', '\u{2024}', '\u{ff0f}', '\u{2215}', '\u{2044}', '\u{29f8}', '\u{fffd}', '\\'];
        if up || text.contains(odd) || text.contains(char::is_control) {
            return Err(AddressError::Path);
        }
        let next = decoded(&text);
        if next == text {
            return Ok(());
        }
        text = next;
    }
    Err(AddressError::Path)
}

/// The text with `%2e` and the like as what they stand for; what is not UTF-8 then shows as U+FFFD.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                at += 3;
            }
            (byte, _, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn bucket(rest: &str) -> Result<Reach, AddressError> {
    let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b".-_".contains(&c);
    store(
        bucket,
        path,
        (3..=63).contains(&bucket.len()) && bucket.bytes().all(plain) && !bucket.contains(".."),
    )
}

fn container(rest: &str) -> Result<Reach, AddressError> {
    let (container, path) = rest.split_once('/').unwrap_or((rest, ""));
    store(container, path, is_container(container))
}

fn container_of_account(rest: &str) -> Result<Reach, AddressError> {
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (container, host) = authority.split_once('@').ok_or(AddressError::Form)?;
    let account = host.strip_suffix(".dfs.core.windows.net");
    let account = account.or_else(|| host.strip_suffix(".blob.core.windows.net"));
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
    let known =
        account.is_some_and(|account| (3..=24).contains(&account.len()) && account.bytes().all(plain));
    store(container, path, is_container(container) && known)
}

fn is_container(name: &str) -> bool {
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"-$".contains(&c);
    (1..=63).contains(&name.len()) && name.bytes().all(plain)
}

fn store(name: &str, path: &str, known: bool) -> Result<Reach, AddressError> {
    if !known || !name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '$') {
        return Err(AddressError::Form);
    }
    if path.contains(['?', '#']) {
        return Err(AddressError::Form);
    }
    check_path(path).map(|()| Reach::Store)
}
