//! Copies of the whole database: every table with every column, and none put over another.

use super::*;
use crate::control::{Cell, ControlError, TABLES};

#[tokio::test]
async fn every_table_is_copied_with_every_column() {
    let bench = Bench::file().await;
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let found = bench.all(sqlx::query(sql)).await.unwrap();
    let found: Vec<String> = found.iter().map(|row| sqlx::Row::try_get(row, 0).unwrap()).collect();
    let mut known: Vec<&str> = TABLES.iter().map(|table| table.name).chain(["migration"]).collect();
    known.sort_unstable();
    assert_eq!(found, known);
    for table in &TABLES {
        let sql = format!("SELECT name, pk FROM pragma_table_info('{}') ORDER BY name", table.name);
        let found = bench.all(sqlx::query(sqlx::AssertSqlSafe(sql))).await.unwrap();
        let found: Vec<(String, bool)> = found
            .iter()
            .map(|row| {
                (sqlx::Row::try_get(row, 0).unwrap(), sqlx::Row::try_get::<i64, _>(row, 1).unwrap() > 0)
            })
            .collect();
        let columns = table.columns.iter().enumerate();
        let mut known: Vec<(String, bool)> =
            columns.map(|(at, (name, _))| ((*name).to_owned(), at < table.key)).collect();
        known.sort();
        assert_eq!(found, known, "{}", table.name);
    }
}

#[tokio::test]
async fn a_copy_is_put_into_an_empty_database_only_and_all_at_once() {
    let bench = bench().await;
    shop(&bench).await;
    let error = bench.fill().await.unwrap_err();
    assert!(matches!(&error, ControlError::Conflict { message } if message.contains("not empty")), "{error}");
    let (empty, resource) = (super::bench().await, TABLES.iter().find(|table| table.name == "resource"));
    let resource = resource.unwrap();
    assert!(empty.is_empty().await.unwrap() && !bench.is_empty().await.unwrap());
    let columns: Vec<String> = resource.columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let row = |place: &str| {
        let text = |text: &str| Cell::Text(text.to_owned());
        let (one, two) = (Cell::Whole(1), Cell::Whole(2));
        vec![text(place), text("account"), text(place), text("{}"), one.clone(), one, two]
    };
    let mut filling = empty.fill().await.unwrap();
    filling.put(resource, &columns, vec![row("a"), row("b")]).await.unwrap();
    drop(filling);
    assert!(empty.is_empty().await.unwrap(), "what was not finished is not there");
    let mut filling = empty.fill().await.unwrap();
    let rows: Vec<_> = (0..450).map(|at| row(&format!("a{at}"))).collect();
    filling.put(resource, &columns, rows).await.unwrap();
    filling.finish().await.unwrap();
    assert_eq!(empty.everything(None).await.unwrap().len(), 450);
    let mut copied = Vec::new();
    empty
        .copy(|table, rows| {
            copied.extend(rows.into_iter().filter(|_| table.name == "resource"));
            Ok::<_, ControlError>(())
        })
        .await
        .unwrap();
    assert_eq!(copied.len(), 450);
    assert!(copied.contains(&row("a449")));
}

#[tokio::test]
async fn a_copy_is_of_one_moment_whatever_happens_meanwhile() {
    let bench = bench().await;
    shop(&bench).await;
    let copied = async |mut meanwhile: Option<Box<dyn FnOnce()>>| {
        let mut rows = Vec::new();
        bench
            .copy(|table, some| {
                if let Some(meanwhile) = meanwhile.take() {
                    meanwhile();
                }
                rows.extend(some.into_iter().map(|row| (table.name, row)));
                Ok::<_, ControlError>(())
            })
            .await
            .unwrap();
        rows
    };
    let before = copied(None).await;
    let address = bench.address.clone();
    let other = move || {
        let work = async move {
            let control = Control::open(&address).await.unwrap();
            put(&control, "meanwhile", json!({})).await;
            control.close().await;
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        std::thread::spawn(move || runtime.block_on(work)).join().unwrap();
    };
    assert_eq!(copied(Some(Box::new(other))).await, before);
    let after = copied(None).await;
    assert!(after.len() == before.len() + 2, "the change and its record");
}
