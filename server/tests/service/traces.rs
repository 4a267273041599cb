//! Traces: what spans say, how they hang together, which are taken, and that a collector cannot hurt the server.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::collector::{Collector, Kept, Mood};
use crate::running::{Running, shop};

const SERVER: i32 = 2;
const CLIENT: i32 = 3;
const OWN: i32 = 1;
const ERROR: i32 = 2;

const CALLER: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER_SPAN: &str = "00f067aa0ba902b7";

fn server(collector: &Collector, lines: &str) -> Running {
    let lines =
        format!("requests_per_second = 1_000_000\nlog = \"json\"\ntraces = \"{}\"\n{lines}", collector.url);
    Running::start_set(&lines)
}

/// A span of a request, by its method and route.
fn of<'a>(spans: &'a [Kept], name: &str) -> &'a Kept {
    spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name}: {spans:#?}"))
}

/// What the log says of a request.
fn logged(server: &Running, id: &str) -> Value {
    let lines = server.lines();
    let mut lines = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines.find(|line| line["request"] == id && line["message"] == "answered").unwrap_or(Value::Null)
}

/// The figure of a label.
fn figure(server: &Running, outcome: &str) -> u64 {
    let text = String::from_utf8(server.admin("GET", "/metrics", "").body).unwrap();
    let name = format!("cookshelf_spans_total{{outcome=\"{outcome}\"}} ");
    text.lines().find_map(|line| line.strip_prefix(&name)).unwrap().parse().unwrap()
}

/// Waits until something is so.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !so() {
        assert!(began.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_request_is_a_span_by_the_conventions_below_its_callers() {
    let collector = Collector::start(Mood::Takes);
    let server = server(
        &collector,
        "traces_headers = [\"x-tenant=a%2Cb\"]\ntraces_service = \"shelves\"\n\
         traces_resource = [\"deployment.environment.name=test\"]\n",
    );
    let parent = format!("00-{CALLER}-{CALLER_SPAN}-01");
    let lines = [("traceparent", parent.as_str()), ("tracestate", "shop=anna"), ("x-request-id", "mine-1")];
    let path = "/v1/accounts/hidden-name?secret=word";
    assert_eq!(server.ask("GET", path, Some(&server.key), &lines, "").status, 404);
    let body = r#"{"title":"One"}"#;
    assert!(server.admin("PUT", "/v1/accounts/one", body).status < 300);
    let strangers = [("traceparent", parent.as_str()), ("x-request-id", "mine-2")];
    assert_eq!(server.ask("GET", "/v1/accounts", None, &strangers, "").status, 401);
    assert_eq!(server.ask("BREW", "/v1/accounts?x=1", None, &[("x-request-id", "mine-3")], "").status, 405);
    server.admin("GET", "/livez", "");
    server.admin("GET", "/metrics", "");
    assert_eq!(server.ask("GET", "/e/one/web/manifest.json", None, &[], "").status, 404);

    let spans = collector.wait("span of the last request", |span| span.says("cookshelf.request") == "mine-3");
    let read = of(&spans, "GET /v1/accounts/{account}");
    assert_eq!((read.trace.as_str(), read.parent.as_str(), read.kind), (CALLER, CALLER_SPAN, SERVER));
    assert_eq!(read.state, "", "what a caller says to others is not passed on");
    for (name, value) in [
        ("http.request.method", "GET"),
        ("http.route", "/v1/accounts/{account}"),
        ("http.response.status_code", "404"),
        ("url.scheme", "http"),
        ("server.address", "127.0.0.1"),
        ("cookshelf.request", "mine-1"),
        ("error.type", ""),
    ] {
        assert_eq!(read.says(name), value, "{name}: {read:#?}");
    }
    assert_eq!((read.status, read.values.len()), (0, 7), "{read:#?}");
    assert!(read.end > read.start);
    assert_eq!(read.resource["service.name"], "shelves");
    assert_eq!(read.resource["deployment.environment.name"], "test");
    for name in ["service.version", "service.instance.id", "telemetry.sdk.name"] {
        assert!(read.resource.contains_key(name), "{name}");
    }

    // What the database did lies below the request.
    let write = of(&spans, "PUT /v1/accounts/{account}");
    let turn = spans.iter().find(|span| span.parent == write.id && span.name == "transaction").unwrap();
    assert_eq!((turn.kind, turn.says("db.system.name"), turn.trace == write.trace), (CLIENT, "sqlite", true));
    assert!(write.parent.is_empty() && turn.start >= write.start && turn.end <= write.end);

    // A stranger does not decide what his request is a part of.
    let stranger = of(&spans, "GET /v1/accounts");
    assert!(stranger.trace != CALLER && stranger.parent.is_empty());
    assert_eq!((stranger.says("http.response.status_code"), stranger.status), ("401", 0));
    let odd = of(&spans, "HTTP");
    assert_eq!((odd.says("http.request.method"), odd.says("http.route")), ("_OTHER", ""));

    // Neither probes nor downloads.
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_str()).collect();
    assert!(
        !names.iter().any(|name| name.contains("livez") || name.contains("metrics") || name.contains("/e/"))
    );

    // The log and the traces know of each other.
    assert_eq!(logged(&server, "mine-1")["trace"], CALLER);
    assert_eq!(logged(&server, "mine-2")["trace"], stranger.trace.as_str());

    let post = &collector.posts()[0];
    assert_eq!((post.path.as_str(), post.headers["x-tenant"].as_str()), ("/v1/traces", "a,b"));
    assert_eq!(post.headers["content-type"], "application/x-protobuf");
    let bytes: Vec<u8> = collector.posts().into_iter().flat_map(|post| post.body).collect();
    for never in ["hidden-name", "secret", "anna", "BREW"] {
        assert!(!bytes.windows(never.len()).any(|window| window == never.as_bytes()), "{never}");
    }
}

#[test]
fn a_cook_is_a_span_with_its_stages() {
    let collector = Collector::start(Mood::Takes);
    let server = server(&collector, "traces_protocol = \"http/json\"\n");
    shop(server.folder.path());
    let file = server.stack(
        "[[account]]\nname = \"demo\"\n\n[[account.modeling]]\nname = \"shop\"\nsource = \"shop/root\"\n\n\
         [[account.modeling]]\nname = \"none\"\nsource = \"shop\"\n\n\
         [[account.endpoint]]\nname = \"web\"\nmodelings = [\"shop\"]\n",
    );
    server.done(&["apply", "-f", &file]);
    server.done(&["cooks", "start", "demo/shop", "--wait"]);
    assert!(!server.cookshelf(&["cooks", "start", "demo/none", "--wait"]).status.success());
    let spans = collector.wait("cook that failed", |span| span.says("cookshelf.cook.outcome") == "failed");
    let cook = of(&spans, "cookshelf.cook");
    for (name, value) in [
        ("cookshelf.modeling", "demo/modelings/shop"),
        ("cookshelf.cook.cause", "manual"),
        ("cookshelf.cook.attempt", "1"),
        ("cookshelf.cook.outcome", "published"),
        ("error.type", ""),
    ] {
        assert_eq!(cook.says(name), value, "{name}: {cook:#?}");
    }
    assert_eq!((cook.kind, cook.status, cook.says("cookshelf.cook.id").len()), (OWN, 0, 21));
    let below: Vec<&Kept> = spans.iter().filter(|span| span.parent == cook.id).collect();
    for stage in ["read", "factors", "pack", "publish", "store", "transaction"] {
        let found = below.iter().find(|span| span.name == stage);
        let found = found.unwrap_or_else(|| panic!("no {stage}: {below:#?}"));
        assert!(
            found.trace == cook.trace && found.start >= cook.start && found.end <= cook.end,
            "{found:#?}"
        );
    }
    assert!(below.len() < 60, "a span for each renewal of the claim would be too many");
    let line = server.lines().into_iter().find(|line| line.contains("a cook ended: published")).unwrap();
    assert!(line.contains(&cook.trace), "{line}");
    let failed = spans.iter().find(|span| span.says("cookshelf.cook.outcome") == "failed").unwrap();
    assert_eq!((failed.status, failed.says("error.type")), (ERROR, "failed"));
    assert!(collector.posts().iter().all(|post| post.headers["content-type"] == "application/json"));
}

#[test]
fn a_sampler_takes_its_share_and_standard_variables_say_the_same() {
    let collector = Collector::start(Mood::Takes);
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20word"),
        ("OTEL_SERVICE_NAME", "by-variable"),
        ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"),
        ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
    ];
    let server = Running::start_given("requests_per_second = 1_000_000\nlog = \"json\"\n", &variables);
    for _ in 0..400 {
        server.admin("GET", "/v1/accounts", "");
    }
    let taken = format!("00-{CALLER}-{CALLER_SPAN}-01");
    let left = format!("00-{}-{CALLER_SPAN}-00", CALLER.replace('4', "5"));
    for (line, id) in [(left, "left-1"), (taken, "taken-1")] {
        let lines = [("traceparent", line.as_str()), ("x-request-id", id)];
        server.ask("GET", "/v1/keys", Some(&server.key), &lines, "");
    }
    let spans = collector.wait("span whose caller decided", |span| span.trace == CALLER);
    let own = spans.iter().filter(|span| span.name == "GET /v1/accounts").count();
    assert!((50..=150).contains(&own), "{own} of 400");
    assert_eq!(spans.iter().filter(|span| span.name == "GET /v1/keys").count(), 1);
    assert!(spans.iter().all(|span| span.resource["service.name"] == "by-variable"));
    assert_eq!(collector.posts()[0].headers["authorization"], "Bearer word");
    assert_eq!(
        (&logged(&server, "left-1")["trace"], &logged(&server, "taken-1")["trace"]),
        (&Value::Null, &CALLER.into())
    );
}

#[test]
fn a_collector_that_is_away_silent_or_hostile_costs_nothing_and_is_told_of_once() {
    let collector = Collector::start(Mood::Says(503));
    let server = server(&collector, "");
    let ask = |times: u64| {
        let began = Instant::now();
        for _ in 0..times {
            assert_eq!(server.admin("GET", "/v1/accounts", "").status, 200);
        }
        began.elapsed()
    };
    let told = |part: &str| server.lines().iter().filter(|line| line.contains(part)).count();
    ask(5);
    until("it is told", || told("traces cannot be sent to their collector: it answers 503") == 1);
    ask(5);
    collector.set(Mood::Takes);
    until("they are sent again", || figure(&server, "sent") >= 5);
    until("that is told", || told("traces are sent again") == 1);
    assert_eq!(figure(&server, "lost"), 0, "what was asked for again was not lost");

    // One that sends us elsewhere is not followed, and one that refuses for good is not asked again.
    collector.set(Mood::Says(307));
    ask(3);
    until("they are lost", || figure(&server, "lost") >= 3);
    assert!(collector.posts().iter().all(|post| post.path == "/v1/traces"));
    collector.set(Mood::RefusesOne);
    ask(3);
    until("one is refused", || figure(&server, "refused") >= 1);
    assert_eq!(told("the collector of traces leaves some out"), 1);
    collector.set(Mood::Endless);
    let (sent, lost) = (figure(&server, "sent"), figure(&server, "lost"));
    ask(3);
    until("it has said that it took them", || figure(&server, "sent") >= sent + 3);
    assert_eq!(figure(&server, "lost"), lost);

    // More than are kept while nobody takes them: answers come all the same, and the rest is counted.
    collector.set(Mood::Silent);
    until("what does not fit is lost", || {
        ask(200);
        figure(&server, "lost") > lost
    });
    until("that is told", || told("traces cannot be sent") == told("traces are sent again") + 1);
}

#[test]
fn what_waits_is_sent_when_the_server_ends_and_no_collector_holds_it_up() {
    let collector = Collector::start(Mood::Takes);
    let mut ending = server(&collector, "");
    ending.ask("GET", "/v1/keys", Some(&ending.key), &[("x-request-id", "the-last")], "");
    assert!(ending.end().success());
    let last = collector.spans().into_iter().any(|span| span.says("cookshelf.request") == "the-last");
    assert!(last, "{:#?}", collector.spans());

    let silent = Collector::start(Mood::Silent);
    let mut ending = server(&silent, "");
    ending.admin("GET", "/v1/keys", "");
    assert!(ending.end().success());
}
