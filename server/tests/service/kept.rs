//! What an operator keeps: a backup of a server that runs, put back in another place; and a database that was lost.

use std::fs;

use cookshelf_server::publish::Manifest;
use cookshelf_server::release::{KeyId, PublicKey, open};

use crate::running::{Running, program, shop};

const STACK: &str = r#"
[[account]]
name = "demo"

[[account.modeling]]
name = "shop"
source = "shop/root"

[[account.endpoint]]
name = "web"
modelings = ["shop"]
"#;

fn manifest(server: &Running) -> Option<Manifest> {
    let served = server.ask("GET", "/e/demo/web/manifest.json", None, &[], "");
    (served.status == 200).then(|| Manifest::read(std::str::from_utf8(&served.body).unwrap()).unwrap())
}

fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = std::time::Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed().as_secs() < 120, "{what} did not happen");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}

#[test]
fn a_server_is_put_back_elsewhere_and_a_lost_database_is_noticed() {
    let mut server = Running::start();
    shop(server.folder.path());
    let file = server.stack(STACK);
    server.done(&["apply", "-f", &file]);
    server.done(&["cooks", "start", "demo/shop", "--wait"]);
    let served = wait_for("a manifest", || manifest(&server));

    let data = server.folder.path().join("data").display().to_string();
    let found: serde_json::Value =
        serde_json::from_str(&server.done(&["storage", "--data", &data, "--json"])).unwrap();
    assert!(found["demo"]["needed"]["files"].as_u64() > Some(10), "{found}");
    assert_eq!(found["demo"]["over"]["files"], 0, "{found}");
    assert_eq!(found["demo"]["unknown"]["files"], 0, "{found}");

    let backup = server.folder.path().join("server.backup").display().to_string();
    let whole = ["backup", "--data", &data, "--to", &backup, "--with-artifacts", "--with-secret"];
    server.done(&whole);
    assert_eq!(server.cookshelf(&whole).status.code(), Some(3), "nothing is written over another backup");
    server.done(&["restore", &backup, "--check"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&backup).unwrap().permissions().mode() & 0o077, 0, "it holds a secret");
    }

    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("data").display().to_string();
    let cut = folder.path().join("cut.backup");
    fs::write(&cut, &fs::read(&backup).unwrap()[..50_000]).unwrap();
    let refused = server.cookshelf(&["restore", cut.to_str().unwrap(), "--data", &elsewhere]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("at line"), "{refused:?}");
    assert!(!folder.path().join("data").exists(), "nothing was made");
    server.done(&["restore", &backup, "--data", &elsewhere]);
    let again = server.cookshelf(&["restore", &backup, "--data", &elsewhere]);
    assert_eq!(again.status.code(), Some(3), "{again:?}");

    let other = Running::start_in(folder, server.key.clone());
    assert_eq!(wait_for("the manifest", || manifest(&other)), served);
    let ids = &served.models[0].ids;
    let blob = other.ask("GET", &format!("/e/demo/web/b/1/{}", ids.hash), None, &[], "");
    assert_eq!((blob.status, blob.body.len()), (200, ids.size as usize));
    // The same key opens it, and the next number is above whatever pages have seen.
    other.done(&["release", "turn-keys", "demo/web"]);
    let next = wait_for("the next manifest", || manifest(&other).filter(|now| *now != served));
    assert!(next.sequence > served.sequence + 1_000, "{}", next.sequence);
    let trusted: Vec<(KeyId, PublicKey)> =
        served.keys.iter().map(|key| (key.id.parse().unwrap(), key.public.parse().unwrap())).collect();
    let text = other.ask("GET", "/e/demo/web/manifest.json", None, &[], "").body;
    let signed = open(std::str::from_utf8(&text).unwrap(), &trusted);
    assert!(signed.is_ok(), "the secret came along: pages that knew the keys before take it");

    // The audit in order, checked on the way, as lines and as a table.
    let lines = other.done(&["audit", "export"]);
    let records: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records[0]["seq"], 1);
    assert!(records.iter().any(|record| record["action"] == "restore"), "{lines}");
    assert!(other.done(&["audit", "verify"]).contains(&format!("{} records", records.len())));
    let table = other.done(&["audit", "export", "--format", "csv", "--account", "demo"]);
    assert!(
        table.starts_with("seq,at,actor") && (3..records.len()).contains(&table.lines().count()),
        "{table}"
    );
    assert_eq!(other.done(&["audit", "export", "--since", "2999-01-01"]), "");
    assert_eq!(other.cookshelf(&["audit", "export", "--since", "soon"]).status.code(), Some(3));

    // The database is lost: the server says so, instead of answering that nothing was ever there.
    server.stop();
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{data}/cookshelf.db{end}"));
    }
    for command in [&["serve", "--listen", "127.0.0.1:0", "--data"][..], &["init"]] {
        let ended = program().args(command).arg(&data).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(3), "{said}");
        assert!(said.contains("cookshelf restore"), "{said}");
    }
    server.done(&["restore", &backup, "--data", &data]);
    server.start_again();
    assert_eq!(wait_for("the manifest", || manifest(&server)), served);
}
