//! The console: the files of a web page that talks to the server's routes, and the npm package that its inspector runs.
//!
//! The page is part of the program, plain scripts and styles from `server/console`; the package is read once from a
//! folder that the operator names. Nothing here knows of requests or of keys. Invariant: a name is looked up in a list,
//! never joined to a folder, so that nothing else of the machine can be asked for.

mod package;

use bytes::Bytes;

pub use package::{ConsoleError, Package};

/// What the page may do: run and show what comes from this server, and pictures of items. No script or style may stand
/// in the page itself, and no other page may hold it in a frame.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data: http: https:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// A file as it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its media type.
    pub media: &'static str,
    /// All of it.
    pub bytes: Bytes,
}

/// The page that everything begins with.
pub const PAGE: &str = "index.html";

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_bytes!(concat!("../../console/", $name)))),*]
    };
}

/// Every file of the page.
static FILES: &[(&str, &[u8])] = files![
    "accounts.js",
    "audit.js",
    "chart.js",
    "cook.js",
    "dom.js",
    "endpoint.js",
    "going.js",
    "history.js",
    "icon.svg",
    "index.html",
    "inspector.js",
    "keys.js",
    "look.css",
    "main.js",
    "modeling.js",
    "parts.css",
    "parts.js",
    "rail.js",
    "reason.js",
    "release.js",
    "report.js",
    "rollout.js",
    "server.js",
    "shelf.css",
    "sign-in.js",
    "tables.css",
    "words.js",
];

/// A file of the page.
pub fn file(name: &str) -> Option<File> {
    let (name, bytes) = FILES.iter().find(|(known, _)| *known == name)?;
    Some(File { media: media(name)?, bytes: Bytes::from_static(bytes) })
}

/// What a file is by the end of its name; nothing for what no page asks for.
fn media(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "html" => Some("text/html; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "wasm" => Some("application/wasm"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn the_list_has_every_file_of_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("console");
        let entries = std::fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        // Types are checked and never served.
        let there: BTreeSet<String> =
            names.filter(|name| !name.ends_with(".d.ts") && name != "tsconfig.json").collect();
        let listed: BTreeSet<String> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(listed, there);
        assert!(listed.iter().all(|name| file(name).is_some()));
        assert_eq!(file("../Cargo.toml"), None);
    }

    #[test]
    fn the_page_holds_no_script_and_no_style_of_its_own() {
        let page = file(PAGE).unwrap();
        let text = std::str::from_utf8(&page.bytes).unwrap();
        assert!(!text.contains("<style") && !text.contains("style=") && !text.contains("javascript:"));
        for script in text.split("<script").skip(1) {
            assert!(script.contains(" src=\"") && script.contains("></script>"), "{script}");
        }
        // What is asked for lies beside the page or on this server.
        for (name, bytes) in FILES {
            let text = std::str::from_utf8(bytes).unwrap();
            let named = text.matches("://").count() - text.matches("http://www.w3.org/").count();
            assert_eq!(named, 0, "{name} names a host");
        }
    }
}
