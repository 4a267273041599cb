//! Opening: tables are made once, and what is not ours is refused.

use super::bench::Bench;
use super::proxy::Proxy;
use super::{actor, bench, meddle, number, put, records, shop};
use crate::control::TABLES;
use crate::control::migrate::MIGRATIONS;
use crate::control::{Control, ControlError, DatabaseKind, DatabaseUrl};
use serde_json::json;

#[tokio::test]
async fn what_was_written_is_there_when_it_is_opened_again() {
    let bench = bench().await;
    shop(&bench).await;
    bench.ping().await.unwrap();
    let again = bench.another().await;
    assert_eq!(again.everything(None).await.unwrap().len(), 3);
    assert_eq!(records(&again).await, 3);
    put(&again, "other", json!({})).await;
    assert_eq!(bench.everything(None).await.unwrap().len(), 4);
}

#[tokio::test]
async fn replicas_that_start_at_once_make_the_tables_once() {
    let bench = bench().await;
    meddle(&bench, "DELETE FROM head").await;
    for table in TABLES.iter().rev().map(|table| table.name).chain(["migration"]) {
        let drop = sqlx::query(sqlx::AssertSqlSafe(format!("DROP TABLE {table}")));
        drop.execute(&bench.inner.pool).await.unwrap();
    }
    let opened = futures_util::future::join_all((0..6).map(|_| Control::open(&bench.address))).await;
    let opened: Vec<Control> = opened.into_iter().map(Result::unwrap).collect();
    put(&opened[0], "acme", json!({})).await;
    assert_eq!(number(&opened[5], "SELECT COUNT(*) FROM migration").await, MIGRATIONS.len() as i64);
    assert_eq!(records(&opened[3]).await, 1);
}

#[tokio::test]
async fn a_newer_or_a_changed_database_is_refused() {
    let bench = bench().await;
    meddle(&bench, "UPDATE migration SET checksum = 'x'").await;
    let error = Control::open(&bench.address).await.unwrap_err();
    assert!(matches!(&error, ControlError::Corrupt { .. }), "{error}");
    meddle(&bench, "INSERT INTO migration (version, checksum) VALUES (99, 'y')").await;
    let error = Control::open(&bench.address).await.unwrap_err();
    let known = MIGRATIONS.len() as i64;
    assert!(matches!(&error, ControlError::Newer { found, .. } if *found == known + 1), "{error}");
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_to_be_unavailable_without_its_password() {
    let bench = bench().await;
    bench.close().await;
    let error = bench.deny(&actor(), "put", None, "x").await.unwrap_err();
    assert!(matches!(&error, ControlError::Unavailable { maybe_done: false, .. }), "{error}");
    // Nothing listens at port 1.
    let address: DatabaseUrl = "postgres://u:hidden@127.0.0.1:1/x".parse().unwrap();
    let error = Control::open(&address).await.unwrap_err();
    assert!(matches!(&error, ControlError::Unavailable { .. }), "{error}");
    assert!(!format!("{error} {error:?}").contains("hidden"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_is_for_its_owner_and_every_commit_reaches_the_disk() {
    use std::os::unix::fs::PermissionsExt;
    let bench = bench().await;
    let Some(folder) = bench.folder() else {
        assert_eq!(bench.kind(), DatabaseKind::Postgres);
        return;
    };
    shop(&bench).await;
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
    assert_eq!(number(&bench, "PRAGMA synchronous").await, 2);
    assert_eq!(number(&bench, "PRAGMA foreign_keys").await, 1);
    let text = DatabaseUrl::file(&folder.join("no/such/folder.db")).unwrap();
    assert!(matches!(Control::open(&text).await, Err(ControlError::Address { .. })));
}

/// A database that is away, and what brings it back: a wire that is cut, or a folder where the file should be.
async fn away(bench: &Bench) -> (DatabaseUrl, Option<Proxy>, Option<std::path::PathBuf>) {
    if let Some(wire) = Proxy::to(bench).await {
        wire.cut();
        return (wire.address.clone(), Some(wire), None);
    }
    let path = bench.folder().unwrap().join("control.db");
    std::fs::create_dir(&path).unwrap();
    (bench.address.clone(), None, Some(path))
}

#[tokio::test]
async fn a_database_that_is_away_at_first_is_made_ready_when_it_is_back() {
    let bench = Bench::empty().await;
    let (address, wire, folder) = away(&bench).await;
    let error = Control::open(&address).await.unwrap_err();
    assert!(matches!(&error, ControlError::Unavailable { maybe_done: false, .. }), "{error}");
    let control = Control::open_or_await(&address).await.unwrap();
    let asked = futures_util::future::join_all((0..20).map(|_| control.ping())).await;
    assert!(asked.iter().all(|said| matches!(said, Err(ControlError::Unavailable { .. }))), "{asked:?}");
    match (wire.as_ref(), folder) {
        (Some(wire), _) => wire.mend(),
        (None, folder) => std::fs::remove_dir(folder.unwrap()).unwrap(),
    }
    while control.ping().await.is_err() {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    put(&control, "acme", json!({})).await;
    assert_eq!(records(&control).await, 1);
}

#[tokio::test]
async fn a_database_that_is_wrong_is_not_waited_for() {
    let bench = bench().await;
    meddle(&bench, "INSERT INTO migration (version, checksum) VALUES (900, 'y')").await;
    let error = Control::open_or_await(&bench.address).await.unwrap_err();
    assert!(matches!(&error, ControlError::Newer { .. }), "{error}");
    let Some(folder) = bench.folder() else {
        // Nobody may come in by this name, and there is no such database.
        for (user, database) in [("nobody", "postgres"), ("cookshelf", "none")] {
            let mut url: url::Url = bench.server().unwrap().parse().unwrap();
            url.set_username(user).unwrap();
            url.set_path(database);
            let error = Control::open_or_await(&url.as_str().parse().unwrap()).await.unwrap_err();
            assert!(matches!(&error, ControlError::Address { .. }), "{error}");
        }
        return;
    };
    let other = DatabaseUrl::file(&folder.join("letter.txt")).unwrap();
    std::fs::write(folder.join("letter.txt"), "Dear Sir or Madam. ".repeat(400)).unwrap();
    let error = Control::open_or_await(&other).await.unwrap_err();
    assert!(matches!(&error, ControlError::Corrupt { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_somebody_else_writes_can_be_opened_and_read() {
    let bench = bench().await;
    shop(&bench).await;
    if bench.kind() == DatabaseKind::Postgres {
        return;
    }
    let mut stranger = bench.stranger().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut stranger).await.unwrap();
    let control = Control::open(&bench.address).await.unwrap();
    assert_eq!(control.everything(None).await.unwrap().len(), 3);
    let error = control.deny(&actor(), "put", None, "x").await.unwrap_err();
    assert!(matches!(&error, ControlError::Busy { .. } | ControlError::Unavailable { .. }), "{error}");
}

#[tokio::test]
async fn looking_waits_for_no_turn_and_sees_one_moment() {
    let bench = bench().await;
    shop(&bench).await;
    let turn = bench.turn().await.unwrap();
    let endpoint = super::endpoint();
    let facts = bench.facts(&endpoint, super::NOW).await.unwrap().unwrap();
    assert_eq!((facts.sequence, facts.models.len()), (1, 1));
    assert!(bench.facts(&super::place("acme/endpoints/none"), super::NOW).await.unwrap().is_none());
    drop(turn);
    assert_eq!(records(&bench).await, 3);
}
