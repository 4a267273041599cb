//! The only URL table.
//!
//! A path names a thing or nothing; whether that thing exists is not known here. Query
//! strings never reach this file. Invariant: a path is compared, never joined to a folder,
//! so that no path can name anything outside what was loaded.

use crate::publish::Piece;

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// `/models/manifest.json`
    Manifest,
    /// `/models/b/1/<32 hex>`, or what makes it out of an earlier one.
    Blob(Piece),
    /// Anything else below `/models/`: nothing, but asked for by the clients of models.
    NoModel,
    /// `/healthz`
    Health,
    /// Every other path, without the first slash: a file of the shop.
    Shop(&'a str),
}

/// Looks a path up.
pub(super) fn target(path: &str) -> Target<'_> {
    let path = path.strip_prefix('/').unwrap_or(path);
    if let Some(model) = path.strip_prefix("models/") {
        return match model.strip_prefix("b/1/") {
            Some(piece) => Piece::read(piece).map_or(Target::NoModel, Target::Blob),
            None if model == "manifest.json" => Target::Manifest,
            None => Target::NoModel,
        };
    }
    match path {
        "healthz" => Target::Health,
        file => Target::Shop(file),
    }
}

/// What a path of a service names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ServiceTarget<'a> {
    /// `/e/<account>/<endpoint>/manifest.json`, by `account/endpoint`.
    Manifest(&'a str),
    /// `/e/<account>/<endpoint>/b/1/<32 hex>`, or what makes it out of an earlier one.
    Blob(&'a str, Piece),
    /// Anything else below `/e/`: nothing, but asked for by the clients of models.
    NoModel,
    /// Every other path: answered by the service's own routes.
    Rest,
}

/// Looks a path of a service up.
pub(super) fn service_target(path: &str) -> ServiceTarget<'_> {
    let Some(below) = path.strip_prefix("/e/") else { return ServiceTarget::Rest };
    let second = below.find('/').and_then(|first| Some(first + 1 + below[first + 1..].find('/')?));
    let Some(second) = second else { return ServiceTarget::NoModel };
    let (endpoint, rest) = (&below[..second], &below[second + 1..]);
    match rest.strip_prefix("b/1/") {
        Some(piece) => {
            Piece::read(piece).map_or(ServiceTarget::NoModel, |piece| ServiceTarget::Blob(endpoint, piece))
        }
        None if rest == "manifest.json" => ServiceTarget::Manifest(endpoint),
        None => ServiceTarget::NoModel,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_of_a_service() {
        let name = "0f".repeat(16);
        let cases = [
            ("/e/acme/web/manifest.json", ServiceTarget::Manifest("acme/web")),
            (&format!("/e/acme/web/b/1/{name}"), ServiceTarget::Blob("acme/web", [15; 16].into())),
            (
                &format!("/e/acme/web/b/1/{name}-{name}"),
                ServiceTarget::Blob("acme/web", Piece { name: [15; 16], from: Some([15; 16]) }),
            ),
            (&format!("/e/acme/web/b/1/{name}/x"), ServiceTarget::NoModel),
            (&format!("/e/acme/web/b/2/{name}"), ServiceTarget::NoModel),
            ("/e/acme/web/x/manifest.json", ServiceTarget::NoModel),
            ("/e/acme/manifest.json", ServiceTarget::NoModel),
            ("/e//web/manifest.json", ServiceTarget::Manifest("/web")),
            ("/e/", ServiceTarget::NoModel),
            ("/e", ServiceTarget::Rest),
            ("/v1/accounts", ServiceTarget::Rest),
            ("/E/acme/web/manifest.json", ServiceTarget::Rest),
        ];
        for (path, expected) in cases {
            assert_eq!(service_target(path), expected, "{path}");
        }
    }

    #[test]
    fn every_route() {
        let name = "0f".repeat(16);
        let blob = format!("/models/b/1/{name}");
        let cases = [
            ("/models/manifest.json", Target::Manifest),
            (blob.as_str(), Target::Blob([15; 16].into())),
            (&format!("{blob}/"), Target::NoModel),
            (&format!("/models/b/2/{name}"), Target::NoModel),
            (&blob.to_uppercase(), Target::Shop(&blob.to_uppercase()[1..])),
            ("/models/", Target::NoModel),
            ("/models/report.json", Target::NoModel),
            ("/models/b/1/../../manifest.json", Target::NoModel),
            ("/models", Target::Shop("models")),
            ("/healthz", Target::Health),
            ("/healthz/", Target::Shop("healthz/")),
            ("/", Target::Shop("")),
            ("/a/b.js", Target::Shop("a/b.js")),
            ("//models/manifest.json", Target::Shop("/models/manifest.json")),
        ];
        for (path, expected) in cases {
            assert_eq!(target(path), expected, "{path}");
        }
    }
}
