//! Readers that ask for megabytes and then stop reading must not make the server hold them.
//!
//! A file of its own, since it measures the memory of the whole test process.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot build its world has failed")]

#[expect(dead_code, reason = "shared with http.rs, which uses more of it")]
#[path = "http/client.rs"]
mod client;
#[expect(dead_code, reason = "shared with http.rs, which uses more of it")]
#[path = "http/folder.rs"]
mod folder;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use client::{connect, get};
use folder::{Out, Running, noise};

const READERS: usize = 20;
const LENGTH: usize = 4 << 20;

/// What the whole process holds, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("Linux says so");
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Asks for the blob and reads one byte of the answer.
fn stall(server: &Running, name: &str) -> TcpStream {
    let mut stream = connect(server.address);
    write!(stream, "GET /models/b/1/{name} HTTP/1.1\r\nhost: a\r\n\r\n").unwrap();
    stream.read_exact(&mut [0]).unwrap();
    stream
}

#[test]
fn stalled_readers_cost_little() {
    let out = Out::new();
    let large = noise(LENGTH, 1);
    let name = out.blob(&large);
    out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    assert!(get(server.address, &format!("/models/b/1/{name}")).body == large);

    let before = resident();
    let readers: Vec<TcpStream> = (0..READERS).map(|_| stall(&server, &name)).collect();
    let mut most = before;
    for _ in 0..20 {
        std::thread::sleep(Duration::from_millis(50));
        most = most.max(resident());
    }
    let grown = most - before;
    // A copy of the body for each reader would be 80 MiB.
    assert!(grown < READERS * 64 + 2048, "{READERS} stalled readers cost {grown} KiB");
    assert_eq!(get(server.address, &format!("/models/b/1/{name}")).status, 200);
    drop(readers);
}
