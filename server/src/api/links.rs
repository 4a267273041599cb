//! What to ask next: from an answer that made or listed something to the routes that are about it.
//!
//! Programs that read the description follow them, and so do the tests that ask it thousands of questions. Nothing is
//! written by hand but where an answer holds the name of what it is about. Invariant: a link gives its target every
//! part of its path, but for the last one of a route that makes something by that name.

use serde_json::{Map, Value, json};

use super::routes::Route;
use super::table::routes;

/// Where an answer of a shape names a part of other routes' paths.
const NAMED: [(&str, &str, &str); 9] = [
    ("Cook", "cook", "/id"),
    ("CooksView", "cook", "/items/0/id"),
    ("ModelsView", "model", "/items/0/id"),
    ("MadeKey", "key", "/key/id"),
    ("KeysView", "key", "/items/0/id"),
    ("RecoResponse", "item", "/items/0/id"),
    ("ResourcesView", "account", "/items/0/name"),
    ("ResourcesView", "modeling", "/items/0/name"),
    ("ResourcesView", "endpoint", "/items/0/name"),
];

/// The links of a route's answer of this shape.
pub(super) fn links(route: &Route, shape: &str) -> Map<String, Value> {
    let named = NAMED.iter().filter(|(of, part, _)| *of == shape && !route.parts().any(|own| own == *part));
    let named: Vec<_> = named.filter(|(of, part, _)| *of != "ResourcesView" || lists(route, part)).collect();
    if route.method == "DELETE" || (route.method == "GET" && named.is_empty()) {
        return Map::new();
    }
    let own = route.parts().map(|part| (part, format!("$request.path.{part}")));
    let told = named.iter().map(|(_, part, at)| (*part, format!("$response.body#{at}")));
    let known: Vec<(&str, String)> = own.chain(told).collect();
    let targets = routes().filter(|target| target.id != route.id && leads(route, target, &known));
    targets
        .map(|target| {
            let parts = target.parts().filter_map(|part| known.iter().find(|(name, _)| *name == part));
            let parameters: Map<String, Value> =
                parts.map(|(name, value)| (format!("path.{name}"), json!(value))).collect();
            (target.id.to_owned(), json!({ "operationId": target.id, "parameters": parameters }))
        })
        .collect()
}

/// Whether a list of resources is one of these.
fn lists(route: &Route, part: &str) -> bool {
    route.path.ends_with(&format!("/{part}s"))
}

/// Whether all that is known is about the target, and says enough of it.
fn leads(route: &Route, target: &Route, known: &[(&str, String)]) -> bool {
    let about = known.iter().all(|(name, _)| target.parts().any(|part| part == *name));
    let unknown: Vec<&str> =
        target.parts().filter(|part| !known.iter().any(|(name, _)| name == part)).collect();
    let makes = |last: &&str| target.method == "PUT" && target.path.ends_with(&format!("{{{last}}}"));
    let enough = match unknown.as_slice() {
        [] => true,
        [last] => route.method == "PUT" && makes(last),
        _ => false,
    };
    !known.is_empty() && about && enough
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str, shape: &str) -> Map<String, Value> {
        links(routes().find(|route| route.id == id).unwrap(), shape)
    }

    #[test]
    fn what_was_made_leads_to_what_is_about_it() {
        let account = of("putAccount", "ResourceView");
        assert_eq!(account["putModeling"]["parameters"], json!({ "path.account": "$request.path.account" }));
        assert!(account.contains_key("deleteAccount") && !account.contains_key("getCook"));
        let cook = of("startCook", "Cook");
        assert_eq!(cook["cancelCook"]["parameters"]["path.cook"], "$response.body#/id");
        assert_eq!(cook["cancelCook"]["parameters"]["path.modeling"], "$request.path.modeling");
        let listed = of("listModelings", "ResourcesView");
        assert_eq!(listed["startCook"]["parameters"]["path.modeling"], "$response.body#/items/0/name");
        assert_eq!(of("getAccount", "ResourceView"), Map::new());
        assert_eq!(of("makeServerKey", "MadeKey")["revokeServerKey"]["operationId"], "revokeServerKey");
    }

    #[test]
    fn parts_of_a_link_stand_in_the_path_of_its_target() {
        for route in routes() {
            let shapes = route.gives.iter().filter_map(|gives| gives.body?.1);
            for (id, link) in shapes.flat_map(|shape| links(route, shape)) {
                let target = routes().find(|target| target.id == id).unwrap();
                for name in link["parameters"].as_object().unwrap().keys() {
                    let part = name.strip_prefix("path.").unwrap();
                    assert!(target.parts().any(|known| known == part), "{} to {id}: {name}", route.id);
                }
            }
        }
    }
}
