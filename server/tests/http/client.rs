//! A tiny HTTP client over plain sockets: it sends exactly the bytes a test wants and hides
//! nothing of the answer. It does not decode, follow, retry or reuse.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Long enough for a busy machine; a test that waits this long has found a fault.
const PATIENCE: Duration = Duration::from_secs(60);

/// One response as it came.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) lines: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A header line's value; the name in lower case. Fails when a name came twice.
    pub(crate) fn line(&self, name: &str) -> Option<&str> {
        let mut found = self.lines.iter().filter(|(known, _)| known == name);
        let first = found.next().map(|(_, value)| value.as_str());
        assert!(found.next().is_none(), "{name} came twice: {:?}", self.lines);
        first
    }

    /// All lines except those that differ from one moment to the next, sorted.
    pub(crate) fn steady_lines(&self) -> Vec<(String, String)> {
        let mut lines: Vec<_> = self.lines.iter().filter(|(name, _)| name != "date").cloned().collect();
        lines.sort();
        lines
    }
}

/// Opens a connection.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout above zero");
    stream.set_write_timeout(Some(PATIENCE)).expect("a timeout above zero");
    stream
}

/// Sends one request and reads until the server closes, as the request asks.
pub(crate) fn ask(address: SocketAddr, method: &str, path: &str, lines: &[(&str, &str)]) -> Reply {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\n");
    for (name, value) in lines {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    let bytes = send(address, request.as_bytes());
    parse(&bytes).unwrap_or_else(|| panic!("no response to {method} {path}: {bytes:?}")).0
}

/// GET without further headers.
pub(crate) fn get(address: SocketAddr, path: &str) -> Reply {
    ask(address, "GET", path, &[])
}

/// Sends raw bytes and returns all that comes until the server closes the connection.
pub(crate) fn send(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut stream = connect(address);
    // A server that has seen enough may close before it has read all.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            panic!("still open after {PATIENCE:?}; so far {:?}", String::from_utf8_lossy(&answer))
        }
        // A reset is a way of closing.
        _ => answer,
    }
}

/// Splits the first response from what follows it. A response without a length ends with the connection.
pub(crate) fn parse(bytes: &[u8]) -> Option<(Reply, &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut head_lines = head.split("\r\n");
    let status = head_lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let lines: Vec<(String, String)> = head_lines
        .map(|line| line.split_once(": ").expect("a header line"))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let rest = &bytes[end + 4..];
    let length = lines.iter().find(|(name, _)| name == "content-length");
    let length = length.map_or(rest.len(), |(_, length)| length.parse().expect("a number"));
    let (body, rest) = rest.split_at(length.min(rest.len()));
    Some((Reply { status, lines, body: body.to_vec() }, rest))
}
