//! The only table of routes: what can be asked for, by whom, and who answers.
//!
//! The door, the description for machines, the page for people and the tests of the policy all read this table, so
//! that a route that is not in it does not exist.

use futures_util::future::LocalBoxFuture;

use super::answer::Answer;
use super::call::Call;
use super::error::ApiError;
use super::{audit, cooks, health, keys, openapi, releases, resources};
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

const AFTER: Parameter = Parameter { name: "after", kind: "string", about: "the `next` of the page before" };
const BEFORE: Parameter =
    Parameter { name: "before", kind: "string", about: "the `next` of the page before" };
const LIMIT: Parameter = Parameter { name: "limit", kind: "integer", about: "1 to 1000, 100 when not said" };

const fn json(status: u16, about: &'static str, shape: &'static str) -> Gives {
    Gives { status, about, body: Some(("application/json", Some(shape))) }
}

const fn text(media: &'static str, about: &'static str) -> Gives {
    Gives { status: 200, about, body: Some((media, None)) }
}

const GONE: Gives = Gives { status: 204, about: "it is gone", body: None };

/// A route that takes nothing.
const fn get(
    id: &'static str,
    path: &'static str,
    verb: Option<Verb>,
    about: &'static str,
    gives: &'static [Gives],
    run: Handler,
) -> Route {
    Route {
        id,
        method: "GET",
        path,
        verb,
        about,
        query: &[],
        takes: None,
        gives,
        most_bytes: 0,
        any_case: false,
        run,
    }
}

/// The same, in pages.
const fn list(
    id: &'static str,
    path: &'static str,
    about: &'static str,
    gives: &'static [Gives],
    run: Handler,
) -> Route {
    Route { query: &[AFTER, LIMIT], ..get(id, path, Some(Verb::List), about, gives, run) }
}

const fn put(
    id: &'static str,
    path: &'static str,
    verb: Verb,
    takes: &'static str,
    about: &'static str,
    gives: &'static [Gives],
    run: Handler,
) -> Route {
    Route {
        method: "PUT",
        takes: Some(takes),
        most_bytes: SPEC,
        ..get(id, path, Some(verb), about, gives, run)
    }
}

const fn delete(
    id: &'static str,
    path: &'static str,
    verb: Verb,
    about: &'static str,
    run: Handler,
) -> Route {
    Route { method: "DELETE", ..get(id, path, Some(verb), about, &[GONE], run) }
}

macro_rules! run {
    ($handler:path) => {
        |call| Box::pin($handler(call))
    };
}

const RESOURCE: &[Gives] = &[json(200, "it, with its ETag", "ResourceView")];
const RESOURCES: &[Gives] = &[json(200, "a page of them", "ResourcesView")];
const PUT: &[Gives] =
    &[json(200, "it is so now, or was already", "ResourceView"), json(201, "it was made", "ResourceView")];
const AUDIT: &[Gives] = &[json(200, "records, newest first", "AuditView")];

const ACCOUNT: &str = "/v1/accounts/{account}";
const MODELING: &str = "/v1/accounts/{account}/modelings/{modeling}";
const ENDPOINT: &str = "/v1/accounts/{account}/endpoints/{endpoint}";

const COOKS: &str = "/v1/accounts/{account}/modelings/{modeling}/cooks";
const COOK: &str = "/v1/accounts/{account}/modelings/{modeling}/cooks/{cook}";
const RELEASES: &str = "/v1/accounts/{account}/endpoints/{endpoint}/releases";
const KEYS: &str = "/v1/keys";
const ACCOUNT_KEYS: &str = "/v1/accounts/{account}/keys";

const NEW_KEY: &[Gives] = &[json(201, "the key, with its secret: the only time that it is shown", "MadeKey")];
const SOME_KEYS: &[Gives] = &[json(200, "keys without their secrets, newest first", "KeysView")];
const ONE_KEY: &[Gives] = &[json(200, "the key, which opens nothing any more", "KeyRecord")];
const ONE_COOK: &[Gives] = &[json(200, "the cook", "Cook")];

/// A route that takes a body and makes something.
const fn post(
    id: &'static str,
    path: &'static str,
    verb: Verb,
    takes: Option<&'static str>,
    about: &'static str,
    gives: &'static [Gives],
    run: Handler,
) -> Route {
    let most_bytes = if takes.is_some() { SPEC } else { 0 };
    Route { method: "POST", takes, most_bytes, ..get(id, path, Some(verb), about, gives, run) }
}

/// A route whose pages go from new to old.
const fn newest(
    id: &'static str,
    path: &'static str,
    verb: Verb,
    about: &'static str,
    gives: &'static [Gives],
    run: Handler,
) -> Route {
    Route { query: &[BEFORE, LIMIT], ..get(id, path, Some(verb), about, gives, run) }
}

/// All of them.
pub static ROUTES: &[Route] = &[
    get(
        "livez",
        "/livez",
        None,
        "Whether the program runs",
        &[text("text/plain", "it does")],
        run!(health::live),
    ),
    get(
        "readyz",
        "/readyz",
        None,
        "Whether it answers everything",
        &[text("text/plain", "it does")],
        run!(health::ready),
    ),
    get(
        "openapi",
        "/openapi.json",
        None,
        "This description",
        &[text("application/json", "OpenAPI 3.1")],
        run!(openapi::document),
    ),
    get("docs", "/docs", None, "The same for people", &[text("text/html", "a page")], run!(openapi::page)),
    list(
        "listAccounts",
        "/v1/accounts",
        "Accounts that the caller may see",
        RESOURCES,
        run!(resources::accounts),
    ),
    get("getAccount", ACCOUNT, Some(Verb::Read), "An account", RESOURCE, run!(resources::one)),
    put(
        "putAccount",
        ACCOUNT,
        Verb::Edit,
        "AccountSpec",
        "Make or change an account",
        PUT,
        run!(resources::put),
    ),
    delete(
        "deleteAccount",
        ACCOUNT,
        Verb::Delete,
        "Delete an account that is empty",
        run!(resources::delete),
    ),
    list(
        "listModelings",
        "/v1/accounts/{account}/modelings",
        "Modelings of an account",
        RESOURCES,
        run!(resources::modelings),
    ),
    get("getModeling", MODELING, Some(Verb::Read), "A modeling", RESOURCE, run!(resources::one)),
    put(
        "putModeling",
        MODELING,
        Verb::Edit,
        "ModelingSpec",
        "Make or change a modeling",
        PUT,
        run!(resources::put),
    ),
    delete(
        "deleteModeling",
        MODELING,
        Verb::Delete,
        "Delete a modeling with its cooks and models",
        run!(resources::delete),
    ),
    list(
        "listEndpoints",
        "/v1/accounts/{account}/endpoints",
        "Endpoints of an account",
        RESOURCES,
        run!(resources::endpoints),
    ),
    get("getEndpoint", ENDPOINT, Some(Verb::Read), "An endpoint", RESOURCE, run!(resources::one)),
    put(
        "putEndpoint",
        ENDPOINT,
        Verb::Edit,
        "EndpointSpec",
        "Make or change an endpoint",
        PUT,
        run!(resources::put),
    ),
    delete(
        "deleteEndpoint",
        ENDPOINT,
        Verb::Delete,
        "Delete an endpoint; its pages get nothing any more",
        run!(resources::delete),
    ),
    post(
        "startCook",
        COOKS,
        Verb::Cook,
        None,
        "Ask for a cook, now",
        &[json(202, "it waits", "Cook")],
        run!(cooks::start),
    ),
    newest(
        "listCooks",
        COOKS,
        Verb::Read,
        "Cooks of a modeling",
        &[json(200, "cooks, newest first", "CooksView")],
        run!(cooks::list),
    ),
    get("getCook", COOK, Some(Verb::Read), "A cook, with its report", ONE_COOK, run!(cooks::one)),
    Route {
        method: "DELETE",
        ..get("cancelCook", COOK, Some(Verb::Cook), "Stop a cook", ONE_COOK, run!(cooks::cancel))
    },
    get(
        "watchCook",
        "/v1/accounts/{account}/modelings/{modeling}/cooks/{cook}/events",
        Some(Verb::Read),
        "A cook as it goes on",
        &[text("text/event-stream", "an event for each change, until it is over")],
        run!(cooks::watch),
    ),
    newest(
        "listModels",
        "/v1/accounts/{account}/modelings/{modeling}/models",
        Verb::Read,
        "Models of a modeling",
        &[json(200, "models, newest first", "ModelsView")],
        run!(cooks::models),
    ),
    get(
        "getBundle",
        "/v1/accounts/{account}/modelings/{modeling}/models/{model}/bundle",
        Some(Verb::Read),
        "A whole model in one file",
        &[text("application/octet-stream", "the file")],
        run!(cooks::bundle),
    ),
    newest(
        "listReleases",
        RELEASES,
        Verb::Read,
        "What an endpoint offered",
        &[json(200, "releases, newest first", "ReleasesView")],
        run!(releases::list),
    ),
    post(
        "release",
        RELEASES,
        Verb::Publish,
        Some("ReleaseWish"),
        "Promote, return, or put a model",
        &[json(200, "nothing had to change", "Release"), json(201, "the new release", "Release")],
        run!(releases::make),
    ),
    get(
        "getSigningKeys",
        "/v1/accounts/{account}/endpoints/{endpoint}/signing-keys",
        Some(Verb::Read),
        "Keys that sign an endpoint's manifests",
        &[json(200, "keys", "SigningKeysView")],
        run!(releases::signing_keys),
    ),
    post(
        "turnSigningKeys",
        "/v1/accounts/{account}/endpoints/{endpoint}/signing-keys",
        Verb::ManageSigning,
        None,
        "Let the next key sign, and make another",
        &[json(200, "keys", "SigningKeysView")],
        run!(releases::turn_keys),
    ),
    post(
        "makeServerKey",
        KEYS,
        Verb::ManageKeys,
        Some("KeyWish"),
        "Make a key for anywhere",
        NEW_KEY,
        run!(keys::make),
    ),
    newest("listServerKeys", KEYS, Verb::ManageKeys, "All keys", SOME_KEYS, run!(keys::list)),
    Route {
        method: "DELETE",
        ..get(
            "revokeServerKey",
            "/v1/keys/{key}",
            Some(Verb::ManageKeys),
            "Revoke a key",
            ONE_KEY,
            run!(keys::revoke),
        )
    },
    post(
        "makeKey",
        ACCOUNT_KEYS,
        Verb::ManageKeys,
        Some("KeyWish"),
        "Make a key for an account",
        NEW_KEY,
        run!(keys::make),
    ),
    newest("listKeys", ACCOUNT_KEYS, Verb::ManageKeys, "Keys of an account", SOME_KEYS, run!(keys::list)),
    Route {
        method: "DELETE",
        ..get(
            "revokeKey",
            "/v1/accounts/{account}/keys/{key}",
            Some(Verb::ManageKeys),
            "Revoke a key of an account",
            ONE_KEY,
            run!(keys::revoke),
        )
    },
    newest(
        "serverAudit",
        "/v1/audit",
        Verb::ReadAudit,
        "Who did what, anywhere",
        AUDIT,
        run!(audit::records),
    ),
    newest(
        "accountAudit",
        "/v1/accounts/{account}/audit",
        Verb::ReadAudit,
        "Who did what in an account",
        AUDIT,
        run!(audit::records),
    ),
    get(
        "verifyAudit",
        "/v1/audit/verification",
        Some(Verb::Operate),
        "Whether a record was changed or is missing",
        &[json(200, "what was found", "Chain")],
        run!(audit::verification),
    ),
];
