//! Pictures from the web, with limits on everything.
//!
//! Bytes, time, redirects and attempts are bounded. Unless it is allowed, no address of a private network is spoken
//! to: every name is looked up here, and every step of a redirect is judged like the first, so that a data folder
//! cannot make a cook reach into the network it runs in. Deliberately sends no cookies and no credentials.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::ACCEPT;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response};
use url::{Host, Url};

use super::error::PictureError;
use super::network::is_public;
use super::params::PictureParams;
use crate::storage::Reactor;

/// Steps of a redirect.
const MOST_REDIRECTS: usize = 3;
/// Attempts of one picture.
const ATTEMPTS: u32 = 2;
/// Before asking again.
const PAUSE: Duration = Duration::from_millis(500);
/// A host that did not answer so many times in a row is not asked again.
const GIVE_UP: u32 = 8;
/// For a connection to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// Fetches pictures.
#[derive(Debug)]
pub(super) struct Web {
    client: Client,
    reactor: Reactor,
    most_bytes: u64,
    private: bool,
    /// How often each host did not answer, since it last did.
    silent: Mutex<BTreeMap<String, u32>>,
}

/// The name of a host that is not public.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not public")]
struct NotPublic(String);

impl Web {
    pub(super) fn new(params: &PictureParams) -> io::Result<Self> {
        let private = params.private_networks;
        let builder = Client::builder()
            .user_agent(concat!("cookshelf/", env!("CARGO_PKG_VERSION")))
            .timeout(Duration::from_secs(params.seconds.max(1)))
            .connect_timeout(CONNECT)
            .redirect(Policy::custom(move |attempt| step(attempt, private)));
        // A proxy looks names up itself, so nothing could be said about where they lead.
        let builder = if private { builder } else { builder.no_proxy().dns_resolver(Arc::new(PublicOnly)) };
        let client = builder.build().map_err(io::Error::other)?;
        let silent = Mutex::default();
        Ok(Self { client, reactor: Reactor::start()?, most_bytes: params.most_bytes, private, silent })
    }

    /// The bytes at an address; blocks the calling thread only.
    pub(super) fn get(&self, url: &Url) -> Result<Vec<u8>, PictureError> {
        if let (Some(host), false) = (private_host(url), self.private) {
            return Err(PictureError::Private(host));
        }
        let host = url.host_str().unwrap_or_default();
        if self.failures(host, |failures| *failures) >= GIVE_UP {
            return Err(PictureError::Network("its server gave no answer many times in a row".to_owned()));
        }
        let (client, asked, most) = (self.client.clone(), url.clone(), self.most_bytes);
        let fetched = self.reactor.wait(async move { Ok(attempts(&client, &asked, most).await) });
        let fetched = fetched.unwrap_or_else(|error| Err(PictureError::Network(error.to_string())));
        let silent = matches!(fetched, Err(PictureError::Network(_)));
        self.failures(host, |failures| *failures = if silent { *failures + 1 } else { 0 });
        fetched
    }

    /// What is remembered of a host. A server that is down must not cost a timeout for every picture.
    fn failures<T>(&self, host: &str, look: impl FnOnce(&mut u32) -> T) -> T {
        let mut silent = self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        look(silent.entry(host.to_owned()).or_default())
    }
}

async fn attempts(client: &Client, url: &Url, most_bytes: u64) -> Result<Vec<u8>, PictureError> {
    let mut result = attempt(client, url, most_bytes).await;
    for _ in 1..ATTEMPTS {
        match &result {
            Err(error) if error.may_pass() => {
                tokio::time::sleep(PAUSE).await;
                result = attempt(client, url, most_bytes).await;
            }
            _ => break,
        }
    }
    result
}

async fn attempt(client: &Client, url: &Url, most_bytes: u64) -> Result<Vec<u8>, PictureError> {
    let asked = client.get(url.clone()).header(ACCEPT, "image/webp,image/png,image/jpeg");
    let answer = asked.send().await.map_err(|error| explain(&error))?;
    if !answer.status().is_success() {
        return Err(PictureError::Status(answer.status().as_u16()));
    }
    if answer.content_length().is_some_and(|length| length > most_bytes) {
        return Err(PictureError::TooLong(most_bytes));
    }
    body(answer, most_bytes).await
}

/// The content, however long it was said to be.
async fn body(mut answer: Response, most_bytes: u64) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| explain(&error))? {
        if bytes.len() as u64 + part.len() as u64 > most_bytes {
            return Err(PictureError::TooLong(most_bytes));
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

/// Judges one step of a redirect.
fn step(attempt: Attempt<'_>, private: bool) -> reqwest::redirect::Action {
    if attempt.previous().len() > MOST_REDIRECTS {
        return attempt.error("too many redirects");
    }
    if !matches!(attempt.url().scheme(), "http" | "https") {
        return attempt.error("a redirect to something that is not on the web");
    }
    match private_host(attempt.url()) {
        Some(host) if !private => attempt.error(NotPublic(host)),
        _ => attempt.follow(),
    }
}

/// The host of an address that names a private network by number.
fn private_host(url: &Url) -> Option<String> {
    let number = match url.host()? {
        Host::Ipv4(number) => IpAddr::V4(number),
        Host::Ipv6(number) => IpAddr::V6(number),
        Host::Domain(_) => return None,
    };
    (!is_public(number)).then(|| number.to_string())
}

/// The innermost cause, without the address: it may hold a signature.
fn explain(error: &reqwest::Error) -> PictureError {
    let mut cause: &dyn Error = error;
    loop {
        if let Some(NotPublic(host)) = cause.downcast_ref() {
            return PictureError::Private(host.clone());
        }
        match cause.source() {
            Some(inner) => cause = inner,
            None => break,
        }
    }
    if error.is_timeout() {
        return PictureError::Network("there was no whole answer in time".to_owned());
    }
    PictureError::Network(cause.to_string())
}

/// Looks names up, and forgets every number that is not public.
#[derive(Debug)]
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str();
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name, 0)).await?.collect();
            let public: Vec<SocketAddr> = found.into_iter().filter(|one| is_public(one.ip())).collect();
            if public.is_empty() {
                return Err(NotPublic(name.to_owned()).into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers one connection after the other with these, and closes it; returns its address.
    fn server(answers: Vec<String>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/p.png", listener.local_addr().unwrap());
        thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        address
    }

    fn answer(status: &str, body: &str) -> String {
        format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    fn get(address: &str, params: &PictureParams) -> Result<Vec<u8>, PictureError> {
        Web::new(params).unwrap().get(&Url::parse(address).unwrap())
    }

    fn params() -> PictureParams {
        PictureParams { private_networks: true, most_bytes: 100, seconds: 5, ..PictureParams::default() }
    }

    #[test]
    fn pictures_are_fetched_and_asked_for_again_once() {
        let flaky = server(vec![answer("503 Busy", ""), answer("200 OK", "picture")]);
        assert_eq!(get(&flaky, &params()).unwrap(), b"picture");
        let down = server(vec![answer("500 No", ""), answer("500 No", ""), answer("200 OK", "x")]);
        assert!(matches!(get(&down, &params()), Err(PictureError::Status(500))));
        let gone = server(vec![answer("404 Gone", ""), answer("200 OK", "x")]);
        assert!(matches!(get(&gone, &params()), Err(PictureError::Status(404))));
        let moved = |to: &str| {
            format!("HTTP/1.1 302 Moved\r\nConnection: close\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
        };
        let there = server(vec![moved("/q.png"), answer("200 OK", "moved")]);
        assert_eq!(get(&there, &params()).unwrap(), b"moved");
        let around = server(vec![moved("/p.png"); 20]);
        assert!(matches!(get(&around, &params()), Err(PictureError::Network(_))));
        let away = server(vec![moved("file:///etc/hosts"); 4]);
        assert!(get(&away, &params()).is_err());
    }

    #[test]
    fn too_much_is_refused_whether_announced_or_not() {
        let long = "x".repeat(101);
        let said = server(vec![answer("200 OK", &long)]);
        assert!(matches!(get(&said, &params()), Err(PictureError::TooLong(100))));
        let unsaid = server(vec![format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{long}")]);
        assert!(matches!(get(&unsaid, &params()), Err(PictureError::TooLong(100))));
        let silent = server(vec!["HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n".to_owned(); 2]);
        assert!(matches!(get(&silent, &params()), Err(PictureError::Network(_))));
    }

    #[test]
    fn a_silent_host_is_given_up() {
        let address = server(vec![answer("200 OK", "x"); 1]);
        let web = Web::new(&params()).unwrap();
        let url = Url::parse(&address).unwrap();
        assert!(web.get(&url).is_ok());
        web.failures("127.0.0.1", |failures| *failures = GIVE_UP - 1);
        let refused = web.get(&url).unwrap_err().to_string();
        let given_up = web.get(&url).unwrap_err().to_string();
        assert!(!refused.contains("in a row") && given_up.contains("in a row"), "{refused} {given_up}");
    }

    #[test]
    fn private_networks_are_not_reached_by_number_name_or_redirect() {
        let public = PictureParams::default();
        let address = server(vec![answer("200 OK", "secret"); 3]);
        assert!(matches!(get(&address, &public), Err(PictureError::Private(_))));
        let named = address.replace("127.0.0.1", "localhost");
        assert!(matches!(get(&named, &public), Err(PictureError::Private(host)) if host == "localhost"));
        // Every step of a redirect is judged by this.
        for (address, private) in [
            ("http://2130706433/", true),
            ("http://[::1]:80/", true),
            ("http://[2600::1]/", false),
            ("http://x.example/", false),
        ] {
            assert_eq!(private_host(&Url::parse(address).unwrap()).is_some(), private, "{address}");
        }
    }
}
