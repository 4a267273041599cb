//! The table of requests and what must come back: codings, conditions, ranges, methods, errors.
//!
//! In paths and values `{text}` stands for a blob that shrinks, `{noise}` for one that does
//! not, `{page}` for the manifest's hash. Every GET is also asked as HEAD.

use std::collections::BTreeMap;
use std::io::Read;

use crate::client::{Reply, ask, get};
use crate::folder::{Out, Running, hex, name_of, noise, words};

/// What the body must be.
#[derive(Debug, Clone, Copy)]
enum Sent {
    Plain,
    Brotli,
    Zstd,
    /// Whichever coding is smallest.
    Smallest,
    Bytes(usize, usize),
    Nothing,
    Error(&'static str),
}

use Sent::{Brotli, Bytes, Error, Nothing, Plain, Smallest, Zstd};

type Lines = &'static [(&'static str, &'static str)];

/// Path, request lines, status, body, lines that must come.
type Case = (&'static str, Lines, u16, Sent, Lines);

const TEXT: &str = "/models/b/1/{text}";
const NOISE: &str = "/models/b/1/{noise}";
const PAGE: &str = "/models/manifest.json";

const CODINGS: &[Case] = &[
    (TEXT, &[], 200, Plain, &[("etag", "\"{text}\""), ("accept-ranges", "bytes")]),
    (TEXT, &[("accept-encoding", "")], 200, Plain, &[]),
    (TEXT, &[("accept-encoding", "identity")], 200, Plain, &[]),
    (TEXT, &[("accept-encoding", "gzip, deflate")], 200, Plain, &[]),
    (TEXT, &[("accept-encoding", "br")], 200, Brotli, &[("etag", "\"{text}-br\"")]),
    (TEXT, &[("accept-encoding", "BR")], 200, Brotli, &[]),
    (TEXT, &[("accept-encoding", "zstd")], 200, Zstd, &[("etag", "\"{text}-zstd\"")]),
    (TEXT, &[("accept-encoding", "gzip, deflate, br, zstd")], 200, Smallest, &[]),
    (TEXT, &[("accept-encoding", "gzip, deflate, br")], 200, Brotli, &[]),
    (TEXT, &[("accept-encoding", "gzip"), ("accept-encoding", "zstd")], 200, Zstd, &[]),
    (TEXT, &[("accept-encoding", "br;q=0.5, zstd;q=0.8")], 200, Zstd, &[]),
    (TEXT, &[("accept-encoding", "br;q=0.8, zstd;q=0.5")], 200, Brotli, &[]),
    (TEXT, &[("accept-encoding", "br ; q=0.001")], 200, Brotli, &[]),
    (TEXT, &[("accept-encoding", "br;q=0")], 200, Plain, &[]),
    (TEXT, &[("accept-encoding", "br;q=0.000, zstd")], 200, Zstd, &[]),
    (TEXT, &[("accept-encoding", "identity;q=0.9, br;q=0.5")], 200, Plain, &[]),
    (TEXT, &[("accept-encoding", "identity, br")], 200, Brotli, &[]),
    (TEXT, &[("accept-encoding", "*")], 200, Smallest, &[]),
    (TEXT, &[("accept-encoding", "*, br;q=0")], 200, Zstd, &[]),
    (TEXT, &[("accept-encoding", "br, *;q=0")], 200, Brotli, &[]),
    (TEXT, &[("accept-encoding", "identity;q=0, br")], 200, Brotli, &[]),
    (TEXT, &[("accept-encoding", "identity;q=0")], 200, Plain, &[]),
    (TEXT, &[("accept-encoding", "*;q=0")], 200, Plain, &[]),
    (TEXT, &[("accept-encoding", "br;q=7")], 200, Plain, &[]),
    (TEXT, &[("accept-encoding", "br;q=high, zstd")], 200, Zstd, &[]),
    (NOISE, &[("accept-encoding", "br, zstd")], 200, Plain, &[("etag", "\"{noise}\"")]),
    (NOISE, &[("accept-encoding", "br, identity;q=0")], 200, Plain, &[]),
    (PAGE, &[], 200, Plain, &[("etag", "\"{page}\""), ("content-type", "application/json")]),
    (PAGE, &[("accept-encoding", "br")], 200, Brotli, &[("etag", "\"{page}-br\"")]),
    (PAGE, &[("accept-encoding", "zstd")], 200, Zstd, &[("etag", "\"{page}-zstd\"")]),
];

const CONDITIONS: &[Case] = &[
    (TEXT, &[("if-none-match", "\"{text}\"")], 304, Nothing, &[("etag", "\"{text}\"")]),
    (TEXT, &[("if-none-match", "W/\"{text}\"")], 304, Nothing, &[]),
    (TEXT, &[("if-none-match", "*")], 304, Nothing, &[]),
    (TEXT, &[("if-none-match", "\"a\", \"{text}\"")], 304, Nothing, &[]),
    (TEXT, &[("if-none-match", "\"a,b\",W/\"{text}\",\"c\"")], 304, Nothing, &[]),
    (TEXT, &[("if-none-match", "\"a\""), ("if-none-match", "\"{text}\"")], 304, Nothing, &[]),
    (TEXT, &[("if-none-match", "\"{text}-br\"")], 200, Plain, &[]),
    (TEXT, &[("if-none-match", "{text}")], 200, Plain, &[]),
    (TEXT, &[("if-none-match", "\"{text}")], 200, Plain, &[]),
    (TEXT, &[("if-none-match", "")], 200, Plain, &[]),
    (
        TEXT,
        &[("accept-encoding", "br"), ("if-none-match", "\"{text}-br\"")],
        304,
        Nothing,
        &[("etag", "\"{text}-br\"")],
    ),
    (TEXT, &[("accept-encoding", "br"), ("if-none-match", "\"{text}\"")], 200, Brotli, &[]),
    (
        TEXT,
        &[("accept-encoding", "zstd"), ("if-none-match", "\"{text}\", \"{text}-zstd\"")],
        304,
        Nothing,
        &[("etag", "\"{text}-zstd\"")],
    ),
    (TEXT, &[("if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT")], 200, Plain, &[]),
    (TEXT, &[("if-match", "\"{text}\"")], 200, Plain, &[]),
    (TEXT, &[("if-match", "*")], 200, Plain, &[]),
    (TEXT, &[("if-match", "\"other\"")], 412, Error("precondition_failed"), &[]),
    (TEXT, &[("if-match", "W/\"{text}\"")], 412, Error("precondition_failed"), &[]),
    (TEXT, &[("if-none-match", "\"{text}\""), ("range", "bytes=0-0")], 304, Nothing, &[]),
    (PAGE, &[("if-none-match", "\"{page}\"")], 304, Nothing, &[("etag", "\"{page}\"")]),
    (PAGE, &[("if-none-match", "\"{text}\"")], 200, Plain, &[]),
];

const RANGES: &[Case] = &[
    (TEXT, &[("range", "bytes=0-0")], 206, Bytes(0, 1), &[("content-range", "bytes 0-0/8000")]),
    (TEXT, &[("range", "bytes=10-19")], 206, Bytes(10, 20), &[("content-range", "bytes 10-19/8000")]),
    (TEXT, &[("range", "bytes=7990-")], 206, Bytes(7990, 8000), &[("etag", "\"{text}\"")]),
    (TEXT, &[("range", "bytes=-5")], 206, Bytes(7995, 8000), &[]),
    (TEXT, &[("range", "bytes=-9999")], 206, Bytes(0, 8000), &[]),
    (TEXT, &[("range", "bytes=7999-99999999999999999999999")], 206, Bytes(7999, 8000), &[]),
    (NOISE, &[("range", "bytes=40000-69999")], 206, Bytes(40_000, 70_000), &[]),
    (
        TEXT,
        &[("range", "bytes=8000-")],
        416,
        Error("range_not_satisfiable"),
        &[("content-range", "bytes */8000")],
    ),
    (TEXT, &[("range", "bytes=-0")], 416, Error("range_not_satisfiable"), &[]),
    (TEXT, &[("range", "bytes=9-3")], 416, Error("range_not_satisfiable"), &[]),
    (TEXT, &[("range", "bytes=x-y")], 416, Error("range_not_satisfiable"), &[]),
    (TEXT, &[("range", "bytes=0-0,2-2")], 200, Plain, &[]),
    (TEXT, &[("range", "items=0-0")], 200, Plain, &[]),
    (TEXT, &[("range", "")], 200, Plain, &[]),
    (TEXT, &[("range", "bytes=0-0"), ("accept-encoding", "br")], 200, Brotli, &[]),
    (TEXT, &[("range", "bytes=0-0"), ("accept-encoding", "identity")], 206, Bytes(0, 1), &[]),
    (NOISE, &[("range", "bytes=0-0"), ("accept-encoding", "br")], 206, Bytes(0, 1), &[]),
    (TEXT, &[("range", "bytes=0-0"), ("if-range", "\"{text}\"")], 206, Bytes(0, 1), &[]),
    (TEXT, &[("range", "bytes=0-0"), ("if-range", "W/\"{text}\"")], 200, Plain, &[]),
    (TEXT, &[("range", "bytes=0-0"), ("if-range", "\"old\"")], 200, Plain, &[]),
    (TEXT, &[("range", "bytes=9999-"), ("if-range", "\"old\"")], 200, Plain, &[]),
    (TEXT, &[("if-range", "\"{text}\"")], 200, Plain, &[]),
];

const ADDRESSES: &[Case] = &[
    ("/models/b/1/{text}?v=7&x=%00", &[], 200, Plain, &[]),
    ("/models/manifest.json?v=7", &[], 200, Plain, &[]),
    ("http://shop.example/models/manifest.json", &[], 200, Plain, &[]),
    ("/models/b/1/{none}", &[], 404, Error("not_found"), &[]),
    ("/models/b/1/{none}", &[("if-none-match", "*")], 404, Error("not_found"), &[]),
    ("/models/b/1/{TEXT}", &[], 404, Error("not_found"), &[]),
    ("/models/b/1/{text}/", &[], 404, Error("not_found"), &[]),
    ("/models/b/1/{text}0", &[], 404, Error("not_found"), &[]),
    ("/models/b/2/{text}", &[], 404, Error("not_found"), &[]),
    ("/models/b/1/", &[], 404, Error("not_found"), &[]),
    ("/models/b/1/../1/{text}", &[], 404, Error("not_found"), &[]),
    ("/models/b/1/%2e%2e/1/{text}", &[], 404, Error("not_found"), &[]),
    ("/models/./b/1/{text}", &[], 404, Error("not_found"), &[]),
    ("/models//b/1/{text}", &[], 404, Error("not_found"), &[]),
    ("/models/manifest.json/", &[], 404, Error("not_found"), &[]),
    ("/models/report.json", &[], 404, Error("not_found"), &[]),
    ("/models/model.shelf", &[], 404, Error("not_found"), &[]),
    ("/models/", &[], 404, Error("not_found"), &[]),
    ("/", &[], 404, Error("not_found"), &[]),
    ("/../../../../etc/passwd", &[], 404, Error("not_found"), &[]),
    ("/%2e%2e/%2e%2e/etc/passwd", &[], 404, Error("not_found"), &[]),
    ("/..%2f..%2fetc%2fpasswd", &[], 404, Error("not_found"), &[]),
    ("/%", &[], 404, Error("not_found"), &[]),
    ("/%ff%00", &[], 404, Error("not_found"), &[]),
];

/// What the placeholders stand for, and the bytes behind each address.
struct World {
    server: Running,
    _out: Out,
    names: BTreeMap<&'static str, String>,
    contents: BTreeMap<&'static str, Vec<u8>>,
}

impl World {
    fn new() -> World {
        let out = Out::new();
        let (text, noise) = (words(8000), noise(100_000, 1));
        let (text_name, noise_name) = (out.blob(&text), out.blob(&noise));
        let page = out.manifest(1, &text_name, &noise_name);
        let names = BTreeMap::from([
            ("{TEXT}", text_name.to_uppercase()),
            ("{text}", text_name),
            ("{noise}", noise_name),
            ("{page}", name_of(&page)),
            ("{none}", name_of(b"never stored")),
        ]);
        let contents = BTreeMap::from([("{text}", text), ("{noise}", noise), ("manifest", page)]);
        World { server: Running::start(out.path(), None), _out: out, names, contents }
    }

    fn filled(&self, text: &str) -> String {
        self.names.iter().fold(text.to_owned(), |text, (place, name)| text.replace(place, name))
    }

    fn ask(&self, method: &str, path: &str, lines: Lines) -> Reply {
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, self.filled(value))).collect();
        let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_str())).collect();
        ask(self.server.address, method, &self.filled(path), &lines)
    }

    fn content(&self, path: &str) -> &[u8] {
        self.contents.iter().find(|(part, _)| path.contains(*part)).expect("a stored thing").1
    }

    fn check(&self, case: &Case) {
        let (path, lines, status, sent, expected) = case;
        let reply = self.ask("GET", path, lines);
        assert_eq!(reply.status, *status, "{case:?}\n{reply:?}");
        for (name, value) in *expected {
            assert_eq!(reply.line(name), Some(self.filled(value).as_str()), "{case:?}\n{reply:?}");
        }
        self.check_body(case, *sent, &reply);
        always(path, &reply);
        let head = self.ask("HEAD", path, lines);
        assert!(head.body.is_empty(), "{case:?}\n{head:?}");
        // A range applies to GET only.
        if !lines.iter().any(|(name, _)| *name == "range") {
            assert_eq!((head.status, head.steady_lines()), (reply.status, reply.steady_lines()), "{case:?}");
        }
    }

    fn check_body(&self, case: &Case, sent: Sent, reply: &Reply) {
        let coding = reply.line("content-encoding");
        let expected = match sent {
            Nothing => {
                return assert!(reply.body.is_empty() && reply.line("content-length").is_none(), "{case:?}");
            }
            Error(code) => return check_error(code, reply),
            Plain => None,
            Brotli => Some("br"),
            Zstd => Some("zstd"),
            Smallest => coding,
            Bytes(first, end) => {
                return assert_eq!(reply.body, self.content(case.0)[first..end], "{case:?}");
            }
        };
        assert_eq!(coding, expected, "{case:?}\n{reply:?}");
        let plain = self.content(case.0);
        assert!(decoded(coding, &reply.body) == plain, "{case:?}: other bytes");
        assert_eq!(reply.line("content-length"), Some(reply.body.len().to_string().as_str()), "{case:?}");
        check_digests(coding, plain, reply);
    }
}

/// Holds for every answer below `/models/` and for every error.
fn always(path: &str, reply: &Reply) {
    for absent in ["server", "set-cookie", "last-modified", "transfer-encoding"] {
        assert_eq!(reply.line(absent), None, "{path}");
    }
    assert!(reply.line("date").is_some(), "{path}");
    let models = path.contains("models/");
    if models {
        assert_eq!(reply.line("access-control-allow-origin"), Some("*"), "{path}: {reply:?}");
        assert_eq!(reply.line("cross-origin-resource-policy"), Some("cross-origin"), "{path}");
        assert_eq!(reply.line("timing-allow-origin"), Some("*"), "{path}");
    }
    let keep = reply.line("cache-control");
    if reply.status >= 400 {
        assert_eq!(keep, Some("no-store"), "{path}: {reply:?}");
        return;
    }
    assert_eq!(reply.line("vary"), Some("Accept-Encoding"), "{path}");
    let expected = if path.contains("manifest") {
        "public, max-age=30, s-maxage=60, stale-while-revalidate=86400, stale-if-error=604800"
    } else {
        "public, max-age=31536000, immutable"
    };
    assert_eq!(keep, Some(expected), "{path}");
    if reply.status != 304 {
        assert_eq!(reply.line("x-content-type-options"), Some("nosniff"), "{path}");
        let media = if path.contains("manifest") { "application/json" } else { "application/octet-stream" };
        assert_eq!(reply.line("content-type"), Some(media), "{path}");
    }
}

fn check_error(code: &str, reply: &Reply) {
    let error: serde_json::Value = serde_json::from_slice(&reply.body).expect("errors are JSON");
    assert_eq!(error["error"]["code"], code);
    assert!(error["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
    assert_eq!(reply.line("content-type"), Some("application/json"));
}

fn check_digests(coding: Option<&str>, plain: &[u8], reply: &Reply) {
    let of = |bytes: &[u8]| Some(format!("sha-256=:{}:", base64_of_hex(&hex(bytes))));
    assert_eq!(reply.line("repr-digest").map(str::to_owned), of(&reply.body));
    let unencoded = reply.line("unencoded-digest").map(str::to_owned);
    assert_eq!(unencoded, coding.and_then(|_| of(plain)));
}

/// Written the slow way on purpose, bit by bit, unlike the code under test.
fn base64_of_hex(hex: &str) -> String {
    let bits: String = hex.chars().map(|digit| format!("{:04b}", digit.to_digit(16).unwrap())).collect();
    let digits: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut text: String = bits
        .as_bytes()
        .chunks(6)
        .map(|six| {
            let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
            digits[usize::from_str_radix(&six, 2).unwrap()]
        })
        .collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn decoded(coding: Option<&str>, body: &[u8]) -> Vec<u8> {
    match coding {
        None => body.to_vec(),
        Some("br") => {
            let mut plain = Vec::new();
            brotli::Decompressor::new(body, 4096).read_to_end(&mut plain).unwrap();
            plain
        }
        Some("zstd") => zstd::stream::decode_all(body).unwrap(),
        Some(other) => panic!("{other} was not asked for"),
    }
}

#[test]
fn every_row_of_the_matrix() {
    let world = World::new();
    let rows: Vec<&Case> = [CODINGS, CONDITIONS, RANGES, ADDRESSES].into_iter().flatten().collect();
    assert!(rows.len() >= 90, "{} rows", rows.len());
    rows.into_iter().for_each(|case| world.check(case));
}

#[test]
fn the_smallest_coding_wins_among_equals() {
    let world = World::new();
    let length = |accepted: &'static str| {
        let lines: Lines = match accepted {
            "br" => &[("accept-encoding", "br")],
            "zstd" => &[("accept-encoding", "zstd")],
            _ => &[("accept-encoding", "br, zstd")],
        };
        world.ask("GET", TEXT, lines).body.len()
    };
    assert_eq!(length("both"), length("br").min(length("zstd")));
}

#[test]
fn other_methods_are_refused_and_preflights_answered() {
    let world = World::new();
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"] {
        for path in [TEXT, PAGE, "/", "/healthz", "/models/b/1/{none}"] {
            let reply = world.ask(method, path, &[]);
            assert_eq!(reply.status, 405, "{method} {path}");
            assert_eq!(reply.line("allow"), Some("GET, HEAD, OPTIONS"), "{method} {path}");
            check_error("method_not_allowed", &reply);
            assert_eq!(reply.line("cache-control"), Some("no-store"));
        }
    }
    for path in [TEXT, PAGE, "/models/b/1/{none}"] {
        let asked: Lines = &[("origin", "https://shop.example"), ("access-control-request-method", "GET")];
        let reply = world.ask("OPTIONS", path, asked);
        assert_eq!((reply.status, reply.body.len()), (204, 0), "{path}");
        assert_eq!(reply.line("access-control-allow-origin"), Some("*"));
        assert_eq!(reply.line("access-control-allow-methods"), Some("GET, HEAD"));
        assert_eq!(reply.line("access-control-allow-headers"), Some("If-None-Match, Range"));
        assert_eq!(reply.line("access-control-allow-credentials"), None);
    }
    assert_eq!(world.ask("OPTIONS", "/", &[]).line("access-control-allow-origin"), None);
}

#[test]
fn health_says_ok_and_is_never_kept() {
    let world = World::new();
    let reply = get(world.server.address, "/healthz");
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"ok".as_slice()));
    assert_eq!(reply.line("cache-control"), Some("no-store"));
    let head = ask(world.server.address, "HEAD", "/healthz", &[]);
    assert_eq!((head.steady_lines(), head.body.len()), (reply.steady_lines(), 0));
}
