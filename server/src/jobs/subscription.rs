//! The messages of one subject as rows of one modeling.
//!
//! A message is one row, as it would be sent to the route: its event is `id`, or the header `Nats-Msg-Id`, or its number in
//! the stream. It is acknowledged when its row is safe, and comes again otherwise; then it is known. What is no row would
//! come again for ever: it is counted, told, and put aside. Invariant: no message is acknowledged before its row is safe.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::{AckKind, Context, Message};
use futures_util::StreamExt;

use super::{Workshop, live};
use crate::control::{Actor, ControlError};
use crate::live::{LiveError, LiveRow, add, live_rows};
use crate::resource::{Place, Subscription};

/// Messages of one file of rows at most, and how long is waited for that many.
const AT_ONCE: usize = 200;
const WAIT: Duration = Duration::from_secs(2);
/// What is not acknowledged by then comes again.
const ACK_WITHIN: Duration = Duration::from_secs(30);
/// Messages that all servers together hold without an acknowledgement.
const MOST_OPEN: i64 = 2_000;
/// After what went wrong, and until messages come again that could not be kept.
const AGAIN: Duration = Duration::from_secs(2);

/// The same trouble is told again after this.
const TOLD_AGAIN_MS: i64 = 300_000;

const MESSAGE_ID: &str = "Nats-Msg-Id";

/// Follows a subject until its modeling is gone.
pub(super) async fn run(workshop: Arc<Workshop>, context: Context, place: Place, from: Subscription) {
    let mut aside = 0;
    let mut told = (String::new(), 0);
    loop {
        match follow(&workshop, &context, &place, &from, &mut aside).await {
            Ok(()) => return,
            Err(why) => {
                let now_ms = workshop.now_ms();
                if why != told.0 || now_ms - told.1 > TOLD_AGAIN_MS {
                    workshop
                        .tell(&format!("rows of {} for `{place}` wait in the broker: {why}", from.subject));
                    told = (why, now_ms);
                }
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// Ends well when the modeling is gone.
async fn follow(
    workshop: &Workshop,
    context: &Context,
    place: &Place,
    from: &Subscription,
    aside: &mut u64,
) -> Result<(), String> {
    let config = pull::Config {
        // Names have no underscore, so no two modelings have the same consumer.
        durable_name: Some(format!("cookshelf_{}_{}", place.account(), place.name())),
        filter_subject: from.subject.clone(),
        ack_policy: AckPolicy::Explicit,
        ack_wait: ACK_WITHIN,
        max_ack_pending: MOST_OPEN,
        ..pull::Config::default()
    };
    let consumer: PullConsumer =
        context.create_consumer_on_stream(config, &from.stream).await.map_err(|cause| cause.to_string())?;
    loop {
        let messages = fetch(&consumer).await?;
        if messages.is_empty() {
            continue;
        }
        let (mut rows, mut kept) = (Vec::new(), Vec::new());
        for message in messages {
            match read(&message, workshop.now_ms()) {
                Ok(row) => {
                    rows.push(row);
                    kept.push(message);
                }
                Err(why) => {
                    *aside += 1;
                    workshop.signals.figures.live_rows("refused", 1);
                    let number = message.info().map_or(0, |info| info.stream_sequence);
                    workshop.tell(&format!(
                        "message {number} of {} is no row for `{place}` and is put aside, the {aside}. since this \
                         server began to listen: {why}",
                        from.stream
                    ));
                    answer(&message, AckKind::Term).await?;
                }
            }
        }
        let actor = Actor::new("broker", &workshop.holder, workshop.now_ms());
        match add(live::source(workshop), place, &rows, &actor).await {
            Ok(counts) => {
                workshop.signals.figures.live_rows("accepted", counts.accepted as u64);
                workshop.signals.figures.live_rows("repeated", counts.repeated as u64);
                for message in &kept {
                    answer(message, AckKind::Ack).await?;
                }
            }
            Err(cause) => {
                for message in &kept {
                    answer(message, AckKind::Nak(Some(AGAIN))).await?;
                }
                return match cause {
                    LiveError::Control(ControlError::Missing { .. }) => Ok(()),
                    cause => Err(cause.to_string()),
                };
            }
        }
    }
}

/// Messages that wait, or that come soon.
async fn fetch(consumer: &PullConsumer) -> Result<Vec<Message>, String> {
    let batch = consumer.batch().max_messages(AT_ONCE).expires(WAIT).messages().await;
    let mut batch = batch.map_err(|cause| cause.to_string())?;
    let mut messages = Vec::new();
    while let Some(message) = batch.next().await {
        match message {
            Ok(message) => messages.push(message),
            // What came before is kept first.
            Err(_) if !messages.is_empty() => break,
            Err(cause) => return Err(cause.to_string()),
        }
    }
    Ok(messages)
}

/// The row of a message.
fn read(message: &Message, now_ms: i64) -> Result<LiveRow, String> {
    let info = message.info().map_err(|cause| cause.to_string())?;
    let named = message.headers.as_ref().and_then(|headers| headers.get(MESSAGE_ID));
    // A stream that is made anew counts from 1 again; the moment of publishing is another one.
    let number =
        format!("{}:{}:{}", info.stream, info.stream_sequence, info.published.unix_timestamp_nanos());
    let named = named.map_or(number.as_str(), |named| named.as_str());
    // A row that does not say when it happened, happened when it was published, and not in the future.
    let published = info.published.unix_timestamp().min(now_ms / 1000);
    let rows = live_rows(&message.payload, Some(named), published).map_err(|bad| bad.why)?;
    match <[LiveRow; 1]>::try_from(rows) {
        Ok([row]) => Ok(row),
        Err(rows) => Err(format!("a message is one row, and this one has {}", rows.len())),
    }
}

async fn answer(message: &Message, kind: AckKind) -> Result<(), String> {
    message.ack_with(kind).await.map_err(|cause| cause.to_string())
}
