//! A line `traceparent`, as the W3C writes it: what a span is a part of.
//!
//! `tracestate` is not read: whatever a caller wrote there would be sent to the collector as it stands.

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry_sdk::propagation::TraceContextPropagator;

/// The header and nothing else of a request.
struct Line<'a>(&'a str);

impl Extractor for Line<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        (key == "traceparent").then_some(self.0)
    }

    fn keys(&self) -> Vec<&str> {
        vec!["traceparent"]
    }
}

/// What a line says; nothing when it says nothing that makes sense.
pub(super) fn read(line: &str) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &Line(line))
}
