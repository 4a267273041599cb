//! Spans that ended and wait to be sent, so many and no more, and how many came to what end.
//!
//! Invariant: adding a span never waits; each span that was added is counted exactly once in the end.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};
use tokio::sync::{Notify, watch};

/// Spans that wait: a few megabytes.
pub(super) const MOST: usize = 2_048;
/// Spans that are sent together.
pub(super) const BATCH: usize = 512;

/// Spans that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<VecDeque<SpanData>>,
    /// Woken when there is a whole batch.
    pub(super) full: Notify,
    closing: watch::Sender<bool>,
    pub(super) sent: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) lost: AtomicU64,
}

impl Queue {
    fn add(&self, span: SpanData) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= MOST || self.is_closed() {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.push_back(span);
        let whole = waiting.len() == BATCH;
        drop(waiting);
        if whole {
            self.full.notify_one();
        }
    }

    /// The spans that have waited longest, as many as are sent together; none when it is empty.
    pub(super) fn take(&self) -> Vec<SpanData> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.len().min(BATCH);
        waiting.drain(..count).collect()
    }

    pub(super) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Nothing more is taken.
    fn is_closed(&self) -> bool {
        *self.closing.borrow()
    }

    pub(super) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Ends by what became of them.
    pub(super) fn counts(&self) -> [(&'static str, u64); 3] {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        [("sent", of(&self.sent)), ("refused", of(&self.refused)), ("lost", of(&self.lost))]
    }
}

/// Where ended spans come in.
#[derive(Debug)]
pub(super) struct Queued(pub(super) Arc<Queue>);

impl SpanProcessor for Queued {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() {
            self.0.add(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        self.0.close();
        Ok(())
    }
}
