//! How often somebody may ask: counted by address before anything else is looked at, and by key after that.
//!
//! Downloads are not counted: they cost next to nothing. Invariant: what a client writes about its own address
//! changes nothing unless a proxy that the operator named passes it on.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;

use actix_web::HttpRequest;

use super::error::{ApiError, Reason};
use crate::access::{Caller, Limit, LimitParams, Network, client_address};

/// Callers that are told apart.
const MOST_CALLERS: usize = 50_000;
/// Seconds' worth of requests that may come at once.
const BURST: u32 = 4;

/// How often somebody may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitSettings {
    /// In the long run.
    pub per_second: u32,
    /// Whose word about addresses is believed.
    pub proxies: Vec<Network>,
}

/// The counters.
#[derive(Debug)]
pub(super) struct Limits {
    addresses: Limit<IpAddr>,
    keys: Limit<String>,
    proxies: Vec<Network>,
}

impl Limits {
    pub(super) fn new(settings: &LimitSettings) -> Self {
        let whole = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let params = LimitParams {
            per_minute: whole(settings.per_second.saturating_mul(60)),
            burst: whole(settings.per_second.saturating_mul(BURST)),
            most_callers: MOST_CALLERS,
        };
        Self { addresses: Limit::new(params), keys: Limit::new(params), proxies: settings.proxies.clone() }
    }

    /// Counts a request of an address.
    pub(super) fn address(&self, request: &HttpRequest) -> Result<(), ApiError> {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let lines = request.headers().get_all("x-forwarded-for");
        let forwarded: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
        let client = client_address(peer, &forwarded, &self.proxies);
        self.addresses.check(&client).map_err(|often| too_often(often.retry_after))
    }

    /// Counts a request of a key.
    pub(super) fn caller(&self, caller: &Caller) -> Result<(), ApiError> {
        match caller {
            Caller::Nobody => Ok(()),
            Caller::Known { name, .. } => self.keys.check(name).map_err(|often| too_often(often.retry_after)),
        }
    }
}

fn too_often(seconds: u64) -> ApiError {
    ApiError::new(Reason::TooManyRequests, "Too many requests").after(seconds)
}
