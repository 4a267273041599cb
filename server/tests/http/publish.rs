//! Publishing while serving, and folders that are not what they should be.

use std::fs;
use std::time::{Duration, Instant};

use cookshelf_server::http::ServeError;

use crate::client::get;
use crate::folder::{Out, Running, name_of, noise, words};

/// Asks again and again, for far longer than it should take.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(90), "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn blob(server: &Running, name: &str) -> (u16, Vec<u8>) {
    let reply = get(server.address, &format!("/models/b/1/{name}"));
    (reply.status, reply.body)
}

fn manifest(server: &Running) -> Vec<u8> {
    get(server.address, "/models/manifest.json").body
}

#[test]
fn a_newer_manifest_is_served_and_older_blobs_stay() {
    let out = Out::new();
    let first = words(4000);
    let first_name = out.blob(&first);
    let mut page = out.manifest(1, &first_name, &first_name);
    let server = Running::start(out.path(), None);
    assert_eq!(manifest(&server), page);

    fs::remove_file(out.blob_path(&first_name)).unwrap();
    for sequence in 2..=5 {
        let bytes = noise(5000, sequence);
        let name = out.blob(&bytes);
        let newer = out.manifest(sequence, &name, &name);
        eventually("the newer manifest", || {
            let served = manifest(&server);
            assert!(served == page || served == newer, "neither the old nor the new manifest");
            served == newer
        });
        page = newer;
        assert_eq!(blob(&server, &name), (200, bytes));
        // Two earlier manifests may still be in a shopper's cache; a third may not.
        let expected = if sequence <= 3 { (200, first.clone()) } else { (404, blob(&server, &first_name).1) };
        assert_eq!(blob(&server, &first_name), expected, "sequence {sequence}");
    }
    let published =
        server.notices().iter().filter(|notice| notice.contains("newer manifest is served")).count();
    assert_eq!(published, 4);
}

#[test]
fn a_manifest_whose_blobs_are_missing_waits_for_them() {
    let out = Out::new();
    let name = out.blob(b"first");
    let page = out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    assert_eq!(manifest(&server), page);

    let late = b"late".as_slice();
    out.blob_named(&name_of(late), b"torn");
    let newer = out.manifest(2, &name, &name_of(late));
    let told = |part: &str| server.notices().iter().any(|notice| notice.contains(part));
    eventually("the refusal is told", || told("the one before stays"));
    assert!(told("do not match its name") && told("`ids`"), "{:?}", server.notices());
    assert_eq!(manifest(&server), page);
    assert_eq!(blob(&server, &name_of(late)).0, 404);

    out.blob(late);
    eventually("the completed manifest", || manifest(&server) == newer);
    assert_eq!(blob(&server, &name_of(late)), (200, late.to_vec()));
}

#[test]
fn a_broken_or_removed_manifest_changes_nothing() {
    let out = Out::new();
    let name = out.blob(b"first");
    let page = out.manifest(1, &name, &name);
    let server = Running::start(out.path(), None);
    assert_eq!(manifest(&server), page);
    out.manifest_bytes(b"{ \"cookshelf\": 1, \"payl");
    eventually("the refusal is told", || {
        server.notices().iter().any(|notice| notice.contains("manifest.json"))
    });
    assert_eq!(manifest(&server), page);
    fs::remove_file(out.path().join("manifest.json")).unwrap();
    let newer = {
        assert_eq!(manifest(&server), page);
        out.manifest(2, &name, &name)
    };
    eventually("the repaired manifest", || manifest(&server) == newer);
}

#[test]
fn a_damaged_blob_is_told_about_and_not_served() {
    let out = Out::new();
    let (good, damaged) = (out.blob(b"good"), name_of(b"what it should hold"));
    out.blob_named(&damaged, b"what it should hole");
    fs::write(out.path().join("b/1/half-written.tmp"), b"x").unwrap();
    out.manifest(1, &good, &good);
    let server = Running::start(out.path(), None);
    assert_eq!(blob(&server, &good), (200, b"good".to_vec()));
    let reply = get(server.address, &format!("/models/b/1/{damaged}"));
    assert_eq!((reply.status, reply.line("cache-control")), (404, Some("no-store")));
    let notices = server.notices();
    let refused: Vec<_> = notices.iter().filter(|notice| notice.contains("not match")).collect();
    assert!(refused.len() == 1 && refused[0].contains(&damaged), "{notices:?}");
    assert_eq!(get(server.address, "/models/b/1/half-written.tmp").status, 404);
}

#[test]
fn folders_that_cannot_be_served_say_why() {
    let empty = Out::new();
    let broken = Out::new();
    broken.manifest_bytes(b"{}");
    let no_payload = Out::new();
    no_payload.manifest_bytes(br#"{"cookshelf":1,"payload":"{}","signatures":[]}"#);
    let large = Out::new();
    large.manifest_bytes(&b" ".repeat(17_000));
    let incomplete = Out::new();
    let name = incomplete.blob(b"ids");
    incomplete.manifest(1, &name_of(b"index"), &name);
    let shopless = Out::new();
    let name = shopless.blob(b"ids");
    shopless.manifest(1, &name, &name);
    let no_page = tempfile::tempdir().unwrap();

    type Is = fn(&ServeError) -> bool;
    let cases: [(&Out, Option<&std::path::Path>, Is, &str); 6] = [
        (&empty, None, |error| matches!(error, ServeError::NoManifest { .. }), "cook"),
        (&broken, None, |error| matches!(error, ServeError::BadManifest { .. }), "payload"),
        (&no_payload, None, |error| matches!(error, ServeError::BadManifest { .. }), "models"),
        (&large, None, |error| matches!(error, ServeError::BadManifest { .. }), "17000 bytes"),
        (
            &incomplete,
            None,
            |error| matches!(error, ServeError::MissingBlob { .. }),
            "`index` of model `default`",
        ),
        (
            &shopless,
            Some(no_page.path()),
            |error| matches!(error, ServeError::NoStartPage { .. }),
            "index.html",
        ),
    ];
    for (out, shop, is, says) in cases {
        let error = Running::start(out.path(), shop).ended().unwrap_err();
        assert!(is(&error) && error.to_string().contains(says), "{error:?} {error}");
    }
}
