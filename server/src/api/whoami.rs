//! Who the caller is and what he may do, so that programs and pages offer nobody what would be refused.

use serde::Serialize;
use utoipa::ToSchema;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use crate::access::{Caller, Decision, Grant, VERBS};

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CallerView {
    /// As audit records name him.
    name: String,
    /// What he was granted.
    grants: Vec<GrantView>,
}

/// One thing that a caller was granted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GrantView {
    /// `reader`, `writer` or `admin`.
    role: String,
    /// A place and all that it holds, or `*` for the whole server.
    on: String,
    /// What that allows there: the `x-verb` of routes.
    may: Vec<String>,
}

pub(super) async fn caller(call: Call) -> Result<Answer, ApiError> {
    let grants = call.caller.grants().iter().map(view).collect();
    Ok(Answer::json(&CallerView { name: call.caller.name().to_owned(), grants }))
}

fn view(grant: &Grant) -> GrantView {
    let alone = Caller::Known { name: String::new(), grants: vec![grant.clone()] };
    let allowed = VERBS.into_iter().filter(|verb| alone.decide(*verb, &grant.on) == Decision::Allow);
    GrantView {
        role: grant.role.to_string(),
        on: grant.on.to_string(),
        may: allowed.map(|verb| format!("{verb:?}")).collect(),
    }
}
