//! All identity providers whose tokens are taken, each with its keys.
//!
//! Which one is meant is read from the token before anything of it is proven; it decides only with whose keys and
//! rules the whole of it is checked. Invariant: a token is only ever checked against one provider.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::caller::Caller;
use super::jwks::{FetchKeys, Jwks};
use super::token::{IssuerParams, TokenError, caller_of};

/// The providers; none takes no tokens at all.
#[derive(Debug)]
pub struct Issuers<F>(Vec<(IssuerParams, Jwks<F>)>);

impl<F> Default for Issuers<F> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<F: FetchKeys> Issuers<F> {
    /// Providers, with where the keys of each come from.
    pub fn new(issuers: Vec<(IssuerParams, F)>) -> Self {
        Self(issuers.into_iter().map(|(params, source)| (params, Jwks::new(source))).collect())
    }

    /// Whether any token is taken.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The caller that a token stands for, at a moment in seconds.
    pub async fn caller(&self, token: &str, now: i64) -> Result<Caller, TokenError> {
        let named = named(token).ok_or(TokenError::Form)?;
        let known = self.0.iter().find(|(params, _)| params.issuer == named);
        let (params, keys) = known.ok_or(TokenError::Issuer)?;
        caller_of(token, params, keys, now).await
    }
}

/// Whom a token names as its issuer; nothing of it is proven here.
fn named(token: &str) -> Option<String> {
    let claims = token.split('.').nth(1).filter(|part| part.len() <= super::token::MOST_BYTES)?;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?;
    let claims: Map<String, Value> = serde_json::from_slice(&claims).ok()?;
    claims.get("iss")?.as_str().map(str::to_owned)
}
