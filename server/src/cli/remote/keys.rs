//! `cookshelf key`: made, listed, revoked.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::Failure;
use super::super::output::{json as print, line, note};
use super::Server;
use super::client::Remote;
use crate::access::Grant;
use crate::exit_code::Exit;

/// Make, list and revoke keys
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a key; its secret is printed, this one time
    Create {
        /// What people call it
        label: String,
        /// What it may do, such as `reader on acme/endpoints/web` or `admin on acme`; may be given several times
        #[arg(long = "grant", value_name = "GRANT", required = true)]
        grants: Vec<String>,
        /// Days until it stops to hold
        #[arg(long, default_value_t = 366)]
        days: u32,
        /// The account that it belongs to; whoever makes keys of the whole server leaves it out
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        server: Server,
    },
    /// List keys, never their secrets
    List {
        /// Only of this account
        account: Option<String>,
        #[command(flatten)]
        server: Server,
    },
    /// Revoke a key: it opens nothing any more
    Revoke {
        /// Its id
        id: String,
        /// The account that it belongs to
        #[arg(long)]
        account: Option<String>,
        #[command(flatten)]
        server: Server,
    },
}

impl Args {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        match &self.what {
            What::Create { label, grants, days, account, server } => {
                let grants: Result<Vec<Grant>, _> = grants.iter().map(|text| text.parse()).collect();
                let grants = grants.map_err(|cause| Failure::new(Exit::Input, cause.to_string()))?;
                let wish = json!({ "label": label, "grants": grants, "days": days });
                let remote = Remote::new(server)?;
                let made = remote.call(Method::POST, &path(account.as_deref())?, Some(&wish))?.value;
                if server.json {
                    print(&made);
                } else {
                    note(&format!(
                        "key {}; keep the secret, it is not shown again:",
                        text(&made["key"], "id")
                    ));
                    line(&text(&made, "secret"));
                }
            }
            What::List { account, server } => {
                let keys = Remote::new(server)?.pages(&path(account.as_deref())?, "before")?;
                if server.json {
                    print(&keys);
                    return Ok(());
                }
                for key in &keys {
                    let state = if key["revokedMs"].is_null() { "" } else { "revoked" };
                    let grants: Vec<Grant> =
                        serde_json::from_value(key["grants"].clone()).unwrap_or_default();
                    let grants: Vec<String> = grants.iter().map(Grant::to_string).collect();
                    let end = format!("…{}", text(key, "lastFour"));
                    line(&format!(
                        "{}  {end}  {:24} {:8} {}",
                        text(key, "id"),
                        text(key, "label"),
                        state,
                        grants.join(", ")
                    ));
                }
            }
            What::Revoke { id, account, server } => {
                let path = format!("{}/{id}", path(account.as_deref())?);
                Remote::new(server)?.call(Method::DELETE, &path, None)?;
                note(&format!("key {id} opens nothing any more"));
            }
        }
        Ok(())
    }
}

fn path(account: Option<&str>) -> Result<String, Failure> {
    match account {
        None => Ok("/v1/keys".to_owned()),
        Some(account) => {
            Ok(format!("{}/keys", super::place(account, crate::resource::Kind::Account)?.path()))
        }
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}
