//! How often somebody may ask: per key and per address, and which address a request is from.
//!
//! Memory is bounded whatever comes: when more callers are counted than there is room for, those who have been quiet
//! are forgotten, and while all are busy, newcomers share one allowance, so that a full table never opens the gate.
//! Whoever is known already keeps an allowance of his own, however many newcomers there are.
//! Invariant: what a caller writes into a header counts for nothing unless a proxy that the operator named passed it on.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::{DashMapStateStore, ShrinkableKeyedStateStore};
use governor::state::{InMemoryState, NotKeyed, StateStore};
use governor::{Quota, RateLimiter};

use super::network::Network;

/// An allowance: so many at once, refilled evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitParams {
    /// How many in a minute, in the long run.
    pub per_minute: NonZeroU32,
    /// How many at once.
    pub burst: NonZeroU32,
    /// How many callers are told apart.
    pub most_callers: usize,
}

/// Whoever asked too often, and when he may ask again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooOften {
    /// Whole seconds, at least one: what `Retry-After` says.
    pub retry_after: u64,
}

/// Counts callers of one kind.
#[derive(Debug)]
pub struct Limit<K: Hash + Eq + Clone, C: Clock = MonotonicClock> {
    params: LimitParams,
    callers: RateLimiter<K, Callers<K>, C, NoOpMiddleware<C::Instant>>,
    /// Asked so often since the quiet ones were last forgotten.
    asked: AtomicU64,
    clock: C,
}

/// What is left of each caller's allowance, and what newcomers share while there is no room.
#[derive(Debug)]
struct Callers<K: Hash + Eq + Clone> {
    own: DashMapStateStore<K>,
    crowd: InMemoryState,
    most: usize,
}

impl<K: Hash + Eq + Clone> StateStore for Callers<K> {
    type Key = K;

    fn measure_and_replace<T, F, E>(&self, caller: &K, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        if let Some(own) = self.own.get(caller) {
            return own.measure_and_replace(&NotKeyed::NonKey, measure);
        }
        if self.own.len() >= self.most {
            return self.crowd.measure_and_replace(&NotKeyed::NonKey, measure);
        }
        self.own.measure_and_replace(caller, measure)
    }
}

impl<K: Hash + Eq + Clone> ShrinkableKeyedStateStore<K> for Callers<K> {
    fn retain_recent(&self, drop_below: Nanos) {
        self.own.retain_recent(drop_below);
    }

    fn len(&self) -> usize {
        self.own.len()
    }

    fn is_empty(&self) -> bool {
        self.own.is_empty()
    }
}

impl<K: Hash + Eq + Clone> Limit<K> {
    /// One by the clock of this machine.
    pub fn new(params: LimitParams) -> Self {
        Self::with_clock(params, MonotonicClock)
    }
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Limit<K, C> {
    /// One by another clock.
    pub fn with_clock(params: LimitParams, clock: C) -> Self {
        let quota = Quota::per_minute(params.per_minute).allow_burst(params.burst);
        let most = params.most_callers.max(1);
        let callers = Callers { own: DashMapStateStore::default(), crowd: InMemoryState::default(), most };
        let callers = RateLimiter::new(quota, callers, clock.clone());
        Self { params, callers, asked: AtomicU64::new(0), clock }
    }

    /// Counts one request of a caller, or says when he may ask again.
    pub fn check(&self, caller: &K) -> Result<(), TooOften> {
        let most = self.params.most_callers.max(1) as u64;
        // Forgetting costs a walk over all, so it is done once in as many requests.
        if self.asked.fetch_add(1, Ordering::Relaxed) % most == most - 1 {
            self.callers.retain_recent();
        }
        self.callers.check_key(caller).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            TooOften { retry_after: wait.saturating_add(Duration::from_millis(999)).as_secs().max(1) }
        })
    }

    /// How many callers are remembered.
    pub fn callers(&self) -> usize {
        self.callers.len()
    }
}

/// The address that a request is counted under. `peer` is who is connected; `forwarded` are the values of
/// `X-Forwarded-For`, in order. The right-most address that is no trusted proxy is it: all to its left, its bearer may
/// have made up.
pub fn client_address(peer: IpAddr, forwarded: &[&str], proxies: &[Network]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.has(address));
    let mut client = peer.to_canonical();
    let hops = forwarded.iter().rev().flat_map(|value| value.rsplit(','));
    for hop in hops {
        // What the proxy before it did not write as an address ends what can be believed.
        let Some(address) = hop_address(hop.trim()).filter(|_| trusted(client)) else { break };
        client = address.to_canonical();
    }
    whole_network(client)
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1` or `[2001:db8::1]:80`.
fn hop_address(text: &str) -> Option<IpAddr> {
    let plain = text.parse::<IpAddr>();
    let with_port = || text.parse::<std::net::SocketAddr>().map(|address| address.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    plain.ok().or_else(|| with_port().ok()).or_else(bracketed)
}

/// One household, or one machine, has a whole /64 of IPv6 to choose addresses from.
fn whole_network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn limit(most_callers: usize) -> (Limit<u32, FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let number = |n| NonZeroU32::new(n).unwrap();
        let params = LimitParams { per_minute: number(60), burst: number(10), most_callers };
        (Limit::with_clock(params, clock.clone()), clock)
    }

    #[test]
    fn ten_times_as_many_requests_get_no_more_than_the_limit() {
        let (limit, clock) = limit(100);
        let mut let_in = 0;
        // 600 a minute for ten minutes, where 60 are allowed and 10 at once.
        for _ in 0..6_000 {
            let_in += u32::from(limit.check(&1).is_ok());
            clock.advance(Duration::from_millis(100));
        }
        assert!((600 - 30..=610 + 30).contains(&let_in), "{let_in}");
    }

    #[test]
    fn whoever_waits_as_told_is_let_in() {
        let (limit, clock) = limit(100);
        for _ in 0..10 {
            assert_eq!(limit.check(&1), Ok(()));
        }
        let refused = limit.check(&1).unwrap_err();
        assert_eq!(refused, TooOften { retry_after: 1 });
        assert_eq!(limit.check(&2), Ok(()), "another is not kept out");
        clock.advance(Duration::from_secs(refused.retry_after));
        assert_eq!(limit.check(&1), Ok(()));
    }

    #[test]
    fn a_full_table_neither_grows_nor_opens_the_gate() {
        let (limit, clock) = limit(50);
        let newcomers = (0..10_000).filter(|caller| limit.check(caller).is_ok()).count();
        assert!(newcomers <= 50 + 10, "{newcomers}");
        assert!(limit.callers() <= 50, "{}", limit.callers());
        assert!(
            (0..50).all(|caller| limit.check(&caller).is_ok()),
            "the known ones keep their own allowance"
        );
        // The quiet ones are forgotten, and there is room again.
        clock.advance(Duration::from_secs(60));
        let later = (20_000..20_200).filter(|caller| limit.check(caller).is_ok()).count();
        assert!(later >= 50 && limit.callers() <= 50, "{later} {}", limit.callers());
    }

    #[test]
    fn only_trusted_proxies_say_who_asks() {
        let proxies: Vec<Network> =
            ["10.0.0.0/8", "fd00::/8", "192.0.2.7"].map(|text| text.parse().unwrap()).to_vec();
        let cases: [(&str, &[&str], &str); 15] = [
            ("203.0.113.5", &[], "203.0.113.5"),
            // A header of the caller's own.
            ("203.0.113.5", &["198.51.100.1"], "203.0.113.5"),
            ("10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            // He wrote one, and the proxy added his address.
            ("10.1.2.3", &["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
            ("10.1.2.3", &["10.9.9.9, 198.51.100.1"], "198.51.100.1"),
            // Two proxies.
            ("10.1.2.3", &["198.51.100.1, 10.4.5.6"], "198.51.100.1"),
            ("192.0.2.7", &["198.51.100.1:4711"], "198.51.100.1"),
            ("10.1.2.3", &["nonsense, 10.4.5.6"], "10.4.5.6"),
            ("10.1.2.3", &["unknown"], "10.1.2.3"),
            ("10.1.2.3", &[""], "10.1.2.3"),
            ("::ffff:10.1.2.3", &["198.51.100.1"], "198.51.100.1"),
            ("fd00::1", &["[2001:db8:1:2:3:4:5:6]:443"], "2001:db8:1:2::"),
            ("2001:db8:1:2:ffff::1", &["198.51.100.1"], "2001:db8:1:2::"),
            ("10.1.2.3", &["10.4.5.6"], "10.4.5.6"),
        ];
        for (peer, forwarded, expected) in cases {
            let found = client_address(peer.parse().unwrap(), forwarded, &proxies);
            assert_eq!(found.to_string(), expected, "{peer} {forwarded:?}");
        }
        assert_eq!(client_address("10.1.2.3".parse().unwrap(), &["1.1.1.1"], &[]).to_string(), "10.1.2.3");
    }
}
