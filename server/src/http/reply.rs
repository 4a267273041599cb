//! One request in, one response out: the hot path.
//!
//! Only look-ups, comparisons and copies of handles happen here. Invariant: HEAD answers
//! exactly as GET does, without the body; a range is cut from plain bytes only.

use std::ops::Range;

use actix_http::header::{CONTENT_RANGE, HeaderValue};
use actix_http::{Method, RequestHead, StatusCode};

use super::asset::{Asset, Variant};
use super::body::{Reply, ready_made, with_content, without_content};
use super::condition::{self, Part};
use super::content::Content;
use super::refusal::{Audience, Refusal, health, preflight};
use super::routes::{Target, target};
use super::site::Site;
use super::wishes::Wishes;
use crate::coding::Coding;

/// How the head of a response is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// As it was made when the thing was stored, where that is possible.
    Ready,
    /// Line by line, for who changes some of them.
    Lines,
}

/// Answers one request.
pub(super) fn reply(site: &Site, request: &RequestHead) -> Reply {
    let target = target(request.uri.path());
    let audience = match target {
        Target::Manifest | Target::Blob(_) | Target::NoModel => Audience::Everyone,
        Target::Health | Target::Shop(_) => Audience::Shop,
    };
    match request.method {
        Method::GET | Method::HEAD => {}
        Method::OPTIONS => return preflight(audience),
        _ => return Refusal::Method.reply(&request.method, audience),
    }
    let shelf = site.shelf();
    let asset = match target {
        Target::Blob(piece) => shelf.blob(&piece),
        Target::Manifest => Some(shelf.manifest()),
        Target::Shop(file) => site.shop().file(file),
        Target::Health => return health(&request.method),
        Target::NoModel => None,
    };
    match asset {
        Some(asset) => stored(asset, request, audience, Head::Ready),
        None => Refusal::NotFound.reply(&request.method, audience),
    }
}

/// The response for a thing that exists: conditions first, then the range, then all of it.
pub(super) fn stored(asset: &Asset, request: &RequestHead, audience: Audience, head: Head) -> Reply {
    let headers = &request.headers;
    let variant = asset.best(Wishes::of(headers));
    if condition::is_refused(headers, variant.tag()) {
        return Refusal::Precondition.reply(&request.method, audience);
    }
    let is_ready = head == Head::Ready && request.method == Method::GET;
    if condition::is_held(headers, variant.tag()) {
        return match is_ready {
            true => ready_made(StatusCode::NOT_MODIFIED, &variant.unchanged_ready, &Content::Nothing),
            false => without_content(StatusCode::NOT_MODIFIED, variant.unchanged.iter().cloned()),
        };
    }
    let ranges = request.method == Method::GET && variant.coding == Coding::Identity;
    let part =
        if ranges { condition::part(headers, variant.tag(), variant.content.len()) } else { Part::Whole };
    match part {
        Part::Whole if is_ready => ready_made(StatusCode::OK, &variant.ready, &variant.content),
        Part::Whole => whole(variant, &request.method),
        Part::Bytes(range) => partial(variant, range, &request.method),
        Part::Beyond => Refusal::Range(variant.content.len()).reply(&request.method, audience),
    }
}

fn whole(variant: &Variant, method: &Method) -> Reply {
    let (content, length) = (variant.content.clone(), variant.length.clone());
    with_content(StatusCode::OK, method, content, length, variant.head.iter().cloned())
}

fn partial(variant: &Variant, range: Range<usize>, method: &Method) -> Reply {
    let text = format!("bytes {}-{}/{}", range.start, range.end - 1, variant.content.len());
    let place = HeaderValue::from_str(&text).expect("digits are visible ASCII");
    let lines = variant.head.iter().cloned().chain([(CONTENT_RANGE, place)]);
    let length = HeaderValue::from(range.len());
    with_content(StatusCode::PARTIAL_CONTENT, method, variant.content.slice(range), length, lines)
}
