//! The body of a response, as the HTTP layer sees it: it yields nothing and ends when the
//! connection has sent the content itself (see `wire`). What the service's other routes
//! answer is passed through as they made it.
//!
//! Invariant: the length announced is the length of the content, also where HEAD leaves the
//! content out; a response that follows on the same connection waits for the end of this one.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use actix_http::body::{BodySize, BoxBody, MessageBody};
use actix_http::header::{CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use actix_http::{Method, Response, StatusCode};
use bytes::Bytes;

use super::content::Content;
use super::wire::Outbox;

/// One line of a response head.
pub(super) type Line = (HeaderName, HeaderValue);

/// What follows the first lines of a response: more of its lines, as they are sent, and its content.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) lines: Bytes,
    pub(super) content: Content,
}

impl Parcel {
    /// True when nothing is sent behind the first lines.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty() && self.content.len() == 0
    }
}

/// A response whose content is not on its way yet.
pub(super) type Reply = Response<Parcel>;

/// What the HTTP layer has to send.
#[derive(Debug)]
pub(super) enum Body {
    /// What is left of a response when its content is in the outbox.
    Left { size: BodySize, outbox: Option<Outbox> },
    /// Made elsewhere, and sent by the HTTP layer itself.
    Made(BoxBody),
}

/// A response with content of a length, which HEAD announces only.
pub(super) fn with_content(
    status: StatusCode,
    method: &Method,
    content: Content,
    length: HeaderValue,
    lines: impl IntoIterator<Item = Line>,
) -> Reply {
    let content = if *method == Method::HEAD { Content::Nothing } else { content };
    let mut reply = Response::with_body(status, Parcel { lines: Bytes::new(), content });
    let head = reply.head_mut();
    // The length is a line of ours, so that chunks are not needed either.
    head.no_chunking(true);
    head.headers.insert(CONTENT_LENGTH, length);
    add(&mut head.headers, lines);
    reply
}

/// A response all of whose lines were made earlier, its length among them where it has one: nothing is put together for it.
pub(super) fn ready_made(status: StatusCode, lines: &Bytes, content: &Content) -> Reply {
    let mut reply = Response::with_body(status, Parcel { lines: lines.clone(), content: content.clone() });
    reply.head_mut().no_chunking(true);
    reply
}

/// A response that has neither content nor length, as 204 and 304 want it.
pub(super) fn without_content(status: StatusCode, lines: impl IntoIterator<Item = Line>) -> Reply {
    let mut reply = Response::with_body(status, Parcel { lines: Bytes::new(), content: Content::Nothing });
    add(reply.headers_mut(), lines);
    reply
}

/// Puts lines into a response's head.
pub(super) fn add(head: &mut HeaderMap, lines: impl IntoIterator<Item = Line>) {
    for (name, value) in lines {
        head.insert(name, value);
    }
}

/// Leaves a response's content with its connection.
pub(super) fn send_through(reply: Reply, outbox: Option<&Outbox>) -> Response<Body> {
    reply.map_body(|head, parcel| {
        let outbox = outbox.filter(|_| !parcel.is_empty()).cloned();
        let empty = matches!(head.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
        // Who has no body is not waited for; lines that were made earlier go out with the connection's next head.
        let size = if empty && outbox.is_none() { BodySize::None } else { BodySize::Stream };
        if let Some(outbox) = &outbox {
            outbox.put(parcel);
        }
        Body::Left { size, outbox }
    })
}

impl MessageBody for Body {
    type Error = Box<dyn Error>;

    fn size(&self) -> BodySize {
        match self {
            Body::Left { size, .. } => *size,
            Body::Made(body) => body.size(),
        }
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        match self.get_mut() {
            // The connection wakes this task: it is its own.
            Body::Left { outbox: Some(outbox), .. } if !outbox.is_sent() => Poll::Pending,
            Body::Left { .. } => Poll::Ready(None),
            Body::Made(body) => Poll::Ready(ready!(Pin::new(body).poll_next(context))),
        }
    }
}
