//! What all routes share.

use std::sync::Arc;

use crate::access::{AddressRules, Issuers, ProviderKeys};
use crate::artifacts::Artifacts;
use crate::control::Control;
use crate::http::Library;
use crate::release::MasterSecret;
use crate::signals::Signals;

use super::bundles::Bundles;
use super::caller::Callers;
use super::limits::{LimitSettings, Limits};
use super::offered::Lately;

/// What all routes share.
#[derive(Debug)]
pub struct ApiState {
    /// The database.
    pub control: Control,
    /// Models, reports and logs.
    pub artifacts: Artifacts,
    /// What endpoints serve.
    pub library: Arc<Library>,
    /// Where keys of manifests come from.
    pub secret: MasterSecret,
    /// Folders and networks that modelings may read.
    pub addresses: AddressRules,
    /// How often somebody may ask.
    pub(super) limits: Limits,
    /// What endpoints offered lately.
    pub(super) lately: Lately,
    /// Models that answered lately.
    pub(super) bundles: Bundles,
    /// The clock.
    pub clock: Clock,
    /// Who asked lately.
    pub(super) callers: Callers,
    /// Providers whose tokens are taken.
    pub(super) issuers: Issuers<ProviderKeys>,
    /// Where everything is told.
    pub(super) signals: Arc<Signals>,
    /// When this server was started.
    pub(super) started_ms: i64,
}

/// Where the time comes from: the machine, or a test.
#[derive(Debug, Clone, Copy)]
pub struct Clock(pub fn() -> i64);

impl Clock {
    /// The machine's.
    pub const MACHINE: Clock = Clock(machine_ms);

    /// Milliseconds since 1970.
    pub fn now_ms(self) -> i64 {
        (self.0)()
    }
}

fn machine_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// What a state is made of.
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub control: Control,
    /// Models, reports and logs.
    pub artifacts: Artifacts,
    /// What endpoints serve.
    pub library: Arc<Library>,
    /// Where keys of manifests come from.
    pub secret: MasterSecret,
    /// Folders and networks that modelings may read.
    pub addresses: AddressRules,
    /// How often somebody may ask.
    pub limits: LimitSettings,
    /// The clock.
    pub clock: Clock,
    /// Providers whose tokens are taken.
    pub issuers: Issuers<ProviderKeys>,
    /// Where everything is told.
    pub signals: Arc<Signals>,
}

impl ApiState {
    /// Everything together, with nothing remembered yet.
    pub fn new(parts: Parts) -> Self {
        let Parts { control, artifacts, library, secret, addresses, limits, clock, issuers, signals } = parts;
        let (limits, bundles, lately) = (Limits::new(&limits), Bundles::default(), Lately::default());
        let (callers, started_ms) = (Callers::default(), clock.now_ms());
        Self {
            control,
            artifacts,
            library,
            secret,
            addresses,
            limits,
            lately,
            bundles,
            clock,
            callers,
            issuers,
            signals,
            started_ms,
        }
    }
}
