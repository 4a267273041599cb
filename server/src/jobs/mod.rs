//! The work in the background: due cooks are asked for, claimed and run, models are published, manifests renewed.
//!
//! ```text
//! scheduler    due times -> cooks that wait
//! worker       a cook that waits -> its model, published
//!   lease         its claim, renewed
//!   child         one cook in a process of its own
//!   store         what it left -> the artifacts
//!   trace         what its span says
//! keeper       manifests that grow old, rollouts whose time has come, models that nobody needs
//! live         files of rows that arrived live: joined, let go, swept
//! sweeper      what lies in the store and nobody needs -> nothing
//!   activity      the audit of a day -> a file in the store
//! broker       subjects of a broker -> rows
//!   subscription  the messages of one subject
//! ```
//!
//! Everything runs on one thread that only waits; what computes does so in other processes. Invariant: whatever
//! happens to this program in any moment, what is served is one complete release, and a cook that was claimed is
//! either ended by this worker or taken over by another when its lease is over.

mod activity;
mod broker;
mod child;
mod keeper;
mod lease;
mod live;
mod scheduler;
mod store;
mod subscription;
mod sweeper;
mod trace;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

pub use broker::Broker;
pub use store::StoreError;

use crate::access::AddressRules;
use crate::artifacts::Artifacts;
use crate::control::Control;
use crate::release::MasterSecret;
use crate::settings::ByteSize;
use crate::signals::Signals;

/// What the work needs.
#[derive(Debug)]
pub struct Workshop {
    /// The database.
    pub control: Control,
    /// Where models go.
    pub artifacts: Artifacts,
    /// Signs manifests.
    pub secret: MasterSecret,
    /// This program.
    pub program: PathBuf,
    /// For the folders of cooks.
    pub folder: PathBuf,
    /// Name of this server in claims and records.
    pub holder: String,
    /// Cooks that run at the same time.
    pub cooks_at_once: usize,
    /// What a cook may use when its modeling does not say.
    pub memory: Option<ByteSize>,
    /// How old things go.
    pub sweep: SweepRules,
    /// Where rows come from besides.
    pub broker: Option<Broker>,
    /// Folders and networks that modelings may read.
    pub addresses: AddressRules,
    /// The clock, in milliseconds since 1970.
    pub clock: fn() -> i64,
    /// Where everything is told.
    pub signals: Arc<Signals>,
}

/// What goes when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepRules {
    /// Hours between two looks through the store; 0 for never.
    pub every_hours: u32,
    /// Days that logs of cooks stay.
    pub log_days: u32,
    /// Cooks without a model that stay, of each modeling.
    pub keep_cooks: u32,
    /// Whether the audit of each day is written into the store.
    pub audit_files: bool,
}

impl Workshop {
    fn now_ms(&self) -> i64 {
        (self.clock)()
    }

    fn tell(&self, line: &str) {
        self.signals.warn(line);
    }
}

/// Runs everything until `stop` says so; cooks that run then are given back for another worker.
pub async fn run(workshop: Arc<Workshop>, stop: watch::Receiver<bool>) {
    worker::clear(&workshop.folder);
    let workers = (0..workshop.cooks_at_once).map(|_| worker::run(Arc::clone(&workshop), stop.clone()));
    tokio::join!(
        scheduler::run(&workshop, stop.clone()),
        keeper::run(&workshop, stop.clone()),
        live::run(&workshop, stop.clone()),
        sweeper::run(&workshop, stop.clone()),
        broker::run(&workshop, stop.clone()),
        futures_util::future::join_all(workers),
    );
}

/// Sleeps, unless it is time to stop.
async fn pause(milliseconds: u64, stop: &mut watch::Receiver<bool>) {
    let sleep = tokio::time::sleep(std::time::Duration::from_millis(milliseconds));
    tokio::select! {
        () = sleep => {}
        // The sender is only gone when the program ends.
        _ = stop.wait_for(|stop| *stop) => {}
    }
}
