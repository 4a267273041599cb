//! `cookshelf health`: whether a server answers, for those who watch over it.

use super::super::Failure;
use super::super::output::line;
use super::Server;
use super::client::Remote;

/// Ask whether a server runs; ends with 0 when it does
///
/// For the health checks of containers and supervisors: nothing but this program is needed.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Ask whether it answers everything, also what needs its database
    #[arg(long)]
    ready: bool,
    #[command(flatten)]
    server: Server,
}

impl Args {
    pub(in crate::cli) fn run(&self) -> Result<(), Failure> {
        let path = if self.ready { "/readyz" } else { "/livez" };
        Remote::new(&self.server)?.get(path)?;
        line("ok");
        Ok(())
    }
}
