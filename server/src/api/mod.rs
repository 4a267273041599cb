//! Everything over HTTP but downloads: resources, keys, cooks, releases, audit, and what operators look at.
//!
//! ```text
//! table     the only table of routes      routes    what a route is: path, verb, what goes in and out, who answers
//! door      one request: id, limits, caller, policy, the route's answer
//!   path      a path and the table -> a route and its parts     caller    a key -> who asks
//!   call      what a route is given                             answer    what it gives back
//!   error     what can go wrong -> status, code, message: the only place with status codes of errors
//!   trace     what the span of a request says
//! resources, health …    the routes' answers, one file for each kind of thing
//! page      long lists in pages
//! openapi   the table -> a description for machines, and a page for people      links   what to ask next
//! ```
//!
//! Invariant: no route is answered before the policy was asked, and a change or a denial leaves one audit record.

mod answer;
mod audit;
mod bundles;
mod call;
mod caller;
mod console;
mod cooks;
mod counts;
mod door;
mod due;
mod error;
mod figures;
mod health;
mod history;
mod keys;
mod limits;
mod links;
mod live;
mod offered;
mod openapi;
mod page;
mod path;
mod reco;
mod reco_shapes;
mod reco_table;
mod releases;
mod resources;
mod routes;
mod state;
mod table;
mod trace;
mod whoami;

use std::sync::Arc;

use actix_service::{ServiceFactoryExt, boxed, map_config};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, ServiceResponse};
use actix_web::{App, web};

pub use error::ApiError;
pub use limits::LimitSettings;
pub use routes::Route;
pub use state::{ApiState, Clock, Parts};
pub use table::routes;

use crate::http;

/// The routes for one worker.
pub fn worker(state: Arc<ApiState>) -> http::Routes {
    let app = App::new().app_data(web::Data::from(state)).default_service(web::to(door::answer));
    let app = map_config(actix_service::IntoServiceFactory::into_factory(app), |()| AppConfig::default());
    boxed::factory(app.map(|answer: ServiceResponse<BoxBody>| answer.into()))
}
