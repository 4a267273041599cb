//! Everything one server serves, and the service that answers each request from it.
//!
//! Invariant: a request sees one shelf from beginning to end, however often a newer one is
//! put in its place meanwhile; the lock is held for the look-up only, never across an await.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::task::{Context, Poll};

use actix_http::{Request, Response};
use actix_web::dev::{Service, ServiceFactory};

use super::body::{Body, send_through};
use super::notice::Notices;
use super::reply::reply;
use super::shelf::Shelf;
use super::shop::Shop;
use super::wire::Outbox;
use super::{ServeError, ServeOptions};

/// All that is served.
#[derive(Debug)]
pub(super) struct Site {
    shelf: RwLock<Shelf>,
    shop: Shop,
    models: PathBuf,
    notices: Notices,
}

impl Site {
    /// Loads OUT and the shop; blocks for as long as compressing takes.
    pub(super) fn load(options: &ServeOptions) -> Result<Site, ServeError> {
        let notices = options.notices.clone();
        let shop = match &options.shop {
            Some(folder) => Shop::load(folder, &notices)?,
            None => Shop::default(),
        };
        let shelf = Shelf::load(&options.models, &notices)?;
        Ok(Site { shelf: RwLock::new(shelf), shop, models: options.models.clone(), notices })
    }

    /// The shelf of this moment.
    pub(super) fn shelf(&self) -> RwLockReadGuard<'_, Shelf> {
        // A shelf is only ever replaced whole, so a panic elsewhere cannot have left half of one.
        self.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves `shelf` from now on.
    pub(super) fn replace(&self, shelf: Shelf) {
        let mut place = self.shelf.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, shelf);
        drop(place);
        // Freed only here, where no request waits for it.
        drop(before);
    }

    pub(super) fn shop(&self) -> &Shop {
        &self.shop
    }

    /// The folder OUT.
    pub(super) fn models(&self) -> &Path {
        &self.models
    }

    pub(super) fn notices(&self) -> &Notices {
        &self.notices
    }
}

/// The service each worker runs; its future is ready at once, since answering never waits.
#[derive(Debug, Clone)]
pub(super) struct Front {
    site: Arc<Site>,
}

impl Front {
    pub(super) fn new(site: Arc<Site>) -> Front {
        Front { site }
    }
}

impl Service<Request> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&self, request: Request) -> Self::Future {
        let reply = reply(&self.site, request.head());
        ready(Ok(send_through(reply, request.conn_data::<Outbox>())))
    }
}

impl ServiceFactory<Request> for Front {
    type Response = Response<Body>;
    type Error = Infallible;
    type Config = ();
    type Service = Front;
    type InitError = Infallible;
    type Future = Ready<Result<Front, Infallible>>;

    fn new_service(&self, (): ()) -> Self::Future {
        ready(Ok(self.clone()))
    }
}
