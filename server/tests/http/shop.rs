//! The built storefront: types, caching, the policy of its pages, and what is not served.

use std::fs;
use std::path::Path;

use crate::client::{ask, get};
use crate::folder::{Out, Running, words};

const HASHED: &str = "public, max-age=31536000, immutable";

/// File, media type, Cache-Control.
const FILES: &[(&str, &str, &str)] = &[
    ("index.html", "text/html; charset=utf-8", "no-cache"),
    ("cart/index.html", "text/html; charset=utf-8", "no-cache"),
    ("page-1f00b3c9.html", "text/html; charset=utf-8", "no-cache"),
    ("data/shop.json", "application/json", "no-cache"),
    ("app.webmanifest", "application/manifest+json", "no-cache"),
    ("app.js", "text/javascript; charset=utf-8", "no-cache"),
    ("airlock.js", "text/javascript; charset=utf-8", "no-cache"),
    ("airlocked.js", "text/javascript; charset=utf-8", "no-cache"),
    ("assets/airlock-1f00b3c9.js", "text/javascript; charset=utf-8", HASHED),
    ("assets/app-1f00b3c9.js", "text/javascript; charset=utf-8", HASHED),
    ("assets/style-DWq7x2Ka.css", "text/css; charset=utf-8", HASHED),
    ("assets/engine-9c0ffee1.wasm", "application/wasm", HASHED),
    ("images/1.svg", "image/svg+xml", "public, max-age=300"),
    ("images/2.PNG", "image/png", "public, max-age=300"),
    ("fonts/text.woff2", "font/woff2", "public, max-age=300"),
    ("LICENSE", "application/octet-stream", "no-cache"),
    ("a name é.txt", "text/plain; charset=utf-8", "no-cache"),
];

fn write(folder: &Path, file: &str, bytes: &[u8]) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn content(file: &str) -> Vec<u8> {
    [file.as_bytes(), &words(2000)].concat()
}

fn shop() -> (Out, tempfile::TempDir, Running) {
    let (out, shop) = (Out::new(), tempfile::tempdir().unwrap());
    let name = out.blob(b"one");
    out.manifest(1, &name, &name);
    for (file, _, _) in FILES {
        write(shop.path(), file, &content(file));
    }
    write(shop.path(), ".env", b"a secret");
    write(shop.path(), ".git/config", b"a secret");
    write(shop.path(), "models/manifest.json", b"not the manifest");
    #[cfg(unix)]
    std::os::unix::fs::symlink(out.path().join("manifest.json"), shop.path().join("link.json")).unwrap();
    let server = Running::start(out.path(), Some(shop.path()));
    (out, shop, server)
}

#[test]
fn files_have_their_types_and_lifetimes() {
    let (_out, _shop, server) = shop();
    for (file, media, keep) in FILES {
        let address = format!("/{}", file.replace(' ', "%20").replace('é', "%c3%A9"));
        let reply = get(server.address, &address);
        assert_eq!((reply.status, reply.body == content(file)), (200, true), "{file}");
        assert_eq!(reply.line("content-type"), Some(*media), "{file}");
        assert_eq!(reply.line("cache-control"), Some(*keep), "{file}");
        assert_eq!(reply.line("x-content-type-options"), Some("nosniff"), "{file}");
        assert_eq!(reply.line("vary"), Some("Accept-Encoding"), "{file}");
        // The shop's own files are for the shop's own pages.
        assert_eq!(reply.line("access-control-allow-origin"), None, "{file}");
        let tag = reply.line("etag").expect("a tag");
        let again = ask(server.address, "GET", &address, &[("if-none-match", tag)]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{file}");
        let coded = ask(server.address, "GET", &address, &[("accept-encoding", "br")]);
        assert_eq!(coded.line("content-encoding"), Some("br"), "{file}");
        assert!(coded.line("etag").is_some_and(|other| other != tag) && coded.body.len() < reply.body.len());
    }
}

#[test]
fn pages_may_do_no_more_than_a_shop_needs() {
    let (_out, _shop, server) = shop();
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
        img-src 'self' data: blob:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
        base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    for address in ["/", "/?q=1", "/index.html", "/cart/", "/cart/index.html"] {
        let reply = get(server.address, address);
        assert_eq!((reply.status, reply.line("content-security-policy")), (200, Some(policy)), "{address}");
    }
    assert_eq!(get(server.address, "/app.js").line("content-security-policy"), None);
}

#[test]
fn the_worker_that_makes_lists_may_do_nothing_else() {
    let (_out, _shop, server) = shop();
    let sealed = Some("default-src 'none'; script-src 'wasm-unsafe-eval'");
    for (address, policy) in
        [("/airlock.js", sealed), ("/assets/airlock-1f00b3c9.js", sealed), ("/airlocked.js", None)]
    {
        let reply = get(server.address, address);
        assert_eq!((reply.status, reply.line("content-security-policy")), (200, policy), "{address}");
    }
}

#[test]
fn nothing_else_is_served() {
    let (out, _shop, server) = shop();
    let hidden = [
        "/.env",
        "/.git/config",
        "/%2eenv",
        "/link.json",
        "/cart",
        "/cart/../index.html",
        "/./index.html",
        "/assets/%2e%2e/index.html",
        "/..%2findex.html",
        "/index.html/",
        "/INDEX.HTML",
        "//index.html",
        "/%",
        "/%00",
        "/index.html%00.js",
        "/..%5cindex.html",
    ];
    for address in hidden {
        let reply = get(server.address, address);
        assert_eq!((reply.status, reply.line("cache-control")), (404, Some("no-store")), "{address}");
    }
    let manifest = fs::read(out.path().join("manifest.json")).unwrap();
    assert_eq!(get(server.address, "/models/manifest.json").body, manifest);
    #[cfg(unix)]
    assert!(server.notices().iter().any(|notice| notice.contains("link.json")), "{:?}", server.notices());
}
