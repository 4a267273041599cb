//! `cookshelf apply`, `diff` and `export`: the whole set-up as one text.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::Value;

use super::super::Failure;
use super::super::output::{json, line};
use super::Server;
use super::client::Remote;
use crate::exit_code::Exit;
use crate::resource::{Change, Extra, Kind, Place, Spec, Stack};

/// Make a server so that it is what a stack file says
///
/// The file holds accounts with their modelings and endpoints. What is so already is not touched, so applying twice
/// changes nothing. Folders are taken from where the file lies.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ApplyArgs {
    #[command(flatten)]
    wanted: Wanted,
}

/// Show what `apply` would change, and change nothing
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct DiffArgs {
    #[command(flatten)]
    wanted: Wanted,
}

/// Print everything that a server is set up with, as a stack file; secrets only by where they lie
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ExportArgs {
    /// Only this account
    account: Option<String>,
    #[command(flatten)]
    server: Server,
}

#[derive(Debug, clap::Args)]
struct Wanted {
    /// The stack file
    #[arg(short, long, value_name = "FILE")]
    file: PathBuf,
    /// Also delete what the accounts of the file have besides
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    server: Server,
}

impl ApplyArgs {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        let (remote, changes) = self.wanted.changes()?;
        for change in &changes {
            match change {
                Change::Create { place, spec } | Change::Update { place, spec, .. } => {
                    remote.call(Method::PUT, &place.path(), Some(&spec.json()))?;
                }
                Change::Delete { place } => {
                    remote.call(Method::DELETE, &place.path(), None)?;
                }
            }
            line(change.to_string().trim_end());
        }
        line(&format!("{} changed", changes.len()));
        Ok(())
    }
}

impl DiffArgs {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        let (_, changes) = self.wanted.changes()?;
        changes.iter().for_each(|change| line(change.to_string().trim_end()));
        line(&format!("{} would change", changes.len()));
        Ok(())
    }
}

impl ExportArgs {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        let remote = Remote::new(&self.server)?;
        let accounts = match &self.account {
            Some(account) => BTreeSet::from([super::place(account, Kind::Account)?]),
            None => {
                let all = remote.pages("/v1/accounts", "after")?;
                all.iter().map(|value| resource(value).map(|(place, _)| place)).collect::<Result<_, _>>()?
            }
        };
        let found = current(&remote, &accounts)?;
        if self.server.json {
            let all: BTreeMap<String, Value> =
                found.iter().map(|(place, spec)| (place.to_string(), spec.json())).collect();
            json(&all);
        } else {
            line(Stack::of(found).text().trim_end());
        }
        Ok(())
    }
}

impl Wanted {
    fn changes(&self) -> Result<(Remote, Vec<Change>), Failure> {
        let stack = read(&self.file)?;
        let remote = Remote::new(&self.server)?;
        let accounts = stack.resources().map(|(place, _)| Place::Account(place.account().clone())).collect();
        let current = current(&remote, &accounts)?;
        let extra = if self.prune { Extra::Delete } else { Extra::Keep };
        Ok((remote, stack.plan(&current, extra)))
    }
}

/// Reads a stack file; relative folders are taken from where it lies.
fn read(path: &Path) -> Result<Stack, Failure> {
    let input = |message: String| Failure::new(Exit::Input, message);
    let text = fs::read_to_string(path)
        .map_err(|cause| input(format!("cannot read {}: {cause}", path.display())))?;
    let stack = Stack::read(&text, &path.display().to_string()).map_err(|cause| input(cause.to_string()))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let whole = |source: &str| {
        let joined = std::path::absolute(folder.join(source)).unwrap_or_else(|_| folder.join(source));
        fs::canonicalize(&joined).unwrap_or(joined).display().to_string()
    };
    Ok(Stack::of(stack.resources().map(|(place, spec)| {
        let mut spec = spec.clone();
        if let Spec::Modeling(modeling) = &mut spec
            && !modeling.source.contains("://")
        {
            modeling.source = whole(&modeling.source);
        }
        (place.clone(), spec)
    })))
}

/// What is there now of some accounts.
fn current(remote: &Remote, accounts: &BTreeSet<Place>) -> Result<BTreeMap<Place, Spec>, Failure> {
    let mut found = BTreeMap::new();
    for account in accounts {
        let Some(value) = remote.find(&account.path())? else { continue };
        found.extend([resource(&value)?]);
        for list in ["modelings", "endpoints"] {
            for value in remote.pages(&format!("{}/{list}", account.path()), "after")? {
                found.extend([resource(&value)?]);
            }
        }
    }
    Ok(found)
}

fn resource(value: &Value) -> Result<(Place, Spec), Failure> {
    let odd =
        || Failure::new(Exit::System, "the server answered something that this program does not understand");
    let place: Place = value["place"].as_str().and_then(|text| text.parse().ok()).ok_or_else(odd)?;
    let spec = Spec::of_value(place.kind(), value["spec"].clone()).map_err(|_| odd())?;
    Ok((place, spec))
}
