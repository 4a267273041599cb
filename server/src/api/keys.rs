//! API keys: made, listed, revoked. A secret is answered once, when its key is made.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, Reason};
use super::page::{Page, before_id};
use crate::access::{Grant, Secret, SecretKind};
use crate::control::{KeyRecord, NewKey};

/// A year: the longest that a key holds.
const MOST_DAYS: u32 = 366;
const LONGEST_LABEL: usize = 100;
const MOST_GRANTS: usize = 50;

/// A key that is wanted.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct KeyWish {
    /// What people call it.
    #[schema(min_length = 1, max_length = 100, pattern = "\\S")]
    label: String,
    /// What it may do.
    #[schema(min_items = 1, max_items = 50)]
    grants: Vec<Grant>,
    /// Days until it stops to hold.
    #[serde(default = "year")]
    #[schema(minimum = 1, maximum = 366, default = 366)]
    days: u32,
}

fn year() -> u32 {
    MOST_DAYS
}

/// A new key, with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeKey {
    /// The key.
    key: KeyRecord,
    /// The secret: keep it, it is never shown again.
    secret: String,
}

/// A page of keys.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeysView {
    items: Vec<KeyRecord>,
    /// Give this as `before` for the page that follows; there is none when it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

pub(super) async fn make(call: Call) -> Result<Answer, ApiError> {
    let wish: KeyWish = call.json()?;
    let invalid = |message: String| Err(ApiError::new(Reason::Invalid, message));
    if wish.label.trim().is_empty() || wish.label.chars().count() > LONGEST_LABEL {
        return invalid(format!("a label has 1 to {LONGEST_LABEL} letters"));
    }
    if !(1..=MOST_GRANTS).contains(&wish.grants.len()) || !(1..=MOST_DAYS).contains(&wish.days) {
        return invalid(format!("a key has 1 to {MOST_GRANTS} grants, and holds 1 to {MOST_DAYS} days"));
    }
    if let Some(grant) = wish.grants.iter().find(|grant| !call.caller.may_give(grant)) {
        let message = format!("`{}` cannot give `{grant}`: it is not admin there itself", call.caller.name());
        return Err(ApiError::new(Reason::Forbidden, message));
    }
    // A key of an account opens nothing outside of it.
    if let Some(grant) = wish.grants.iter().find(|grant| !call.scope.covers(&grant.on)) {
        return invalid(format!("`{grant}` is not within `{}`, where this key is made", call.scope));
    }
    let account = call.present_account().await?.cloned();
    let secret = Secret::generate(SecretKind::Key)?;
    let key = NewKey {
        account,
        label: wish.label,
        hash: secret.hash().to_string(),
        prefix: secret.prefix(),
        last_four: secret.last_four().to_owned(),
        grants: serde_json::to_value(&wish.grants).expect("grants are texts"),
        expires_ms: Some(call.actor.now_ms + i64::from(wish.days) * 86_400_000),
    };
    let key = call.state.control.add_key(&key, &call.actor).await?;
    let made = MadeKey { key, secret: secret.expose().to_owned() };
    Ok(Answer::json(&made).with(StatusCode::CREATED))
}

pub(super) async fn list(call: Call) -> Result<Answer, ApiError> {
    let (page, before) = (Page::of(&call)?, before_id(&call)?);
    let items = call.state.control.keys(call.present_account().await?, before, page.limit).await?;
    let next = page.next(&items, |key| key.id.clone());
    Ok(Answer::json(&KeysView { items, next }))
}

pub(super) async fn revoke(call: Call) -> Result<Answer, ApiError> {
    let id = call.part("key");
    let found = call.state.control.key(id).await?;
    // A key of another account is as good as none.
    let ours = found.filter(|key| call.account().is_none_or(|account| key.account.as_ref() == Some(account)));
    if ours.is_none() {
        return Err(ApiError::not_found(format!("there is no key `{id}`")));
    }
    let key = call.state.control.revoke_key(id, &call.actor).await?;
    call.state.callers.forget();
    Ok(Answer::json(&key))
}
