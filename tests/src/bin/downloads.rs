//! Asks for one address again and again, as fast as answers come, for the serving bench:
//! `downloads ADDRESS PATH CONNECTIONS SECONDS [HEADER…]`, which prints JSON.
//!
//! A client that copies what it gets needs more of a processor than a good server, and then it is the client that is
//! measured. This one lets the system throw bodies away where they arrived; it reads heads only.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
fn main() -> ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> ExitCode {
    eprintln!("error: downloads needs Linux");
    ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, Write};
    use std::net::{SocketAddr, TcpStream};
    use std::process::ExitCode;
    use std::time::{Duration, Instant};

    use rustix::event::{Timespec, epoll};
    use rustix::net::{RecvFlags, recv};

    /// More than any head of the bench, and less than its smallest blob.
    const HEAD_ROOM: usize = 2048;
    /// So much of a body is thrown away at once.
    const BODY_ROOM: usize = 256 * 1024;
    const EVENTS: usize = 256;

    /// One connection, between the byte that it asked with and the last one of the answer.
    struct Client {
        stream: TcpStream,
        head: Vec<u8>,
        /// What is still to come of the body, once the head is there.
        left: Option<usize>,
    }

    struct Asking {
        request: Vec<u8>,
        room: Vec<u8>,
        answers: u64,
        refused: u64,
    }

    pub(super) fn main() -> ExitCode {
        let words: Vec<String> = std::env::args().skip(1).collect();
        match download(&words) {
            Ok(report) => {
                println!("{report}");
                ExitCode::SUCCESS
            }
            Err(error) => {
                eprintln!("error: {error}");
                eprintln!("usage: downloads ADDRESS PATH CONNECTIONS SECONDS [HEADER…]");
                ExitCode::FAILURE
            }
        }
    }

    fn download(words: &[String]) -> io::Result<String> {
        let [address, path, connections, seconds, headers @ ..] = words else {
            return Err(invalid("a word is missing"));
        };
        let address: SocketAddr = address.parse().map_err(invalid)?;
        let connections: usize = connections.parse().map_err(invalid)?;
        let seconds: f64 = seconds.parse().map_err(invalid)?;
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n").into_bytes();
        let mut asking = Asking { request, room: vec![0; BODY_ROOM], answers: 0, refused: 0 };

        let poll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let mut clients = Vec::with_capacity(connections);
        for number in 0..connections {
            let stream = TcpStream::connect(address)?;
            stream.set_nodelay(true)?;
            stream.set_nonblocking(true)?;
            epoll::add(&poll, &stream, epoll::EventData::new_u64(number as u64), epoll::EventFlags::IN)?;
            clients.push(Client { stream, head: Vec::with_capacity(HEAD_ROOM), left: None });
        }
        let start = Instant::now();
        for client in &mut clients {
            asking.ask(client)?;
        }
        let mut events: Vec<epoll::Event> = Vec::with_capacity(EVENTS);
        let patience = Timespec::try_from(Duration::from_millis(100)).map_err(invalid)?;
        while start.elapsed().as_secs_f64() < seconds {
            epoll::wait(&poll, rustix::buffer::spare_capacity(&mut events), Some(&patience))?;
            for event in events.drain(..) {
                asking.go_on(&mut clients[event.data.u64() as usize])?;
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        Ok(format!(r#"{{"answers":{},"refused":{},"seconds":{seconds:.3}}}"#, asking.answers, asking.refused))
    }

    impl Asking {
        /// A request is short: it always fits.
        fn ask(&self, client: &mut Client) -> io::Result<()> {
            client.head.clear();
            client.left = None;
            client.stream.write_all(&self.request)
        }

        fn go_on(&mut self, client: &mut Client) -> io::Result<()> {
            match client.left {
                None => self.read_head(client)?,
                Some(left) => {
                    let most = left.min(self.room.len());
                    let (_, thrown_away) = recv(&client.stream, &mut self.room[..most], RecvFlags::TRUNC)?;
                    client.left = Some(left - more_than_none(thrown_away)?);
                }
            }
            if client.left == Some(0) {
                self.answers += 1;
                self.ask(client)?;
            }
            Ok(())
        }

        fn read_head(&mut self, client: &mut Client) -> io::Result<()> {
            let read = recv(&client.stream, &mut self.room[..HEAD_ROOM], RecvFlags::empty())?.0;
            client.head.extend_from_slice(&self.room[..more_than_none(read)?]);
            let Some(end) = client.head.windows(4).position(|four| four == b"\r\n\r\n") else {
                return if client.head.len() > HEAD_ROOM {
                    Err(invalid("a head never ends"))
                } else {
                    Ok(())
                };
            };
            let head = String::from_utf8_lossy(&client.head[..end]).to_ascii_lowercase();
            let status = head.split(' ').nth(1).unwrap_or_default();
            self.refused += u64::from(!matches!(status, "200" | "304"));
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = match length {
                // It tells how long the body would be.
                _ if status == "304" => 0,
                Some(length) => length.trim().parse().map_err(invalid)?,
                None => return Err(invalid("an answer has no length")),
            };
            let body = client.head.len() - end - 4;
            client.left =
                Some(length.checked_sub(body).ok_or_else(|| invalid("an answer is longer than it says"))?);
            Ok(())
        }
    }

    fn more_than_none(read: usize) -> io::Result<usize> {
        if read > 0 { Ok(read) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }

    fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidInput, error)
    }
}
