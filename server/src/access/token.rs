//! Bearer tokens of an identity provider: is this one for us, by him, now; and what may its bearer do here.
//!
//! The order is fixed: size, form, algorithm, key, signature, and only then anything that the token says. That a token
//! is valid gives nobody anything: rights come from what the operator mapped to roles and subjects. The invariant: a
//! token whose every check did not pass gives no caller.

use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde_json::{Map, Value};
use thiserror::Error;

use super::caller::Caller;
use super::jwks::{FetchKeys, Jwks};
use super::role::Grant;

/// A longer one is not looked at.
pub(super) const MOST_BYTES: usize = 16 * 1024;
/// Clocks may differ by so many seconds.
const LEEWAY: i64 = 60;
const ALGORITHMS: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];
/// Only tokens that tell a page who signed in have these.
const OF_ID_TOKENS: [&str; 4] = ["nonce", "at_hash", "c_hash", "s_hash"];

/// Whose tokens are taken, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerParams {
    /// `iss`, to the letter.
    pub issuer: String,
    /// One of these is in `aud`.
    pub audiences: Vec<String>,
    /// `tid`, where the provider serves several tenants.
    pub tenant: Option<String>,
    /// Programs that may act for somebody (`azp`, or `appid`); all when empty.
    pub clients: Vec<String>,
    /// One of these is in `scp` of a person's token; none is asked for when empty.
    pub scopes: Vec<String>,
    /// What gives which rights.
    pub grants: Vec<GrantRule>,
}

/// What gives a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRule {
    /// Who has it.
    pub to: Holder,
    /// The right.
    pub grant: Grant,
}

/// Who has a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// Whose token has this in `roles`.
    Role(String),
    /// Whose `oid`, or without one `sub`, this is.
    Subject(String),
}

/// Why a token was refused. For the operator's log: whoever sent it is told only that it is not valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Not three parts of base64, or too long.
    #[error("it is no token of three parts, or it is too long")]
    Form,
    /// An algorithm that is not allowed, or not that of the key.
    #[error("its algorithm is not allowed, or is not that of its key")]
    Algorithm,
    /// Header fields that change how it would have to be read.
    #[error("its header asks for what is not done here")]
    Header,
    /// A key that the provider does not have.
    #[error("the provider has no key of that name")]
    Key,
    /// A signature that does not hold.
    #[error("its signature does not hold")]
    Signature,
    /// Of another provider.
    #[error("it is of another issuer")]
    Issuer,
    /// For another service.
    #[error("it is for another audience")]
    Audience,
    /// Of another tenant.
    #[error("it is of another tenant")]
    Tenant,
    /// For another program, or for none.
    #[error("it was given to a program that is not allowed, or names none")]
    Client,
    /// Over, not yet valid, or without an end.
    #[error("it is over, not yet valid, or has no end")]
    Time,
    /// A token that tells who signed in, and gives no access.
    #[error("it tells who signed in, and gives no access")]
    Kind,
    /// It names nobody, or not for this.
    #[error("it names nobody, or does not have the scope")]
    Subject,
}

/// The caller that a token stands for, at a moment.
pub async fn caller_of<F: FetchKeys>(
    token: &str,
    issuer: &IssuerParams,
    keys: &Jwks<F>,
    now: i64,
) -> Result<Caller, TokenError> {
    check_form(token)?;
    let header = decode_header(token).map_err(|_| TokenError::Form)?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(TokenError::Algorithm);
    }
    check_header(token)?;
    // Where keys are is the operator's to say: jku, jwk, x5u and x5c of the header are not looked at.
    let id = header.kid.as_deref().filter(|id| !id.is_empty() && id.len() <= 256).ok_or(TokenError::Key)?;
    let key = keys.key(id, now).await.ok_or(TokenError::Key)?;
    if key.algorithm != header.alg {
        return Err(TokenError::Algorithm);
    }
    // Only the signature; what it says is checked below, with the moment that was given.
    let mut validation = Validation::new(key.algorithm);
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    let claims = decode::<Map<String, Value>>(token, &key.key, &validation);
    let claims = claims.map_err(|_| TokenError::Signature)?.claims;
    check_claims(&claims, issuer, now)?;
    caller(&claims, issuer)
}

fn check_form(token: &str) -> Result<(), TokenError> {
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
    };
    let whole = token.len() <= MOST_BYTES && token.split('.').count() == 3 && token.split('.').all(part);
    if whole { Ok(()) } else { Err(TokenError::Form) }
}

/// A header may name its type; what would change the reading of the token is refused.
fn check_header(token: &str) -> Result<(), TokenError> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let text = token.split('.').next().and_then(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
    let header = text.and_then(|text| serde_json::from_slice::<Map<String, Value>>(&text).ok());
    let header = header.ok_or(TokenError::Form)?;
    let kind = header.get("typ").map_or(Some("JWT"), Value::as_str).ok_or(TokenError::Header)?;
    let access = ["jwt", "at+jwt", "application/at+jwt"].contains(&kind.to_ascii_lowercase().as_str());
    let other = ["crit", "zip", "enc", "cty", "b64"].iter().any(|name| header.contains_key(*name));
    if access && !other { Ok(()) } else { Err(TokenError::Header) }
}

fn check_claims(claims: &Map<String, Value>, params: &IssuerParams, now: i64) -> Result<(), TokenError> {
    if text(claims, "iss") != Some(params.issuer.as_str()) {
        return Err(TokenError::Issuer);
    }
    let audience = match claims.get("aud") {
        Some(Value::String(one)) => params.audiences.contains(one),
        Some(Value::Array(some)) => some
            .iter()
            .any(|one| one.as_str().is_some_and(|one| params.audiences.iter().any(|known| known == one))),
        _ => false,
    };
    if !audience {
        return Err(TokenError::Audience);
    }
    if params.tenant.is_some() && text(claims, "tid") != params.tenant.as_deref() {
        return Err(TokenError::Tenant);
    }
    check_time(claims, now)?;
    if OF_ID_TOKENS.iter().any(|name| claims.contains_key(*name)) {
        return Err(TokenError::Kind);
    }
    let client = client(claims)?;
    if !params.clients.is_empty() && !params.clients.iter().any(|known| known == client) {
        return Err(TokenError::Client);
    }
    // A person's token says for what; a program's own has roles.
    match claims.get("scp").or_else(|| claims.get("scope")) {
        Some(Value::String(scopes)) if params.scopes.is_empty() => {
            if scopes.trim().is_empty() {
                Err(TokenError::Kind)
            } else {
                Ok(())
            }
        }
        Some(Value::String(scopes)) => {
            let asked = scopes.split(' ').any(|scope| params.scopes.iter().any(|known| known == scope));
            if asked { Ok(()) } else { Err(TokenError::Subject) }
        }
        None if claims.get("roles").is_some_and(Value::is_array) => Ok(()),
        _ => Err(TokenError::Kind),
    }
}

fn check_time(claims: &Map<String, Value>, now: i64) -> Result<(), TokenError> {
    let moment = |name| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or(TokenError::Time),
    };
    let ends = moment("exp")?.ok_or(TokenError::Time)?;
    let begins = moment("nbf")?.unwrap_or(i64::MIN);
    let made = moment("iat")?.unwrap_or(i64::MIN);
    let valid = now < ends.saturating_add(LEEWAY) && begins.max(made) <= now.saturating_add(LEEWAY);
    if valid { Ok(()) } else { Err(TokenError::Time) }
}

/// The acting program: `azp` of version 2, `appid` of version 1, `client_id` of others.
fn client(claims: &Map<String, Value>) -> Result<&str, TokenError> {
    let named: Vec<&str> =
        ["azp", "appid", "client_id"].iter().filter_map(|name| text(claims, name)).collect();
    let of_version = match text(claims, "ver") {
        Some("1.0") => text(claims, "appid"),
        Some("2.0") => text(claims, "azp"),
        _ => named.first().copied(),
    };
    let client = of_version.filter(|client| !client.is_empty()).ok_or(TokenError::Client)?;
    // Two that differ is a mix of versions that no provider makes.
    if named.iter().all(|other| *other == client) { Ok(client) } else { Err(TokenError::Client) }
}

fn caller(claims: &Map<String, Value>, params: &IssuerParams) -> Result<Caller, TokenError> {
    let subject = text(claims, "oid").or_else(|| text(claims, "sub")).filter(|subject| is_plain(subject));
    let subject = subject.ok_or(TokenError::Subject)?;
    let roles: Vec<&str> = match claims.get("roles") {
        Some(Value::Array(roles)) => roles.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let holds = |rule: &&GrantRule| match &rule.to {
        Holder::Role(role) => roles.contains(&role.as_str()),
        Holder::Subject(own) => own == subject,
    };
    let grants = params.grants.iter().filter(holds).map(|rule| rule.grant.clone()).collect();
    Ok(Caller::Known { name: format!("token:{subject}"), grants })
}

/// It is written into audit records and logs.
fn is_plain(subject: &str) -> bool {
    (1..=255).contains(&subject.len()) && subject.bytes().all(|c| c.is_ascii_graphic())
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}
