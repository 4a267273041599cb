//! `cookshelf get`, `list` and `delete`: accounts, modelings and endpoints by their places.

use reqwest::Method;

use super::super::Failure;
use super::super::output::{json, line, note};
use super::Server;
use super::client::Remote;
use crate::exit_code::Exit;
use crate::resource::Place;

/// Print an account, a modeling or an endpoint, as JSON
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct GetArgs {
    /// Such as acme, acme/modelings/shop or acme/endpoints/web
    place: String,
    #[command(flatten)]
    server: Server,
}

/// List accounts, or what an account holds
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ListArgs {
    /// The account; all accounts when not given
    account: Option<String>,
    #[command(flatten)]
    server: Server,
}

/// Delete an account that is empty, a modeling or an endpoint
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct DeleteArgs {
    /// Such as acme/endpoints/web
    place: String,
    #[command(flatten)]
    server: Server,
}

impl GetArgs {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        json(&Remote::new(&self.server)?.get(&place(&self.place)?.path())?);
        Ok(())
    }
}

impl ListArgs {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        let remote = Remote::new(&self.server)?;
        let paths = match &self.account {
            None => vec!["/v1/accounts".to_owned()],
            Some(account) => {
                let path = place(account)?.path();
                vec![format!("{path}/modelings"), format!("{path}/endpoints")]
            }
        };
        let mut items = Vec::new();
        for path in paths {
            items.extend(remote.pages(&path, "after")?);
        }
        if self.server.json {
            json(&items);
            return Ok(());
        }
        for item in &items {
            let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            line(&format!("{:40} {}", text("place"), text("updatedAt")));
        }
        Ok(())
    }
}

impl DeleteArgs {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        let place = place(&self.place)?;
        Remote::new(&self.server)?.call(Method::DELETE, &place.path(), None)?;
        note(&format!("`{place}` is deleted"));
        Ok(())
    }
}

fn place(text: &str) -> Result<Place, Failure> {
    text.parse().map_err(|cause: crate::resource::ResourceError| Failure::new(Exit::Input, cause.to_string()))
}
