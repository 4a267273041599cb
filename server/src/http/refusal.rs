//! Answers that carry no stored thing: errors, preflights, health.
//!
//! Invariant: none of them may be kept by a cache, and an error is always
//! `{"error":{"code","message"}}`.

use actix_http::header::{self, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_http::{Method, StatusCode};
use bytes::Bytes;

use super::asset::{fixed, open_lines};
use super::body::{Reply, add, with_content, without_content};
use super::content::Content;

/// Who may read the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Audience {
    /// Pages of any origin, as for all below `/models/`.
    Everyone,
    /// Pages of this server.
    Shop,
}

/// An error a client can make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NotFound,
    Method,
    Precondition,
    /// The range lies beyond a thing of this length.
    Range(usize),
    /// The endpoint is for pages of other origins.
    Origin,
    /// The place of the blobs does not answer.
    Unavailable,
}

const METHODS: &str = "GET, HEAD, OPTIONS";

impl Refusal {
    fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Refusal::NotFound => (
                StatusCode::NOT_FOUND,
                r#"{"error":{"code":"not_found","message":"nothing is served at this address"}}"#,
            ),
            Refusal::Method => (
                StatusCode::METHOD_NOT_ALLOWED,
                r#"{"error":{"code":"method_not_allowed","message":"use GET or HEAD"}}"#,
            ),
            Refusal::Precondition => (
                StatusCode::PRECONDITION_FAILED,
                r#"{"error":{"code":"precondition_failed","message":"the content has another tag than If-Match asks for"}}"#,
            ),
            Refusal::Origin => (
                StatusCode::FORBIDDEN,
                r#"{"error":{"code":"origin_refused","message":"this endpoint is for pages of other origins; its `origins` say which"}}"#,
            ),
            Refusal::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"error":{"code":"unavailable","message":"the place of the blobs does not answer; try again"}}"#,
            ),
            Refusal::Range(_) => (
                StatusCode::RANGE_NOT_SATISFIABLE,
                r#"{"error":{"code":"range_not_satisfiable","message":"the content does not have these bytes"}}"#,
            ),
        }
    }

    /// The response for it; HEAD gets its length without its text.
    pub(super) fn reply(self, method: &Method, audience: Audience) -> Reply {
        let (status, text) = self.parts();
        let mut reply = unkept(status, "application/json", text, method);
        let headers = reply.headers_mut();
        if audience == Audience::Everyone {
            add(headers, open_lines());
        }
        match self {
            Refusal::Method => add(headers, [fixed(header::ALLOW, METHODS)]),
            Refusal::Range(length) => {
                let length = format!("bytes */{length}").parse().expect("digits are visible ASCII");
                headers.insert(header::CONTENT_RANGE, length);
            }
            Refusal::Unavailable => add(headers, [fixed(header::RETRY_AFTER, "2")]),
            Refusal::NotFound | Refusal::Precondition | Refusal::Origin => {}
        }
        reply
    }
}

/// 204 for OPTIONS. Plain GETs need no preflight, so it names little and is kept for a day.
pub(super) fn preflight(audience: Audience) -> Reply {
    let lines = [fixed(header::ALLOW, METHODS), fixed(CACHE_CONTROL, "no-store")];
    let mut reply = without_content(StatusCode::NO_CONTENT, lines);
    if audience == Audience::Everyone {
        let lines = [
            fixed(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            fixed(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD"),
            fixed(header::ACCESS_CONTROL_ALLOW_HEADERS, "If-None-Match, Range"),
            fixed(header::ACCESS_CONTROL_MAX_AGE, "86400"),
        ];
        add(reply.headers_mut(), lines);
    }
    reply
}

/// The server answers: that is all it says.
pub(super) fn health(method: &Method) -> Reply {
    unkept(StatusCode::OK, "text/plain; charset=utf-8", "ok", method)
}

fn unkept(status: StatusCode, media: &'static str, text: &'static str, method: &Method) -> Reply {
    let lines = [
        fixed(CONTENT_TYPE, media),
        fixed(CACHE_CONTROL, "no-store"),
        fixed(X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let content = Content::Memory(Bytes::from_static(text.as_bytes()));
    with_content(status, method, content, HeaderValue::from(text.len()), lines)
}
