//! A path and the table of routes: which route it is, and what stands in its braces.

use actix_web::http::Method;

use super::routes::Route;
use super::table::routes;

/// A route that was asked for.
pub(super) struct Found {
    pub(super) route: &'static Route,
    /// Names and values of the parts in braces.
    pub(super) parts: Vec<(&'static str, String)>,
}

/// What the table says of a path.
pub(super) enum Lookup {
    /// This.
    Route(Found),
    /// There is such a path, with these methods.
    OtherMethods(Vec<&'static str>),
    /// There is no such path.
    Nothing,
}

/// Looks a path up. Letters of fixed parts may have either case where the route says so.
pub(super) fn look_up(method: &Method, path: &str) -> Lookup {
    let mut others = Vec::new();
    for route in routes() {
        if let Some(parts) = parts(route, path) {
            if route.method == method.as_str() || (*method == Method::HEAD && route.method == "GET") {
                return Lookup::Route(Found { route, parts });
            }
            others.push(route.method);
        }
    }
    if others.is_empty() { Lookup::Nothing } else { Lookup::OtherMethods(others) }
}

fn parts(route: &Route, path: &str) -> Option<Vec<(&'static str, String)>> {
    let (mut wanted, mut given) = (route.path.split('/'), path.split('/'));
    let mut parts = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(parts),
            (Some(wanted), Some(given)) => match name(wanted) {
                Some(name) if !given.is_empty() => parts.push((name, decoded(given)?)),
                None if wanted == given || (route.any_case && wanted.eq_ignore_ascii_case(given)) => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

/// The name in `{name}`.
fn name(part: &'static str) -> Option<&'static str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// Undoes percent-encoding; `None` when it is broken, not UTF-8, or hides a control character.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let (high, low) = (digit(rest.next())?, digit(rest.next())?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(method: &Method, path: &str) -> Option<(&'static str, Vec<(&'static str, String)>)> {
        match look_up(method, path) {
            Lookup::Route(found) => Some((found.route.id, found.parts)),
            _ => None,
        }
    }

    #[test]
    fn paths_are_found_with_their_parts() {
        let (id, parts) = found(&Method::PUT, "/v1/accounts/acme/modelings/a%2Db").unwrap();
        assert_eq!(id, "putModeling");
        assert_eq!(parts, [("account", "acme".to_owned()), ("modeling", "a-b".to_owned())]);
        assert_eq!(found(&Method::HEAD, "/livez").unwrap().0, "livez");
        for wrong in [
            "/v1/accounts/",
            "/v1/accounts//modelings",
            "/V1/accounts",
            "/v1/accounts/a%0a",
            "/v1/accounts/%f",
        ] {
            assert!(found(&Method::GET, wrong).is_none(), "{wrong}");
        }
        let Lookup::OtherMethods(methods) = look_up(&Method::PATCH, "/v1/accounts/acme") else { panic!() };
        assert_eq!(methods, ["GET", "PUT", "DELETE"]);
    }

    #[test]
    fn no_two_routes_answer_the_same() {
        for (at, route) in routes().enumerate() {
            for other in routes().skip(at + 1) {
                assert_ne!(route.id, other.id);
                assert!(
                    (route.method, route.path) != (other.method, other.path),
                    "{} {}",
                    route.id,
                    other.id
                );
            }
        }
    }
}
