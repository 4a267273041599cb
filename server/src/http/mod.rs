//! The download side: manifest, blobs and the built shop over HTTP/1.1, all from memory.
//!
//! ```text
//! mod      ServeOptions, serve, serve_until_signal
//! routes   the only URL table: path -> what it names
//! reply    what it names + request headers -> response
//!   condition   If-None-Match, If-Match, Range
//!   wishes      Accept-Encoding -> br | zstd | identity
//!   refusal     errors, preflight, health
//! asset    one stored thing: its codings with ready-made headers
//!   content     where they lie in memory
//! body · wire   content -> connection, behind the head, without a copy for each reader
//!   stream      a connection, plain or under TLS     tls   the certificate, read again when it changes
//! socket   the deadline for readers that stop reading
//! site     all that one folder serves, and the service that answers from it
//!   shelf       the manifest and blobs of OUT   watch   swaps in newer ones
//!   shop        the storefront's files
//! service  the same for many endpoints, and the routes behind them
//!   library     manifests as they were released, blobs that were asked for lately
//! ```
//!
//! It deliberately does not open files, compress, wait or lock across an await while
//! answering (but for a blob of a service that is not in memory); it knows nothing about what a blob holds and never reads a shopper's data.
//! There is no router and no middleware: actix's HTTP service calls `reply` directly.
//! Invariant: a blob's address gives its one content or an error that no cache keeps.

mod asset;
mod body;
mod condition;
mod content;
mod downloads;
mod error;
mod library;
mod notice;
mod refusal;
mod reply;
mod routes;
mod service;
mod shelf;
mod shop;
mod site;
mod socket;
mod stream;
mod tls;
mod watch;
mod wire;
mod wishes;

use std::fmt::Debug;
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_http::body::BoxBody;
use actix_http::error::DispatchError;
use actix_http::{HttpService, Request, Response};
use actix_server::{GracefulShutdownSignal, Server};
use actix_service::{ServiceFactory, ServiceFactoryExt, fn_service};
use actix_web::rt::net::TcpStream;

pub use downloads::Downloads;
pub use error::ServeError;
pub use library::{Library, Served};
pub use notice::{Notice, Notices};
pub use service::Routes;
pub use tls::{Tls, TlsError};

use body::Body;
use service::ServiceFront;
use site::{Front, Site};
use stream::Stream;
use wire::Wire;

/// A connection without a request for this long is closed. Longer than a shopper takes
/// between two clicks, short enough that ten thousand idle ones stay cheap.
const IDLE: Duration = Duration::from_secs(30);

/// How long a client may take to send the head of its request.
const HEAD_DEADLINE: Duration = Duration::from_secs(5);

/// How long a client may take to close a connection that we have ended.
const CLOSE_DEADLINE: Duration = Duration::from_secs(1);

/// Heads are flushed at once; their content follows from the outbox in the same turn.
const FLUSH_AT: usize = 1;

/// Seconds that replies in flight get when the server stops.
const DRAIN_SECONDS: u64 = 10;

/// What to serve, and where.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// The cooked folder OUT: `manifest.json` and `b/1/`.
    pub models: PathBuf,
    /// The built storefront, served at `/`.
    pub shop: Option<PathBuf>,
    /// Where [`serve_until_signal`] listens. [`serve`] is given its listener and ignores this.
    pub listen: SocketAddr,
    /// Threads that answer requests; at least one is started.
    pub workers: usize,
    /// Told about loading, new manifests and refused files.
    pub notices: Notices,
}

/// Loads everything, then answers on `listener` until `shutdown` resolves and the replies in flight are sent.
///
/// # Errors
/// When OUT or the shop cannot be served at all: see [`ServeError`]. Later trouble with OUT is a [`Notice`].
pub async fn serve(
    listener: TcpListener,
    options: ServeOptions,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let workers = options.workers;
    let loading = actix_web::rt::task::spawn_blocking(move || Site::load(&options));
    let site = loading.await.map_err(|_| ServeError::LoadingStopped)??;
    answer(listener, Arc::new(site), workers, shutdown).await
}

/// Listens on `options.listen` until SIGINT or SIGTERM; blocks this thread. Prints nothing:
/// `on_ready` is called once, with the real address, when requests are answered.
///
/// # Errors
/// As [`serve`], and when the address is taken or signals cannot be awaited.
pub fn serve_until_signal(
    options: &ServeOptions,
    on_ready: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let bind = |source| ServeError::Listen { address: options.listen, source };
    let listener = TcpListener::bind(options.listen).map_err(bind)?;
    let address = listener.local_addr().map_err(bind)?;
    let site = Arc::new(Site::load(options)?);
    actix_web::rt::System::new().block_on(async {
        let shutdown = stop_signal()?;
        on_ready(address);
        answer(listener, site, options.workers, shutdown).await
    })
}

async fn answer(
    listener: TcpListener,
    site: Arc<Site>,
    workers: usize,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let watching = watch::start(Arc::clone(&site)).map_err(ServeError::Server)?;
    let ended = listen(listener, None, workers, shutdown, move || Front::new(Arc::clone(&site))).await;
    watching.stop();
    ended
}

/// Answers for all endpoints of a service, and for the routes behind them, until `shutdown` resolves and the replies
/// in flight are sent.
///
/// # Errors
/// When the server cannot run.
pub async fn serve_service(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    workers: usize,
    library: Arc<Library>,
    routes: impl Fn() -> Routes + Clone + Send + 'static,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    listen(listener, tls, workers, shutdown, move || ServiceFront::new(Arc::clone(&library), routes())).await
}

async fn listen<F>(
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    workers: usize,
    shutdown: impl Future<Output = ()> + Send + 'static,
    front: impl Fn() -> F + Clone + Send + 'static,
) -> Result<(), ServeError>
where
    F: ServiceFactory<Request, Config = (), Response = Response<Body>> + 'static,
    F::Error: Into<Response<BoxBody>> + Debug,
    F::InitError: Debug,
{
    let server =
        Server::build().workers(workers.max(1)).shutdown_timeout(DRAIN_SECONDS).shutdown_signal(shutdown);
    let draining = server.graceful_shutdown_signal();
    let server = server
        .listen("cookshelf", listener, move || connections(front(), tls.clone(), draining.clone()))
        .map_err(ServeError::Server)?;
    server.run().await.map_err(ServeError::Server)
}

/// What each worker does with a connection.
fn connections<F>(
    front: F,
    tls: Option<Arc<Tls>>,
    draining: GracefulShutdownSignal,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()>
where
    F: ServiceFactory<Request, Config = (), Response = Response<Body>> + 'static,
    F::Error: Into<Response<BoxBody>> + Debug,
    F::InitError: Debug,
{
    let requests = HttpService::build()
        .keep_alive(IDLE)
        .client_request_timeout(HEAD_DEADLINE)
        .client_disconnect_timeout(CLOSE_DEADLINE)
        .h1_write_buffer_size(FLUSH_AT)
        .graceful_shutdown_signal(move || {
            let draining = draining.clone();
            async move { draining.notified().await }
        })
        .on_connect_ext(|wire: &Wire, data| {
            data.insert(wire.outbox());
        })
        .h1(front);
    fn_service(move |stream: TcpStream| {
        socket::prepare(&stream);
        let (peer, tls) = (stream.peer_addr().ok(), tls.clone());
        async move {
            let stream = match tls {
                None => Stream::Plain(stream),
                Some(tls) => {
                    let secured = tls.accept(stream).await.map_err(DispatchError::Io)?;
                    Stream::Secured(Box::new(secured))
                }
            };
            Ok((Wire::new(stream), peer))
        }
    })
    .and_then(requests)
}

/// Resolves at the first SIGINT or SIGTERM. Registered before it is awaited, so that no signal is lost.
#[cfg(unix)]
pub fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, ServeError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServeError::Signals)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(ServeError::Signals)?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
pub fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, ServeError> {
    Ok(async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
