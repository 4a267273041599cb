//! Spans of what the server does, as OpenTelemetry has them, and how they get to a collector.
//!
//! ```text
//! collector   where spans go, and which of them: parsed settings
//! span        a span that goes on, and what is below it
//!   parent      a line `traceparent` -> what a span is a part of
//! queue       spans that ended and wait, so many and no more
//! sender      from the queue to the collector, again and again until the server ends
//!   wire        one request to the collector
//! ```
//!
//! Whoever does something says what its span is called and holds; nothing here knows routes, cooks or databases.
//! Invariants: without a collector nothing is made and nothing is sent; whatever a collector does, it takes no more than
//! the queue's memory and no work waits for it; each span that ended is counted once, as sent, refused or lost.

mod collector;
mod parent;
mod queue;
mod sender;
mod span;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;

use opentelemetry::trace::TracerProvider;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::resource::{ResourceDetector, TelemetryResourceDetector};
use opentelemetry_sdk::trace::SdkTracerProvider;

pub use collector::{Collector, CollectorUrl, Pair, Protocol, SamplerName, Sampling};
pub use sender::{Notice, Sender};
pub use span::{Kind, Trace, child, quietly};

use queue::{Queue, Queued};
use span::Tracing;

/// The server that spans are of.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its name in claims and records.
    pub name: String,
    /// The machine's name.
    pub host: String,
    /// Where it listens.
    pub listen: SocketAddr,
    /// `http` or `https`.
    pub scheme: &'static str,
}

/// Where spans begin. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Traces(Option<On>);

#[derive(Debug, Clone)]
struct On {
    tracing: Tracing,
    queue: Arc<Queue>,
    /// What spans of requests say of the server: what it knows itself, not what a caller wrote.
    server: [KeyValue; 3],
    // Spans end by it.
    _provider: SdkTracerProvider,
}

impl Traces {
    /// Spans for a collector, and what sends them: it has to be run.
    ///
    /// # Errors
    /// Says what the settings have that no request can be made of.
    pub fn to(collector: &Collector, instance: &Instance) -> Result<(Self, Sender), String> {
        let own = [
            ("service.name", "cookshelf"),
            ("service.version", env!("CARGO_PKG_VERSION")),
            ("service.instance.id", &instance.name),
            ("host.name", &instance.host),
        ];
        let said = collector.resource.iter().map(|pair| KeyValue::new(pair.name.clone(), pair.value.clone()));
        let sdk = TelemetryResourceDetector.detect();
        let named = collector.service.iter().map(|name| KeyValue::new("service.name", name.clone()));
        // What the operator says of this server wins over what it says of itself.
        let resource = Resource::builder_empty()
            .with_attributes(sdk.iter().map(|(name, value)| KeyValue::new(name.clone(), value.clone())))
            .with_attributes(own.map(|(name, value)| KeyValue::new(name, value.to_owned())))
            .with_attributes(said)
            .with_attributes(named)
            .build();
        let queue = Arc::new(Queue::default());
        let sender = Sender::new(Arc::clone(&queue), collector, &resource)?;
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_sampler(collector.sampling.sampler())
            .with_span_processor(Queued(Arc::clone(&queue)))
            .build();
        let scope =
            InstrumentationScope::builder("cookshelf").with_version(env!("CARGO_PKG_VERSION")).build();
        let tracing = Tracing(provider.tracer_with_scope(scope));
        // One that listens everywhere has no address of its own but its machine's name.
        let address = match instance.listen.ip() {
            ip if ip.is_unspecified() && !instance.host.is_empty() => instance.host.clone(),
            ip => ip.to_string(),
        };
        let server = [
            KeyValue::new("url.scheme", instance.scheme),
            KeyValue::new("server.address", address),
            KeyValue::new("server.port", i64::from(instance.listen.port())),
        ];
        Ok((Self(Some(On { tracing, queue, server, _provider: provider })), sender))
    }

    /// How many spans were sent, refused by the collector, and lost.
    pub fn counts(&self) -> [(&'static str, u64); 3] {
        self.0.as_ref().map_or_else(|| Queue::default().counts(), |on| on.queue.counts())
    }

    /// Nothing more ends: what waits is sent now, if the collector takes it soon.
    pub fn close(&self) {
        if let Some(on) = &self.0 {
            on.queue.close();
        }
    }
}

#[cfg(test)]
mod tests;
