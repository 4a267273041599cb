//! Requests that two servers could read in two ways: none is answered as if it were fine,
//! and none leaves the connection open for a second, smuggled request.

use crate::client::{parse, send};
use crate::folder::{Out, Running};

const SECOND: &str = "GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";

/// Head of a request (or more), and the statuses that refuse it. No status at all is a refusal, too.
const REQUESTS: &[(&str, &str)] = &[
    ("two lengths", "GET /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\ncontent-length: 5\r\n\r\n"),
    (
        "two equal lengths",
        "POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\nhello",
    ),
    ("a length list", "POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 5, 5\r\n\r\nhello"),
    ("a signed length", "POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: +3\r\n\r\nabc"),
    ("a negative length", "POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n"),
    ("a length in hexadecimal", "POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 0x3\r\n\r\nabc"),
    (
        "length and chunks",
        "POST /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "chunks in HTTP/1.0",
        "POST /healthz HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ),
    (
        "an unknown transfer",
        "POST /healthz HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
    ),
    ("space before a colon", "GET /healthz HTTP/1.1\r\nhost : a\r\n\r\n"),
    ("a folded line", "GET /healthz HTTP/1.1\r\nhost: a\r\nx-a: b\r\n c\r\n\r\n"),
    ("NUL in a value", "GET /healthz HTTP/1.1\r\nhost: a\r\nx-a: b\0c\r\n\r\n"),
    ("NUL in the path", "GET /heal\0thz HTTP/1.1\r\nhost: a\r\n\r\n"),
    ("space in a name", "GET /healthz HTTP/1.1\r\nhost: a\r\nx a: b\r\n\r\n"),
    ("no name", "GET /healthz HTTP/1.1\r\nhost: a\r\n: b\r\n\r\n"),
    ("no colon", "GET /healthz HTTP/1.1\r\nhost: a\r\nnothing\r\n\r\n"),
    ("no host", "GET /healthz HTTP/1.1\r\n\r\n"),
    ("two hosts", "GET /healthz HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"),
    ("no version", "GET /healthz\r\n\r\n"),
    ("an unknown version", "GET /healthz HTTP/1.9\r\nhost: a\r\n\r\n"),
    ("another protocol", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("two spaces", "GET  /healthz HTTP/1.1\r\nhost: a\r\n\r\n"),
    ("a bracket as method", "G[T /healthz HTTP/1.1\r\nhost: a\r\n\r\n"),
    ("bare carriage returns", "GET /healthz HTTP/1.1\rhost: a\r\r"),
    ("TLS", "\x16\x03\x01\x02\0\x01\0\x01\u{7f}"),
];

#[test]
fn none_is_answered_as_if_it_were_fine() {
    let out = Out::new();
    let name = out.blob(b"one");
    out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    for (what, request) in REQUESTS {
        let answer = send(server.address, format!("{request}{SECOND}").as_bytes());
        let text = String::from_utf8_lossy(&answer);
        if let Some((reply, rest)) = parse(&answer) {
            assert!((400..500).contains(&reply.status), "{what}: {text}");
            assert!(rest.is_empty(), "{what}: a second answer: {text}");
        }
    }
}

#[test]
fn heads_have_limits() {
    let out = Out::new();
    let name = out.blob(b"one");
    out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    let many: String = (0..200).map(|at| format!("x-{at}: y\r\n")).collect();
    let requests = [
        format!("GET /healthz HTTP/1.1\r\nhost: a\r\n{many}\r\n"),
        format!("GET /healthz HTTP/1.1\r\nhost: a\r\nx-a: {}\r\n\r\n", "y".repeat(300_000)),
        format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "y".repeat(300_000)),
    ];
    for request in &requests {
        let answer = send(server.address, request.as_bytes());
        if let Some((reply, rest)) = parse(&answer) {
            assert!((400..500).contains(&reply.status) && rest.is_empty(), "{reply:?}");
        }
    }
}

#[test]
fn a_body_nobody_asked_for_ends_the_connection() {
    let out = Out::new();
    let name = out.blob(b"one");
    out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    for method in ["POST", "GET"] {
        let request =
            format!("{method} /healthz HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n{SECOND}");
        let answer = send(server.address, request.as_bytes());
        let (reply, rest) = parse(&answer).expect("an answer");
        assert_eq!(reply.line("connection"), Some("close"), "{method}");
        assert!(rest.is_empty(), "{method}: the body was read as a request");
    }
}
