//! `cookshelf cook ROOT -o OUT`

use std::{
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    Failure,
    keys::KeyArgs,
    output::{json, line},
};
use crate::{
    cook::{CookError, CookParams, CookReport, cook, write_report},
    exit_code::Exit,
    progress::{Progress, thousands},
    train::TrainParams,
};

/// Cook a data folder into a model, and publish it into a folder that can be served
///
/// ROOT is a data folder of the Intelligent Recommendations contract, unchanged: `model.json` and a folder of CSV
/// files per entity. OUT gets blobs, a bundle, a report, and last the manifest; whatever was published there before
/// stays valid. Cooking again keeps the names of all sections that did not change.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The data folder: a path, s3://bucket/folder, gs://bucket/folder, az://container/folder,
    /// abfss://container@account.dfs.core.windows.net/folder, or https://host/folder
    root: String,
    #[command(flatten)]
    keys: KeyArgs,
    /// Where the model goes
    #[arg(short, long, value_name = "OUT")]
    out: PathBuf,
    /// The name of the model in the manifest
    #[arg(long, default_value = "default")]
    name: String,
    /// Currency of the prices, such as EUR, for pages that show cards of the model
    #[arg(long, default_value = "")]
    currency: String,
    /// Address of an item's page, with {id} where the item's id goes
    #[arg(long, default_value = "", value_name = "TEMPLATE")]
    address: String,
    /// No statistic about fewer distinct shoppers than this enters the model
    #[arg(long, default_value_t = 5, value_name = "SHOPPERS", value_parser = clap::value_parser!(u32).range(1..))]
    privacy_floor: u32,
    /// Bits per neighbour weight: 4 or 8
    #[arg(long, default_value_t = 4, value_parser = bits)]
    weight_bits: u8,
    /// Bits per factor value: 4 or 8
    #[arg(long, default_value_t = 4, value_parser = bits)]
    factor_bits: u8,
    /// Days for which browsers may believe the manifest
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=3650))]
    valid_days: i64,
    /// Moment of this cook in Unix seconds, instead of the clock's; only the manifest shows it
    #[arg(long, value_name = "SECONDS")]
    at: Option<i64>,
    /// Threads; all cores when not given. The result does not depend on it
    #[arg(long)]
    threads: Option<usize>,
    /// Print the whole report as JSON and nothing else
    #[arg(long)]
    json: bool,
}

fn bits(text: &str) -> Result<u8, String> {
    match text {
        "4" => Ok(4),
        "8" => Ok(8),
        _ => Err("4 or 8".to_owned()),
    }
}

pub(super) fn run(args: Args) -> Result<(), Failure> {
    if let Some(threads) = args.threads {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|cause| Failure::new(Exit::System, cause.to_string()))?;
    }
    let now = args.at.unwrap_or_else(|| {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed())
    });
    let progress = if args.json { Progress::Silent } else { Progress::Shown };
    let mut train = TrainParams::recommended();
    train.privacy_floor = args.privacy_floor;
    let params = CookParams {
        root: args.root,
        credentials: args.keys.read()?,
        out: args.out,
        name: args.name,
        currency: args.currency,
        address: args.address,
        now,
        valid_seconds: args.valid_days * 86_400,
        weight_bits: args.weight_bits,
        factor_bits: args.factor_bits,
        train,
    };
    let report = cook(&params, progress).map_err(|cause| failure(&cause))?;
    write_report(&report, &params.out).map_err(|cause| Failure::new(Exit::System, cause.to_string()))?;
    if args.json {
        json(&report);
    } else {
        print(&report, &params);
    }
    Ok(())
}

fn failure(cause: &CookError) -> Failure {
    let exit = match cause {
        CookError::Contract(_) | CookError::NoItems { .. } | CookError::Train(_) => Exit::Input,
        CookError::Publish(_) => Exit::System,
        CookError::Pack(_) => Exit::Fault,
    };
    Failure::new(exit, cause.to_string())
}

fn print(report: &CookReport, params: &CookParams) {
    line(report.contract.to_string().trim_end());
    line("");
    line("list       entries");
    for list in &report.lists {
        let why = list.missing.map_or(String::new(), |why| format!("   none: {why}"));
        line(&format!("{:9} {:>9}{why}", list.list, thousands(list.entries)));
    }
    line("");
    line("section              blobs       bytes   bytes per item");
    for section in &report.sections {
        let name = [section.kind, section.list.unwrap_or("")].join(" ");
        let per_item = section.bytes as f64 / f64::from(report.items.max(1));
        line(&format!("{name:18} {:>7} {:>11} {per_item:>16.1}", section.blobs, thousands(section.bytes)));
    }
    let seconds = &report.seconds;
    line("");
    line(&format!(
        "{} items, {} interactions, {} bytes ({:.1} per item), {} blobs new and {} unchanged",
        thousands(report.items.into()),
        thousands(report.interactions),
        thousands(report.bytes),
        report.bytes as f64 / f64::from(report.items.max(1)),
        report.new_blobs,
        report.kept_blobs
    ));
    line(&format!(
        "read {:.2} s ({} rows/s), train {:.2} s, pack {:.2} s, publish {:.2} s; peak memory {} MB",
        seconds.read,
        thousands(report.rows_per_second as u64),
        seconds.train,
        seconds.pack,
        seconds.publish,
        report.peak_memory_bytes / 1_000_000
    ));
    line(&format!("published as number {} in {}", report.sequence, params.out.display()));
}
