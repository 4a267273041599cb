//! What a route is: where, for whom, what goes in and out, and who answers. The routes themselves are in `table`.

use futures_util::future::LocalBoxFuture;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use crate::access::Verb;

/// One thing that can be asked for.
#[derive(Debug)]
pub struct Route {
    /// Its name in the description and in audit records.
    pub id: &'static str,
    /// How it is asked for.
    pub method: &'static str,
    /// Where, with the names of its parts in braces.
    pub path: &'static str,
    /// What the caller has to be allowed; nothing for those that are open to everybody.
    pub verb: Option<Verb>,
    /// What it does, in a line.
    pub about: &'static str,
    /// What may stand behind the `?`.
    pub query: &'static [Parameter],
    /// What the body is, if there is one.
    pub takes: Option<&'static str>,
    /// How the body is written.
    pub media: &'static str,
    /// Its successful answers.
    pub gives: &'static [Gives],
    /// The largest body that is read.
    pub(super) most_bytes: usize,
    /// Whether fixed parts of the path may be written in either case.
    pub(super) any_case: bool,
    pub(super) run: Handler,
}

/// Something behind the `?`.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type in the description: `string`, `integer` or `boolean`.
    pub kind: &'static str,
    /// What it does.
    pub about: &'static str,
}

/// A successful answer.
#[derive(Debug)]
pub struct Gives {
    /// Its status.
    pub status: u16,
    /// When it comes.
    pub about: &'static str,
    /// Media type, and the name of its shape for JSON; nothing for an empty one.
    pub body: Option<(&'static str, Option<&'static str>)>,
}

/// Answers a call.
pub(super) type Handler = fn(Call) -> LocalBoxFuture<'static, Result<Answer, ApiError>>;

/// A specification is a page of text.
const SPEC: usize = 256 * 1024;

/// Rows that are sent together.
const ROWS: usize = 4 * 1024 * 1024;

const AFTER: Parameter = Parameter { name: "after", kind: "string", about: "the `next` of the page before" };
const BEFORE: Parameter =
    Parameter { name: "before", kind: "string", about: "the `next` of the page before" };
const LIMIT: Parameter = Parameter { name: "limit", kind: "integer", about: "1 to 1000, 100 when not said" };

pub(super) const fn json(status: u16, about: &'static str, shape: &'static str) -> Gives {
    Gives { status, about, body: Some(("application/json", Some(shape))) }
}

pub(super) const fn text(media: &'static str, about: &'static str) -> Gives {
    Gives { status: 200, about, body: Some((media, None)) }
}

pub(super) const GONE: Gives = Gives { status: 204, about: "it is gone", body: None };

/// A handler in the form that a table holds.
macro_rules! run {
    ($handler:path) => {
        |call| Box::pin($handler(call))
    };
}
pub(super) use run;

/// A route as it begins: it takes nothing and is open to everybody.
pub(super) const fn route(
    id: &'static str,
    method: &'static str,
    path: &'static str,
    about: &'static str,
    gives: &'static [Gives],
    run: Handler,
) -> Route {
    Route {
        id,
        method,
        path,
        verb: None,
        about,
        query: &[],
        takes: None,
        media: "application/json",
        gives,
        most_bytes: 0,
        any_case: false,
        run,
    }
}

impl Route {
    /// The same, for those who may do this.
    pub(super) const fn may(self, verb: Verb) -> Self {
        Self { verb: Some(verb), ..self }
    }

    /// The same, with a body.
    pub(super) const fn takes(self, shape: &'static str) -> Self {
        Self { takes: Some(shape), most_bytes: SPEC, ..self }
    }

    /// The same, with a body of many lines of JSON.
    pub(super) const fn takes_lines(self, shape: &'static str) -> Self {
        Self { takes: Some(shape), media: "application/x-ndjson", most_bytes: ROWS, ..self }
    }

    /// The same, in pages that go on after a name.
    pub(super) const fn after(self) -> Self {
        Self { query: &[AFTER, LIMIT], ..self }
    }

    /// The same, in pages from new to old.
    pub(super) const fn before(self) -> Self {
        Self { query: &[BEFORE, LIMIT], ..self }
    }
}
