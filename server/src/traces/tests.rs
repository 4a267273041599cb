//! Settings, parents, and a queue that is full: without a collector at the other end.

use std::time::SystemTime;

use super::queue::MOST;
use super::*;

fn collector(sampler: &str, share: &str) -> Collector {
    Collector {
        url: CollectorUrl::below("http://127.0.0.1:9").unwrap(),
        protocol: Protocol::Protobuf,
        headers: Vec::new(),
        service: None,
        resource: Vec::new(),
        sampling: sampler.parse::<SamplerName>().unwrap().with(share).unwrap(),
    }
}

fn traces(sampler: &str, share: &str) -> (Traces, Sender) {
    let instance = Instance {
        name: "test".to_owned(),
        host: "here".to_owned(),
        listen: "0.0.0.0:8788".parse().unwrap(),
        scheme: "http",
    };
    Traces::to(&collector(sampler, share), &instance).unwrap()
}

fn begin(traces: &Traces, parent: Option<&str>) -> Trace {
    traces.begin("work", Kind::Server, SystemTime::now(), parent)
}

#[test]
fn addresses_of_collectors_lead_to_traces() {
    let cases = [
        ("http://one.example:4318", "http://one.example:4318/v1/traces"),
        ("http://one.example:4318/", "http://one.example:4318/v1/traces"),
        ("https://one.example/otlp/", "https://one.example/otlp/v1/traces"),
        ("https://one.example/v1/traces", "https://one.example/v1/traces"),
    ];
    for (text, address) in cases {
        assert_eq!(CollectorUrl::below(text).unwrap().0.as_str(), address);
    }
    assert_eq!(CollectorUrl::whole("https://one.example/x").unwrap().0.as_str(), "https://one.example/x");
    for wrong in ["", "one.example:4318", "grpc://one.example", "http://", "http://key@one.example"] {
        assert!(CollectorUrl::below(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn pairs_are_read_and_hide_what_they_hold() {
    let pair: Pair = " x-key = a%2Cb%3D ".parse().unwrap();
    assert_eq!((pair.name.as_str(), pair.value.as_str()), ("x-key", "a,b="));
    assert_eq!(format!("{pair:?}"), "x-key=***");
    for wrong in ["", "key", "=value", "a b=c", "key=%", "key=%4", "key=%zz", "key=%+1", "key=%ff", "key=%é"]
    {
        assert!(wrong.parse::<Pair>().is_err(), "{wrong}");
    }
}

#[test]
fn a_header_that_cannot_be_sent_is_named_without_what_it_holds() {
    let mut collector = collector("always_on", "1");
    collector.headers = vec!["x-key=hush%0Aword".parse().unwrap()];
    let instance = Instance {
        name: String::new(),
        host: String::new(),
        listen: "127.0.0.1:1".parse().unwrap(),
        scheme: "http",
    };
    let error = Traces::to(&collector, &instance).unwrap_err();
    assert!(error.contains("x-key") && !error.contains("hush"), "{error}");
}

#[test]
fn samplers_have_their_names_and_shares() {
    for name in ["always_on", "parentbased_always_off", "parentbased_traceidratio"] {
        assert!(name.parse::<SamplerName>().unwrap().with("0.5").is_ok());
    }
    for wrong in ["", "on", "parentbased_", "xray", "parentbased_parentbased_always_on"] {
        assert!(wrong.parse::<SamplerName>().is_err(), "{wrong}");
    }
    let share: SamplerName = "traceidratio".parse().unwrap();
    for wrong in ["", "2", "-0.1", "half", "NaN"] {
        assert!(share.with(wrong).is_err(), "{wrong}");
    }
    let taken = |sampler: &str, share: &str, parent: Option<&str>| {
        let (traces, _sender) = traces(sampler, share);
        (0..1_000).filter(|_| begin(&traces, parent).id().is_some()).count()
    };
    assert_eq!((taken("always_on", "0", None), taken("always_off", "1", None)), (1_000, 0));
    assert!((300..700).contains(&taken("traceidratio", "0.5", None)));
    let [yes, no] = ["01", "00"].map(|flags| format!("00-{}-{}-{flags}", "ab".repeat(16), "cd".repeat(8)));
    assert_eq!(taken("parentbased_always_off", "1", Some(&yes)), 1_000);
    assert_eq!(taken("parentbased_always_on", "1", Some(&no)), 0);
    assert_eq!(taken("always_off", "1", Some(&yes)), 0);
}

#[test]
fn a_parent_is_what_its_line_says_or_none() {
    let (traces, _sender) = traces("parentbased_always_on", "1");
    let good = format!("00-{}-{}-01", "ab".repeat(16), "cd".repeat(8));
    assert_eq!(begin(&traces, Some(&good)).id(), Some("ab".repeat(16)));
    // A later version may have more at its end.
    let later = format!("01-{}-{}-01-more", "ab".repeat(16), "cd".repeat(8));
    assert_eq!(begin(&traces, Some(&later)).id(), Some("ab".repeat(16)));
    let wrong = [
        String::new(),
        "anna".to_owned(),
        good.to_uppercase(),
        format!("ff{}", &good[2..]),
        format!("00-{}-{}-01", "00".repeat(16), "cd".repeat(8)),
        format!("00-{}-{}-01", "ab".repeat(16), "00".repeat(8)),
        format!("{good}-more"),
        good[..good.len() - 1].to_owned() + "x",
    ];
    for line in wrong {
        let id = begin(&traces, Some(&line)).id().unwrap();
        assert!(id != "ab".repeat(16) && id != "00".repeat(16), "{line}: {id}");
    }
}

#[test]
fn what_is_below_finds_what_it_is_done_under() {
    let (traces, _sender) = traces("always_on", "1");
    assert_eq!(child("alone", Kind::Client).id(), None);
    let trace = begin(&traces, None);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (below, quiet) = runtime.block_on(trace.within(async {
        let below = child("below", Kind::Client).id();
        (below, quietly(async { child("quiet", Kind::Client).id() }).await)
    }));
    assert_eq!((below, quiet), (trace.id(), None));
    assert_eq!(child("after", Kind::Client).id(), None);
    assert!(Traces::default().begin("off", Kind::Server, SystemTime::now(), None).id().is_none());
}

#[test]
fn what_does_not_fit_is_lost_and_each_span_is_counted_once() {
    let (traces, sender) = traces("always_on", "1");
    for _ in 0..MOST + 7 {
        begin(&traces, None).end();
    }
    assert_eq!(traces.counts(), [("sent", 0), ("refused", 0), ("lost", 7)]);
    traces.close();
    begin(&traces, None).end();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let told = std::cell::RefCell::new(Vec::new());
    runtime.block_on(sender.run(|notice| told.borrow_mut().push(notice.clone())));
    // Nobody listens there.
    assert_eq!(traces.counts(), [("sent", 0), ("refused", 0), ("lost", MOST as u64 + 8)]);
    assert_eq!(told.into_inner(), [Notice::Away("it cannot be connected to".to_owned())]);
}

#[test]
fn a_collector_that_is_slower_than_spans_come_is_told_of_until_it_is_not() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut collector = collector("always_on", "1");
    collector.url = CollectorUrl::below(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                use std::io::{Read, Write};
                let mut part = [0; 64 * 1024];
                // One answer a connection, when the request has come.
                stream.set_read_timeout(Some(std::time::Duration::from_millis(200))).unwrap();
                while stream.read(&mut part).is_ok_and(|read| read > 0) {}
                let _ =
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            });
        }
    });
    let instance = Instance {
        name: String::new(),
        host: String::new(),
        listen: "127.0.0.1:1".parse().unwrap(),
        scheme: "http",
    };
    let (traces, sender) = Traces::to(&collector, &instance).unwrap();
    for _ in 0..MOST + 1 {
        begin(&traces, None).end();
    }
    let told = std::cell::RefCell::new(Vec::new());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(sender.run(|notice| {
        told.borrow_mut().push(notice.clone());
        if matches!(notice, Notice::Back(_)) {
            traces.close();
        }
    }));
    assert_eq!(traces.counts(), [("sent", MOST as u64), ("refused", 0), ("lost", 1)]);
    let slow = Notice::Away("it takes fewer than there are".to_owned());
    assert_eq!(told.into_inner(), [slow, Notice::Back(1)]);
}
