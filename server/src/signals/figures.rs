//! Figures of the work, in the form that Prometheus reads.
//!
//! Labels are names from our own tables, never anything that a caller wrote, so that there are only so many series.

use std::fmt::Write;
use std::sync::Mutex;
use std::sync::PoisonError;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper ends of the classes of how long a request took, in seconds.
const REQUEST_SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// Of a cook.
const COOK_SECONDS: [f64; 12] =
    [1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 14_400.0, 86_400.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Why {
    reason: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    outcome: &'static str,
}

/// What is counted where it happens.
#[derive(Debug)]
pub struct Figures {
    requests: Family<Answered, Counter>,
    request_seconds: Family<Of, Histogram>,
    denied: Family<Why, Counter>,
    cooks: Family<Ended, Counter>,
    cook_seconds: Histogram,
    store_errors: Counter,
    live_rows: Family<Ended, Counter>,
    registry: Mutex<Registry>,
}

/// What is looked up when somebody asks: a name without our prefix, what it is, and its series.
#[derive(Debug, Default)]
pub struct Gauges(String);

impl Gauges {
    /// A figure that goes up and down.
    pub fn gauge(&mut self, name: &str, about: &str, value: f64) {
        self.figure(name, "gauge", about, &[("", value)]);
    }

    /// One that has labels, in braces.
    pub fn labelled(&mut self, name: &str, about: &str, labels: &str, value: f64) {
        self.figure(name, "gauge", about, &[(labels, value)]);
    }

    /// Figures that only grow, by their labels in braces.
    pub fn counters(&mut self, name: &str, about: &str, series: &[(impl AsRef<str>, f64)]) {
        self.figure(name, "counter", about, series);
    }

    fn figure(&mut self, name: &str, kind: &str, about: &str, series: &[(impl AsRef<str>, f64)]) {
        // The form of OpenMetrics: the family of a counter has no `_total`, its series do.
        let family = if kind == "counter" { name.trim_end_matches("_total") } else { name };
        // Writing into a text does not fail.
        let _ = writeln!(self.0, "# HELP {family} {about}.\n# TYPE {family} {kind}");
        for (labels, value) in series {
            let _ = writeln!(self.0, "{name}{} {value}", labels.as_ref());
        }
    }
}

impl Figures {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("cookshelf");
        let figures = Self {
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(|| Histogram::new(REQUEST_SECONDS)),
            denied: Family::default(),
            cooks: Family::default(),
            cook_seconds: Histogram::new(COOK_SECONDS),
            store_errors: Counter::default(),
            live_rows: Family::default(),
            registry: Mutex::default(),
        };
        registry.register("requests", "Requests by route and answer", figures.requests.clone());
        let about = "Seconds from the first byte of a request to its answer";
        registry.register("request_seconds", about, figures.request_seconds.clone());
        registry.register("denied", "Requests that were refused to their caller", figures.denied.clone());
        registry.register("cooks", "Cooks that ended on this server", figures.cooks.clone());
        registry.register("cook_seconds", "Seconds that cooks took", figures.cook_seconds.clone());
        let about = "Times that the store of the artifacts could not be used";
        registry.register("store_errors", about, figures.store_errors.clone());
        registry.register("live_rows", "Rows that arrived live", figures.live_rows.clone());
        for reason in ["unauthenticated", "forbidden", "not_found"] {
            drop(figures.denied.get_or_create(&Why { reason }));
        }
        for outcome in ["published", "held", "failed", "cancelled"] {
            drop(figures.cooks.get_or_create(&Ended { outcome }));
        }
        for outcome in ["accepted", "repeated", "refused"] {
            drop(figures.live_rows.get_or_create(&Ended { outcome }));
        }
        *figures.registry.lock().unwrap_or_else(PoisonError::into_inner) = registry;
        figures
    }

    /// A request was answered.
    pub fn answered(&self, route: &'static str, method: &'static str, status: u16, seconds: f64) {
        self.requests.get_or_create(&Answered { route, method, status }).inc();
        self.request_seconds.get_or_create(&Of { route }).observe(seconds);
    }

    /// A request was refused to its caller.
    pub fn denied(&self, reason: &'static str) {
        self.denied.get_or_create(&Why { reason }).inc();
    }

    /// A cook ended on this server.
    pub fn cooked(&self, outcome: &'static str, seconds: f64) {
        self.cooks.get_or_create(&Ended { outcome }).inc();
        self.cook_seconds.observe(seconds);
    }

    /// The store of the artifacts could not be used.
    pub fn store_failed(&self) {
        self.store_errors.inc();
    }

    /// Rows arrived live.
    pub fn live_rows(&self, outcome: &'static str, rows: u64) {
        self.live_rows.get_or_create(&Ended { outcome }).inc_by(rows);
    }

    /// Everything as text.
    pub fn text(&self, gauges: &Gauges) -> String {
        let mut text = gauges.0.clone();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        // It ends with the mark of the end, so it comes last; writing into a text does not fail.
        let _ = encode(&mut text, &registry);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_they_are_read() {
        let figures = Figures::new();
        figures.answered("getAccount", "GET", 200, 0.002);
        figures.cooked("failed", 3.0);
        let mut gauges = Gauges::default();
        gauges.gauge("cookshelf_cooks_waiting", "Cooks that wait", 2.0);
        gauges.counters("cookshelf_downloads_total", "Downloads", &[("{kind=\"blob\"}", 7.0)]);
        let text = figures.text(&gauges);
        for line in [
            "# TYPE cookshelf_cooks_waiting gauge",
            "cookshelf_cooks_waiting 2",
            "# TYPE cookshelf_downloads counter",
            "cookshelf_downloads_total{kind=\"blob\"} 7",
            "cookshelf_requests_total{route=\"getAccount\",method=\"GET\",status=\"200\"} 1",
            "cookshelf_request_seconds_bucket{le=\"0.0025\",route=\"getAccount\"} 1",
            "cookshelf_cooks_total{outcome=\"failed\"} 1",
            "cookshelf_cooks_total{outcome=\"held\"} 0",
            "cookshelf_live_rows_total{outcome=\"accepted\"} 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }
}
