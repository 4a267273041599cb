//! One request to the collector, in the form that OTLP has over HTTP.
//!
//! Invariant: whatever is at the other end, a request ends within [`PATIENCE`], no more than [`MOST_BYTES`] of its
//! answer are kept, and what is told of it holds neither the address nor what the collector wrote.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use prost::Message;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use super::collector::{Collector, CollectorUrl, Protocol};

/// Longest wait for the whole of an answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of an answer.
const MOST_BYTES: usize = 64 * 1024;

/// The way to the collector.
#[derive(Debug)]
pub(super) struct Wire {
    client: Client,
    url: CollectorUrl,
    protocol: Protocol,
}

/// What became of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It was taken, but for so many spans.
    Taken(u64),
    /// It may be taken later; after this long, if the collector said so.
    Later(String, Option<Duration>),
    /// It will never be taken.
    Never(String),
}

impl Wire {
    pub(super) fn new(collector: &Collector) -> Result<Self, String> {
        let mut headers = HeaderMap::new();
        for pair in &collector.headers {
            let wrong = |_| format!("the header `{}` cannot be sent", pair.name);
            let name = pair.name.parse::<HeaderName>().map_err(|_| wrong(()))?;
            let mut value = HeaderValue::from_str(&pair.value).map_err(|_| wrong(()))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let form = match collector.protocol {
            Protocol::Protobuf => "application/x-protobuf",
            Protocol::Json => "application/json",
        };
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(form));
        // Keys are for this collector alone, so nobody is followed elsewhere.
        let client = Client::builder().default_headers(headers).redirect(Policy::none()).timeout(PATIENCE);
        let client = client.user_agent(concat!("cookshelf/", env!("CARGO_PKG_VERSION"))).build();
        let client = client.map_err(|cause| format!("no connection can be made: {cause}"))?;
        Ok(Self { client, url: collector.url.clone(), protocol: collector.protocol })
    }

    /// A request as it is sent.
    pub(super) fn written(&self, request: &ExportTraceServiceRequest) -> Vec<u8> {
        match self.protocol {
            Protocol::Protobuf => request.encode_to_vec(),
            Protocol::Json => serde_json::to_vec(request).expect("spans are texts and numbers"),
        }
    }

    pub(super) async fn send(&self, body: Vec<u8>) -> Sent {
        let failed = |cause: reqwest::Error| Sent::Later(reason(&cause).to_owned(), None);
        let mut answer = match self.client.post(self.url.0.clone()).body(body).send().await {
            Ok(answer) => answer,
            Err(cause) => return failed(cause),
        };
        let status = answer.status();
        if !status.is_success() {
            let why = format!("it answers {}", status.as_u16());
            let later = [
                StatusCode::TOO_MANY_REQUESTS,
                StatusCode::BAD_GATEWAY,
                StatusCode::SERVICE_UNAVAILABLE,
                StatusCode::GATEWAY_TIMEOUT,
            ];
            if !later.contains(&status) {
                return Sent::Never(why);
            }
            let after = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            return Sent::Later(why, after.map(Duration::from_secs));
        }
        let mut bytes = Vec::new();
        loop {
            match answer.chunk().await {
                Ok(None) => return Sent::Taken(self.refused(&bytes)),
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= MOST_BYTES => bytes.extend_from_slice(&chunk),
                // It has said that it took them, and goes on for ever; or it broke off.
                Ok(Some(_)) | Err(_) => return Sent::Taken(0),
            }
        }
    }

    /// Spans that an answer says were not taken.
    fn refused(&self, answer: &[u8]) -> u64 {
        let read = match self.protocol {
            Protocol::Protobuf => ExportTraceServiceResponse::decode(answer).ok(),
            Protocol::Json => serde_json::from_slice(answer).ok(),
        };
        let part = read.and_then(|answer: ExportTraceServiceResponse| answer.partial_success);
        part.map_or(0, |part| u64::try_from(part.rejected_spans).unwrap_or(0))
    }
}

/// Why there was no answer, in words that hold nothing of the address.
fn reason(cause: &reqwest::Error) -> &'static str {
    if cause.is_timeout() {
        "it does not answer in time"
    } else if cause.is_connect() {
        "it cannot be connected to"
    } else {
        "the connection broke off"
    }
}
