//! `cookshelf check ROOT`

use std::path::PathBuf;

use serde::Serialize;

use super::{
    Failure, cook_failure,
    output::{json, line},
    settings::Given,
};
use crate::{
    contract::{self, ReadOptions, Report},
    cook::{CookParams, Readiness, Verdict, readiness},
    progress::Progress,
    storage::Storage,
};

/// Look over a data folder and its settings without cooking: what each list needs, and what was found
///
/// Reads and cleans every row as `cook` does, names what it would drop, and says for each list whether it will be
/// ready, thin or empty, and what would help. Nothing is written.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The data folder
    root: PathBuf,
    #[command(flatten)]
    given: Given,
    /// Print the whole report as JSON and nothing else
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct View<'a> {
    contract: &'a Report,
    readiness: &'a [Readiness],
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let storage = Storage::disk(&args.root)
        .map_err(|cause| cook_failure(&contract::ContractError::from(cause).into()))?;
    let mut params = CookParams::new(0);
    params.apply(&args.given.settings(&storage)?);
    let progress = if args.json { Progress::Silent } else { Progress::Shown };
    let data = contract::read(&storage, &ReadOptions::default(), progress)
        .map_err(|cause| cook_failure(&cause.into()))?;
    let found = readiness(&data, &params);
    if args.json {
        json(&View { contract: &data.report, readiness: &found });
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

fn needs(one: &Readiness) -> String {
    match one.verdict {
        Verdict::Pass => format!("{} are plenty", one.needs),
        Verdict::Off => "switched off".to_owned(),
        Verdict::Warn | Verdict::Fail => format!("a good list needs {}", one.needs),
    }
}
