//! `cookshelf storage --data DIR`

use std::path::PathBuf;

use super::output::{json, line};
use super::{Failure, init, serve};
use crate::api::Clock;
use crate::config::ServerConfig;
use crate::exit_code::Exit;
use crate::service::{Home, ServiceError};
use crate::sweep::{Pile, Store, Survey, SweepError, survey};

/// Show what lies in the store of a server, and what of it would be deleted now
///
/// Changes nothing. What no kept model needs waits until no page can hold a manifest that names it; a server looks for what
/// is over every `sweep_hours`. Accounts that this server's database never heard of are not looked at.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server's folder
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let config = serve::config(&self.data, &serve::layers(&self.data)?)?;
        let home = init::checked(&config)?;
        let found = serve::runtime()?.block_on(look(&home, &config))?;
        if self.json {
            let accounts: serde_json::Map<String, serde_json::Value> =
                found.iter().map(|(account, found)| (account.clone(), serde_json::json!(found))).collect();
            json(&accounts);
            return Ok(());
        }
        line(&format!("{:24} {:>20} {:>20} {:>20} {:>20}", "account", "needed", "waiting", "over", "logs"));
        for (account, found) in &found {
            let over = Pile {
                files: found.over.files + found.old_logs.files,
                bytes: found.over.bytes + found.old_logs.bytes,
            };
            let piles = [found.needed, found.waiting, over, found.logs].map(shown);
            let [needed, waiting, over, logs] = piles;
            line(&format!("{account:24} {needed:>20} {waiting:>20} {over:>20} {logs:>20}"));
        }
        Ok(())
    }
}

async fn look(home: &Home, config: &ServerConfig) -> Result<Vec<(String, Survey)>, Failure> {
    let service = |cause: ServiceError| init::failure(&cause);
    let swept = |cause: SweepError| Failure::new(Exit::System, cause.to_string());
    let control = home.control().await.map_err(service)?;
    let artifacts = home.artifacts().map_err(service)?;
    let clock = || Clock::MACHINE.now_ms();
    let store = Store { control: &control, artifacts: &artifacts, clock: &clock };
    let mut all = Vec::new();
    for account in control.accounts_ever().await.map_err(|cause| swept(cause.into()))? {
        all.push((account.to_string(), survey(store, &account, config.keep_log_days).await.map_err(swept)?));
    }
    control.close().await;
    Ok(all)
}

/// Files and bytes.
fn shown(pile: Pile) -> String {
    match pile.files {
        0 => "-".to_owned(),
        files => format!("{files} ({:.1} MB)", pile.bytes as f64 / 1e6),
    }
}
