//! What the span of a request says: which route, how it ended, and the id by which the log knows it.
//!
//! Nothing that was asked with: no path, no query, no host, no body, no address and no name of a caller. A caller who is
//! known may make the request a part of a trace of his own; a stranger may not, so that no shopper's page joins what it
//! does elsewhere to what it asks here, and nobody decides that his requests are traced. Probes are not traced.

use std::time::SystemTime;

use actix_web::HttpRequest;
use actix_web::http::Method;

use super::routes::Route;
use super::state::ApiState;
use crate::access::Caller;
use crate::traces::{Kind, Trace};

/// What is asked every few seconds by machines.
const PROBES: [&str; 3] = ["livez", "readyz", "metrics"];

/// The span of a request, from when it began.
pub(super) fn begin(
    state: &ApiState,
    request: &HttpRequest,
    route: Option<&'static Route>,
    caller: &Caller,
    began: SystemTime,
) -> Trace {
    if route.is_some_and(|route| PROBES.contains(&route.id)) {
        return Trace::default();
    }
    let parent = match caller {
        Caller::Known { .. } => request.headers().get("traceparent").and_then(|line| line.to_str().ok()),
        Caller::Nobody => None,
    };
    let method = method(request.method());
    let name = match (route, method) {
        (Some(route), method) => format!("{method} {}", route.path),
        (None, "_OTHER") => "HTTP".to_owned(),
        (None, method) => method.to_owned(),
    };
    let trace = state.signals.traces.begin(name, Kind::Server, began, parent);
    trace.set("http.request.method", method);
    if let Some(route) = route {
        trace.set("http.route", route.path);
    }
    trace
}

/// Ends it with the answer; only what went wrong on this side is an error of the server.
pub(super) fn end(trace: &Trace, id: &str, status: u16, code: Option<&'static str>) {
    trace.set("http.response.status_code", i64::from(status));
    trace.set("cookshelf.request", id.to_owned());
    if status >= 500 {
        trace.fail(code.unwrap_or("server_error"));
    }
    trace.end();
}

/// A method that everybody knows; others could be any text.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::TRACE => "TRACE",
        _ => "_OTHER",
    }
}
