//! Servers that share a database: the first folder makes the first key, the others join.

use std::path::Path;
use std::process::Output;

use crate::running::program;

fn init(folder: &Path, database: &str, more: &[&str]) -> Output {
    let mut command = program();
    command.arg("init").arg(folder).arg("--folder").arg(".").args(more);
    command.env("COOKSHELF_SERVER_DATABASE", database);
    command.env("COOKSHELF_SECRET", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").output().unwrap()
}

#[test]
fn a_database_gives_its_first_key_once_whichever_folder_asks() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name);
    let database = format!("sqlite:{}", at("one.db").display());

    let joined = init(&at("early"), &database, &["--no-key"]);
    assert!(joined.status.success() && joined.stdout.is_empty(), "it is told to make none");
    assert!(!at("early/secret").exists(), "the secret that all of them share stands in the environment");

    let first = init(&at("one"), &database, &[]);
    assert!(String::from_utf8_lossy(&first.stdout).starts_with("ck_key_"), "{first:?}");
    let second = init(&at("two"), &database, &[]);
    assert!(second.status.success() && second.stdout.is_empty(), "{second:?}");
    assert!(at("two/server.toml").is_file());

    let again = init(&at("one"), &database, &[]);
    assert!(!again.status.success() && again.stdout.is_empty(), "a server's folder is made once: {again:?}");
}

#[test]
fn a_database_that_was_away_gives_its_key_when_it_is_asked_again() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("data");
    let away = format!("sqlite:{}", place.path().join("none/x.db").display());
    let lost = init(&folder, &away, &[]);
    assert!(!lost.status.success() && lost.stdout.is_empty(), "{lost:?}");
    let found = init(&folder, &format!("sqlite:{}", place.path().join("x.db").display()), &[]);
    assert!(String::from_utf8_lossy(&found.stdout).starts_with("ck_key_"), "{found:?}");
}
