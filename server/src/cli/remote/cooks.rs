//! `cookshelf cooks`: started, watched, listed, cancelled.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use reqwest::Method;
use serde_json::Value;

use super::super::Failure;
use super::super::output::{json, line, note};
use super::Server;
use super::client::Remote;
use crate::exit_code::Exit;
use crate::moment::rfc3339;
use crate::resource::Kind;

/// Start, watch, list and cancel cooks of a modeling
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Ask for a cook
    Start {
        /// The modeling, such as acme/shop
        modeling: String,
        /// Show its progress until it is over; fails when it fails
        #[arg(long)]
        wait: bool,
        #[command(flatten)]
        server: Server,
    },
    /// Show a cook as it goes on, until it is over
    Watch {
        /// The modeling, such as acme/shop
        modeling: String,
        /// The cook's id
        cook: String,
        #[command(flatten)]
        server: Server,
    },
    /// Print a cook with its report, as JSON
    Show {
        /// The modeling, such as acme/shop
        modeling: String,
        /// The cook's id
        cook: String,
        #[command(flatten)]
        server: Server,
    },
    /// List cooks, the newest first
    List {
        /// The modeling, such as acme/shop
        modeling: String,
        #[command(flatten)]
        server: Server,
    },
    /// Stop a cook
    Cancel {
        /// The modeling, such as acme/shop
        modeling: String,
        /// The cook's id
        cook: String,
        #[command(flatten)]
        server: Server,
    },
}

impl Args {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        match &self.what {
            What::Start { modeling, wait, server } => {
                let remote = Remote::new(server)?;
                let path = cooks(modeling)?;
                let cook = remote.call(Method::POST, &path, None)?.value;
                if *wait {
                    return watch(&remote, &format!("{path}/{}", text(&cook, "id")), server.json);
                }
                say(&cook, server.json);
            }
            What::Watch { modeling, cook, server } => {
                return watch(&Remote::new(server)?, &format!("{}/{cook}", cooks(modeling)?), server.json);
            }
            What::Show { modeling, cook, server } => {
                json(&Remote::new(server)?.get(&format!("{}/{cook}", cooks(modeling)?))?);
            }
            What::List { modeling, server } => {
                let page = Remote::new(server)?.get(&cooks(modeling)?)?;
                let items = page["items"].as_array().cloned().unwrap_or_default();
                if server.json {
                    json(&items);
                } else {
                    items.iter().for_each(|cook| say(cook, false));
                }
            }
            What::Cancel { modeling, cook, server } => {
                let path = format!("{}/{cook}", cooks(modeling)?);
                say(&Remote::new(server)?.call(Method::DELETE, &path, None)?.value, server.json);
            }
        }
        Ok(())
    }
}

fn cooks(modeling: &str) -> Result<String, Failure> {
    Ok(format!("{}/cooks", super::place(modeling, Kind::Modeling)?.path()))
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn say(cook: &Value, as_json: bool) {
    if as_json {
        json(cook);
        return;
    }
    let at = rfc3339(cook["createdMs"].as_i64().unwrap_or(0) / 1000);
    let error = cook["error"].as_str().map_or(String::new(), |error| format!("  {error}"));
    line(&format!("{}  {at}  {:9} {}{error}", text(cook, "id"), text(cook, "cause"), text(cook, "state")));
}

/// Draws progress until the cook is over.
fn watch(remote: &Remote, path: &str, as_json: bool) -> Result<(), Failure> {
    let bar = ProgressBar::new(0);
    bar.set_draw_target(if as_json { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() });
    let style = ProgressStyle::with_template("{prefix:>10} {wide_bar} {human_pos}/{human_len} {msg}");
    bar.set_style(style.expect("the template is a constant of this file"));
    let mut last = Value::Null;
    let mut stage = String::new();
    // A server that is restarted ends the stream; the cook goes on, and so do we.
    for _ in 0..3 {
        remote.events(&format!("{path}/events"), |cook| {
            let progress = &cook["progress"];
            let now = text(progress, "stage");
            if !now.is_empty() && now != stage && !as_json {
                note(&format!("{now:>10}"));
                stage = now.clone();
            }
            bar.set_prefix(now);
            bar.set_length(progress["of"].as_u64().unwrap_or(0));
            bar.set_position(progress["done"].as_u64().unwrap_or(0));
            bar.set_message(text(progress, "unit"));
            last = cook.clone();
        })?;
        if !matches!(last["state"].as_str(), Some("queued" | "running") | None) {
            break;
        }
    }
    bar.finish_and_clear();
    let cook = remote.get(path)?;
    match cook["state"].as_str() {
        Some("published") => {
            say(&cook, as_json);
            Ok(())
        }
        state => {
            let why =
                cook["error"].as_str().or(cook["report"]["gate"].as_str()).unwrap_or("nothing more is known");
            let state = state.unwrap_or("unknown");
            Err(Failure::new(Exit::Input, format!("the cook ended as `{state}`: {why}")))
        }
    }
}
