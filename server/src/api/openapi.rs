//! The table of routes as OpenAPI 3.1, and as a page for people. Nothing of either is written by hand.

use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::answer::Answer;
use super::call::Call;
use super::error::{ApiError, ErrorBody, Reason};
use super::links::links;
use super::routes::{Form, Route};
use super::table::routes;
use super::{audit, cooks, counts, due, history, keys, live, reco_shapes, releases, resources, whoami};
use crate::{control, resource};

pub(super) async fn document(_: Call) -> Result<Answer, ApiError> {
    Ok(Answer::json(&described()))
}

/// The whole description.
pub(super) fn described() -> Value {
    let mut paths = Map::new();
    for route in routes() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_ascii_lowercase()] = operation(route);
    }
    let key = json!({ "type": "http", "scheme": "bearer", "description": "A key (`ck_…`)." });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Cookshelf",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Accounts hold modelings, which are cooked, and endpoints, which offer their models to \
                browsers. Downloads lie under /e/<account>/<endpoint>/ and are not described here: they are plain files.",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "paths": paths,
        "components": { "schemas": schemas(), "responses": refused(), "securitySchemes": { "key": key } },
    })
}

fn operation(route: &Route) -> Value {
    let mut responses = Map::new();
    for gives in route.gives {
        let mut response = json!({ "description": gives.about });
        if let Some((media, shape)) = gives.body {
            let schema = shape.map_or_else(|| json!({}), reference);
            response["content"] = json!({ media: { "schema": schema } });
            let links = shape.map(|shape| links(route, shape)).unwrap_or_default();
            if !links.is_empty() {
                response["links"] = Value::Object(links);
            }
        }
        responses.insert(gives.status.to_string(), response);
    }
    for reason in refusals(route) {
        let (status, code) = reason.parts();
        let response = json!({ "$ref": format!("#/components/responses/{code}") });
        responses.insert(status.as_str().to_owned(), response);
    }
    let mut operation = json!({
        "operationId": route.id,
        "summary": route.about,
        "parameters": parameters(route),
        "responses": responses,
    });
    if let Some(shape) = route.takes {
        let content = json!({ route.media: { "schema": reference(shape) } });
        operation["requestBody"] = json!({ "required": !route.spare, "content": content });
    }
    if let Some(verb) = route.verb {
        operation["security"] = json!([{ "key": [] }]);
        operation["x-verb"] = json!(format!("{verb:?}"));
    }
    operation
}

/// How a route may refuse to answer. A fault of the server is none of these: it is never meant to happen.
fn refusals(route: &Route) -> Vec<Reason> {
    // A key that does not hold is refused wherever it is shown, and so is a body that nobody asked for.
    let mut reasons = vec![
        Reason::BadRequest,
        Reason::Unauthenticated,
        Reason::RequestTimeout,
        Reason::TooLarge,
        Reason::TooManyRequests,
        Reason::Unavailable,
    ];
    // Whether these want a key is said by each endpoint.
    let guarded = route.verb.is_some() || route.any_case;
    let when = [
        (guarded, Reason::Forbidden),
        (guarded || route.parts().next().is_some(), Reason::NotFound),
        (route.method != "GET", Reason::Conflict),
        (route.conditional, Reason::PreconditionFailed),
        (route.takes.is_some(), Reason::Invalid),
    ];
    reasons.extend(when.into_iter().filter(|(so, _)| *so).map(|(_, reason)| reason));
    reasons
}

/// Every refusal, described once.
fn refused() -> Value {
    let all = routes().flat_map(refusals);
    let described = all.map(|reason| {
        let body = json!({ "application/json": { "schema": reference("ErrorBody") } });
        let mut response = json!({ "description": reason.about(), "content": body });
        if let Some((name, about)) = reason.header() {
            let header = json!({ "description": about, "required": true, "schema": { "type": "string" } });
            response["headers"] = json!({ name: header });
        }
        (reason.parts().1.to_owned(), response)
    });
    Value::Object(described.collect())
}

fn parameters(route: &Route) -> Vec<Value> {
    let parts = route.parts().map(|name| {
        let form = match name {
            "account" | "modeling" | "endpoint" => Form::NAME,
            "cook" | "model" | "key" => Form::ID,
            _ => Form::Like("."),
        };
        json!({ "name": name, "in": "path", "required": true, "schema": form_of(form) })
    });
    let query = route.query.iter().map(|parameter| {
        json!({
            "name": parameter.name, "in": "query", "description": parameter.about,
            "required": parameter.needed, "schema": form_of(parameter.form),
        })
    });
    let tag = json!({ "anyOf": [{ "const": "*" }, form_of(Form::Like(r#"^"[0-9]{1,18}"$"#))] });
    let conditions = [
        ("If-Match", tag, "the ETag that was read; or *, for what is there"),
        ("If-None-Match", form_of(Form::Words(&["*"])), "for what is not there yet"),
    ];
    let once = form_of(Form::Like("^[!-~]{1,200}$"));
    let once = [("Idempotency-Key", once, "what comes twice with it has one effect")];
    let conditions = conditions.into_iter().filter(|_| route.conditional);
    let once = once.into_iter().filter(|_| route.method == "POST" && route.verb.is_some());
    let headers = conditions.chain(once).map(
        |(name, schema, about)| json!({ "name": name, "in": "header", "description": about, "schema": schema }),
    );
    parts.chain(query).chain(headers).collect()
}

fn form_of(form: Form) -> Value {
    match form {
        Form::Text => json!({ "type": "string" }),
        Form::Like(pattern) => json!({ "type": "string", "minLength": 1, "pattern": pattern }),
        Form::Words(words) => json!({ "type": "string", "enum": words }),
        Form::Whole(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
    }
}

fn reference(shape: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{shape}") })
}

type Shapes = Vec<(String, RefOr<Schema>)>;

fn add<T: ToSchema>(shapes: &mut Shapes) {
    shapes.push((T::name().into_owned(), T::schema()));
    T::schemas(shapes);
}

fn schemas() -> Value {
    let mut shapes = Shapes::new();
    add::<ErrorBody<'_>>(&mut shapes);
    add::<resource::AccountSpec>(&mut shapes);
    add::<resource::ModelingSpec>(&mut shapes);
    add::<resource::EndpointSpec>(&mut shapes);
    add::<resources::ResourceView>(&mut shapes);
    add::<resources::ResourcesView>(&mut shapes);
    add::<audit::AuditView>(&mut shapes);
    add::<control::Chain>(&mut shapes);
    add::<control::Cook>(&mut shapes);
    add::<control::KeyRecord>(&mut shapes);
    add::<cooks::CooksView>(&mut shapes);
    add::<cooks::ModelsView>(&mut shapes);
    add::<due::DueView>(&mut shapes);
    add::<history::HistoryView>(&mut shapes);
    add::<counts::CountsWish>(&mut shapes);
    add::<counts::CountsView>(&mut shapes);
    add::<keys::KeyWish>(&mut shapes);
    add::<keys::MadeKey>(&mut shapes);
    add::<keys::KeysView>(&mut shapes);
    add::<live::RowShape>(&mut shapes);
    add::<live::RowsTaken>(&mut shapes);
    add::<live::RowsKept>(&mut shapes);
    add::<reco_shapes::RecoResponse>(&mut shapes);
    add::<reco_shapes::Context>(&mut shapes);
    add::<releases::ReleaseWish>(&mut shapes);
    add::<releases::ReleasesView>(&mut shapes);
    add::<control::Release>(&mut shapes);
    add::<releases::SigningKeysView>(&mut shapes);
    add::<whoami::CallerView>(&mut shapes);
    let schemas: Map<String, Value> = shapes
        .into_iter()
        .map(|(name, schema)| (name, serde_json::to_value(schema).expect("a schema is JSON")))
        .collect();
    Value::Object(schemas)
}

/// The page for people: the table, with a policy that runs nothing.
pub(super) async fn page(_: Call) -> Result<Answer, ApiError> {
    let mut rows = String::new();
    for route in routes() {
        let verb = route.verb.map_or_else(|| "everybody".to_owned(), |verb| format!("{verb:?}"));
        let takes = route.takes.unwrap_or("");
        rows += &format!(
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td><td>{verb}</td><td>{takes}</td></tr>\n",
            route.method, route.path, route.about
        );
    }
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Cookshelf: routes</title>\
         <h1>Routes</h1><p>For machines: <a href=\"openapi.json\">openapi.json</a>. Give a key as \
         <code>Authorization: Bearer ck_…</code>.</p>\
         <table border=\"1\" cellpadding=\"6\"><tr><th>method<th>path<th>what<th>may<th>takes</tr>\n{rows}</table></html>"
    );
    let policy = actix_web::http::header::CONTENT_SECURITY_POLICY;
    Ok(Answer::text("text/html; charset=utf-8", html)
        .line(policy, "default-src 'none'; frame-ancestors 'none'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_that_is_named_is_described() {
        let text = described().to_string();
        let known = schemas();
        for part in text.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(known.get(name).is_some(), "{name} is not described");
        }
        assert!(text.contains("ResourceView"));
    }
}
