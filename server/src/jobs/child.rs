//! One cook in a process of its own: this program again, with a limit on its memory and nothing of our environment.
//!
//! Hears its progress, stops it when it is told to, and says how it ended. A cook that misbehaves ends alone.
//! Invariant: the process is gone when [`run`] returns, and it goes when this program goes.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::access::AddressRules;
use crate::exit_code::Exit;
use crate::progress::Told;
use crate::settings::ByteSize;

/// Variables that a cook is given: where programs and temporary files lie.
const PASSED_ON: [&str; 3] = ["PATH", "HOME", "TMPDIR"];

/// A report is a few pages.
const LARGEST_REPORT: u64 = 64 << 20;

/// Lines of what a cook said last, for the message when it fails.
const LAST_LINES: usize = 12;
/// Of one line.
const LONGEST_LINE: usize = 4096;

/// A cook that takes longer than this hangs.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What to cook, and where.
#[derive(Debug)]
pub(super) struct Order<'a> {
    /// This program.
    pub(super) program: &'a Path,
    /// The cook's own folder; its model goes into `out` below it.
    pub(super) folder: &'a Path,
    /// The data folder.
    pub(super) source: &'a str,
    /// The keys to the data folder's store.
    pub(super) credentials: Option<PathBuf>,
    /// What it may reach.
    pub(super) addresses: &'a AddressRules,
    /// What the settings say, in the form of their file.
    pub(super) settings: &'a str,
    /// The model's name.
    pub(super) name: &'a str,
    /// Whether a model that lost is held back.
    pub(super) gate: bool,
    /// The limit; a share of the machine's when not said.
    pub(super) memory: Option<ByteSize>,
    /// Rows that arrived live, if there are any.
    pub(super) live: Option<&'a Path>,
    /// Keeps pictures from the web.
    pub(super) pictures: &'a Path,
    /// Unix seconds.
    pub(super) now: i64,
}

/// How a cook ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// There is a model, with this report.
    Done(Value),
    /// There is one, and it lost against the one before.
    Held(String),
    /// There is none.
    Failed {
        /// Why, for a person.
        message: String,
        /// Whether it may go well the next time.
        may_pass: bool,
    },
    /// It was told to stop.
    Stopped,
}

/// Runs a cook to its end, or until `stop` resolves.
pub(super) async fn run(
    order: &Order<'_>,
    hear: impl FnMut(Told),
    stop: impl Future<Output = ()>,
) -> Outcome {
    let failed = |message: String| Outcome::Failed { message, may_pass: true };
    let settings = order.folder.join("cookshelf.toml");
    if let Err(cause) = std::fs::write(&settings, order.settings) {
        return failed(format!("cannot write {}: {cause}", settings.display()));
    }
    let mut child = match command(order, &settings).spawn() {
        Ok(child) => child,
        Err(cause) => return failed(format!("cannot start {}: {cause}", order.program.display())),
    };
    let (output, errors) = (child.stdout.take(), child.stderr.take());
    let work = async {
        let (report, last) = tokio::join!(whole(output), follow(errors, hear));
        (child.wait().await, report, last)
    };
    let ended = tokio::select! {
        ended = work => Some(ended),
        () = stop => None,
        () = tokio::time::sleep(LONGEST) => None,
    };
    match ended {
        Some((Ok(status), report, last)) => outcome(status, &report, &last),
        Some((Err(cause), ..)) => failed(format!("the cook cannot be waited for: {cause}")),
        None => {
            end(&mut child).await;
            Outcome::Stopped
        }
    }
}

fn command(order: &Order<'_>, settings: &Path) -> Command {
    let mut command = Command::new(order.program);
    command.arg("cook").arg(order.source).arg("--out").arg(order.folder.join("out"));
    command.arg("--settings").arg(settings).arg("--name").arg(order.name);
    command.arg("--pictures-cache").arg(order.pictures);
    command.arg("--logs").arg(order.folder.join("logs"));
    command.arg("--at").arg(order.now.to_string()).args(["--json", "--told"]);
    if let Some(live) = order.live {
        command.arg("--live").arg(live);
    }
    if order.gate {
        command.args(["--holdout", "--gate"]);
    }
    if let Some(credentials) = &order.credentials {
        command.arg("--credentials").arg(credentials);
    }
    if let Some(memory) = order.memory {
        command.arg("--memory").arg(memory.0.to_string());
    }
    // The folder was named by whoever wrote the modeling: what it leads to is looked at when it is connected to, too.
    command.arg(format!("--guarded={}", order.addresses.hosts.join(",")));
    for network in &order.addresses.networks {
        command.arg(format!("--reachable={network}"));
    }
    command.env_clear();
    command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Ends the process; the one that it started ends with it.
async fn end(child: &mut Child) {
    // It may have ended by itself in this moment.
    let _ = child.start_kill();
    let _ = child.wait().await;
}

async fn whole(output: Option<impl tokio::io::AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(output) = output {
        // What broke off is no report, and is noticed when it is read.
        let _ = output.take(LARGEST_REPORT).read_to_end(&mut bytes).await;
    }
    bytes
}

/// Hears progress, and gives back the last lines that were something else.
async fn follow(errors: Option<impl tokio::io::AsyncRead + Unpin>, mut hear: impl FnMut(Told)) -> String {
    let mut last: Vec<String> = Vec::new();
    let Some(errors) = errors else { return String::new() };
    let mut lines = BufReader::new(errors);
    let mut line = Vec::new();
    while let Ok(read) = lines.read_until(b'\n', &mut line).await {
        if read == 0 {
            break;
        }
        line.truncate(LONGEST_LINE);
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        match serde_json::from_str(&text) {
            Ok(told) => hear(told),
            Err(_) if last.len() == LAST_LINES => {
                last.remove(0);
                last.push(text);
            }
            Err(_) => last.push(text),
        }
    }
    last.join("\n").trim_start_matches("error: ").to_owned()
}

fn outcome(status: ExitStatus, report: &[u8], last: &str) -> Outcome {
    let is = |exit: Exit| status.code() == Some(i32::from(exit.number()));
    let said =
        if last.is_empty() { format!("the cook ended without a word: {status}") } else { last.to_owned() };
    if is(Exit::Done) {
        return match serde_json::from_slice(report) {
            Ok(report) => Outcome::Done(report),
            Err(cause) => {
                Outcome::Failed { message: format!("the report cannot be read: {cause}"), may_pass: true }
            }
        };
    }
    if is(Exit::Held) {
        return Outcome::Held(said);
    }
    // Wrong input stays wrong, and too little memory too little; a disk or a store may be better in a while.
    let may_pass = is(Exit::System) || status.code().is_none();
    Outcome::Failed { message: said, may_pass }
}
