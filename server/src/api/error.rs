//! What can go wrong with a request: the only place that gives errors their status and code.
//!
//! Causes of our own faults are told to the operator, never to the caller.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::access::AccessError;
use crate::artifacts::ArtifactError;
use crate::control::ControlError;
use crate::release::ReleaseError;
use crate::resource::ResourceError;

/// Why a request was not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiError {
    /// Its place in the table below.
    pub reason: Reason,
    /// What is wrong, and what to do.
    pub message: String,
    /// Where in the body, as a JSON pointer.
    pub pointer: Option<String>,
    /// Seconds after which it may be asked again.
    pub retry: Option<u64>,
    /// For the operator's log alone: what broke.
    pub cause: Option<String>,
}

/// The kinds of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The request makes no sense.
    BadRequest,
    /// Nobody in particular asks.
    Unauthenticated,
    /// Not for this caller.
    Forbidden,
    /// Not there, or not for this caller to know.
    NotFound,
    /// Not with this method.
    MethodNotAllowed,
    /// It took too long to arrive.
    RequestTimeout,
    /// It does not go together with what is there.
    Conflict,
    /// Somebody else was faster.
    PreconditionFailed,
    /// Too much.
    TooLarge,
    /// Another kind of body is wanted.
    UnsupportedMedia,
    /// The body can be read, and what it says cannot be.
    Invalid,
    /// Too often.
    TooManyRequests,
    /// A fault of ours.
    Fault,
    /// Something that this needs is away.
    Unavailable,
}

impl Reason {
    /// Status and code.
    fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Reason::BadRequest => (StatusCode::BAD_REQUEST, "bad_request"),
            Reason::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Reason::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Reason::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Reason::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Reason::RequestTimeout => (StatusCode::REQUEST_TIMEOUT, "request_timeout"),
            Reason::Conflict => (StatusCode::CONFLICT, "conflict"),
            Reason::PreconditionFailed => (StatusCode::PRECONDITION_FAILED, "precondition_failed"),
            Reason::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Reason::UnsupportedMedia => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Reason::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
            // As Intelligent Recommendations wrote it: its clients look for this text.
            Reason::TooManyRequests => (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
            Reason::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "fault"),
            Reason::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        }
    }
}

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody<'a> {
    error: ErrorFields<'a>,
}

/// What an error says.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorFields<'a> {
    /// For programs.
    code: &'static str,
    /// For people: what is wrong, and what to do.
    message: &'a str,
    /// Where in the body, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<&'a str>,
    /// The id under which the server's log knows the request.
    request: &'a str,
}

impl ApiError {
    pub(super) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), pointer: None, retry: None, cause: None }
    }

    /// Too often, or something is away: when to come again.
    pub(super) fn after(self, seconds: u64) -> Self {
        Self { retry: Some(seconds.max(1)), ..self }
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new(Reason::NotFound, message)
    }

    /// For programs.
    pub(super) fn code(&self) -> &'static str {
        self.reason.parts().1
    }

    pub(super) fn status(&self) -> StatusCode {
        self.reason.parts().0
    }

    pub(super) fn body(&self, request: &str) -> String {
        let (_, code) = self.reason.parts();
        let fields = ErrorFields { code, message: &self.message, pointer: self.pointer.as_deref(), request };
        serde_json::to_string(&ErrorBody { error: fields }).expect("texts can be written")
    }

    /// Headers that belong to the error.
    pub(super) fn headers(&self) -> Vec<(header::HeaderName, HeaderValue)> {
        let mut headers = Vec::new();
        if let Some(seconds) = self.retry {
            headers.push((header::RETRY_AFTER, HeaderValue::from(seconds)));
        }
        if self.reason == Reason::Unauthenticated {
            headers.push((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")));
        }
        headers
    }
}

impl From<ControlError> for ApiError {
    fn from(error: ControlError) -> Self {
        let message = error.to_string();
        match error {
            ControlError::Unavailable { retry, .. } => {
                let said = "the database cannot be used now; nothing is lost, try again";
                let error = Self::new(Reason::Unavailable, said).after(retry.as_secs());
                Self { cause: Some(message), ..error }
            }
            ControlError::Busy { .. } => Self::new(Reason::Unavailable, message).after(1),
            ControlError::Missing { .. } => Self::not_found(message),
            ControlError::Conflict { .. } | ControlError::UnderWay { .. } => {
                Self::new(Reason::Conflict, message)
            }
            ControlError::Stale { .. } => Self::new(Reason::PreconditionFailed, message),
            ControlError::Limited { retry_seconds, .. } => {
                Self::new(Reason::TooManyRequests, message).after(retry_seconds)
            }
            ControlError::Composing { .. } => Self::new(Reason::Conflict, message),
            _ => Self::fault(&error),
        }
    }
}

impl From<ResourceError> for ApiError {
    fn from(error: ResourceError) -> Self {
        let pointer = match &error {
            ResourceError::Spec { at, .. } => Some(at.clone()),
            _ => None,
        };
        Self { pointer, ..Self::new(Reason::Invalid, error.to_string()) }
    }
}

impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        Self::new(Reason::Invalid, error.to_string())
    }
}

impl From<ReleaseError> for ApiError {
    fn from(error: ReleaseError) -> Self {
        Self::new(Reason::Conflict, error.to_string())
    }
}

impl From<ArtifactError> for ApiError {
    fn from(cause: ArtifactError) -> Self {
        let said = "the store of the artifacts cannot be used now; try again";
        Self { cause: Some(cause.to_string()), ..Self::new(Reason::Unavailable, said).after(2) }
    }
}

impl ApiError {
    /// The caller learns that it was us; the operator's log what it was.
    fn fault(cause: &dyn std::error::Error) -> Self {
        let said = "this is a fault of the server; its log says more under the id of the request";
        Self { cause: Some(cause.to_string()), ..Self::new(Reason::Fault, said) }
    }
}
