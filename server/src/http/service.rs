//! Answers the requests of a service: endpoints from the library, everything else from the service's own routes.
//!
//! A manifest, and a blob that is in memory, are answered at once; only a blob that has to be fetched waits.
//! Invariant: nothing below `/e/` reaches the routes behind, so downloads never wait for a database.

use std::sync::Arc;
use std::task::{Context, Poll};

use actix_http::body::BoxBody;
use actix_http::header::{self, HeaderValue};
use actix_http::{Method, Request, RequestHead, Response};
use actix_service::boxed::{BoxService, BoxServiceFactory};
use actix_service::{Service, ServiceFactory};
use futures_util::future::{Either, FutureExt, LocalBoxFuture, Ready, ready};

use super::asset::Asset;
use super::body::{Body, Reply, send_through};
use super::library::{Endpoint, Library};
use super::refusal::{Audience, Refusal, preflight};
use super::reply::{Head, stored};
use super::routes::{ServiceTarget, service_target};
use super::wire::Outbox;
use crate::publish::Piece;

/// The routes behind the endpoints, made anew for each worker.
pub type Routes = BoxServiceFactory<(), Request, Response<BoxBody>, actix_web::Error, ()>;

type RunningRoutes = BoxService<Request, Response<BoxBody>, actix_web::Error>;

/// Makes the service of each worker.
pub(super) struct ServiceFront {
    library: Arc<Library>,
    routes: Routes,
}

/// The service that a worker runs.
pub(super) struct ServiceWorker {
    library: Arc<Library>,
    routes: RunningRoutes,
}

/// What is known of an answer without waiting.
enum Found {
    Reply(Reply),
    /// The same for a download, which is counted; true for a manifest.
    Download(Reply, bool),
    /// A blob that is not in memory.
    Fetch(Arc<Endpoint>, Piece),
    /// Not a download.
    Rest,
}

impl ServiceFront {
    pub(super) fn new(library: Arc<Library>, routes: Routes) -> Self {
        Self { library, routes }
    }
}

impl ServiceFactory<Request> for ServiceFront {
    type Response = Response<Body>;
    type Error = actix_web::Error;
    type Config = ();
    type Service = ServiceWorker;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<ServiceWorker, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let (library, routes) = (Arc::clone(&self.library), self.routes.new_service(()));
        async move { Ok(ServiceWorker { library, routes: routes.await? }) }.boxed_local()
    }
}

impl Service<Request> for ServiceWorker {
    type Response = Response<Body>;
    type Error = actix_web::Error;
    type Future = Either<
        Ready<Result<Self::Response, Self::Error>>,
        LocalBoxFuture<'static, Result<Self::Response, Self::Error>>,
    >;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.routes.poll_ready(context)
    }

    fn call(&self, request: Request) -> Self::Future {
        match found(&self.library, request.head()) {
            Found::Reply(reply) => {
                Either::Left(ready(Ok(send_through(reply, request.conn_data::<Outbox>()))))
            }
            Found::Download(reply, is_manifest) => {
                self.library.downloads.count(is_manifest, reply.status(), reply.body().content.len());
                Either::Left(ready(Ok(send_through(reply, request.conn_data::<Outbox>()))))
            }
            Found::Fetch(endpoint, piece) => {
                let library = Arc::clone(&self.library);
                Either::Right(
                    async move { Ok(fetched(&library, &endpoint, piece, &request).await) }.boxed_local(),
                )
            }
            Found::Rest => {
                let answer = self.routes.call(request);
                Either::Right(
                    async move { Ok(answer.await?.map_body(|_, body| Body::Made(body))) }.boxed_local(),
                )
            }
        }
    }
}

fn found(library: &Library, request: &RequestHead) -> Found {
    let (place, blob) = match service_target(request.uri.path()) {
        ServiceTarget::Rest => return Found::Rest,
        ServiceTarget::NoModel => return refused(Refusal::NotFound, request),
        ServiceTarget::Manifest(place) => (place, None),
        ServiceTarget::Blob(place, piece) => (place, Some(piece)),
    };
    match request.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return Found::Reply(preflight(Audience::Everyone)),
        _ => return refused(Refusal::Method, request),
    }
    let download = |reply| Found::Download(reply, blob.is_none());
    let refuse = |refusal: Refusal| download(refusal.reply(&request.method, Audience::Everyone));
    let Some(endpoint) = library.endpoint(place) else { return refuse(Refusal::NotFound) };
    if !may_read(&endpoint, request) {
        return refuse(Refusal::Origin);
    }
    match blob {
        None => download(answered(&endpoint, &endpoint.manifest, request)),
        Some(piece) => match library.held(&endpoint, &piece) {
            Some(asset) => download(answered(&endpoint, &asset, request)),
            None => Found::Fetch(endpoint, piece),
        },
    }
}

async fn fetched(library: &Library, endpoint: &Endpoint, piece: Piece, request: &Request) -> Response<Body> {
    let head = request.head();
    let reply = match library.fetch(endpoint, piece).await {
        Ok(Some(asset)) => answered(endpoint, &asset, head),
        Ok(None) => Refusal::NotFound.reply(&head.method, Audience::Everyone),
        Err(_) => Refusal::Unavailable.reply(&head.method, Audience::Everyone),
    };
    library.downloads.count(false, reply.status(), reply.body().content.len());
    send_through(reply, request.conn_data::<Outbox>())
}

fn refused(refusal: Refusal, request: &RequestHead) -> Found {
    Found::Reply(refusal.reply(&request.method, Audience::Everyone))
}

/// The stored thing; an endpoint that is bound to origins says so to the browser.
fn answered(endpoint: &Endpoint, asset: &Asset, request: &RequestHead) -> Reply {
    let head = if endpoint.origins.is_empty() { Head::Ready } else { Head::Lines };
    let mut reply = stored(asset, request, Audience::Everyone, head);
    if !endpoint.origins.is_empty() {
        let headers = reply.headers_mut();
        headers.remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Origin"));
        if let Some(origin) = request.headers.get(header::ORIGIN) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
    }
    reply
}

/// Pages of other origins are refused where an endpoint names its own. Only browsers can be held to that:
/// what sends no origin and does not come from another site is answered.
fn may_read(endpoint: &Endpoint, request: &RequestHead) -> bool {
    if endpoint.origins.is_empty() {
        return true;
    }
    match request.headers.get(header::ORIGIN) {
        Some(origin) => endpoint.origins.iter().any(|known| origin.as_bytes() == known.as_bytes()),
        None => request.headers.get("sec-fetch-site").is_none_or(|site| site != "cross-site"),
    }
}
