//! One request in, one response out: the hot path.
//!
//! Only look-ups, comparisons and copies of handles happen here. Invariant: HEAD answers
//! exactly as GET does, without the body; a range is cut from plain bytes only.

use actix_http::Response;
use actix_web::dev::RequestHead;
use actix_web::http::header::{CONTENT_RANGE, HeaderValue};
use actix_web::http::{Method, StatusCode};

use super::asset::{Asset, Line, Variant, add};
use super::body::Body;
use super::coding::{Coding, Wishes};
use super::condition::{self, Part};
use super::refusal::{Audience, Refusal, health, preflight};
use super::routes::{Target, target};
use super::site::Site;

/// Answers one request.
pub(super) fn reply(site: &Site, request: &RequestHead) -> Response<Body> {
    let target = target(request.uri.path());
    let audience = match target {
        Target::Manifest | Target::Blob(_) | Target::NoModel => Audience::Everyone,
        Target::Health | Target::Shop(_) => Audience::Shop,
    };
    match request.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return preflight(audience),
        _ => return Refusal::Method.response(&request.method, audience),
    }
    let shelf = site.shelf();
    let asset = match target {
        Target::Blob(name) => shelf.blob(&name),
        Target::Manifest => Some(shelf.manifest()),
        Target::Shop(file) => site.shop().file(file),
        Target::Health => return health(&request.method),
        Target::NoModel => None,
    };
    match asset {
        Some(asset) => stored(asset, request, audience),
        None => Refusal::NotFound.response(&request.method, audience),
    }
}

/// The response for a thing that exists: conditions first, then the range, then all of it.
fn stored(asset: &Asset, request: &RequestHead, audience: Audience) -> Response<Body> {
    let headers = &request.headers;
    let variant = asset.best(Wishes::of(headers));
    if condition::is_refused(headers, variant.tag()) {
        return Refusal::Precondition.response(&request.method, audience);
    }
    if condition::is_held(headers, variant.tag()) {
        return with_lines(StatusCode::NOT_MODIFIED, Body::none(), &variant.unchanged);
    }
    if request.method == Method::HEAD {
        return with_lines(StatusCode::OK, Body::announced(variant.bytes.len()), &variant.head);
    }
    let part = match variant.coding {
        Coding::Identity => condition::part(headers, variant.tag(), variant.bytes.len()),
        Coding::Brotli | Coding::Zstd => Part::Whole,
    };
    match part {
        Part::Whole => with_lines(StatusCode::OK, Body::of(variant.bytes.clone()), &variant.head),
        Part::Bytes(range) => partial(variant, range),
        Part::Beyond => Refusal::Range(variant.bytes.len()).response(&request.method, audience),
    }
}

fn partial(variant: &Variant, range: std::ops::Range<usize>) -> Response<Body> {
    let text = format!("bytes {}-{}/{}", range.start, range.end - 1, variant.bytes.len());
    let body = Body::of(variant.bytes.slice(range));
    let mut response = with_lines(StatusCode::PARTIAL_CONTENT, body, &variant.head);
    let value = HeaderValue::from_str(&text).expect("digits are visible ASCII");
    response.headers_mut().insert(CONTENT_RANGE, value);
    response
}

fn with_lines(status: StatusCode, body: Body, lines: &[Line]) -> Response<Body> {
    let mut response = Response::with_body(status, body);
    add(response.headers_mut(), lines.iter().cloned());
    response
}
