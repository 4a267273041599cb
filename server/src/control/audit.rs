//! The audit: one record of every change and of every denial, each bound to the one before by its hash.
//!
//! Heartbeats and dates of last use are no changes. Invariant: a record that was changed, left out or put in is found,
//! and so is an end that was cut off.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::actor::{Actor, line};
use super::error::ControlError;
use super::transaction::{Turn, again};
use super::{Control, Sql, hex};
use crate::resource::{Name, Place};

/// Records of one look during a verification.
const AT_ONCE: i64 = 1_000;
const COLUMNS: &str = "seq, at_ms, actor, action, place, outcome, detail, request, previous, hash";

/// One record.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditRecord {
    /// Its number, from 1, without gap.
    pub seq: i64,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Who.
    pub actor: String,
    /// What: `put`, `delete`, `cook.start`, `release` …
    pub action: String,
    /// Of what: a place, or `*` for the whole server.
    pub place: String,
    /// `done` or `denied`.
    pub outcome: String,
    /// The rest: ids, fields that changed, reasons.
    #[schema(value_type = Object)]
    pub detail: Value,
    /// Id of the request.
    pub request: String,
    /// Hash of the record before.
    pub previous: String,
    /// SHA-256 over `previous` and this record, hexadecimal.
    pub hash: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", tag = "chain")]
pub enum Chain {
    /// Nothing was changed.
    #[serde(rename_all = "camelCase")]
    Whole {
        /// How many records there are.
        records: i64,
        /// Hash of the last one; noted elsewhere, it shows even a rewriting of everything.
        hash: String,
    },
    /// Something was changed.
    #[serde(rename_all = "camelCase")]
    Broken {
        /// The first record that does not fit.
        seq: i64,
        /// How it does not.
        why: String,
    },
}

/// Something that happened, on its way into the audit.
pub(super) struct Event<'e> {
    pub(super) action: &'static str,
    pub(super) place: Option<&'e Place>,
    pub(super) outcome: &'static str,
    pub(super) detail: Value,
}

impl Turn {
    /// Writes the record of a change.
    pub(super) async fn done(
        &mut self,
        actor: &Actor,
        action: &'static str,
        place: Option<&Place>,
        detail: Value,
    ) -> Result<(), ControlError> {
        self.record(actor, Event { action, place, outcome: "done", detail }).await
    }

    pub(super) async fn record(&mut self, actor: &Actor, event: Event<'_>) -> Result<(), ControlError> {
        let (seq, previous) = (self.head.0 + 1, self.head.1.clone());
        let mut record = AuditRecord {
            seq,
            at_ms: actor.now_ms,
            actor: line(&actor.name),
            action: event.action.to_owned(),
            place: event.place.map_or("*".to_owned(), Place::to_string),
            outcome: event.outcome.to_owned(),
            detail: event.detail,
            request: line(&actor.request),
            previous,
            hash: String::new(),
        };
        record.hash = record.digest();
        let insert: Sql = "INSERT INTO audit \
            (seq, at_ms, actor, action, place, outcome, detail, request, previous, hash, account) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        let hash = record.hash.clone();
        let account = event.place.map(|place| place.account().to_string());
        let insert =
            sqlx::query(insert).bind(record.seq).bind(record.at_ms).bind(record.actor).bind(record.action);
        let insert = insert.bind(record.place).bind(record.outcome).bind(record.detail.to_string());
        let insert = insert.bind(record.request).bind(record.previous).bind(record.hash).bind(account);
        self.execute(insert).await?;
        self.advance(seq, hash).await
    }
}

impl Control {
    /// Writes the record of something that was denied; `why` in a few words, without secrets.
    pub async fn deny(
        &self,
        actor: &Actor,
        action: &'static str,
        place: Option<&Place>,
        why: &str,
    ) -> Result<(), ControlError> {
        again(|| async {
            let mut turn = self.turn().await?;
            let event = Event { action, place, outcome: "denied", detail: json!({ "why": line(why) }) };
            turn.record(actor, event).await?;
            turn.commit(()).await
        })
        .await
    }

    /// Records of an account, or of everything, newest first: at most `limit` before number `before`.
    pub async fn audit(
        &self,
        account: Option<&Name>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, ControlError> {
        let before = before.unwrap_or(i64::MAX);
        let query = match account {
            Some(account) => {
                let sql = format!(
                    "SELECT {COLUMNS} FROM audit WHERE account = $3 AND seq < $1 ORDER BY seq DESC LIMIT $2"
                );
                sqlx::query(sqlx::AssertSqlSafe(sql))
                    .bind(before)
                    .bind(i64::from(limit))
                    .bind(account.to_string())
            }
            None => {
                let sql = format!("SELECT {COLUMNS} FROM audit WHERE seq < $1 ORDER BY seq DESC LIMIT $2");
                sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before).bind(i64::from(limit))
            }
        };
        self.all(query).await?.iter().map(AuditRecord::of_row).collect()
    }

    /// The same, oldest first: at most `limit` after number `after`.
    pub async fn audit_after(
        &self,
        account: Option<&Name>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<AuditRecord>, ControlError> {
        let filter = if account.is_some() { " AND account = $3" } else { "" };
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE seq > $1{filter} ORDER BY seq LIMIT $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(after).bind(i64::from(limit));
        let query = match account {
            Some(account) => query.bind(account.to_string()),
            None => query,
        };
        self.all(query).await?.iter().map(AuditRecord::of_row).collect()
    }

    /// Follows the chain from its beginning.
    pub async fn verify_audit(&self) -> Result<Chain, ControlError> {
        let head = self.one(sqlx::query("SELECT seq, hash FROM head WHERE id = 1")).await?;
        let head = head.ok_or_else(|| ControlError::corrupt("the row of `head` is missing"))?;
        let (last, end): (i64, String) = (head.try_get(0)?, head.try_get(1)?);
        let broken = |seq, why: &str| Ok(Chain::Broken { seq, why: why.to_owned() });
        let (mut seq, mut hash) = (0, String::new());
        while seq < last {
            let sql =
                format!("SELECT {COLUMNS} FROM audit WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3");
            let page = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(seq).bind(last).bind(AT_ONCE);
            let rows = self.all(page).await?;
            if rows.is_empty() {
                return broken(seq + 1, "it is missing, and so is everything after it");
            }
            for row in &rows {
                let Ok(record) = AuditRecord::of_row(row) else {
                    return broken(seq + 1, "it cannot be read");
                };
                seq += 1;
                match &record {
                    record if record.seq != seq => return broken(seq, "it is missing"),
                    record if record.previous != hash => {
                        return broken(seq, "it does not follow the one before");
                    }
                    record if record.hash != record.digest() => return broken(seq, "it was changed"),
                    _ => hash = record.hash,
                }
            }
        }
        if hash == end {
            Ok(Chain::Whole { records: last, hash })
        } else {
            broken(last, "it is not the record that the chain ended with")
        }
    }
}

impl AuditRecord {
    /// Whether it is as it was written, as far as it alone can say.
    pub fn is_whole(&self) -> bool {
        self.hash == self.digest()
    }

    /// Hash over the record before and every field of this one.
    fn digest(&self) -> String {
        let line = json!([
            self.seq,
            self.at_ms,
            self.actor,
            self.action,
            self.place,
            self.outcome,
            self.detail.to_string(),
            self.request
        ]);
        let mut hash = Sha256::new();
        hash.update(self.previous.as_bytes());
        hash.update(b"\n");
        hash.update(line.to_string().as_bytes());
        hex(&hash.finalize())
    }

    fn of_row(row: &AnyRow) -> Result<Self, ControlError> {
        let detail: String = row.try_get(6)?;
        let detail = serde_json::from_str(&detail)
            .map_err(|error| ControlError::corrupt(format!("the detail of an audit record: {error}")))?;
        Ok(Self {
            seq: row.try_get(0)?,
            at_ms: row.try_get(1)?,
            actor: row.try_get(2)?,
            action: row.try_get(3)?,
            place: row.try_get(4)?,
            outcome: row.try_get(5)?,
            detail,
            request: row.try_get(7)?,
            previous: row.try_get(8)?,
            hash: row.try_get(9)?,
        })
    }
}
