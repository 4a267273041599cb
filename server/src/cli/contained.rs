//! A command in a process of its own, whose memory has a limit.
//!
//! The program starts itself again with the same arguments. The second process holds itself to the
//! limit and does the work; when it asks for more it ends, and the first one lives to say what
//! happened, and with which file. Nothing is shared but the arguments and three variables.

use std::{
    env,
    fs::File,
    io::{self, Read, Seek},
    process::Command,
};

use super::Failure;
use crate::{
    exit_code::Exit,
    memory::available_memory,
    progress,
    settings::{ByteSize, Settings},
};

/// Share of the machine's memory that may be used when nothing is said, in percent.
const SHARE: u64 = 80;

/// Set in the second process: its limit in bytes.
const LIMIT: &str = "COOKSHELF_CONTAINED_BYTES";
/// Set in the second process: the name of this execution.
const EXECUTION: &str = "COOKSHELF_EXECUTION";

/// How much memory the work may use.
#[derive(Debug, clap::Args)]
pub(super) struct Memory {
    /// Memory that this may use, such as 8GiB, or `none` [default: four fifths of the machine's]
    #[arg(long, value_name = "SIZE", value_parser = limit)]
    memory: Option<Limit>,
}

#[derive(Debug, Clone, Copy)]
enum Limit {
    Bytes(ByteSize),
    None,
}

fn limit(text: &str) -> Result<Limit, String> {
    match text {
        "none" => Ok(Limit::None),
        size => size.parse().map(Limit::Bytes),
    }
}

impl Memory {
    /// What was typed, or set, or a share of what there is.
    pub(super) fn limit(&self, settings: &Settings) -> Option<ByteSize> {
        match self.memory {
            Some(Limit::Bytes(bytes)) => Some(bytes),
            Some(Limit::None) => None,
            None => {
                let share = || available_memory().map(|bytes| ByteSize(bytes / 100 * SHARE));
                settings.budget.memory.or_else(share)
            }
        }
    }
}

/// How the second process ended.
pub(super) enum Ended {
    /// By itself, with this exit code; it has said what there is to say.
    Itself(u8),
    /// The system stopped it.
    Stopped(String),
}

/// The name of the execution, in the second process; `None` in the first.
pub(super) fn execution() -> Option<String> {
    env::var(EXECUTION).ok()
}

/// Runs this very command again, held to a limit.
pub(super) fn run_again(limit: ByteSize, execution: &str) -> io::Result<Ended> {
    let mut place = tempfile::NamedTempFile::new()?;
    let mut command = Command::new(env::current_exe()?);
    command.args(env::args_os().skip(1)).env(LIMIT, limit.0.to_string()).env(EXECUTION, execution);
    let status = command.env(progress::PLACE, place.path()).status()?;
    Ok(match status.code() {
        Some(code) => Ended::Itself(u8::try_from(code).unwrap_or(u8::MAX)),
        None => Ended::Stopped(stopped(limit, status, &last_place(place.as_file_mut()))),
    })
}

fn last_place(file: &mut File) -> String {
    let mut place = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut place));
    if read.is_ok() && !place.is_empty() { format!(" at {place}") } else { String::new() }
}

fn stopped(limit: ByteSize, status: std::process::ExitStatus, place: &str) -> String {
    match signal(status) {
        // An allocation that fails aborts; the system's own memory guard kills.
        Some(SIGABRT | SIGKILL) => format!(
            "stopped{place}: it needed more than the {limit} of memory that it may use. What was \
             published before is untouched. Allow more with --memory or `budget.memory` in cookshelf.toml, or keep \
             less of the data"
        ),
        _ => format!("stopped{place}: {status}. What was published before is untouched"),
    }
}

const SIGABRT: i32 = 6;
const SIGKILL: i32 = 9;

#[cfg(unix)]
fn signal(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: std::process::ExitStatus) -> Option<i32> {
    None
}

/// Holds this process to the limit that the first one set.
#[cfg(target_os = "linux")]
pub(super) fn hold_to_limit() -> Result<(), Failure> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let Some(limit) = env::var(LIMIT).ok().and_then(|text| text.parse::<u64>().ok()) else { return Ok(()) };
    let fault = |cause| Failure::new(Exit::System, format!("cannot limit the memory: {cause}"));
    end_with_parent()?;
    setrlimit(Resource::Data, Rlimit { current: Some(limit), maximum: Some(limit) }).map_err(fault)
}

/// Nobody waits for this process once the one that started it is gone.
#[cfg(target_os = "linux")]
pub(super) fn end_with_parent() -> Result<(), Failure> {
    use rustix::process::{Signal, set_parent_process_death_signal};
    let fault = |cause| Failure::new(Exit::System, format!("cannot follow the first process: {cause}"));
    set_parent_process_death_signal(Some(Signal::TERM)).map_err(fault)
}

/// Only Linux counts what a process asks for.
#[cfg(not(target_os = "linux"))]
pub(super) fn hold_to_limit() -> Result<(), Failure> {
    Ok(())
}

/// Only Linux tells a process of the end of another.
#[cfg(not(target_os = "linux"))]
pub(super) fn end_with_parent() -> Result<(), Failure> {
    Ok(())
}
