//! From the queue to the collector: in batches, for as long as the server runs, and a little longer.
//!
//! A collector that is away is asked again a few times, then the batch is lost and the next one is tried. Invariants: one
//! request at a time; it is told once when spans cannot be sent and once when they can be again; the end takes no longer
//! than [`LAST_SECONDS`], and what is left then counts as lost.

use std::cell::Cell;
use std::fmt::{self, Display, Formatter};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::collector::Collector;
use super::queue::Queue;
use super::wire::{Sent, Wire};

/// Spans wait this long for others.
const EVERY: Duration = Duration::from_secs(2);
/// Between tries of one batch.
const PAUSES: [Duration; 3] = [Duration::from_secs(1), Duration::from_secs(4), Duration::from_secs(15)];
/// A collector that asks for more patience than this is not listened to.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// For what is left when the server ends; a part of what those who stop it give it.
const LAST_SECONDS: u64 = 5;

/// Something that an operator should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Spans cannot be sent, and why.
    Away(String),
    /// They are sent again; so many were lost until now.
    Back(u64),
    /// The collector leaves spans out.
    Refused,
}

impl Display for Notice {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Notice::Away(why) => {
                write!(f, "traces cannot be sent to their collector: {why}; what is lost is counted")
            }
            Notice::Back(lost) => write!(f, "traces are sent again; spans that were lost until now: {lost}"),
            Notice::Refused => f.write_str("the collector of traces leaves some out; they are counted"),
        }
    }
}

/// Sends what is queued.
#[derive(Debug)]
pub struct Sender {
    queue: Arc<Queue>,
    wire: Wire,
    resource: ResourceAttributesWithSchema,
    closing: watch::Receiver<bool>,
    /// Whether spans are lost, or would be if it went on.
    away: Cell<bool>,
    refuses: Cell<bool>,
    /// Spans that were lost when a batch was last sent or lost.
    lost: Cell<u64>,
    /// Spans of the batch that is on its way.
    under_way: Cell<u64>,
}

impl Sender {
    pub(super) fn new(queue: Arc<Queue>, collector: &Collector, resource: &Resource) -> Result<Self, String> {
        let closing = queue.closing();
        let (away, refuses) = (Cell::new(false), Cell::new(false));
        let (lost, under_way) = (Cell::new(0), Cell::new(0));
        let (wire, resource) = (Wire::new(collector)?, resource.into());
        Ok(Self { queue, wire, resource, closing, away, refuses, lost, under_way })
    }

    /// Sends until the traces are closed.
    pub async fn run(self, tell: impl Fn(&Notice)) {
        let last = async {
            self.closed().await;
            sleep(Duration::from_secs(LAST_SECONDS)).await;
        };
        tokio::select! {
            () = self.work(&tell) => {}
            () = last => {}
        }
        let mut left = self.under_way.get();
        loop {
            let batch = self.queue.take();
            left += batch.len() as u64;
            if batch.is_empty() {
                break;
            }
        }
        count(&self.queue.lost, left);
    }

    async fn closed(&self) {
        // Whoever could close it is gone only with the server.
        let _ = self.closing.clone().wait_for(|closing| *closing).await;
    }

    async fn work(&self, tell: &impl Fn(&Notice)) {
        loop {
            tokio::select! {
                () = sleep(EVERY) => {}
                () = self.queue.full.notified() => {}
                () = self.closed() => {}
            }
            // Looked at first: what ended before the closing is taken below.
            let closing = *self.closing.borrow();
            loop {
                let batch = self.queue.take();
                if batch.is_empty() {
                    break;
                }
                self.deliver(batch, tell).await;
            }
            if closing {
                return;
            }
        }
    }

    /// Sends a batch, or counts it as lost.
    async fn deliver(&self, batch: Vec<SpanData>, tell: &impl Fn(&Notice)) {
        let spans = batch.len() as u64;
        self.under_way.set(spans);
        let resource_spans = group_spans_by_resource_and_scope(batch, &self.resource);
        let body = self.wire.written(&ExportTraceServiceRequest { resource_spans });
        let mut pauses = PAUSES.iter();
        loop {
            match self.wire.send(body.clone()).await {
                Sent::Taken(refused) => {
                    self.taken(spans, refused.min(spans), tell);
                    break;
                }
                Sent::Never(why) => {
                    self.lose(spans, why, tell);
                    break;
                }
                Sent::Later(why, asked) => {
                    let pause = pauses.next().filter(|_| !*self.closing.borrow());
                    let Some(pause) = pause else {
                        self.lose(spans, why, tell);
                        break;
                    };
                    self.told_away(why, tell);
                    let pause = asked.unwrap_or(*pause).min(LONGEST_PAUSE);
                    // Who closes does not wait for the end of it.
                    let _ = timeout(pause, self.closed()).await;
                }
            }
        }
        self.under_way.set(0);
    }

    fn taken(&self, spans: u64, refused: u64, tell: &impl Fn(&Notice)) {
        count(&self.queue.sent, spans - refused);
        count(&self.queue.refused, refused);
        let lost = self.queue.lost.load(Ordering::Relaxed);
        if lost > self.lost.replace(lost) {
            self.told_away("it takes fewer than there are".to_owned(), tell);
        } else if self.away.replace(false) {
            tell(&Notice::Back(lost));
        }
        if refused > 0 && !self.refuses.replace(true) {
            tell(&Notice::Refused);
        }
    }

    fn lose(&self, spans: u64, why: String, tell: &impl Fn(&Notice)) {
        count(&self.queue.lost, spans);
        self.lost.set(self.lost.get() + spans);
        self.told_away(why, tell);
    }

    fn told_away(&self, why: String, tell: &impl Fn(&Notice)) {
        if !self.away.replace(true) {
            tell(&Notice::Away(why));
        }
    }
}

fn count(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}
