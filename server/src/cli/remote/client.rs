//! One request to the server and its answer. Knows the key and how errors read; never prints the key.

use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use tokio::runtime::{Builder, Runtime};

use super::super::Failure;
use super::Server;
use crate::exit_code::Exit;

/// Holds the key of whoever asks.
pub(super) const KEY: &str = "COOKSHELF_KEY";

/// A request that takes longer hangs; watching has no end.
const DEADLINE: Duration = Duration::from_secs(60);

/// How often lines are sent, and the pause after the first time; later ones are longer.
const ATTEMPTS: u32 = 6;
const FIRST_PAUSE: Duration = Duration::from_millis(400);

/// A server and who asks it.
pub(super) struct Remote {
    client: Client,
    runtime: Runtime,
    url: String,
    key: Option<String>,
}

/// What the server answered.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) value: Value,
}

impl Remote {
    pub(super) fn new(server: &Server) -> Result<Self, Failure> {
        let system = |cause: &dyn std::fmt::Display| Failure::new(Exit::System, cause.to_string());
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|cause| system(&cause))?;
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        let key = std::env::var(KEY).ok().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        Ok(Self {
            client: client.map_err(|cause| system(&cause))?,
            runtime,
            url: server.url.trim_end_matches('/').to_owned(),
            key,
        })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.url));
        match &self.key {
            Some(key) => request.bearer_auth(key),
            None => request,
        }
    }

    /// Asks for something.
    pub(super) fn get(&self, path: &str) -> Result<Value, Failure> {
        self.send(self.request(Method::GET, path)).map(|answered| answered.value)
    }

    /// The same, where nothing may be there.
    pub(super) fn find(&self, path: &str) -> Result<Option<Value>, Failure> {
        let answered = self.raw(self.request(Method::GET, path))?;
        match answered.status {
            404 => Ok(None),
            _ => self.checked(answered).map(|answered| Some(answered.value)),
        }
    }

    /// Sends a body, or none.
    pub(super) fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Answered, Failure> {
        let request = self.request(method, path);
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        self.send(request)
    }

    /// Sends lines that may come twice, again until they are answered; `before` lines of their file were sent already.
    pub(super) fn send_lines(&self, path: &str, lines: &[u8], before: usize) -> Result<Value, Failure> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let request = self.request(Method::POST, path).header("content-type", "application/x-ndjson");
            let answered = match self.raw(request.body(lines.to_vec())) {
                Ok(answered) if ![429, 503].contains(&answered.status) => answered,
                Ok(answered) if attempt == ATTEMPTS => return self.checked(answered).map(|ok| ok.value),
                Err(failure) if attempt == ATTEMPTS => return Err(failure),
                _ => {
                    std::thread::sleep(FIRST_PAUSE * attempt * attempt);
                    continue;
                }
            };
            let line = answered.value["error"]["pointer"].as_str().and_then(|at| at.strip_prefix('/'));
            return match line.and_then(|line| line.parse::<usize>().ok()) {
                Some(line) => {
                    let message = answered.value["error"]["message"].as_str().unwrap_or_default();
                    // The server counts from the beginning of what it was sent.
                    let message = message.split_once(": ").map_or(message, |(_, message)| message);
                    Err(Failure::new(Exit::Input, format!("line {}: {message}", before + line + 1)))
                }
                None => self.checked(answered).map(|ok| ok.value),
            };
        }
    }

    /// All things of a list, page after page.
    pub(super) fn pages(&self, path: &str, cursor: &str) -> Result<Vec<Value>, Failure> {
        let mut items = Vec::new();
        let mut at = String::new();
        loop {
            let mut page = self.get(&format!("{path}?limit=500{at}"))?;
            if let Some(more) = page["items"].as_array_mut() {
                items.append(more);
            }
            match page["next"].as_str() {
                Some(next) => at = format!("&{cursor}={}", escaped(next)),
                None => return Ok(items),
            }
        }
    }

    /// Hears events until the server ends them; `hear` is given the data of each.
    pub(super) fn events(&self, path: &str, mut hear: impl FnMut(&Value)) -> Result<(), Failure> {
        let request = self.request(Method::GET, path);
        self.runtime.block_on(async {
            let mut response = request.send().await.map_err(|cause| self.away(&cause))?;
            if !response.status().is_success() {
                let answered = answered(response).await.map_err(|cause| self.away(&cause))?;
                return self.checked(answered).map(drop);
            }
            let mut text = String::new();
            while let Some(part) = response.chunk().await.map_err(|cause| self.away(&cause))? {
                text += &String::from_utf8_lossy(&part);
                while let Some((line, rest)) = text.split_once('\n') {
                    if let Some(value) =
                        line.strip_prefix("data: ").and_then(|data| serde_json::from_str(data).ok())
                    {
                        hear(&value);
                    }
                    text = rest.to_owned();
                }
            }
            Ok(())
        })
    }

    fn send(&self, request: RequestBuilder) -> Result<Answered, Failure> {
        let answered = self.raw(request)?;
        self.checked(answered)
    }

    fn raw(&self, request: RequestBuilder) -> Result<Answered, Failure> {
        let work = async { answered(request.timeout(DEADLINE).send().await?).await };
        self.runtime.block_on(work).map_err(|cause| self.away(&cause))
    }

    fn checked(&self, answered: Answered) -> Result<Answered, Failure> {
        if (200..300).contains(&answered.status) {
            return Ok(answered);
        }
        let error = &answered.value["error"];
        let message = error["message"].as_str().unwrap_or("the server said nothing more");
        let place = error["pointer"].as_str().filter(|at| !at.is_empty() && !message.contains(*at));
        let place = place.map_or(String::new(), |at| format!("at `{at}`: "));
        let hint = match (answered.status, &self.key) {
            (401, None) => format!("; put a key into the variable {KEY}"),
            _ => String::new(),
        };
        let exit = if answered.status >= 500 { Exit::System } else { Exit::Input };
        Err(Failure::new(exit, format!("{place}{message}{hint} ({})", answered.status)))
    }

    fn away(&self, cause: &reqwest::Error) -> Failure {
        let what = if cause.is_timeout() { "did not answer in time" } else { "cannot be reached" };
        let message = format!("{} {what}; is it running, and is --url right?", self.url);
        Failure::new(Exit::System, message)
    }
}

async fn answered(response: Response) -> reqwest::Result<Answered> {
    let status = response.status().as_u16();
    let bytes = response.bytes().await?;
    Ok(Answered { status, value: serde_json::from_slice(&bytes).unwrap_or(Value::Null) })
}

fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
