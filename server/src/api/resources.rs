//! Accounts, modelings and endpoints: read, made, changed, deleted.

use actix_web::http::StatusCode;
use actix_web::http::header;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, Reason};
use super::page::{Page, wrong};
use super::releases;
use crate::access::{Decision, Scope, Verb};
use crate::announce;
use crate::control::{Actor, Put, Resource};
use crate::moment::rfc3339;
use crate::resource::{Kind, Place, Spec};

/// A resource as it is answered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceView {
    /// Its place, such as `acme/modelings/shop`.
    place: String,
    /// `account`, `modeling` or `endpoint`.
    kind: &'static str,
    /// Its name in its account.
    name: String,
    /// Grows with every change.
    revision: i64,
    /// When it was made, RFC 3339.
    created_at: String,
    /// When it last changed, RFC 3339.
    updated_at: String,
    /// What was said of it, with all defaults.
    #[schema(value_type = Object)]
    spec: serde_json::Value,
}

/// A page of resources.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResourcesView {
    items: Vec<ResourceView>,
    /// Give this as `after` for the page that follows; there is none when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl From<Resource> for ResourceView {
    fn from(resource: Resource) -> Self {
        Self {
            place: resource.place.to_string(),
            kind: resource.place.kind().word(),
            name: resource.place.name().to_string(),
            revision: resource.revision,
            created_at: rfc3339(resource.created_ms / 1000),
            updated_at: rfc3339(resource.updated_ms / 1000),
            spec: resource.spec.json(),
        }
    }
}

/// The tag that `If-Match` asks for.
fn tagged(resource: Resource) -> Answer {
    let tag = format!("\"{}\"", resource.revision);
    Answer::json(&ResourceView::from(resource)).line(header::ETAG, &tag)
}

pub(super) async fn one(call: Call) -> Result<Answer, ApiError> {
    let place = call.place()?;
    let found = call.state.control.resource(place).await?;
    let missing = || ApiError::not_found(format!("there is no {} `{place}`", place.kind()));
    Ok(tagged(found.ok_or_else(missing)?))
}

pub(super) async fn put(call: Call) -> Result<Answer, ApiError> {
    let (place, condition) = (call.place()?, call.condition()?);
    let spec = Spec::read(place.kind(), &call.body)?;
    check_reach(&call, place, &spec).await?;
    let (put, resource) = call.state.control.put(place, &spec, condition, &call.actor).await?;
    if place.kind() == Kind::Endpoint && put != Put::Unchanged {
        let actor = Actor { once: None, ..call.actor.clone() };
        announce::first_keys(&call.state.control, &call.state.secret, place, &actor).await?;
        releases::release_now(&call, "release.spec").await?;
    }
    let status = match put {
        Put::Created => StatusCode::CREATED,
        Put::Updated | Put::Unchanged => StatusCode::OK,
    };
    Ok(tagged(resource).with(status))
}

/// What a modeling may read, and whose keys it may use.
async fn check_reach(call: &Call, place: &Place, spec: &Spec) -> Result<(), ApiError> {
    let Spec::Modeling(wanted) = spec else { return Ok(()) };
    let at = |pointer: &str, reason, message: String| ApiError {
        pointer: Some(pointer.to_owned()),
        ..ApiError::new(reason, message)
    };
    if let Err(cause) = call.state.addresses.check(&wanted.source) {
        return Err(at("/source", Reason::Invalid, cause.to_string()));
    }
    if call.caller.decide(Verb::Operate, &Scope::Server) == Decision::Allow {
        return Ok(());
    }
    // Keys lie on the operator's machine, and the broker is everybody's: who may name them could read what belongs to
    // others.
    let before = call.state.control.resource(place).await?;
    let before = before.as_ref().and_then(|resource| resource.spec.modeling());
    let credentials = before.and_then(|before| before.credentials.as_ref());
    if wanted.credentials.as_ref() != credentials {
        let message = "only an admin of the server may say which credentials a modeling uses";
        return Err(at("/credentials", Reason::Forbidden, message.to_owned()));
    }
    let broker = before.and_then(|before| before.live().broker);
    if wanted.live().broker != broker {
        let message = "only an admin of the server may say which subject of the broker a modeling hears";
        return Err(at("/live/broker", Reason::Forbidden, message.to_owned()));
    }
    Ok(())
}

pub(super) async fn delete(call: Call) -> Result<Answer, ApiError> {
    call.state.control.delete(call.place()?, call.condition()?, &call.actor).await?;
    Ok(Answer::nothing())
}

pub(super) async fn accounts(call: Call) -> Result<Answer, ApiError> {
    page(call, Kind::Account).await
}

pub(super) async fn modelings(call: Call) -> Result<Answer, ApiError> {
    page(call, Kind::Modeling).await
}

pub(super) async fn endpoints(call: Call) -> Result<Answer, ApiError> {
    page(call, Kind::Endpoint).await
}

/// A page of what the caller may see; others are passed over as if they were not there.
async fn page(call: Call, kind: Kind) -> Result<Answer, ApiError> {
    let limit = Page::of(&call)?.limit;
    let given = call.query.get("after").map(|text| text.parse()).transpose();
    let mut after: Option<Place> = given.map_err(|_| wrong("after"))?;
    let account = call.present_account().await?;
    let mut items: Vec<Resource> = Vec::new();
    loop {
        let found = call.state.control.resources(account, kind, after.as_ref(), limit).await?;
        let last = found.len() < limit as usize;
        after = found.last().map(|resource| resource.place.clone());
        let may_see = |resource: &Resource| {
            call.caller.decide(Verb::List, &Scope::Place(resource.place.clone())) == Decision::Allow
        };
        items.extend(found.into_iter().filter(may_see));
        if last || items.len() > limit as usize {
            break;
        }
    }
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = if more { items.last().map(|resource| resource.place.to_string()) } else { None };
    Ok(Answer::json(&ResourcesView { items: items.into_iter().map(ResourceView::from).collect(), next }))
}
