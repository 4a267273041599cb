//! Opening: tables are made once, and what is not ours is refused.

use super::{actor, bench, meddle, number, put, records, shop};
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
    let tables =
        ["idempotency", "signing_key", "release_model", "release", "model", "cook", "key", "resource"];
    for table in ["counted"].into_iter().chain(tables).chain(["audit", "head", "migration"]) {
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
