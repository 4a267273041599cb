//! Releases of an endpoint: what it offered, and the commands that change what it offers. Its signing keys.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, Reason};
use super::page::{Page, before_number};
use crate::announce;
use crate::control::{Release, SigningKey};
use crate::release::Event;
use crate::resource::{Name, Place};

/// What is to happen to what an endpoint offers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "do", rename_all = "camelCase", deny_unknown_fields)]
pub(super) enum ReleaseWish {
    /// Show everybody the model that is on its way.
    Promote,
    /// Take back what is on its way, or show again what was shown before.
    Return {
        /// Of which modeling; the first when not said.
        modeling: Option<Name>,
    },
    /// Show everybody this model.
    Put {
        /// Of which modeling; the first when not said.
        modeling: Option<Name>,
        /// Its id.
        model: String,
    },
}

/// A page of releases, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReleasesView {
    items: Vec<Release>,
    /// Give this as `before` for the page that follows; there is none when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// Keys of an endpoint.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SigningKeysView {
    items: Vec<SigningKey>,
}

pub(super) async fn list(call: Call) -> Result<Answer, ApiError> {
    let (page, before) = (Page::of(&call)?, before_number(&call)?);
    let items = call.state.control.releases(call.present().await?, before, page.limit).await?;
    let next = page.next(&items, |release| release.sequence.to_string());
    Ok(Answer::json(&ReleasesView { items, next }))
}

pub(super) async fn make(call: Call) -> Result<Answer, ApiError> {
    let (place, wish): (&Place, ReleaseWish) = (call.place()?, call.json()?);
    let action = match &wish {
        ReleaseWish::Promote => "release.promote",
        ReleaseWish::Return { .. } => "release.return",
        ReleaseWish::Put { .. } => "release.put",
    };
    let compose = |facts: &crate::control::EndpointFacts| {
        let named =
            |modeling: &Option<Name>| modeling.clone().or_else(|| facts.spec.modelings.first().cloned());
        let first = "an endpoint has a modeling";
        let modeling = match &wish {
            ReleaseWish::Promote => None,
            ReleaseWish::Return { modeling } | ReleaseWish::Put { modeling, .. } => named(modeling),
        };
        let event = match &wish {
            ReleaseWish::Promote => Event::Promote,
            ReleaseWish::Return { .. } => Event::Return { modeling: modeling.as_ref().ok_or(first)? },
            ReleaseWish::Put { model, .. } => {
                let modeling = modeling.as_ref().ok_or(first)?;
                let kept = facts.models.get(modeling).into_iter().flatten().any(|kept| kept.id == *model);
                if !kept {
                    return Err(format!("there is no kept model `{model}` of `{modeling}`"));
                }
                Event::Put { modeling, model }
            }
        };
        announce::compose(facts, event, &call.state.secret)
    };
    match call.state.control.release(place, action, &call.actor, compose).await? {
        Some(release) => Ok(Answer::json(&release).with(StatusCode::CREATED)),
        None => {
            let latest = call.state.control.releases(place, None, 1).await?;
            let missing = || ApiError::new(Reason::Conflict, "no model was cooked for this endpoint yet");
            Ok(Answer::json(latest.first().ok_or_else(missing)?))
        }
    }
}

pub(super) async fn signing_keys(call: Call) -> Result<Answer, ApiError> {
    let items = call.state.control.signing_keys(call.present().await?).await?;
    Ok(Answer::json(&SigningKeysView { items }))
}

/// The manifest that follows is signed by the key that was announced before.
pub(super) async fn turn_keys(call: Call) -> Result<Answer, ApiError> {
    let (state, place) = (&call.state, call.place()?);
    let items = announce::turn_keys(&state.control, &state.secret, place, &call.actor).await?;
    release_now(&call, "release.keys").await?;
    Ok(Answer::json(&SigningKeysView { items }))
}

/// A new release if what is said of the endpoint asks for one.
pub(super) async fn release_now(call: &Call, action: &'static str) -> Result<(), ApiError> {
    let compose = |facts: &_| announce::compose(facts, Event::Time { readings: &[] }, &call.state.secret);
    // The request's key belongs to the change that it asked for.
    let actor = crate::control::Actor { once: None, ..call.actor.clone() };
    call.state.control.release(call.place()?, action, &actor, compose).await?;
    Ok(())
}
