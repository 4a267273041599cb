//! `cookshelf release`: what an endpoint offers, and the commands that change it; keys of its manifests.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::Failure;
use super::super::output::{json as print, line};
use super::Server;
use super::client::Remote;
use crate::moment::rfc3339;
use crate::resource::Kind;

/// See and change what an endpoint offers
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Args)]
struct Endpoint {
    /// The endpoint, such as acme/web
    endpoint: String,
    #[command(flatten)]
    server: Server,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// What was offered, the newest first
    List(Endpoint),
    /// Show everybody the model that is on its way
    Promote(Endpoint),
    /// Take back what is on its way, or show again what was shown before
    Return {
        #[command(flatten)]
        at: Endpoint,
        /// Of which modeling; the first when not said
        #[arg(long)]
        modeling: Option<String>,
    },
    /// Show everybody this model
    Put {
        #[command(flatten)]
        at: Endpoint,
        /// Its id
        model: String,
        /// Of which modeling; the first when not said
        #[arg(long)]
        modeling: Option<String>,
    },
    /// Keys that sign the endpoint's manifests: what pages may trust
    Keys(Endpoint),
    /// Let the next key sign, and announce another
    TurnKeys(Endpoint),
}

impl Args {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        let (at, call) = match &self.what {
            What::List(at) => return list(at),
            What::Keys(at) => return keys(at, Method::GET),
            What::TurnKeys(at) => return keys(at, Method::POST),
            What::Promote(at) => (at, json!({ "do": "promote" })),
            What::Return { at, modeling } => (at, json!({ "do": "return", "modeling": modeling })),
            What::Put { at, model, modeling } => {
                (at, json!({ "do": "put", "modeling": modeling, "model": model }))
            }
        };
        let path = format!("{}/releases", super::place(&at.endpoint, Kind::Endpoint)?.path());
        let release = Remote::new(&at.server)?.call(Method::POST, &path, Some(&call))?.value;
        say(&release, at.server.json);
        Ok(())
    }
}

fn list(at: &Endpoint) -> Result<(), Failure> {
    let path = format!("{}/releases", super::place(&at.endpoint, Kind::Endpoint)?.path());
    let page = Remote::new(&at.server)?.get(&path)?;
    let items = page["items"].as_array().cloned().unwrap_or_default();
    if at.server.json {
        print(&items);
    } else {
        items.iter().for_each(|release| say(release, false));
    }
    Ok(())
}

fn keys(at: &Endpoint, method: Method) -> Result<(), Failure> {
    let path = format!("{}/signing-keys", super::place(&at.endpoint, Kind::Endpoint)?.path());
    let page = Remote::new(&at.server)?.call(method, &path, None)?.value;
    if at.server.json {
        print(&page["items"]);
        return Ok(());
    }
    for key in page["items"].as_array().into_iter().flatten() {
        let text = |name: &str| key[name].as_str().unwrap_or_default();
        line(&format!("{:8} {}  {}", text("state"), text("public"), text("id")));
    }
    Ok(())
}

fn say(release: &Value, as_json: bool) {
    if as_json {
        print(release);
        return;
    }
    let at = rfc3339(release["createdMs"].as_i64().unwrap_or(0) / 1000);
    let shown = release["state"]["shown"].as_object().cloned().unwrap_or_default();
    let shown: Vec<String> = shown
        .iter()
        .map(|(modeling, model)| format!("{modeling} {}", model.as_str().unwrap_or("?")))
        .collect();
    let next = release["state"]["candidate"]["model"].as_str();
    let next = next.map_or(String::new(), |model| format!(", next {model}"));
    line(&format!("{:>6}  {at}  {}{next}", release["sequence"].as_i64().unwrap_or(0), shown.join(", ")));
}
