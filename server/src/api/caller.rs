//! Who asks: the key or the token that a request carries, and what it was granted.
//!
//! What the database said of a key is believed for a few seconds, so that a busy program costs no look-up a request
//! and a revoked key stops everywhere soon. Invariant: nothing here tells a wrong key from a revoked one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::http::header::{self, HeaderMap};

use super::error::{ApiError, Reason};
use super::state::ApiState;
use crate::access::{Caller, Grant, Secret};
use crate::control::KeyRecord;

/// How long a look-up is believed.
const BELIEVED_MS: i64 = 3_000;

/// More callers than this at once are looked up each time.
const MOST: usize = 10_000;

/// Keys that were looked up lately, by their hash.
#[derive(Debug, Default)]
pub(super) struct Callers {
    known: Mutex<HashMap<String, Believed>>,
}

#[derive(Debug, Clone)]
struct Believed {
    caller: Caller,
    until_ms: i64,
}

impl Callers {
    /// Who sends these headers.
    pub(super) async fn of(&self, state: &ApiState, headers: &HeaderMap) -> Result<Caller, ApiError> {
        let Some(line) = headers.get(header::AUTHORIZATION) else { return Ok(Caller::Nobody) };
        let token = line.to_str().ok().and_then(|line| line.split_once(' '));
        let Some((_, token)) = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
            return Err(refused("an Authorization header is `Bearer` and a key"));
        };
        let token = token.trim();
        // A key has no dots, a token has two.
        if token.contains('.') && !state.issuers.is_empty() {
            let now = state.clock.now_ms().div_euclid(1000);
            return state.issuers.caller(token, now).await.map_err(|cause| {
                state.signals.warn(&format!("a token was refused: {cause}"));
                refused("this token is not valid here")
            });
        }
        let secret = Secret::parse(token).map_err(|error| refused(&error.to_string()))?;
        let (hash, now_ms) = (secret.hash().to_string(), state.clock.now_ms());
        if let Some(caller) = self.believed(&hash, now_ms) {
            return Ok(caller);
        }
        let record = state.control.key_by_hash(&hash).await?;
        let Some(record) = record.filter(|record| holds(record, now_ms)) else {
            return Err(refused("this key is unknown, revoked or expired"));
        };
        let grants: Vec<Grant> = serde_json::from_value(record.grants.clone())
            .map_err(|_| refused("this key was written by a newer program; make a new one"))?;
        // A use that is not noted down is no reason to refuse it.
        let _ = state.control.touch_key(&record.id, now_ms).await;
        let caller = Caller::Known { name: format!("key:{}", record.id), grants };
        let until_ms = record.expires_ms.unwrap_or(i64::MAX).min(now_ms + BELIEVED_MS);
        self.believe(hash, Believed { caller: caller.clone(), until_ms }, now_ms);
        Ok(caller)
    }

    fn believed(&self, hash: &str, now_ms: i64) -> Option<Caller> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(hash).filter(|believed| believed.until_ms > now_ms).map(|believed| believed.caller.clone())
    }

    fn believe(&self, hash: String, believed: Believed, now_ms: i64) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.retain(|_, believed| believed.until_ms > now_ms);
        }
        if known.len() < MOST {
            known.insert(hash, believed);
        }
    }

    /// Forgets what was believed, where a key was just revoked.
    pub(super) fn forget(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn holds(record: &KeyRecord, now_ms: i64) -> bool {
    record.revoked_ms.is_none() && record.expires_ms.is_none_or(|expires| expires > now_ms)
}

fn refused(message: &str) -> ApiError {
    ApiError::new(Reason::Unauthenticated, message)
}
