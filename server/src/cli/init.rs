//! `cookshelf init DIR`

use std::path::PathBuf;

use super::{
    Failure,
    output::{line, note},
};
use crate::api::Clock;
use crate::config::ServerConfig;
use crate::exit_code::Exit;
use crate::service::{Home, ServiceError};

/// Make a folder for a server, and its first key
///
/// DIR gets settings (server.toml), a master secret and a database. The first key is printed, this one time; it may do
/// everything. `cookshelf serve --data DIR` starts the server. Where COOKSHELF_SERVER_DATABASE names a database that
/// other servers use already, the folder is another server's beside them, and no key is made; COOKSHELF_SECRET then
/// holds the master secret that all of them share.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The server's folder
    dir: PathBuf,
    /// A folder whose data may be cooked; more can be named in server.toml
    #[arg(long, default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
    /// Make no key: for servers beside one that has made it, or is about to
    #[arg(long)]
    no_key: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let made = match Home::init(&args.dir, &args.folder) {
        // A database that was away the first time may answer now.
        Err(cause @ ServiceError::Home(_)) => Err(cause),
        made => Ok(made.map_err(|cause| failure(&cause))?),
    };
    if args.no_key {
        note(&format!("{} is a server's folder", args.dir.display()));
        return Ok(());
    }
    let config = super::serve::config(&args.dir, &super::serve::layers(&args.dir)?)?;
    let runtime = super::serve::runtime()?;
    let key = runtime.block_on(async { Home::open(&config)?.first_key(Clock::MACHINE.now_ms()).await });
    let Some(key) = key.map_err(|cause| failure(&cause))? else {
        made.map_err(|cause| failure(&cause))?;
        note(&format!("{} is another server's folder now; the database has its keys", args.dir.display()));
        return Ok(());
    };
    note(&format!(
        "{} is a server's folder now; its first key, which is not shown again:",
        args.dir.display()
    ));
    line(key.secret.expose());
    Ok(())
}

/// A server that could not start, or broke down.
pub(super) fn failure(cause: &ServiceError) -> Failure {
    let exit = match cause {
        ServiceError::NoHome(_)
        | ServiceError::Home(_)
        | ServiceError::Open(_)
        | ServiceError::OtherSecret(_)
        | ServiceError::Lost { .. } => Exit::Input,
        _ => Exit::System,
    };
    Failure::new(exit, cause.to_string())
}

/// The folder of a server that is set up like this.
pub(super) fn checked(config: &ServerConfig) -> Result<Home, Failure> {
    Home::open(config).map_err(|cause| failure(&cause))
}
