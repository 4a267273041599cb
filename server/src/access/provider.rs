//! Fetches a provider's keys over https. The address is the operator's, so it may be one of his own network.
//!
//! No redirect is followed and no cookie kept; what takes too long or is too long is no answer.

use std::time::Duration;

use url::{Host, Url};

use super::jwks::{FetchKeys, MOST_BYTES};

const PATIENCE: Duration = Duration::from_secs(5);

/// The document at one address.
#[derive(Debug, Clone)]
pub struct ProviderKeys {
    url: Url,
    client: reqwest::Client,
}

impl ProviderKeys {
    /// At an https address; plain http only on this machine, for tries.
    pub fn new(address: &str) -> Result<Self, String> {
        let wrong = || format!("`{address}` is no address of keys; write one that begins with https");
        let url = Url::parse(address).map_err(|_| wrong())?;
        let here = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let plain = url.username().is_empty() && url.password().is_none();
        if !plain || !(url.scheme() == "https" || url.scheme() == "http" && here) {
            return Err(wrong());
        }
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        let client = client.build().map_err(|error| format!("no connection can be made: {error}"))?;
        Ok(Self { url, client })
    }
}

impl FetchKeys for ProviderKeys {
    async fn fetch(&self) -> Result<String, String> {
        let failed = |error: reqwest::Error| error.without_url().to_string();
        let mut answer = self.client.get(self.url.clone()).send().await.map_err(failed)?;
        if answer.status() != reqwest::StatusCode::OK {
            return Err(format!("the provider answered {}", answer.status().as_u16()));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(failed)? {
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(format!("the provider's answer is longer than {MOST_BYTES} bytes"));
            }
            bytes.extend_from_slice(&chunk);
        }
        String::from_utf8(bytes).map_err(|_| "the provider's answer is no text".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    /// What is made of one answer of a server, and how often that was asked.
    fn fetched(answer: Vec<u8>) -> (Result<String, String>, usize) {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let keys = ProviderKeys::new(&format!("http://{}/keys", listener.local_addr().unwrap())).unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).unwrap();
            // Whoever has read enough hangs up.
            let _ = stream.write_all(&answer);
            drop(stream);
            listener.set_nonblocking(true).unwrap();
            1 + usize::from(listener.accept().is_ok())
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        (runtime.block_on(keys.fetch()), server.join().unwrap())
    }

    #[test]
    fn an_answer_is_taken_whole_or_not_at_all() {
        let good = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"keys\":[]}".to_vec();
        assert_eq!(fetched(good), (Ok(r#"{"keys":[]}"#.to_owned()), 1));
        let away = b"HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n".to_vec();
        assert_eq!(fetched(away), (Err("the provider answered 302".to_owned()), 1));
        let mut endless = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
        endless.extend(vec![b' '; 4 * MOST_BYTES]);
        assert!(fetched(endless).0.unwrap_err().contains("longer than"));
        assert!(fetched(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf".to_vec()).0.is_err());
        assert!(fetched(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\xff\xfe".to_vec()).0.is_err());
    }

    #[test]
    fn keys_come_over_https() {
        assert!(ProviderKeys::new("https://login.example/keys").is_ok());
        for wrong in [
            "http://login.example/keys",
            "ftp://login.example",
            "login.example",
            "https://a:b@login.example/",
            "",
        ] {
            assert!(ProviderKeys::new(wrong).is_err(), "{wrong}");
        }
    }
}
