//! A whole server: database, artifacts, library, routes and the work in the background, started and stopped together.
//!
//! It makes and connects the parts and does nothing of their work. Invariant: what was released is served before the
//! first request is answered, from the database or, while that is away, from the artifacts.

mod error;
mod follow;
mod home;

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::sync::watch;

pub use error::ServiceError;
pub use home::{FirstKey, Home};

use crate::access::AddressRules;
use crate::api::{self, ApiState, Clock, LimitSettings, Parts};
use crate::config::ServerConfig;
use crate::http::{self, Library};
use crate::jobs::{self, Workshop};
use crate::signals::{Log, Signals};

/// Starts a server and runs it until `shutdown` resolves. `ready` is told the real address.
pub async fn serve(
    home: &Home,
    config: &ServerConfig,
    write: fn(&str),
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServiceError> {
    let log = Log { form: config.log, least: config.log_level, write, clock: Clock::MACHINE.0 };
    let signals = Arc::new(Signals::new(log));
    let artifacts = home.artifacts()?;
    let budget = usize::try_from(config.blob_memory.0).unwrap_or(usize::MAX);
    let library = Arc::new(Library::new(artifacts.clone(), budget));
    let control = home.control().await?;
    let listen = |source| ServiceError::Listen { address: config.listen, source };
    let listener = TcpListener::bind(config.listen).map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;

    let mut follower =
        follow::Follower::new(control.clone(), artifacts.clone(), Arc::clone(&library), Arc::clone(&signals));
    follower.begin().await;

    let addresses = AddressRules {
        roots: config.folders.clone(),
        networks: config.networks.clone(),
        hosts: config.hosts.clone(),
    };
    let limits =
        LimitSettings { per_second: config.requests_per_second, proxies: config.trusted_proxies.clone() };
    let state = Arc::new(ApiState::new(Parts {
        control: control.clone(),
        artifacts: artifacts.clone(),
        library: Arc::clone(&library),
        secret: home.secret()?,
        addresses: addresses.clone(),
        limits,
        clock: Clock::MACHINE,
        issuers: home.issuers()?,
        signals: Arc::clone(&signals),
    }));
    let workshop = Workshop {
        control: control.clone(),
        artifacts,
        secret: home.secret()?,
        program: std::env::current_exe().map_err(ServiceError::Program)?,
        folder: home.work_folder()?,
        holder: holder(address),
        cooks_at_once: config.cooks_at_once,
        memory: None,
        addresses,
        clock: Clock::MACHINE.0,
        signals,
    };
    let (stop, stopped) = watch::channel(false);
    let work = background(workshop, follower, stopped)?;
    ready(address);
    let routes = move || api::worker(Arc::clone(&state));
    let ended = http::serve_service(listener, config.workers, library, routes, shutdown).await;
    // Nobody may listen any more; the thread ends when its work is put down.
    let _ = stop.send(true);
    let ended_work = tokio::task::spawn_blocking(move || work.join()).await;
    control.close().await;
    ended?;
    match ended_work {
        Ok(Ok(())) => Ok(()),
        _ => Err(ServiceError::Background),
    }
}

/// The work in the background has a thread of its own: a process that it starts ends when that thread does.
fn background(
    workshop: Workshop,
    follower: follow::Follower,
    stopped: watch::Receiver<bool>,
) -> Result<std::thread::JoinHandle<()>, ServiceError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(ServiceError::Thread)?;
    let work = move || {
        let jobs = jobs::run(Arc::new(workshop), stopped.clone());
        runtime.block_on(async { tokio::join!(jobs, follower.run(stopped)) });
    };
    std::thread::Builder::new().name("background".to_owned()).spawn(work).map_err(ServiceError::Thread)
}

/// A name for this server in claims and records: no two that run have the same.
fn holder(address: SocketAddr) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}:{}:{}", host.trim(), address.port(), std::process::id())
}
