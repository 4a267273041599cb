//! `cookshelf serve OUT`

use std::{net::SocketAddr, path::PathBuf};

use super::{Failure, output::note};
use crate::{
    exit_code::Exit,
    http::{Notices, ServeOptions, serve_until_signal},
};

/// Serve a cooked folder, and optionally a built storefront, from memory
///
/// Blobs are compressed once at start. When OUT is cooked again, the new model is picked up by itself.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The cooked folder
    out: PathBuf,
    /// A built storefront to serve at /
    #[arg(long, value_name = "FOLDER")]
    shop: Option<PathBuf>,
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1:8788", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// Threads that answer requests; all cores when not given
    #[arg(long)]
    workers: Option<usize>,
}

pub(super) fn run(args: Args) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let shop = args.shop.is_some();
    let options = ServeOptions {
        models: args.out,
        shop: args.shop,
        listen: args.listen,
        workers: args.workers.unwrap_or(cores),
        notices: Notices::to(|notice| note(&notice.to_string())),
    };
    let ready = |address: SocketAddr| {
        note(&format!("manifest  http://{address}/models/manifest.json"));
        if shop {
            note(&format!("shop      http://{address}/"));
        }
        note("stop with Ctrl-C");
    };
    serve_until_signal(&options, ready).map_err(|cause| Failure::new(Exit::System, cause.to_string()))
}
