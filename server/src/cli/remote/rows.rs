//! `cookshelf rows`: rows that a shop sends as they happen, from a file or a pipe.
//!
//! Sent in parts, one after the other, each again until the server has said that it is safe. Sending a file twice adds
//! nothing the second time: each row has the id of its event.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use super::super::Failure;
use super::super::output::{json, line};
use super::client::Remote;
use super::{Server, place};
use crate::exit_code::Exit;
use crate::resource::Kind;

/// Rows of one part; the server takes some more.
const MOST_ROWS: usize = 2_000;
const MOST_BYTES: usize = 2 << 20;

/// Add interactions as they happen, and count those that wait
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Send rows: lines of JSON with an `id` and the columns of Reco_Interactions
    Add {
        /// The modeling, such as acme/shop
        #[arg(long, value_name = "MODELING")]
        to: String,
        /// The file; - for standard input
        file: String,
        #[command(flatten)]
        server: Server,
    },
    /// Say how many rows are kept for the next cook
    Count {
        /// The modeling, such as acme/shop
        modeling: String,
        #[command(flatten)]
        server: Server,
    },
}

impl Args {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        match &self.what {
            What::Add { to, file, server } => add(to, file, server),
            What::Count { modeling, server } => {
                let kept = Remote::new(server)?.get(&path(modeling)?)?;
                match server.json {
                    true => json(&kept),
                    false => line(&format!("{} rows in {} files", kept["rows"], kept["segments"])),
                }
                Ok(())
            }
        }
    }
}

fn path(modeling: &str) -> Result<String, Failure> {
    Ok(format!("{}/interactions", place(modeling, Kind::Modeling)?.path()))
}

/// Lines that are sent together.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    lines: usize,
}

fn add(to: &str, file: &str, server: &Server) -> Result<(), Failure> {
    let (remote, path) = (Remote::new(server)?, path(to)?);
    let unreadable = |cause: &io::Error| Failure::new(Exit::Input, format!("cannot read {file}: {cause}"));
    let mut input: Box<dyn BufRead> = match file {
        "-" => Box::new(io::stdin().lock()),
        file => Box::new(BufReader::new(File::open(file).map_err(|cause| unreadable(&cause))?)),
    };
    let (mut before, mut accepted, mut repeated) = (0, 0, 0);
    let mut part = Part::default();
    loop {
        let start = part.bytes.len();
        let read = input.read_until(b'\n', &mut part.bytes).map_err(|cause| unreadable(&cause))?;
        let full = part.lines == MOST_ROWS || part.bytes.len() > MOST_BYTES;
        if read == 0 || full {
            // The line that was one too many is the first of the next part.
            let rest = if part.lines > 0 { part.bytes.split_off(start) } else { Vec::new() };
            let sent = remote.send_lines(&path, &part.bytes, before).map_err(|failure| Failure {
                message: format!(
                    "{file}: {}; {} rows before this part are safe",
                    failure.message,
                    accepted + repeated
                ),
                ..failure
            })?;
            accepted += sent["accepted"].as_u64().unwrap_or(0);
            repeated += sent["repeated"].as_u64().unwrap_or(0);
            before += part.lines;
            part = Part { lines: usize::from(!rest.is_empty()), bytes: rest };
            if read == 0 {
                break;
            }
        } else {
            part.lines += 1;
        }
    }
    match server.json {
        true => json(&serde_json::json!({ "accepted": accepted, "repeated": repeated })),
        false => line(&format!("{accepted} rows are added, {repeated} were there already")),
    }
    Ok(())
}
