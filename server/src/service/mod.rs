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
use std::time::Duration;

use tokio::sync::watch;

pub use error::ServiceError;
pub use home::{FirstKey, Home};

use crate::access::AddressRules;
use crate::api::{self, ApiState, Clock, LimitSettings, Parts};
use crate::config::ServerConfig;
use crate::console::Package;
use crate::http::{self, Library, Tls};
use crate::jobs::{self, Broker, SweepRules, Workshop};
use crate::signals::{Log, Signals};
use crate::traces::{Instance, Sender, Traces};

/// Between two looks at the files of the certificate.
const CERTIFICATE_EVERY: Duration = Duration::from_secs(5);

/// Starts a server and runs it until `shutdown` resolves. `ready` is told the real address.
pub async fn serve(
    home: &Home,
    config: &ServerConfig,
    write: fn(&str),
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServiceError> {
    let log = Log { form: config.log, least: config.log_level, write, clock: Clock::MACHINE.0 };
    let (traces, sender) = match &config.traces {
        Some(collector) => {
            let (traces, sender) = Traces::to(collector, &instance(config)).map_err(ServiceError::Traces)?;
            (traces, Some(sender))
        }
        None => (Traces::default(), None),
    };
    let signals = Arc::new(Signals::new(log, traces));
    let artifacts = home.artifacts()?;
    let budget = usize::try_from(config.blob_memory.0).unwrap_or(usize::MAX);
    let library = Arc::new(Library::new(artifacts.clone(), budget));
    let tls = match &config.tls {
        Some((certificate, key)) => Some(Arc::new(Tls::open(certificate, key)?)),
        None => None,
    };
    let control = home.control_or_await().await?;
    home.check_not_lost(&control).await?;
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
        package: config.package.as_deref().map(Package::open).transpose()?,
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
        sweep: SweepRules {
            every_hours: config.sweep_hours,
            log_days: config.keep_log_days,
            keep_cooks: config.keep_cooks,
            audit_files: config.audit_files,
        },
        broker: config
            .broker
            .clone()
            .map(|address| Broker { address, credentials: config.broker_credentials.clone() }),
        addresses,
        clock: Clock::MACHINE.0,
        signals: Arc::clone(&signals),
    };
    let (stop, stopped) = watch::channel(false);
    let renewal = certificate(tls.clone(), Arc::clone(&signals), stopped.clone());
    let work = background(workshop, follower, renewal, sender, stopped)?;
    ready(address);
    let routes = move || api::worker(Arc::clone(&state));
    let ended = http::serve_service(listener, tls, config.workers, library, routes, shutdown).await;
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
    renewal: impl Future<Output = ()> + Send + 'static,
    sender: Option<Sender>,
    stopped: watch::Receiver<bool>,
) -> Result<std::thread::JoinHandle<()>, ServiceError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(ServiceError::Thread)?;
    let work = move || {
        let signals = Arc::clone(&workshop.signals);
        let jobs = jobs::run(Arc::new(workshop), stopped.clone());
        let work = async {
            tokio::join!(jobs, follower.run(stopped), renewal);
            // The last spans are those of the work that was put down.
            signals.traces.close();
        };
        let sending = async {
            if let Some(sender) = sender {
                sender.run(|notice| signals.warn(&notice.to_string())).await;
            }
        };
        runtime.block_on(async { tokio::join!(work, sending) });
    };
    std::thread::Builder::new().name("background".to_owned()).spawn(work).map_err(ServiceError::Thread)
}

/// Reads the files of the certificate again when they change, until `stop` says so.
async fn certificate(tls: Option<Arc<Tls>>, signals: Arc<Signals>, mut stop: watch::Receiver<bool>) {
    let Some(tls) = tls else { return };
    while !*stop.borrow() {
        match tls.look() {
            Ok(false) => {}
            Ok(true) => signals.info("new connections get the new certificate", &[]),
            Err(cause) => signals.warn(&format!("the certificate from before goes on: {cause}")),
        }
        let _ = tokio::time::timeout(CERTIFICATE_EVERY, stop.wait_for(|stop| *stop)).await;
    }
}

/// What traces say of this server.
fn instance(config: &ServerConfig) -> Instance {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    Instance { name: holder(config.listen), host: host(), listen: config.listen, scheme }
}

/// A name for this server in claims and records: no two that run have the same.
fn holder(address: SocketAddr) -> String {
    format!("{}:{}:{}", host(), address.port(), std::process::id())
}

/// The machine's name, where the system tells it.
fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned()
}
