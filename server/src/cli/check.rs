//! `cookshelf check ROOT`

use std::time::Instant;

use serde::Serialize;

use super::{
    Failure,
    contained::{self, Ended, Memory},
    cook_failure,
    keys::DataPlace,
    output::{json, line},
    settings::Given,
};
use crate::{
    contract::{self, Report},
    cook::{CookParams, Readiness, Verdict, readiness},
    exit_code::Exit,
    memory::peak_memory,
    progress::Progress,
    settings::{ByteSize, Settings},
};

/// Look over a data folder and its settings without cooking: what each list needs, and what was found
///
/// Reads and cleans every row as `cook` does, names what it would drop, and says for each list whether it will be
/// ready, thin or empty, and what would help. Nothing is written.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    place: DataPlace,
    #[command(flatten)]
    given: Given,
    #[command(flatten)]
    memory: Memory,
    /// No statistic about fewer distinct shoppers than this would enter the model [default: 5]
    #[arg(long, value_name = "SHOPPERS", value_parser = clap::value_parser!(u32).range(1..))]
    privacy_floor: Option<u32>,
    /// Print the whole report as JSON and nothing else
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    contract: &'a Report,
    readiness: &'a [Readiness],
    /// Reading and cleaning.
    seconds: f64,
    rows_per_second: f64,
    peak_memory_bytes: u64,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    contained::hold_to_limit()?;
    let storage = args.place.open()?;
    let mut params = CookParams::new(0);
    let settings = args.given.settings(&storage)?;
    params.apply(&settings);
    params.read.read_as = args.given.read_as();
    params.apply(&Settings { privacy_floor: args.privacy_floor, ..Settings::default() });
    if contained::execution().is_none()
        && let Some(limit) = args.memory.limit(&settings)
    {
        return oversee(limit);
    }
    let started = Instant::now();
    let progress = if args.json { Progress::Silent } else { Progress::Shown };
    let data =
        contract::read(&storage, &params.read, progress).map_err(|cause| cook_failure(&cause.into()))?;
    let seconds = started.elapsed().as_secs_f64();
    let found = readiness(&data, &params);
    if args.json {
        let rows: u64 = data.report.entities.iter().map(|entity| entity.total_record_count).sum();
        json(&View {
            contract: &data.report,
            readiness: &found,
            seconds,
            rows_per_second: if seconds > 0.0 { rows as f64 / seconds } else { 0.0 },
            peak_memory_bytes: peak_memory(),
        });
        return Ok(());
    }
    line(data.report.to_string().trim_end());
    line("");
    line("list       verdict  found, and what a good list needs");
    for one in &found {
        line(&format!("{:10} {:8} {}; {}", one.list, one.verdict.word(), one.found, needs(one)));
        if let Some(advice) = &one.advice {
            line(&format!("{:10} {:8} -> {advice}", "", ""));
        }
    }
    Ok(())
}

/// Lets another process do the work, and tells what happened to it.
fn oversee(limit: ByteSize) -> Result<(), Failure> {
    let system =
        |cause: std::io::Error| Failure::new(Exit::System, format!("cannot start the check: {cause}"));
    match contained::run_again(limit, "check").map_err(system)? {
        Ended::Itself(0) => Ok(()),
        Ended::Itself(code) => Err(Failure::new(Exit::Same(code), "")),
        Ended::Stopped(message) => Err(Failure::new(Exit::Memory, message)),
    }
}

fn needs(one: &Readiness) -> String {
    match one.verdict {
        Verdict::Pass => format!("{} are plenty", one.needs),
        Verdict::Off => "switched off".to_owned(),
        Verdict::Warn | Verdict::Fail => format!("a good list needs {}", one.needs),
    }
}
