//! What a route is given: who asks, what about, and with what.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::header::{self, HeaderMap};
use bytes::Bytes;

use super::error::{ApiError, Reason};
use super::state::ApiState;
use crate::access::{Caller, Scope};
use crate::control::{Actor, Condition};
use crate::resource::{Kind, Name, Place, read_whole};

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

    /// The same, which is there: lists of what is gone are not empty, they are gone.
    pub(super) async fn present(&self) -> Result<&Place, ApiError> {
        let place = self.place()?;
        let missing = || ApiError::not_found(format!("there is no {} `{place}`", place.kind()));
        self.state.control.resource(place).await?.map(|_| place).ok_or_else(missing)
    }

    /// The account that the route is about, if it is about one; it is there.
    pub(super) async fn present_account(&self) -> Result<Option<&Name>, ApiError> {
        match &self.scope {
            Scope::Place(_) => Ok(Some(self.present().await?.account())),
            Scope::Server => Ok(None),
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

    /// What `If-Match` and `If-None-Match` ask for.
    pub(super) fn condition(&self) -> Result<Condition, ApiError> {
        let line = |name| self.headers.get(name).map(|value| value.to_str().unwrap_or_default().trim());
        let wrong = |name: &str| {
            let message = format!("{name} holds the ETag that was read, such as \"7\", or *");
            ApiError::new(Reason::BadRequest, message)
        };
        let present = match line(header::IF_MATCH) {
            None => None,
            Some("*") => Some(Condition::Present),
            Some(tag) => {
                let revision = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
                let revision = revision.and_then(|revision| revision.parse().ok());
                Some(Condition::Revision(revision.ok_or_else(|| wrong("If-Match"))?))
            }
        };
        match (present, line(header::IF_NONE_MATCH)) {
            (present, None) => Ok(present.unwrap_or(Condition::Always)),
            (None, Some("*")) => Ok(Condition::Absent),
            (Some(_), Some("*")) => {
                let message = "If-Match and If-None-Match are never true together; give one of them";
                Err(ApiError::new(Reason::PreconditionFailed, message))
            }
            (_, Some(_)) => Err(wrong("If-None-Match")),
        }
    }

    /// The body as a value.
    pub(super) fn json<T: serde::de::DeserializeOwned + serde::Serialize>(&self) -> Result<T, ApiError> {
        Ok(read_whole(&self.body)?)
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
