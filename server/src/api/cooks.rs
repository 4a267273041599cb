//! Cooks of a modeling and the models that they made: asked for, watched, stopped, read.

use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, Reason};
use super::page::{Page, before_id};
use crate::artifacts::ArtifactPath;
use crate::control::{Cook, Model, Wanted};

/// How often a watched cook is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A line now and then keeps proxies from closing a quiet stream.
const QUIET_LOOKS: u32 = 30;
/// A stream ends after this many looks; a client that still wants to see asks again.
const MOST_LOOKS: u32 = 7_200;

/// A page of cooks, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CooksView {
    items: Vec<Cook>,
    /// Give this as `before` for the page that follows; there is none when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A page of models, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ModelsView {
    items: Vec<Model>,
    /// Give this as `before` for the page that follows; there is none when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub(super) async fn start(call: Call) -> Result<Answer, ApiError> {
    let cook = call.state.control.enqueue(call.place()?, Wanted::Manual, &call.actor).await?;
    let location = format!("{}/cooks/{}", call.place()?.path(), cook.id);
    Ok(Answer::json(&cook).with(StatusCode::ACCEPTED).line(LOCATION, &location))
}

pub(super) async fn list(call: Call) -> Result<Answer, ApiError> {
    let (page, before) = (Page::of(&call)?, before_id(&call)?);
    let items = call.state.control.cooks(call.present().await?, before, page.limit).await?;
    let next = page.next(&items, |cook| cook.id.clone());
    Ok(Answer::json(&CooksView { items, next }))
}

pub(super) async fn one(call: Call) -> Result<Answer, ApiError> {
    Ok(Answer::json(&find(&call).await?))
}

pub(super) async fn cancel(call: Call) -> Result<Answer, ApiError> {
    let cook = find(&call).await?;
    Ok(Answer::json(&call.state.control.cancel(&cook.id, &call.actor).await?))
}

/// A cook as it goes on: an event whenever something changed, the last one when it is over.
pub(super) async fn watch(call: Call) -> Result<Answer, ApiError> {
    let cook = find(&call).await?;
    let begin = Watching { call, said: None, looks: 0, over: false, first: Some(cook) };
    let events = stream::unfold(begin, |mut watching| async move {
        let event = watching.next().await?;
        Some((Ok(event), watching))
    });
    Ok(Answer::live(events))
}

struct Watching {
    call: Call,
    said: Option<String>,
    looks: u32,
    over: bool,
    first: Option<Cook>,
}

impl Watching {
    async fn next(&mut self) -> Option<Bytes> {
        let mut quiet = 0;
        while !self.over && self.looks < MOST_LOOKS {
            self.looks += 1;
            let cook = match self.first.take() {
                Some(cook) => cook,
                None => {
                    tokio::time::sleep(LOOK_EVERY).await;
                    match find(&self.call).await {
                        Ok(cook) => cook,
                        // The database is away for a moment; the cook goes on.
                        Err(error) if error.reason == Reason::Unavailable => continue,
                        Err(_) => return None,
                    }
                }
            };
            self.over = cook.state.is_over();
            let text = serde_json::to_string(&cook).expect("a cook is texts and whole numbers");
            if self.said.as_ref() != Some(&text) {
                let event = format!("event: cook\ndata: {text}\n\n");
                self.said = Some(text);
                return Some(event.into());
            }
            quiet += 1;
            if quiet == QUIET_LOOKS {
                return Some(Bytes::from_static(b": still here\n\n"));
            }
        }
        None
    }
}

/// The cook that the path names, if it is one of the modeling that it names.
async fn find(call: &Call) -> Result<Cook, ApiError> {
    let (place, id) = (call.place()?, call.part("cook"));
    let cook = call.state.control.cook(id).await?.filter(|cook| cook.place == *place);
    cook.ok_or_else(|| ApiError::not_found(format!("there is no cook `{id}` of `{place}`")))
}

pub(super) async fn models(call: Call) -> Result<Answer, ApiError> {
    let (page, before) = (Page::of(&call)?, before_id(&call)?);
    let items = call.state.control.models(call.present().await?, before, page.limit).await?;
    let next = page.next(&items, |model| model.id.clone());
    Ok(Answer::json(&ModelsView { items, next }))
}

/// A whole model in one file.
pub(super) async fn bundle(call: Call) -> Result<Answer, ApiError> {
    let (place, id) = (call.place()?, call.part("model"));
    let missing = || ApiError::not_found(format!("there is no model `{id}` of `{place}`"));
    let model =
        call.state.control.model(id).await?.filter(|model| model.place == *place).ok_or_else(missing)?;
    let path = ArtifactPath::bundle(place.account().as_str(), &model.id);
    let bytes = call.state.artifacts.read(path).await?.ok_or_else(missing)?;
    Ok(Answer::text("application/octet-stream", bytes))
}
