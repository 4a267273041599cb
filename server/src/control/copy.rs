//! All rows of the database, out of one moment; and into a database that has none, all or none.
//!
//! The same rows whichever of the two databases they come from and go to. Invariants: what is read is what one
//! transaction saw; nothing is put into a database in which anything was ever done; what is put in appears at once.

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::actor::Actor;
use super::address::DatabaseKind;
use super::error::ControlError;
use super::migrate::MIGRATIONS;
use super::tables::{Column, HEAD, TABLES, Table};
use super::transaction::{Statement, Turn};
use super::{Control, Sql};
use crate::resource::{Kind, Place, Spec};

/// Rows of one look, and of one statement that puts them in.
const AT_ONCE: usize = 200;
/// Whoever reads or writes a copy may wait for its disk.
const PATIENCE: Sql = "SET LOCAL idle_in_transaction_session_timeout = '120s'";
/// Pages may have seen numbers that the copy does not know; what is released next is above them.
const AHEAD: i64 = 1_000;

/// What stands in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A whole number.
    Whole(i64),
    /// A text.
    Text(String),
    /// Nothing.
    Null(()),
}

/// A database that is being filled; nothing of it is there before [`Filling::finish`].
#[derive(Debug)]
pub struct Filling {
    turn: Turn,
}

impl Control {
    /// The version of the tables that this program makes.
    pub fn version() -> usize {
        MIGRATIONS.len()
    }

    /// Gives every row of every table to `take`, some at a time, table after table.
    pub async fn copy<E: From<ControlError>>(
        &self,
        mut take: impl FnMut(&'static Table, Vec<Vec<Cell>>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut look = self.look().await?;
        if self.kind() == DatabaseKind::Postgres {
            look.execute(sqlx::query(PATIENCE)).await?;
        }
        for table in &TABLES {
            let mut last: Option<Vec<Cell>> = None;
            loop {
                let rows = look.all(page(table, last.as_deref())).await?;
                let rows: Vec<Vec<Cell>> =
                    rows.iter().map(|row| cells(table, row)).collect::<Result<_, ControlError>>()?;
                let full = rows.len() == AT_ONCE;
                last = rows.last().map(|row| row[..table.key].to_vec());
                take(table, rows)?;
                if !full {
                    break;
                }
            }
        }
        Ok(look.abandon().await?)
    }

    /// Whether anything was ever done in it.
    pub async fn is_empty(&self) -> Result<bool, ControlError> {
        Ok(self.look().await?.something().await?.is_none())
    }

    /// Begins to fill a database that is empty.
    pub async fn fill(&self) -> Result<Filling, ControlError> {
        let mut turn = self.turn().await?;
        match turn.something().await? {
            None => {
                if self.kind() == DatabaseKind::Postgres {
                    turn.execute(sqlx::query(PATIENCE)).await?;
                }
                Ok(Filling { turn })
            }
            Some(what) => {
                turn.abandon().await?;
                Err(ControlError::conflict(format!(
                    "this database is not empty (there is something in `{what}`), and nothing is put over it; \
                     name another database, or an empty folder"
                )))
            }
        }
    }
}

impl Filling {
    /// Puts rows in; `columns` are the names of what each row has.
    pub async fn put(
        &mut self,
        table: &Table,
        columns: &[String],
        rows: Vec<Vec<Cell>>,
    ) -> Result<(), ControlError> {
        let mut kinds = Vec::new();
        for column in columns {
            let known = table.columns.iter().find(|(name, _)| name == column);
            let (_, kind) = known.ok_or_else(|| {
                ControlError::conflict(format!("`{}` has no column `{column}`", table.name))
            })?;
            kinds.push(*kind);
        }
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<Vec<Cell>> = rows.by_ref().take(AT_ONCE).collect();
            let sql = if table.name == HEAD { replace(columns) } else { insert(table, columns, some.len()) };
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for row in some {
                for (cell, kind) in row.into_iter().zip(&kinds) {
                    query = bound(query, cell, *kind);
                }
            }
            self.turn.execute(query).await?;
        }
        Ok(())
    }

    /// Keeps nothing.
    pub async fn abandon(self) -> Result<(), ControlError> {
        self.turn.abandon().await
    }

    /// Keeps what was put in, exactly.
    pub async fn finish(self) -> Result<(), ControlError> {
        self.turn.commit(()).await
    }

    /// Keeps what was put in, for a server that goes on where another one was lost: numbers of releases go on above those
    /// that pages may have seen, what manifests after the copy named is not thought to be over, and the audit says so.
    pub async fn finish_ahead(mut self, actor: &Actor) -> Result<(), ControlError> {
        let turn = &mut self.turn;
        let head = turn.one(sqlx::query("SELECT seq, hash FROM head WHERE id = 1")).await?;
        let head = head.ok_or_else(|| ControlError::corrupt("the row of `head` is missing"))?;
        turn.head = (head.try_get(0)?, head.try_get(1)?);
        let ahead: Sql = "INSERT INTO release (place, sequence, state, envelope, created_ms, actor, change) \
            SELECT place, sequence + $1, state, envelope, created_ms, actor, \
            change + (SELECT MAX(change) FROM release) FROM release WHERE NOT EXISTS \
            (SELECT 1 FROM release newer WHERE newer.place = release.place AND newer.sequence > release.sequence)";
        turn.execute(sqlx::query(ahead).bind(AHEAD)).await?;
        let models: Sql = "INSERT INTO release_model (place, sequence, model) \
            SELECT place, sequence + $1, model FROM release_model WHERE EXISTS (SELECT 1 FROM release \
            WHERE release.place = release_model.place AND release.sequence = release_model.sequence + $1)";
        turn.execute(sqlx::query(models).bind(AHEAD)).await?;
        for row in turn.all(sqlx::query("SELECT place, spec FROM resource WHERE kind = 'endpoint'")).await? {
            let (place, spec): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let wrong = || ControlError::corrupt(format!("endpoint `{place}` cannot be read"));
            let parsed: Place = place.parse().map_err(|_| wrong())?;
            let spec = serde_json::from_str(&spec).map_err(|_| wrong())?;
            let spec = Spec::stored(Kind::Endpoint, spec).map_err(|_| wrong())?;
            let hours = spec.endpoint().map_or(0, |spec| i64::from(spec.valid_hours));
            turn.offer_until(parsed.account(), actor.now_ms.saturating_add(hours * 3_600_000)).await?;
        }
        // Marks are made anew: what they say is over may have been taken up again after the copy.
        turn.execute(sqlx::query("DELETE FROM unneeded")).await?;
        turn.done(actor, "restore", None, json!({ "ahead": AHEAD })).await?;
        self.turn.commit(()).await
    }
}

impl Turn {
    /// A table that holds something, if there is one.
    async fn something(&mut self) -> Result<Option<&'static str>, ControlError> {
        for table in &TABLES {
            let filter = if table.name == HEAD { " WHERE seq > 0" } else { "" };
            let sql = format!("SELECT 1 FROM {}{filter} LIMIT 1", table.name);
            if self.one(sqlx::query(sqlx::AssertSqlSafe(sql))).await?.is_some() {
                return Ok(Some(table.name));
            }
        }
        Ok(None)
    }
}

/// The rows after `last`, in the order of the primary key.
fn page(table: &Table, last: Option<&[Cell]>) -> Statement {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let key = names[..table.key].join(", ");
    let places: Vec<String> = (1..=table.key).map(|place| format!("${place}")).collect();
    let after = last.map_or(String::new(), |_| format!(" WHERE ({key}) > ({})", places.join(", ")));
    let sql =
        format!("SELECT {} FROM {}{after} ORDER BY {key} LIMIT {AT_ONCE}", names.join(", "), table.name);
    let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
    for (cell, (_, kind)) in last.into_iter().flatten().zip(table.columns) {
        query = bound(query, cell.clone(), *kind);
    }
    query
}

fn cells(table: &Table, row: &AnyRow) -> Result<Vec<Cell>, ControlError> {
    let cell = |(at, (_, kind)): (usize, &(&str, Column))| {
        Ok(match kind {
            Column::Whole => row.try_get::<Option<i64>, _>(at)?.map_or(Cell::Null(()), Cell::Whole),
            Column::Text => row.try_get::<Option<String>, _>(at)?.map_or(Cell::Null(()), Cell::Text),
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}

fn insert(table: &Table, columns: &[String], rows: usize) -> String {
    let row = |at: usize| {
        let places: Vec<String> =
            (1..=columns.len()).map(|place| format!("${}", at * columns.len() + place)).collect();
        format!("({})", places.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!("INSERT INTO {} ({}) VALUES {}", table.name, columns.join(", "), rows.join(", "))
}

/// The one row of `head` is there already.
fn replace(columns: &[String]) -> String {
    let sets: Vec<String> =
        columns.iter().enumerate().map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
    format!("UPDATE head SET {}", sets.join(", "))
}

fn bound(query: Statement, cell: Cell, kind: Column) -> Statement {
    match (cell, kind) {
        (Cell::Whole(number), _) => query.bind(number),
        (Cell::Text(text), _) => query.bind(text),
        (Cell::Null(()), Column::Whole) => query.bind(None::<i64>),
        (Cell::Null(()), Column::Text) => query.bind(None::<String>),
    }
}
