//! Rows that come from a broker: NATS with JetStream, a subscription for each modeling that names a subject.
//!
//! Which modelings do is looked up again and again, so that a change needs no new start. Without the setting `broker`
//! nothing is done. Servers share the work: the broker gives each message to one of them. Invariant: a subscription that
//! stops in the middle has acknowledged nothing that is not safe.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::{self, Context};
use async_nats::{ConnectOptions, Event};
use tokio::sync::watch;
use tokio::task::{JoinHandle, LocalSet, spawn_local};

use super::{Workshop, pause, subscription};
use crate::control::ControlError;
use crate::resource::{Kind, Place, Spec, Subscription};

/// Between two looks at what modelings say.
const LOOK_EVERY_MS: u64 = 2_000;
/// After what cannot be connected to.
const AGAIN_MS: u64 = 5_000;
/// A page of modelings.
const PAGE: u32 = 500;
const CONNECT: Duration = Duration::from_secs(5);

/// Where the broker is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broker {
    /// `nats://host:4222` or `tls://host:4222`.
    pub address: String,
    /// A file of credentials, as `nsc` writes them.
    pub credentials: Option<PathBuf>,
}

/// Subscriptions that run, by their modeling.
type Running = BTreeMap<Place, (Subscription, JoinHandle<()>)>;

pub(super) async fn run(workshop: &Arc<Workshop>, mut stop: watch::Receiver<bool>) {
    let Some(broker) = &workshop.broker else { return };
    let work = async {
        let Some(context) = connect(workshop, broker, &mut stop).await else { return };
        let mut running = Running::new();
        while !*stop.borrow() {
            // While the database is away what runs goes on: it acknowledges nothing then.
            if let Ok(wanted) = wanted(workshop).await {
                follow(workshop, &context, &mut running, wanted);
            }
            pause(LOOK_EVERY_MS, &mut stop).await;
        }
        running.into_values().for_each(|(_, task)| task.abort());
    };
    LocalSet::new().run_until(work).await;
}

/// The connection, which looks after itself from then on; nothing when the program ends before there is one.
async fn connect(workshop: &Workshop, broker: &Broker, stop: &mut watch::Receiver<bool>) -> Option<Context> {
    while !*stop.borrow() {
        let signals = Arc::clone(&workshop.signals);
        let mut options = ConnectOptions::new().name("cookshelf").connection_timeout(CONNECT);
        options = options.retry_on_initial_connect().event_callback(move |event| {
            match event {
                Event::Connected => signals.info("the broker is connected", &[]),
                Event::Disconnected => signals.warn("the broker is away; messages wait there"),
                Event::ServerError(cause) => signals.warn(&format!("the broker says: {cause}")),
                _ => {}
            }
            async {}
        });
        let connected = async {
            let options = match &broker.credentials {
                Some(file) => options.credentials_file(file).await.map_err(|cause| {
                    format!("the broker's credentials {} cannot be used: {cause}", file.display())
                })?,
                None => options,
            };
            options
                .connect(&broker.address)
                .await
                .map_err(|cause| format!("the broker cannot be used: {cause}"))
        };
        match connected.await {
            Ok(client) => return Some(jetstream::new(client)),
            Err(why) => workshop.tell(&why),
        }
        pause(AGAIN_MS, stop).await;
    }
    None
}

/// What modelings say now.
async fn wanted(workshop: &Workshop) -> Result<BTreeMap<Place, Subscription>, ControlError> {
    let mut wanted = BTreeMap::new();
    let mut after: Option<Place> = None;
    loop {
        let page = workshop.control.resources(None, Kind::Modeling, after.as_ref(), PAGE).await?;
        after = page.last().map(|resource| resource.place.clone());
        let last = page.len() < PAGE as usize;
        for resource in page {
            if let Spec::Modeling(spec) = resource.spec
                && let Some(subscription) = spec.live().broker
            {
                wanted.insert(resource.place, subscription);
            }
        }
        if last {
            return Ok(wanted);
        }
    }
}

/// Stops what is not wanted any more or ended, and starts what is missing.
fn follow(
    workshop: &Arc<Workshop>,
    context: &Context,
    running: &mut Running,
    wanted: BTreeMap<Place, Subscription>,
) {
    running.retain(|place, (subscription, task)| {
        let stays = wanted.get(place) == Some(subscription) && !task.is_finished();
        if !stays {
            task.abort();
        }
        stays
    });
    for (place, subscription) in wanted {
        running.entry(place).or_insert_with_key(|place| {
            let work =
                subscription::run(Arc::clone(workshop), context.clone(), place.clone(), subscription.clone());
            (subscription, spawn_local(work))
        });
    }
}
