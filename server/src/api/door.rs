//! One request, from its first byte to the last of its answer: id, body, caller, policy, route.
//!
//! Every request comes through here, so that no route can forget to ask who may. Invariants: what is denied leaves
//! one audit record and changes nothing; an answer has the request's id; nothing of it is kept by a cache.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use serde_json::Value;

use super::call::{Call, query, scope};
use super::error::{ApiError, Reason};
use super::path::{Found, Lookup, look_up};
use super::routes::Route;
use super::state::ApiState;
use super::trace;
use crate::access::{Caller, Decision, Scope};
use crate::control::{Actor, Once};
use crate::signals::Signals;
use crate::traces::Trace;

/// How long a client may take to send a body.
const BODY_DEADLINE: Duration = Duration::from_secs(20);

/// How long a route may take, but for those whose answers go on.
const DEADLINE: Duration = Duration::from_secs(30);

/// Longest id that a client may give its request.
const LONGEST_ID: usize = 64;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// Answers a request.
pub(super) async fn answer(
    state: web::Data<ApiState>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let id = request_id(request.headers());
    let state = state.into_inner();
    let began = Instant::now();
    let mut asked = Asked::default();
    let answer = answered(&state, &request, payload, &id, &mut asked).await;
    // Whoever was turned away before he was known has a span all the same.
    let trace = asked
        .trace
        .take()
        .unwrap_or_else(|| trace::begin(&state, &request, asked.found, &Caller::Nobody, asked.at));
    let traced = || trace.id().map(|id| ("trace", id.into()));
    let mut response = match answer {
        Ok(response) => response,
        Err(error) => {
            if let Some(cause) = &error.cause {
                let fields = [("request", id.as_str().into()), ("route", asked.route().into())];
                state.signals.fault(cause, &fields.into_iter().chain(traced()).collect::<Vec<_>>());
            }
            asked.code = Some(error.code());
            let mut response = HttpResponseBuilder::new(error.status());
            for line in error.headers() {
                response.insert_header(line);
            }
            response.content_type("application/json").body(error.body(&id))
        }
    };
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let status = response.status().as_u16();
    trace::end(&trace, &id, status, asked.code);
    asked.tell(&state.signals, &id, status, began.elapsed(), traced());
    response
}

/// What is known of a request when it was answered, for figures, traces and the log: never what it asked with.
#[derive(Debug)]
struct Asked {
    found: Option<&'static Route>,
    at: SystemTime,
    caller: String,
    code: Option<&'static str>,
    trace: Option<Trace>,
}

impl Default for Asked {
    fn default() -> Self {
        let at = SystemTime::now();
        Self { found: None, at, caller: "nobody".to_owned(), code: None, trace: None }
    }
}

impl Asked {
    fn route(&self) -> &'static str {
        self.found.map_or("none", |route| route.id)
    }

    fn tell(
        self,
        signals: &Signals,
        id: &str,
        status: u16,
        took: Duration,
        trace: Option<(&'static str, Value)>,
    ) {
        let (route, method) = (self.route(), self.found.map_or("OTHER", |route| route.method));
        signals.figures.answered(route, method, status, took.as_secs_f64());
        let mut fields = vec![
            ("request", id.into()),
            ("route", route.into()),
            ("method", method.into()),
            ("status", status.into()),
            ("ms", u64::try_from(took.as_millis()).unwrap_or(u64::MAX).into()),
            ("caller", self.caller.into()),
        ];
        fields.extend(self.code.map(|code| ("code", code.into())));
        fields.extend(trace);
        signals.info("answered", &fields);
    }
}

async fn answered(
    state: &Arc<ApiState>,
    request: &HttpRequest,
    payload: web::Payload,
    id: &str,
    asked: &mut Asked,
) -> Result<HttpResponse, ApiError> {
    let found = match look_up(request.method(), request.path()) {
        Lookup::Route(found) => found,
        Lookup::Nothing => return Err(ApiError::not_found("nothing answers at this address")),
        Lookup::OtherMethods(methods) => return Ok(other_method(request.method(), &methods, id)),
    };
    asked.found = Some(found.route);
    state.limits.address(request)?;
    let scope = scope(&found.parts)?;
    let actor = Actor::new("nobody", id, state.clock.now_ms());
    let caller = state.callers.of(state, request.headers()).await;
    let (caller, actor) = match caller {
        // What is open to everybody is open while nobody can be recognised, too.
        Err(error) if error.reason == Reason::Unavailable && found.route.verb.is_none() => {
            (Caller::Nobody, actor)
        }
        Ok(caller) => (caller.clone(), Actor { name: caller.name().to_owned(), ..actor }),
        Err(error) => {
            deny(state, &found, &scope, &actor, &error).await;
            return Err(error);
        }
    };
    asked.caller.clone_from(&actor.name);
    state.limits.caller(&caller)?;
    let trace = trace::begin(state, request, Some(found.route), &caller, asked.at);
    asked.trace = Some(trace.clone());
    trace.within(admitted(state, request, payload, found, (caller, actor, scope))).await
}

/// The rest, when it is known who asks.
async fn admitted(
    state: &Arc<ApiState>,
    request: &HttpRequest,
    payload: web::Payload,
    found: Found,
    (caller, actor, scope): (Caller, Actor, Scope),
) -> Result<HttpResponse, ApiError> {
    if let Some(error) = refusal(&caller, &found, &scope) {
        deny(state, &found, &scope, &actor, &error).await;
        return Err(error);
    }
    let body = body(payload, found.route.most_bytes).await?;
    let actor = match once(request, &caller, &body)? {
        Some(once) if found.route.method == "POST" => actor.once(once),
        _ => actor,
    };
    let call = Call {
        state: Arc::clone(state),
        caller,
        actor,
        scope,
        parts: found.parts,
        query: query(request.query_string())?,
        headers: request.headers().clone(),
        body,
    };
    let late = |_| ApiError::new(Reason::Unavailable, "the server is too busy; try again").after(2);
    let answer = tokio::time::timeout(DEADLINE, (found.route.run)(call)).await.map_err(late)??;
    Ok(answer.response())
}

/// What the policy has against it.
fn refusal(caller: &Caller, found: &Found, scope: &Scope) -> Option<ApiError> {
    let verb = found.route.verb?;
    match caller.decide(verb, scope) {
        Decision::Allow => None,
        Decision::Identify => {
            let message = "give a key: `Authorization: Bearer ck_…`; `cookshelf key create` makes one";
            Some(ApiError::new(Reason::Unauthenticated, message))
        }
        Decision::Forbid => {
            let message = format!("`{}` may not do this: it needs {verb:?} on `{scope}`", caller.name());
            Some(ApiError::new(Reason::Forbidden, message))
        }
        Decision::Hide => Some(ApiError::not_found(format!("there is no `{scope}`, or not for you"))),
    }
}

/// A denial is written down; a database that is away does not make it less of a denial.
async fn deny(state: &ApiState, found: &Found, scope: &Scope, actor: &Actor, error: &ApiError) {
    let denied = [Reason::Unauthenticated, Reason::Forbidden, Reason::NotFound];
    if !denied.contains(&error.reason) {
        return;
    }
    state.signals.figures.denied(error.code());
    let place = match scope {
        Scope::Place(place) => Some(place),
        Scope::Server => None,
    };
    if let Err(cause) = state.control.deny(actor, found.route.id, place, &error.message).await {
        let fields = [("request", actor.request.as_str().into())];
        state.signals.fault(&format!("a denial could not be written down: {cause}"), &fields);
    }
}

fn other_method(method: &Method, others: &[&'static str], id: &str) -> HttpResponse {
    let mut allowed = others.to_vec();
    allowed.extend(allowed.contains(&"GET").then_some("HEAD"));
    let allowed = (header::ALLOW, allowed.join(", "));
    if *method == Method::OPTIONS {
        return HttpResponse::NoContent().insert_header(allowed).finish();
    }
    let error = ApiError::new(Reason::MethodNotAllowed, format!("use {}", allowed.1));
    let mut response = HttpResponseBuilder::new(error.status());
    response.insert_header(allowed).content_type("application/json").body(error.body(id))
}

/// The whole body, if it comes in time and is not too large.
async fn body(mut payload: web::Payload, most: usize) -> Result<Bytes, ApiError> {
    let read = async {
        let mut whole = BytesMut::new();
        while let Some(part) = payload.next().await {
            let part = part.map_err(|_| ApiError::new(Reason::BadRequest, "the body broke off"))?;
            if whole.len() + part.len() > most {
                let message = match most {
                    0 => "this takes no body".to_owned(),
                    most => format!("a body has at most {most} bytes here"),
                };
                return Err(ApiError::new(Reason::TooLarge, message));
            }
            whole.extend_from_slice(&part);
        }
        Ok(whole.freeze())
    };
    let late = |_| ApiError::new(Reason::RequestTimeout, "the body took too long to arrive");
    tokio::time::timeout(BODY_DEADLINE, read).await.map_err(late)?
}

/// The key of a request that may come twice.
fn once(request: &HttpRequest, caller: &Caller, body: &[u8]) -> Result<Option<Once>, ApiError> {
    let Some(key) = request.headers().get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let fits = |key: &&str| (1..=200).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    let Some(key) = key.to_str().ok().filter(fits) else {
        let message = "Idempotency-Key has 1 to 200 visible letters";
        return Err(ApiError::new(Reason::BadRequest, message));
    };
    let request_hash = hash(&[request.method().as_str().as_bytes(), request.path().as_bytes(), body]);
    Ok(Some(Once { scope: caller.name().to_owned(), key: key.to_owned(), request_hash }))
}

/// SHA-256 over parts that cannot run into each other, hexadecimal.
fn hash(parts: &[&[u8]]) -> String {
    use sha2::{Digest, Sha256};
    let mut all = Sha256::new();
    for part in parts {
        all.update((part.len() as u64).to_le_bytes());
        all.update(part);
    }
    all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The client's own id when it is one, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let plain = |text: &&str| {
        (1..=LONGEST_ID).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    if let Some(id) = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(plain) {
        return id.to_owned();
    }
    let mut bytes = [0; 8];
    // Without randomness the id says nothing; the request is answered all the same.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
