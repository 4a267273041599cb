//! Every route: what can be asked for, by whom, and who answers.
//!
//! The door, the description for machines, the page for people and the tests of the policy all read this table, so
//! that a route that is not in it does not exist.

use super::reco_table::RECO_ROUTES;
use super::routes::{GONE, Gives, Route, json, route, run, text};
use super::{
    audit, console, cooks, counts, due, figures, health, history, keys, live, openapi, releases, resources,
    whoami,
};
use crate::access::Verb;

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
const ROWS: &str = "/v1/accounts/{account}/modelings/{modeling}/interactions";
const RELEASES: &str = "/v1/accounts/{account}/endpoints/{endpoint}/releases";
const COUNTS: &str = "/v1/accounts/{account}/endpoints/{endpoint}/counts";
const KEYS: &str = "/v1/keys";
const ACCOUNT_KEYS: &str = "/v1/accounts/{account}/keys";

const FILE: &[Gives] = &[text("*/*", "the file, with the media type of its name")];
const MOVED: Gives = Gives { status: 308, about: "with the address of the page", body: None };

const NEW_KEY: &[Gives] = &[json(201, "the key, with its secret: the only time that it is shown", "MadeKey")];
const SOME_KEYS: &[Gives] = &[json(200, "keys without their secrets, newest first", "KeysView")];
const ONE_KEY: &[Gives] = &[json(200, "the key, which opens nothing any more", "KeyRecord")];
const ONE_COOK: &[Gives] = &[json(200, "the cook", "Cook")];

const TAKEN: Gives = Gives { status: 204, about: "they were added", body: None };

/// Every route but those of Intelligent Recommendations.
static OWN: &[Route] = &[
    route(
        "livez",
        "GET",
        "/livez",
        "Whether the program runs",
        &[text("text/plain", "it does")],
        run!(health::live),
    ),
    route(
        "readyz",
        "GET",
        "/readyz",
        "Whether it answers everything",
        &[text("text/plain", "it does")],
        run!(health::ready),
    ),
    route(
        "metrics",
        "GET",
        "/metrics",
        "Figures of the server, for Prometheus",
        &[text("application/openmetrics-text", "OpenMetrics 1.0")],
        run!(figures::all),
    )
    .may(Verb::Observe),
    route(
        "openapi",
        "GET",
        "/openapi.json",
        "This description",
        &[text("application/json", "OpenAPI 3.1")],
        run!(openapi::document),
    ),
    route("docs", "GET", "/docs", "The same for people", &[text("text/html", "a page")], run!(openapi::page)),
    route("consoleMoved", "GET", "/console", "Where the console lies", &[MOVED], run!(console::moved)),
    route(
        "console",
        "GET",
        "/console/",
        "A page to look after all this",
        &[text("text/html", "the page")],
        run!(console::page),
    ),
    route("consoleFile", "GET", "/console/{file}", "A file of that page", FILE, run!(console::file)),
    route(
        "consolePackage",
        "GET",
        "/console/package/{file}",
        "A file of the npm package, for that page",
        FILE,
        run!(console::package),
    ),
    route(
        "getCaller",
        "GET",
        "/v1/caller",
        "Who the caller is, and what he may do",
        &[json(200, "his name and grants", "CallerView")],
        run!(whoami::caller),
    )
    .may(Verb::List),
    route(
        "listAccounts",
        "GET",
        "/v1/accounts",
        "Accounts that the caller may see",
        RESOURCES,
        run!(resources::accounts),
    )
    .may(Verb::List)
    .after(),
    route("getAccount", "GET", ACCOUNT, "An account", RESOURCE, run!(resources::one)).may(Verb::Read),
    route("putAccount", "PUT", ACCOUNT, "Make or change an account", PUT, run!(resources::put))
        .may(Verb::Edit)
        .takes("AccountSpec")
        .conditional(),
    route(
        "deleteAccount",
        "DELETE",
        ACCOUNT,
        "Delete an account that is empty",
        &[GONE],
        run!(resources::delete),
    )
    .may(Verb::Delete)
    .conditional(),
    route(
        "listModelings",
        "GET",
        "/v1/accounts/{account}/modelings",
        "Modelings of an account",
        RESOURCES,
        run!(resources::modelings),
    )
    .may(Verb::List)
    .after(),
    route("getModeling", "GET", MODELING, "A modeling", RESOURCE, run!(resources::one)).may(Verb::Read),
    route("putModeling", "PUT", MODELING, "Make or change a modeling", PUT, run!(resources::put))
        .may(Verb::Edit)
        .takes("ModelingSpec")
        .conditional(),
    route(
        "deleteModeling",
        "DELETE",
        MODELING,
        "Delete a modeling with its cooks and models",
        &[GONE],
        run!(resources::delete),
    )
    .may(Verb::Delete)
    .conditional(),
    route(
        "listEndpoints",
        "GET",
        "/v1/accounts/{account}/endpoints",
        "Endpoints of an account",
        RESOURCES,
        run!(resources::endpoints),
    )
    .may(Verb::List)
    .after(),
    route("getEndpoint", "GET", ENDPOINT, "An endpoint", RESOURCE, run!(resources::one)).may(Verb::Read),
    route("putEndpoint", "PUT", ENDPOINT, "Make or change an endpoint", PUT, run!(resources::put))
        .may(Verb::Edit)
        .takes("EndpointSpec")
        .conditional(),
    route(
        "deleteEndpoint",
        "DELETE",
        ENDPOINT,
        "Delete an endpoint; its pages get nothing any more",
        &[GONE],
        run!(resources::delete),
    )
    .may(Verb::Delete)
    .conditional(),
    route(
        "startCook",
        "POST",
        COOKS,
        "Ask for a cook, now",
        &[json(202, "it waits", "Cook")],
        run!(cooks::start),
    )
    .may(Verb::Cook),
    route(
        "listCooks",
        "GET",
        COOKS,
        "Cooks of a modeling",
        &[json(200, "cooks, newest first", "CooksView")],
        run!(cooks::list),
    )
    .may(Verb::Read)
    .before(),
    route("getCook", "GET", COOK, "A cook, with its report", ONE_COOK, run!(cooks::one)).may(Verb::Read),
    route("cancelCook", "DELETE", COOK, "Stop a cook", ONE_COOK, run!(cooks::cancel)).may(Verb::Cook),
    route(
        "watchCook",
        "GET",
        "/v1/accounts/{account}/modelings/{modeling}/cooks/{cook}/events",
        "A cook as it goes on",
        &[text("text/event-stream", "an event for each change, until it is over")],
        run!(cooks::watch),
    )
    .may(Verb::Read),
    route(
        "listModels",
        "GET",
        "/v1/accounts/{account}/modelings/{modeling}/models",
        "Models of a modeling",
        &[json(200, "models, newest first", "ModelsView")],
        run!(cooks::models),
    )
    .may(Verb::Read)
    .before(),
    route(
        "getDue",
        "GET",
        "/v1/accounts/{account}/modelings/{modeling}/due",
        "When a modeling is cooked by itself",
        &[json(200, "due times", "DueView")],
        run!(due::one),
    )
    .may(Verb::Read),
    route(
        "getHistory",
        "GET",
        "/v1/accounts/{account}/modelings/{modeling}/history",
        "How its models turned out",
        &[json(200, "figures of models, newest first", "HistoryView")],
        run!(history::list),
    )
    .may(Verb::Read)
    .before(),
    route(
        "getBundle",
        "GET",
        "/v1/accounts/{account}/modelings/{modeling}/models/{model}/bundle",
        "A whole model in one file",
        &[text("application/octet-stream", "the file")],
        run!(cooks::bundle),
    )
    .may(Verb::Read),
    route(
        "addRows",
        "POST",
        ROWS,
        "Add rows, a line of JSON each; all of them or none, and an event only once",
        &[json(200, "they are safe, and the next cook reads them", "RowsTaken")],
        run!(live::add),
    )
    .may(Verb::Ingest)
    .takes_lines("Row"),
    route(
        "countRows",
        "GET",
        ROWS,
        "How many rows arrived live and are kept",
        &[json(200, "their number", "RowsKept")],
        run!(live::kept),
    )
    .may(Verb::Read),
    route(
        "listReleases",
        "GET",
        RELEASES,
        "What an endpoint offered",
        &[json(200, "releases, newest first", "ReleasesView")],
        run!(releases::list),
    )
    .may(Verb::Read)
    .below(),
    route(
        "release",
        "POST",
        RELEASES,
        "Promote, return, or put a model",
        &[json(200, "nothing had to change", "Release"), json(201, "the new release", "Release")],
        run!(releases::make),
    )
    .may(Verb::Publish)
    .takes("ReleaseWish"),
    route(
        "reportCounts",
        "POST",
        COUNTS,
        "Add to what was counted of a model's lists",
        &[TAKEN],
        run!(counts::report),
    )
    .may(Verb::Ingest)
    .takes("CountsWish"),
    route(
        "getCounts",
        "GET",
        COUNTS,
        "What was counted of the models that are offered",
        &[json(200, "counts by model", "CountsView")],
        run!(counts::list),
    )
    .may(Verb::Read),
    route(
        "getSigningKeys",
        "GET",
        "/v1/accounts/{account}/endpoints/{endpoint}/signing-keys",
        "Keys that sign an endpoint's manifests",
        &[json(200, "keys", "SigningKeysView")],
        run!(releases::signing_keys),
    )
    .may(Verb::Read),
    route(
        "turnSigningKeys",
        "POST",
        "/v1/accounts/{account}/endpoints/{endpoint}/signing-keys",
        "Let the next key sign, and make another",
        &[json(200, "keys", "SigningKeysView")],
        run!(releases::turn_keys),
    )
    .may(Verb::ManageSigning),
    route("makeServerKey", "POST", KEYS, "Make a key for anywhere", NEW_KEY, run!(keys::make))
        .may(Verb::ManageKeys)
        .takes("KeyWish"),
    route("listServerKeys", "GET", KEYS, "All keys", SOME_KEYS, run!(keys::list))
        .may(Verb::ManageKeys)
        .before(),
    route("revokeServerKey", "DELETE", "/v1/keys/{key}", "Revoke a key", ONE_KEY, run!(keys::revoke))
        .may(Verb::ManageKeys),
    route("makeKey", "POST", ACCOUNT_KEYS, "Make a key for an account", NEW_KEY, run!(keys::make))
        .may(Verb::ManageKeys)
        .takes("KeyWish"),
    route("listKeys", "GET", ACCOUNT_KEYS, "Keys of an account", SOME_KEYS, run!(keys::list))
        .may(Verb::ManageKeys)
        .before(),
    route(
        "revokeKey",
        "DELETE",
        "/v1/accounts/{account}/keys/{key}",
        "Revoke a key of an account",
        ONE_KEY,
        run!(keys::revoke),
    )
    .may(Verb::ManageKeys),
    route("serverAudit", "GET", "/v1/audit", "Who did what, anywhere", AUDIT, run!(audit::records))
        .may(Verb::ReadAudit)
        .either_way(),
    route(
        "accountAudit",
        "GET",
        "/v1/accounts/{account}/audit",
        "Who did what in an account",
        AUDIT,
        run!(audit::records),
    )
    .may(Verb::ReadAudit)
    .either_way(),
    route(
        "verifyAudit",
        "GET",
        "/v1/audit/verification",
        "Whether a record was changed or is missing",
        &[json(200, "what was found", "Chain")],
        run!(audit::verification),
    )
    .may(Verb::Operate),
];

/// All of them.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    OWN.iter().chain(RECO_ROUTES)
}
