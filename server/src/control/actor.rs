//! Who does something, when, and in the course of which request.
//!
//! Invariant: what is kept of an actor is one short line, whatever somebody put into a header.

use serde::{Deserialize, Serialize};

/// Longest name, and longest id of a request.
const LONGEST: usize = 200;

/// Who changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// `key:…`, `token:…`, `worker:…`, `scheduler`.
    pub name: String,
    /// Id of the request, as it stands in logs.
    pub request: String,
    /// The moment, in milliseconds since 1970.
    pub now_ms: i64,
    /// For a request that may come twice and must have one effect.
    pub once: Option<Once>,
}

/// The key of a request that may come twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Once {
    /// Whose keys these are, so that nobody meets another's.
    pub scope: String,
    /// What the client chose.
    pub key: String,
    /// Hash of what was asked for: the same key with another request is refused.
    pub request_hash: String,
}

impl Actor {
    /// An actor whose request has no key.
    pub fn new(name: &str, request: &str, now_ms: i64) -> Self {
        Self { name: line(name), request: line(request), now_ms, once: None }
    }

    /// The same, for a request that may come twice.
    pub fn once(self, once: Once) -> Self {
        Self { once: Some(once), ..self }
    }
}

/// `text` in one line, cut short.
pub(super) fn line(text: &str) -> String {
    text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
