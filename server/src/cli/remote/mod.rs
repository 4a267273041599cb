//! Commands that ask a running server: what is there, what should be, who may, what is cooked and offered.
//!
//! Each is a thin layer over a route; the server decides. Places are written as everywhere: `acme`,
//! `acme/modelings/shop`, `acme/endpoints/web`, and `acme/shop` where only one kind can be meant.

mod audit;
mod client;
mod cooks;
mod health;
mod keys;
mod places;
mod release;
mod rows;
mod stack;

pub(super) use audit::Args as AuditArgs;
pub(super) use cooks::Args as CooksArgs;
pub(super) use health::Args as HealthArgs;
pub(super) use keys::Args as KeyArgs;
pub(super) use places::{DeleteArgs, GetArgs, ListArgs};
pub(super) use release::Args as ReleaseArgs;
pub(super) use rows::Args as RowsArgs;
pub(super) use stack::{ApplyArgs, DiffArgs, ExportArgs};

use super::Failure;
use crate::exit_code::Exit;
use crate::resource::{Kind, Name, Place};

/// Where the server is, and who asks.
#[derive(Debug, clap::Args)]
pub(super) struct Server {
    /// Address of the server
    #[arg(long, env = "COOKSHELF_URL", default_value = "http://127.0.0.1:8788", value_name = "ADDRESS")]
    url: String,
    /// Print what the server answered, as JSON and nothing else
    #[arg(long)]
    json: bool,
}

/// A place, with `acme/shop` for `acme/<kind>s/shop`.
fn place(text: &str, kind: Kind) -> Result<Place, Failure> {
    let wrong = |cause: &dyn std::fmt::Display| Failure::new(Exit::Input, cause.to_string());
    let short = text.split_once('/').filter(|(_, rest)| !rest.contains('/'));
    let place = match (short, kind) {
        (Some((account, name)), Kind::Modeling) => Place::Modeling(part(account)?, part(name)?),
        (Some((account, name)), Kind::Endpoint) => Place::Endpoint(part(account)?, part(name)?),
        _ => text.parse::<Place>().map_err(|cause| wrong(&cause))?,
    };
    if place.kind() != kind {
        let message =
            format!("`{place}` is no {}; write one such as acme/{}s/name", kind.word(), kind.word());
        return Err(Failure::new(Exit::Input, message));
    }
    Ok(place)
}

fn part(text: &str) -> Result<Name, Failure> {
    text.parse().map_err(|cause: crate::resource::ResourceError| Failure::new(Exit::Input, cause.to_string()))
}
