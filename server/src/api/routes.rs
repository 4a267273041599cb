//! What a route is: where, for whom, what goes in and out, and who answers. The routes themselves are in `table`.

use futures_util::future::LocalBoxFuture;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use super::page::LONGEST_PAGE;
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
    /// Whether `If-Match` and `If-None-Match` are looked at.
    pub conditional: bool,
    /// Whether the body may be left out.
    pub spare: bool,
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
    /// What it may be.
    pub form: Form,
    /// Whether the route makes no sense without it.
    pub needed: bool,
    /// What it does.
    pub about: &'static str,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any text.
    Text,
    /// A text that this regular expression finds something in.
    Like(&'static str),
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number from here to there.
    Whole(u32, u32),
}

impl Form {
    /// A cook, a model or a key.
    pub const ID: Form = Form::Like("^[0-9a-f]{21}$");
    /// An account, a modeling or an endpoint.
    pub const NAME: Form = Form::Like("^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$");
    /// A number of a record.
    pub const NUMBER: Form = Form::Like("^[0-9]{1,18}$");
    /// Where a resource is.
    pub const PLACE: Form = Form::Like(
        "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?(/(modelings|endpoints)/[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?)?$",
    );
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

const AFTER: Parameter = parameter("after", Form::PLACE, NEXT);
const BEFORE_ID: Parameter = parameter("before", Form::ID, NEXT);
const BEFORE_NUMBER: Parameter = parameter("before", Form::NUMBER, NEXT);
const AFTER_NUMBER: Parameter = parameter(
    "after",
    Form::NUMBER,
    "oldest first, after this number: 0, then the `next` of the page before; `before` is not looked at then",
);
const LIMIT: Parameter =
    parameter("limit", Form::Whole(1, LONGEST_PAGE), "how many things a page has, 100 when not said");
const NEXT: &str = "the `next` of the page before";

/// Something behind the `?` that may be left out.
pub(super) const fn parameter(name: &'static str, form: Form, about: &'static str) -> Parameter {
    Parameter { name, form, needed: false, about }
}

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
        conditional: false,
        spare: false,
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

    /// The same, where the body may be left out.
    pub(super) const fn takes_if_given(self, shape: &'static str) -> Self {
        Self { spare: true, ..self.takes(shape) }
    }

    /// The same, done only while what the caller read is still so.
    pub(super) const fn conditional(self) -> Self {
        Self { conditional: true, ..self }
    }

    /// The same, with a body of many lines of JSON, or of none.
    pub(super) const fn takes_lines(self, shape: &'static str) -> Self {
        Self { takes: Some(shape), spare: true, media: "application/x-ndjson", most_bytes: ROWS, ..self }
    }

    /// The same, in pages that go on after a place.
    pub(super) const fn after(self) -> Self {
        Self { query: &[AFTER, LIMIT], ..self }
    }

    /// The same, in pages from new to old by ids.
    pub(super) const fn before(self) -> Self {
        Self { query: &[BEFORE_ID, LIMIT], ..self }
    }

    /// The same, in pages from new to old by numbers.
    pub(super) const fn below(self) -> Self {
        Self { query: &[BEFORE_NUMBER, LIMIT], ..self }
    }

    /// The same, also from old to new.
    pub(super) const fn either_way(self) -> Self {
        Self { query: &[BEFORE_NUMBER, AFTER_NUMBER, LIMIT], ..self }
    }

    /// Names of the parts of its path.
    pub fn parts(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}
