//! What a route gives back.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use futures_core::Stream;
use serde::Serialize;

/// What a route gives back.
pub(super) struct Answer {
    status: StatusCode,
    media: &'static str,
    body: Body,
    lines: Vec<(HeaderName, HeaderValue)>,
}

enum Body {
    Whole(Bytes),
    Live(std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, std::io::Error>>>>),
}

impl Answer {
    /// A value as JSON.
    pub(super) fn json(value: &impl Serialize) -> Self {
        let text =
            serde_json::to_vec(value).expect("what routes answer has text keys and finite numbers only");
        Self::text("application/json", text)
    }

    /// Text of a media type.
    pub(super) fn text(media: &'static str, text: impl Into<Bytes>) -> Self {
        Self { status: StatusCode::OK, media, body: Body::Whole(text.into()), lines: Vec::new() }
    }

    /// Nothing to say.
    pub(super) fn nothing() -> Self {
        Self { status: StatusCode::NO_CONTENT, ..Self::text("", Bytes::new()) }
    }

    /// Events as they happen.
    pub(super) fn live(events: impl Stream<Item = Result<Bytes, std::io::Error>> + 'static) -> Self {
        Self { body: Body::Live(Box::pin(events)), ..Self::text("text/event-stream", Bytes::new()) }
    }

    /// The same with another status.
    pub(super) fn with(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same with a header.
    pub(super) fn line(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.lines.push((name, value));
        }
        self
    }

    pub(super) fn response(self) -> HttpResponse {
        let mut response = HttpResponseBuilder::new(self.status);
        for line in self.lines {
            response.insert_header(line);
        }
        if !self.media.is_empty() {
            response.insert_header((header::CONTENT_TYPE, self.media));
        }
        match self.body {
            Body::Whole(bytes) => response.body(bytes),
            Body::Live(events) => response.streaming(events),
        }
    }
}
