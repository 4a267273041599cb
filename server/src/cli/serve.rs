//! `cookshelf serve`: one cooked folder, or a whole server.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use tokio::runtime::Runtime;

use super::{
    Failure, init,
    output::{line, note},
};
use crate::{
    config::{FILE, Layers, ServerConfig},
    exit_code::Exit,
    http::{Notices, ServeOptions, serve_until_signal, stop_signal},
    service,
};

/// Serve a cooked folder from memory, or a whole server with accounts, schedules and releases
///
/// With OUT: its manifest and blobs, and optionally a built storefront. Blobs are compressed once at start. When OUT is
/// cooked again, the new model is picked up by itself. With --data: the server that `cookshelf init` made.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The cooked folder
    #[arg(required_unless_present = "data")]
    out: Option<PathBuf>,
    /// A server's folder, made by `cookshelf init`
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "shop"])]
    data: Option<PathBuf>,
    /// A built storefront to serve at /
    #[arg(long, value_name = "FOLDER")]
    shop: Option<PathBuf>,
    /// Address to listen on [default: 127.0.0.1:8788]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Threads that answer requests; all cores when not given
    #[arg(long)]
    workers: Option<usize>,
    /// Address of the database of a server, instead of the one in its settings
    #[arg(long, requires = "data", value_name = "ADDRESS")]
    database: Option<String>,
    /// Place of the artifacts of a server, instead of the one in its settings
    #[arg(long, requires = "data", value_name = "PLACE")]
    artifacts: Option<String>,
}

/// Print how a server is set up, with where each setting was said; passwords are not shown
#[derive(Debug, clap::Args)]
pub(super) struct CheckConfigArgs {
    /// The server's folder
    dir: PathBuf,
}

/// Where a folder is served when nothing is said.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8788);

pub(super) fn run(args: Args) -> Result<(), Failure> {
    match (&args.data, args.out.clone()) {
        (Some(data), _) => whole(data, &args),
        (None, Some(out)) => folder(out, args),
        (None, None) => {
            Err(Failure::new(Exit::Input, "name a cooked folder, or a server's folder by --data"))
        }
    }
}

fn folder(out: PathBuf, args: Args) -> Result<(), Failure> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let shop = args.shop.is_some();
    let options = ServeOptions {
        models: out,
        shop: args.shop,
        listen: args.listen.unwrap_or(LISTEN),
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

fn whole(data: &Path, args: &Args) -> Result<(), Failure> {
    let flags = [
        ("listen", args.listen.map(|address| address.to_string())),
        ("workers", args.workers.map(|workers| workers.to_string())),
        ("database", args.database.clone()),
        ("artifacts", args.artifacts.clone()),
    ];
    let flags = flags.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let layers =
        layers(data)?.with_flags(flags).map_err(|cause| Failure::new(Exit::Input, cause.to_string()))?;
    let config = config(data, &layers)?;
    let home = init::checked(&config)?;
    let ready = |address: SocketAddr| {
        note(&format!("endpoints  http://{address}/e/<account>/<endpoint>/manifest.json"));
        note(&format!("routes     http://{address}/docs"));
        note("stop with Ctrl-C");
    };
    let served = actix_web::rt::System::new().block_on(async {
        let shutdown = stop_signal()?;
        service::serve(&home, &config, note, ready, shutdown).await
    });
    served.map_err(|cause: service::ServiceError| init::failure(&cause))
}

impl CheckConfigArgs {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let layers = layers(&self.dir)?;
        config(&self.dir, &layers)?;
        line(layers.shown().trim_end());
        Ok(())
    }
}

/// Defaults, the server's file, and its variables.
pub(super) fn layers(dir: &Path) -> Result<Layers, Failure> {
    let input = |message: String| Failure::new(Exit::Input, message);
    let file = dir.join(FILE);
    let text = std::fs::read_to_string(&file).map_err(|cause| {
        input(format!("cannot read {}: {cause}; `cookshelf init` makes it", file.display()))
    })?;
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let layers = Layers::defaults().with_file(&text, &file.display().to_string());
    layers.and_then(|layers| layers.with_variables(variables)).map_err(|cause| input(cause.to_string()))
}

/// What the layers say, if it makes sense.
pub(super) fn config(dir: &Path, layers: &Layers) -> Result<ServerConfig, Failure> {
    ServerConfig::of(dir, layers).map_err(|cause| Failure::new(Exit::Input, cause.to_string()))
}

/// For commands that wait for a database once.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|cause| Failure::new(Exit::System, cause.to_string()))
}
