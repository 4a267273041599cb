//! An identity provider in memory, and what tokens of it, and against it, come to.

mod addresses;
mod attacks;
mod outage;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use super::*;

/// 2026-11-22, some time in the morning.
const NOW: i64 = 1_795_338_000;

/// The provider: its keys by name, how often it was asked, and whether it answers.
struct Provider {
    keys: RefCell<BTreeMap<String, Value>>,
    asked: Cell<u32>,
    up: Cell<bool>,
}

impl FetchKeys for &Provider {
    async fn fetch(&self) -> Result<String, String> {
        self.asked.set(self.asked.get() + 1);
        // Others get their turn meanwhile, as on a network.
        tokio::task::yield_now().await;
        if !self.up.get() {
            return Err("connection refused".to_owned());
        }
        let keys: Vec<Value> = self.keys.borrow().values().cloned().collect();
        Ok(json!({ "keys": keys }).to_string())
    }
}

fn key_file() -> Value {
    serde_json::from_str(include_str!("keys.json")).unwrap()
}

/// The public half of one of the file's keys, under a name.
fn public(kind: &str, id: &str) -> Value {
    let mut jwk = key_file()[kind]["public"].clone();
    jwk["kid"] = json!(id);
    jwk
}

fn private(kind: &str) -> EncodingKey {
    let der = BASE64_STANDARD.decode(key_file()[kind]["private"].as_str().unwrap()).unwrap();
    match kind {
        "ec" => EncodingKey::from_ec_der(&der),
        "ed" | "foreign" => EncodingKey::from_ed_der(&der),
        _ => EncodingKey::from_rsa_der(&der),
    }
}

/// One with the keys `rsa`, `ec` and `ed` under their own names, and what must not be used.
fn provider() -> Provider {
    let mut keys: BTreeMap<String, Value> =
        ["rsa", "ec", "ed", "short"].map(|kind| (kind.to_owned(), public(kind, kind))).into();
    keys.insert("shared".to_owned(), json!({"kty":"oct","kid":"shared","k":"c2VjcmV0"}));
    let mut enc = public("rsa", "enc");
    enc["use"] = json!("enc");
    keys.insert("enc".to_owned(), enc);
    keys.insert("odd".to_owned(), json!({"kty":"something else","kid":"odd"}));
    Provider { keys: RefCell::new(keys), asked: Cell::new(0), up: Cell::new(true) }
}

fn params() -> IssuerParams {
    let rule = |to, grant: &str| GrantRule { to, grant: grant.parse().unwrap() };
    IssuerParams {
        issuer: "https://login.example/tenant-1/v2.0".to_owned(),
        audiences: vec!["api-1".to_owned()],
        tenant: Some("tenant-1".to_owned()),
        clients: vec!["console".to_owned()],
        scopes: vec!["cook".to_owned()],
        grants: vec![
            rule(Holder::Role("Cooks".to_owned()), "writer on acme"),
            rule(Holder::Subject("person-1".to_owned()), "reader on other"),
        ],
    }
}

/// What a good token says.
fn claims() -> Value {
    json!({
        "iss": "https://login.example/tenant-1/v2.0", "aud": "api-1", "tid": "tenant-1", "ver": "2.0",
        "azp": "console", "oid": "person-1", "sub": "pairwise", "scp": "openid cook", "roles": ["Cooks"],
        "iat": NOW - 10, "nbf": NOW - 10, "exp": NOW + 3_600,
    })
}

fn algorithm(kind: &str) -> Algorithm {
    match kind {
        "ec" => Algorithm::ES256,
        "ed" | "foreign" => Algorithm::EdDSA,
        _ => Algorithm::RS256,
    }
}

/// A token signed with one of the file's keys under a name.
fn token(claims: &Value, kind: &str, id: &str) -> String {
    let header = Header { kid: Some(id.to_owned()), ..Header::new(algorithm(kind)) };
    encode(&header, claims, &private(kind)).unwrap()
}

/// The good claims with some of them changed; `null` takes one out.
fn but(changes: &Value) -> Value {
    let mut claims = claims();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

/// Three parts put together by hand.
fn raw(header: &Value, claims: &Value, signature: &[u8]) -> String {
    let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    format!(
        "{}.{}.{}",
        part(header.to_string().as_bytes()),
        part(claims.to_string().as_bytes()),
        part(signature)
    )
}

/// Runs what waits for others.
fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn ask(token: &str, params: &IssuerParams) -> Result<Caller, TokenError> {
    let provider = provider();
    wait(caller_of(token, params, &Jwks::new(&provider), NOW))
}
