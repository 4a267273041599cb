//! What a route is given: who asks, what about, and with what.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::header::{self, HeaderMap};
use bytes::Bytes;

use super::error::{ApiError, Reason};
use super::state::ApiState;
use crate::access::{Caller, Scope};
use crate::control::{Actor, Condition};
use crate::resource::{Kind, Name, Place};

/// Things on a page when nothing is said, and at most.
const PAGE: u32 = 100;
const LONGEST_PAGE: u32 = 1000;

/// One request, when the policy has let it in.
pub(super) struct Call {
    pub(super) state: Arc<ApiState>,
    pub(super) caller: Caller,
    pub(super) actor: Actor,
    /// What it is about.
    pub(super) scope: Scope,
    pub(super) parts: Vec<(&'static str, String)>,
    pub(super) query: BTreeMap<String, String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Call {
    /// The place that the route is about. Routes without one never ask.
    pub(super) fn place(&self) -> Result<&Place, ApiError> {
        match &self.scope {
            Scope::Place(place) => Ok(place),
            Scope::Server => Err(ApiError::new(Reason::BadRequest, "this is about a place")),
        }
    }

    /// The account that the route is about, if it is about one.
    pub(super) fn account(&self) -> Option<&Name> {
        match &self.scope {
            Scope::Place(place) => Some(place.account()),
            Scope::Server => None,
        }
    }

    /// A part of the path.
    pub(super) fn part(&self, name: &str) -> &str {
        self.parts.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// How many things a page has.
    pub(super) fn limit(&self) -> Result<u32, ApiError> {
        let Some(text) = self.query.get("limit") else { return Ok(PAGE) };
        let limit = text.parse().ok().filter(|limit| (1..=LONGEST_PAGE).contains(limit));
        let wrong = || ApiError::new(Reason::BadRequest, format!("`limit` is 1 to {LONGEST_PAGE}"));
        limit.ok_or_else(wrong)
    }

    /// What `If-Match` and `If-None-Match` ask for.
    pub(super) fn condition(&self) -> Result<Condition, ApiError> {
        let line = |name| self.headers.get(name).map(|value| value.to_str().unwrap_or_default().trim());
        let wrong = |name: &str| {
            let message = format!("{name} holds the ETag that was read, such as \"7\", or *");
            Err(ApiError::new(Reason::BadRequest, message))
        };
        match (line(header::IF_MATCH), line(header::IF_NONE_MATCH)) {
            (None, None) => Ok(Condition::Always),
            (Some("*"), None) => Ok(Condition::Present),
            (None, Some("*")) => Ok(Condition::Absent),
            (Some(tag), None) => {
                let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
                match revision.and_then(|revision| revision.parse().ok()) {
                    Some(revision) => Ok(Condition::Revision(revision)),
                    None => wrong("If-Match"),
                }
            }
            (None, Some(_)) => wrong("If-None-Match"),
            (Some(_), Some(_)) => {
                Err(ApiError::new(Reason::BadRequest, "give If-Match or If-None-Match, not both"))
            }
        }
    }

    /// The body as a value.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            ApiError::new(Reason::Invalid, format!("the body cannot be read as what is wanted: {error}"))
        })
    }
}

/// What a route is about: the parts of its path that are names of places.
pub(super) fn scope(parts: &[(&'static str, String)]) -> Result<Scope, ApiError> {
    let named = |wanted: &str| parts.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value);
    let name = |text: &String| text.parse::<Name>().map_err(|error| ApiError::not_found(error.to_string()));
    let Some(account) = named("account") else { return Ok(Scope::Server) };
    let account = name(account)?;
    Ok(Scope::Place(match (named(Kind::Modeling.word()), named(Kind::Endpoint.word())) {
        (Some(modeling), _) => Place::Modeling(account, name(modeling)?),
        (None, Some(endpoint)) => Place::Endpoint(account, name(endpoint)?),
        (None, None) => Place::Account(account),
    }))
}

/// The query of an address, each name once.
pub(super) fn query(text: &str) -> Result<BTreeMap<String, String>, ApiError> {
    let mut query = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        if query.insert(name.to_string(), value.into_owned()).is_some() {
            return Err(ApiError::new(Reason::BadRequest, format!("`{name}` is given twice")));
        }
    }
    Ok(query)
}
