//! `cookshelf audit`: the record of every change and denial, out of a server, with its chain checked on the way.

use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;

use super::super::Failure;
use super::super::output::{json, line, note};
use super::client::Remote;
use super::{Server, part};
use crate::control::AuditRecord;
use crate::exit_code::Exit;
use crate::moment::{rfc3339, seconds_of};

/// Export the audit, and ask whether it is whole
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Print every record, oldest first; ends with 6 when one was changed or is missing
    Export {
        /// Only records from this day or moment on, such as 2026-11-01 or 2026-11-01T06:00:00Z; the chain is followed from its
        /// beginning all the same
        #[arg(long, value_name = "MOMENT")]
        since: Option<String>,
        /// Only of this account; then each record is checked, and not what lies between them
        #[arg(long)]
        account: Option<String>,
        /// Form of the records
        #[arg(long, value_enum, default_value_t = Form::Jsonl)]
        format: Form,
        /// The file; printed when not given
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        #[command(flatten)]
        server: Server,
    },
    /// Let the server follow the chain; ends with 6 when it is broken
    Verify {
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// One line of JSON each
    Jsonl,
    /// A table for spreadsheets; what they would take for a formula begins with '
    Csv,
}

const HEADING: &str = "seq,at,actor,action,place,outcome,request,detail,previous,hash";

impl Args {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        match &self.what {
            What::Verify { server } => verify(server),
            What::Export { since, account, format, to, server } => {
                let since_ms = since.as_deref().map_or(Ok(i64::MIN), moment)?;
                let path = match account {
                    Some(account) => format!("/v1/accounts/{}/audit", part(account)?),
                    None => "/v1/audit".to_owned(),
                };
                let wrong =
                    |cause: std::io::Error| Failure::new(Exit::System, format!("cannot write: {cause}"));
                let out: Box<dyn Write> = match to {
                    Some(path) => Box::new(File::create_new(path).map_err(wrong)?),
                    None => Box::new(stdout()),
                };
                let mut out = BufWriter::new(out);
                if *format == Form::Csv {
                    writeln!(out, "{HEADING}").map_err(wrong)?;
                }
                let mut chain = Chain { whole: account.is_none(), ..Chain::default() };
                let ended = walk(&Remote::new(server)?, &path, |record| {
                    chain.check(&record)?;
                    if record.at_ms >= since_ms {
                        chain.written += 1;
                        writeln!(out, "{}", text(&record, *format)).map_err(wrong)?;
                    }
                    Ok(())
                });
                out.flush().map_err(wrong)?;
                ended?;
                let (written, seq, hash) = (chain.written, chain.seq, &chain.hash);
                note(&format!(
                    "{written} records; the last of all is {seq}, with the hash {hash}: keep it elsewhere"
                ));
                Ok(())
            }
        }
    }
}

fn verify(server: &Server) -> Result<(), Failure> {
    let found = Remote::new(server)?.get("/v1/audit/verification")?;
    if server.json {
        json(&found);
    }
    match found["chain"].as_str() {
        Some("whole") if server.json => Ok(()),
        Some("whole") => {
            let hash = found["hash"].as_str().unwrap_or_default();
            line(&format!("{} records in one chain, which ends with {hash}", found["records"]));
            Ok(())
        }
        _ => Err(Failure::new(Exit::Held, format!("record {}: {}", found["seq"], found["why"]))),
    }
}

/// Every record in order, page after page; only one page is held.
fn walk(
    remote: &Remote,
    path: &str,
    mut each: impl FnMut(AuditRecord) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut after = "0".to_owned();
    loop {
        let mut page = remote.get(&format!("{path}?limit=1000&after={after}"))?;
        for item in page["items"].as_array_mut().into_iter().flatten() {
            let record = serde_json::from_value(item.take());
            each(record.map_err(|cause| {
                Failure::new(Exit::Fault, format!("the server sent a record that cannot be read: {cause}"))
            })?)?;
        }
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => return Ok(()),
        }
    }
}

/// Where the chain is.
#[derive(Debug, Default)]
struct Chain {
    /// Every record comes by, not only those of an account.
    whole: bool,
    seq: i64,
    hash: String,
    written: u64,
}

impl Chain {
    fn check(&mut self, record: &AuditRecord) -> Result<(), Failure> {
        let why = match record {
            _ if !record.is_whole() => Some("it was changed"),
            _ if self.whole && record.seq != self.seq + 1 => Some("one before it is missing"),
            _ if self.whole && record.previous != self.hash => Some("it does not follow the one before"),
            _ => None,
        };
        (self.seq, self.hash) = (record.seq, record.hash.clone());
        match why {
            None => Ok(()),
            Some(why) => {
                Err(Failure::new(Exit::Held, format!("record {}: {why}; the export ends here", record.seq)))
            }
        }
    }
}

fn text(record: &AuditRecord, form: Form) -> String {
    match form {
        Form::Jsonl => serde_json::to_string(record).expect("a record is texts and whole numbers"),
        Form::Csv => {
            let at = rfc3339(record.at_ms.div_euclid(1000));
            let (seq, detail) = (record.seq.to_string(), record.detail.to_string());
            let cells = [
                &seq,
                &at,
                &record.actor,
                &record.action,
                &record.place,
                &record.outcome,
                &record.request,
                &detail,
                &record.previous,
                &record.hash,
            ];
            cells.map(|cell| quoted(cell)).join(",")
        }
    }
}

fn quoted(cell: &str) -> String {
    let formula = if cell.starts_with(['=', '+', '-', '@', '\t']) { "'" } else { "" };
    match cell.contains([',', '"', '\n', '\r']) || !formula.is_empty() {
        true => format!("\"{formula}{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

/// Milliseconds of a day or a moment.
fn moment(text: &str) -> Result<i64, Failure> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let seconds = seconds_of(&whole).ok_or_else(|| {
        let message = format!("`{text}` is no moment; write 2026-11-01 or 2026-11-01T06:00:00Z");
        Failure::new(Exit::Input, message)
    })?;
    Ok(seconds * 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_cells_and_no_formulas() {
        assert_eq!(quoted("key:1 \"x\", y"), "\"key:1 \"\"x\"\", y\"");
        assert_eq!(quoted("=HYPERLINK(1)"), "\"'=HYPERLINK(1)\"");
        assert_eq!(quoted("plain"), "plain");
        assert_eq!(HEADING.split(',').count(), 10);
    }

    /// A record, with its hash as it is documented.
    fn record(seq: i64, previous: &str) -> AuditRecord {
        use sha2::{Digest, Sha256};
        let line = serde_json::json!([seq, 5, "a", "put", "acme", "done", "{\"x\":1}", "r"]);
        let hash = Sha256::digest(format!("{previous}\n{line}"));
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let record = serde_json::json!({
            "seq": seq, "atMs": 5, "actor": "a", "action": "put", "place": "acme", "outcome": "done",
            "detail": { "x": 1 }, "request": "r", "previous": previous, "hash": hash,
        });
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn a_record_that_was_changed_left_out_or_put_in_is_found() {
        let first = record(1, "");
        let (second, third) = (record(2, &first.hash), record(3, &record(2, &first.hash).hash));
        let check = |whole: bool, records: &[&AuditRecord]| {
            let mut chain = Chain { whole, ..Chain::default() };
            records.iter().try_for_each(|record| chain.check(record)).map_err(|failure| failure.message)
        };
        assert_eq!(check(true, &[&first, &second, &third]), Ok(()));
        let changed = AuditRecord { actor: "b".to_owned(), ..second.clone() };
        assert!(check(true, &[&first, &changed]).unwrap_err().contains("record 2: it was changed"));
        assert!(check(true, &[&first, &third]).unwrap_err().contains("missing"));
        assert!(check(true, &[&second]).unwrap_err().contains("missing"));
        assert!(check(true, &[&first, &record(2, "other")]).unwrap_err().contains("does not follow"));
        assert_eq!(check(false, &[&first, &third]), Ok(()), "what lies between is not of this account");
        assert!(check(false, &[&changed]).is_err());
    }

    #[test]
    fn days_and_moments_are_understood() {
        assert_eq!(moment("1970-01-02").unwrap(), 86_400_000);
        assert_eq!(moment("1970-01-01T00:00:01Z").unwrap(), 1_000);
        assert!(moment("yesterday").unwrap_err().message.contains("2026-11-01"));
    }
}
