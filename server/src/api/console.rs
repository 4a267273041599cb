//! The console over HTTP: its page, its files, and the files of the npm package that its inspector runs.
//!
//! Open to everybody, like the description of the routes: nothing of the server stands in it. What is asked for from
//! within it comes through the routes, with the key of the person who looks at it.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, LOCATION, REFERRER_POLICY, X_FRAME_OPTIONS,
};

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use crate::console::{self, File};

/// The name of its header is younger than the list of names.
const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// The page.
pub(super) async fn page(_: Call) -> Result<Answer, ApiError> {
    console::file(console::PAGE).map(answer).ok_or_else(missing)
}

/// Addresses in the page are relative to it.
pub(super) async fn moved(_: Call) -> Result<Answer, ApiError> {
    Ok(Answer::text("text/plain", "console/\n")
        .with(StatusCode::PERMANENT_REDIRECT)
        .line(LOCATION, "/console/"))
}

/// A file of the page.
pub(super) async fn file(call: Call) -> Result<Answer, ApiError> {
    console::file(call.part("file")).map(answer).ok_or_else(missing)
}

/// A file of the npm package.
pub(super) async fn package(call: Call) -> Result<Answer, ApiError> {
    let Some(package) = &call.state.package else {
        let message =
            "this server was not told where the npm package lies: `cookshelf serve --package FOLDER`";
        return Err(ApiError::not_found(message));
    };
    package.file(call.part("file")).cloned().map(answer).ok_or_else(missing)
}

fn answer(file: File) -> Answer {
    Answer::text(file.media, file.bytes)
        .line(CONTENT_SECURITY_POLICY, console::POLICY)
        .line(X_FRAME_OPTIONS, "DENY")
        .line(REFERRER_POLICY, "no-referrer")
        .line(OPENER, "same-origin")
        .line(CACHE_CONTROL, "no-cache")
}

fn missing() -> ApiError {
    ApiError::not_found("the console has no such file")
}
