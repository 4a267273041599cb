//! A span that goes on, and what is below it.
//!
//! What works under a span is told so by [`Trace::within`]; then whoever is called deep inside finds it by [`child`]
//! without being handed anything. Invariant: without a collector, and where a trace is not taken, nothing is kept.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::context::{FutureExt, WithContext};
use opentelemetry::trace::{SpanBuilder, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::trace::SdkTracer;

use super::{Traces, parent};

/// What a span is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody asked.
    Server,
    /// Somebody else is asked.
    Client,
    /// Work of our own.
    Own,
}

/// Makes spans; travels with them, so that each can have others below it.
#[derive(Debug, Clone)]
pub(super) struct Tracing(pub(super) SdkTracer);

/// A span that goes on; nothing where none is made. Dropped without [`Trace::end`] it ends then.
#[derive(Debug, Clone, Default)]
pub struct Trace(Context);

impl Traces {
    /// A span with nothing above it on this server. `parent` is the `traceparent` of whoever asked, if that counts.
    pub fn begin(
        &self,
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
        at: SystemTime,
        parent: Option<&str>,
    ) -> Trace {
        let Some(on) = &self.0 else { return Trace::default() };
        let above = parent.map_or_else(Context::new, parent::read);
        let trace = begun(&above.with_value(on.tracing.clone()), name.into(), kind, at);
        if kind == Kind::Server {
            trace.0.span().set_attributes(on.server.clone());
        }
        trace
    }
}

fn begun(above: &Context, name: Cow<'static, str>, kind: Kind, at: SystemTime) -> Trace {
    let Some(Tracing(tracer)) = above.get::<Tracing>() else { return Trace::default() };
    let kind = match kind {
        Kind::Server => SpanKind::Server,
        Kind::Client => SpanKind::Client,
        Kind::Own => SpanKind::Internal,
    };
    let builder = SpanBuilder::from_name(name).with_kind(kind).with_start_time(at);
    let span = tracer.build_with_context(builder, above);
    Trace(above.with_span(span))
}

/// A span below the one that this is done under; nothing where it is done under none.
pub fn child(name: impl Into<Cow<'static, str>>, kind: Kind) -> Trace {
    Context::map_current(|above| match above.get::<Tracing>() {
        Some(_) => begun(above, name.into(), kind, SystemTime::now()),
        None => Trace::default(),
    })
}

/// Does something under no span: what is done over and over beside the work.
pub fn quietly<F: Future>(work: F) -> WithContext<F> {
    work.with_context(Context::new())
}

impl Trace {
    /// A span below this one.
    pub fn child(&self, name: impl Into<Cow<'static, str>>, kind: Kind, at: SystemTime) -> Trace {
        begun(&self.0, name.into(), kind, at)
    }

    /// Does something under this span.
    pub fn within<F: Future>(&self, work: F) -> WithContext<F> {
        work.with_context(self.0.clone())
    }

    /// The id of the whole trace, if it is taken.
    pub fn id(&self) -> Option<String> {
        let span = self.0.span();
        let about = span.span_context();
        about.is_sampled().then(|| about.trace_id().to_string())
    }

    /// Says something of it.
    pub fn set(&self, name: &'static str, value: impl Into<Value>) {
        self.0.span().set_attribute(KeyValue::new(name, value));
    }

    /// It did not go well; `what` is a word of ours, never a message.
    pub fn fail(&self, what: &'static str) {
        self.set("error.type", what);
        self.0.span().set_status(Status::error(""));
    }

    /// It ends now.
    pub fn end(&self) {
        self.0.span().end();
    }

    /// It ended then.
    pub fn end_at(&self, at: SystemTime) {
        self.0.span().end_with_timestamp(at);
    }
}
