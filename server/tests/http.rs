//! The download side over real sockets: what comes back for each request, what a publish
//! changes, what a damaged folder does, and what malformed requests get.
//!
//! Every test makes its own folders of made-up bytes and its own server on a free port.
#![expect(clippy::unwrap_used, reason = "a test that cannot build its world has failed")]

#[path = "http/client.rs"]
mod client;
#[path = "http/folder.rs"]
mod folder;
#[path = "http/malformed.rs"]
mod malformed;
#[path = "http/matrix.rs"]
mod matrix;
#[path = "http/publish.rs"]
mod publish;
#[path = "http/shop.rs"]
mod shop;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;

use cookshelf_server::http::serve_until_signal;

use client::{Reply, connect, get, parse};
use folder::{Out, Running, noise, options};

/// Reads one whole response; `had` keeps what came after it.
fn next_reply(stream: &mut TcpStream, had: &mut Vec<u8>, with_body: bool) -> Reply {
    loop {
        if let Some((mut reply, rest)) = parse(had) {
            if !with_body {
                let after_head = had.len() - rest.len() - reply.body.len();
                reply.body.clear();
                *had = had.split_off(after_head);
                return reply;
            }
            let length: usize = reply.line("content-length").expect("a length").parse().unwrap();
            if reply.body.len() == length {
                *had = rest.to_vec();
                return reply;
            }
        }
        let mut part = [0; 65_536];
        let length = stream.read(&mut part).expect("more of the response");
        assert!(length > 0, "closed too early");
        had.extend_from_slice(&part[..length]);
    }
}

#[test]
fn one_connection_answers_many_requests_in_order() {
    let out = Out::new();
    let large = noise(300_000, 1);
    let (large_name, small_name) = (out.blob(&large), out.blob(b"small"));
    out.manifest(1, &large_name, &small_name);
    let server = Running::start(out.path(), None);
    let request =
        |method: &str, name: &str| format!("{method} /models/b/1/{name} HTTP/1.1\r\nhost: a\r\n\r\n");
    let (mut stream, mut had) = (connect(server.address), Vec::new());
    // Sent at once: each response must be whole before the next begins, HEAD's without a body.
    let asked = [
        ("GET", &large_name, large.as_slice()),
        ("HEAD", &large_name, b""),
        ("GET", &small_name, b"small"),
        ("HEAD", &small_name, b""),
        ("GET", &large_name, large.as_slice()),
    ];
    let requests: String = asked.iter().map(|(method, name, _)| request(method, name)).collect();
    stream.write_all(requests.as_bytes()).unwrap();
    for (method, _, expected) in asked {
        assert!(next_reply(&mut stream, &mut had, method == "GET").body == expected, "{method}");
    }
    stream.write_all(request("GET", &small_name).as_bytes()).unwrap();
    assert_eq!(next_reply(&mut stream, &mut had, true).body, b"small");
    assert!(had.is_empty(), "nothing more was asked for");
}

#[test]
fn unchanged_blobs_among_many_requests_have_lines_of_their_own() {
    let out = Out::new();
    let (large, empty) = (noise(300_000, 1), Vec::new());
    let blobs =
        [(out.blob(&large), large), (out.blob(b"small"), b"small".to_vec()), (out.blob(&empty), empty)];
    out.manifest(1, &blobs[0].0, &blobs[1].0);
    let server = Running::start(out.path(), None);
    let (mut stream, mut had) = (connect(server.address), Vec::new());
    // Sent at once: which of the blobs, and whether the asker holds it.
    let asked = [
        (0, true),
        (1, true),
        (1, false),
        (2, true),
        (2, false),
        (0, false),
        (1, true),
        (0, true),
        (2, false),
    ];
    let requests = asked.iter().map(|(which, held)| {
        let name = &blobs[*which].0;
        let tag = if *held { format!("if-none-match: \"{name}\"\r\n") } else { String::new() };
        format!("GET /models/b/1/{name} HTTP/1.1\r\nhost: a\r\n{tag}\r\n")
    });
    stream.write_all(requests.collect::<String>().as_bytes()).unwrap();
    for (which, held) in asked {
        let (name, bytes) = &blobs[which];
        let reply = next_reply(&mut stream, &mut had, !held);
        assert_eq!(reply.status, if held { 304 } else { 200 });
        assert_eq!(reply.line("etag"), Some(format!("\"{name}\"").as_str()));
        assert_eq!(reply.line("content-length").is_some(), !held);
        assert!(reply.body == if held { &[][..] } else { bytes }, "{name}");
    }
    assert!(had.is_empty(), "nothing more was asked for");
}

#[test]
fn a_slow_reader_gets_every_byte_and_may_ask_again() {
    let out = Out::new();
    let large = noise(4 << 20, 2);
    let name = out.blob(&large);
    out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    let request = format!("GET /models/b/1/{name} HTTP/1.1\r\nhost: a\r\n\r\n");
    let (mut stream, mut had) = (connect(server.address), Vec::new());
    for _ in 0..2 {
        stream.write_all(request.as_bytes()).unwrap();
        // Long enough for the kernel's buffers to fill, so that the server has to wait for us.
        for pause in [200, 50, 50] {
            std::thread::sleep(std::time::Duration::from_millis(pause));
            let mut part = vec![0; 100_000];
            stream.read_exact(&mut part).unwrap();
            had.extend(part);
        }
        assert!(next_reply(&mut stream, &mut had, true).body == large);
    }
}

#[test]
fn an_old_client_without_host_is_answered_and_closed() {
    let out = Out::new();
    let name = out.blob(b"one");
    out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    let answer = client::send(server.address, format!("GET /models/b/1/{name} HTTP/1.0\r\n\r\n").as_bytes());
    let (reply, rest) = parse(&answer).unwrap();
    assert_eq!((reply.status, reply.body.as_slice(), rest.len()), (200, b"one".as_slice(), 0));
}

#[test]
fn a_server_stops_when_it_is_told_to() {
    let out = Out::new();
    let name = out.blob(b"one");
    out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    let address = server.address;
    assert_eq!(get(address, "/healthz").status, 200);
    server.stop().unwrap();
    assert!(std::net::TcpStream::connect(address).is_err());
}

/// The only test that sends this process a signal; every other server ignores signals.
#[cfg(unix)]
#[test]
fn a_signal_stops_the_blocking_server() {
    let out = Out::new();
    let name = out.blob(b"one");
    out.manifest(1, &name, &name);
    let options = options(out.path(), None);
    let (ready, address) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        serve_until_signal(&options, |address| ready.send(address).expect("the test waits"))
    });
    let address = address.recv().expect("the server starts");
    assert_eq!(get(address, "/models/manifest.json").status, 200);
    let process = std::process::id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    thread.join().expect("no panic").unwrap();
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[test]
fn a_taken_address_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut options = options(std::path::Path::new("."), None);
    options.listen = taken.local_addr().unwrap();
    let error = serve_until_signal(&options, |_| panic!("it cannot be ready")).unwrap_err();
    assert!(error.to_string().contains(&options.listen.to_string()), "{error}");
}
